"""Signing a policy file; runs in the workshop, where keys are used."""

from __future__ import annotations

from datetime import datetime

from client.services.requests import KeyUse


def sign_policy(content: bytes, use: KeyUse, at: datetime) -> tuple[bytes, bytes]:
    """The signature (DER) and the certificate (DER) it has to be pinned by, after verifying its own work.

    Raises what opening the key raises, and `SigningRefused` for one that is none for signing, or whose
    certificate is expired: before a PIN is tried.
    """
    from client.crypto import policy_signature
    from client.crypto.keys import Purpose
    from client.model.trust import RevocationDemand, TrustMaterial, VerificationDemand
    from client.services.key_room import key_room, may_sign

    demand = VerificationDemand(TrustMaterial(), at, RevocationDemand.IGNORE)
    with key_room().lend(use, may_sign(demand, Purpose.POLICY)) as key:
        signature = policy_signature.sign_policy(content, key, at)
        policy_signature.verify_policy(content, signature, (key.certificate_der,), at, "")
        return signature, key.certificate_der
