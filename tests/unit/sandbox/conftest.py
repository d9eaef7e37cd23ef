from __future__ import annotations

from datetime import UTC, datetime

import pytest

from client.sandbox.people import Cast, load_cast
from client.sandbox.pki import DemoPki, open_pki

BORN = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)


@pytest.fixture(scope="session")
def cast() -> Cast:
    return load_cast()


@pytest.fixture(scope="session")
def pki(cast: Cast, tmp_path_factory: pytest.TempPathFactory) -> DemoPki:
    return open_pki(tmp_path_factory.mktemp("pki"), cast, BORN, lambda: 18080)
