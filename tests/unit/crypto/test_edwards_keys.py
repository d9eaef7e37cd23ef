from __future__ import annotations

import pytest
from asn1crypto import cms, x509
from cryptography.hazmat.primitives.asymmetric import ed448, ed25519

from client.crypto.integrity import is_weak
from tests.fakes.pki import OfficePki

KEYS = {"ed25519": ed25519.Ed25519PrivateKey.generate, "ed448": ed448.Ed448PrivateKey.generate}


@pytest.mark.parametrize("name", list(KEYS))
def test_a_key_on_an_edwards_curve_has_no_size_to_be_too_short(name: str) -> None:
    holder = OfficePki().issue("Nguyễn Văn An", key=KEYS[name]())  # type: ignore[arg-type] # any key will do
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "digest_algorithm": {"algorithm": "sha512"},
            "signature_algorithm": {"algorithm": name},
            "signature": b"",
        }
    )
    assert not is_weak(signer, x509.Certificate.load(holder.certificate_der))
