"""Widgets without a screen, on the fake desk."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime

import pytest

from client.config.catalogue import Catalogue
from client.config.paths import resources_dir
from client.config.policy_layers import builtin_policy
from client.ui.texts import Texts
from tests.fakes.desk import FakeDesk

if sys.platform.startswith("linux") and not os.environ.get("DISPLAY"):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)


@pytest.fixture
def texts(qapp: object) -> Texts:
    return Texts(Catalogue.load(resources_dir()), builtin_policy(resources_dir()))


@pytest.fixture
def desk() -> FakeDesk:
    return FakeDesk()
