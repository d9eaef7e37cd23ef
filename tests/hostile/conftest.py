"""Fixtures for the attacks on signed documents."""

from __future__ import annotations

import pytest

from client.crypto.keys import SigningKey
from tests.fakes.pki import OfficePki
from tests.fakes.signing import key_of


@pytest.fixture(scope="module")
def key(pki: OfficePki) -> SigningKey:
    """The key of somebody the authority knows."""
    return key_of(pki.person("Nguyễn Văn An", "an@example.gov.vn"))
