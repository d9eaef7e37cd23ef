"""Signing a policy file; runs in the workshop, where keys are used."""

from __future__ import annotations

from datetime import datetime

from client.services.requests import KeyUse


def sign_policy(content: bytes, use: KeyUse, at: datetime) -> tuple[bytes, bytes]:
    """The signature (DER) and the certificate (DER) it has to be pinned by, after verifying its own work.

    Raises what opening the key raises, and `SigningRefused` for a key that is none for signing.
    """
    from client.crypto import policy_signature
    from client.services.key_room import key_room

    with key_room().lend(use) as key:
        signature = policy_signature.sign_policy(content, key, at)
        policy_signature.verify_policy(content, signature, (key.certificate_der,), at, "")
        return signature, key.certificate_der
