"""Who may sign what, and in which order: said before a PIN is asked for.

Art. 13, 25 and 32 of Decree 30/2020: the person with authority signs, then the records clerk puts
the office's seal to it, and to no document that was not signed before.
"""

from __future__ import annotations

from collections.abc import Sequence

from client.crypto.pades_before import EarlierSignatures, Standing
from client.errors import SigningRefused
from client.model.signing import SigningRole
from client.model.verdict import Indication, SignatureVerdict, SignerInfo, SignerKind
from client.rules.offices import same_office
from client.services.requests import Authority


def refuse_unauthorised(role: SigningRole | None, signer: SignerInfo, authority: Authority) -> None:
    """Raise `SigningRefused` where this certificate may not do this act.

    ``reason``: seal-key-needed, personal-key-needed, seal-not-entrusted (the policy names other
    clerks for this office), seal-not-known (the policy names other seals).
    """
    seal = signer.kind is SignerKind.SEAL
    if role is not None and role.uses_seal and not seal:
        raise SigningRefused(reason="seal-key-needed")
    if role is SigningRole.APPROVE and seal:
        raise SigningRefused(reason="personal-key-needed")
    if not seal:
        return
    # Another office's clerk keeps another seal; an office nobody is named for is not restricted.
    owner = signer.organisation or signer.name
    clerks = {
        address.casefold()
        for office, those in authority.clerks
        if same_office(office, owner)
        for address in those
    }
    if clerks and authority.user and authority.user.casefold() not in clerks:
        raise SigningRefused(reason="seal-not-entrusted")
    if authority.seal_keys and signer.serial.upper() not in {one.upper() for one in authority.seal_keys}:
        raise SigningRefused(reason="seal-not-known")


def refuse_repeated(
    role: SigningRole | None, signer: SignerInfo, signatures: Sequence[SignatureVerdict]
) -> None:
    """Raise `SigningRefused` (already-signed-by-key) where this certificate has signed this already.

    Annexes and copies are certified by the seal that issued them, and more than once.
    """
    if role is not None and not role.shows_image:
        return
    if any(one.signer is not None and _same(one.signer, signer) for one in signatures):
        raise SigningRefused(reason="already-signed-by-key", signer=signer.name)


def _same(one: SignerInfo, other: SignerInfo) -> bool:
    return (one.serial, one.issuer) == (other.serial, other.issuer)


def refuse_out_of_order(role: SigningRole | None, earlier: EarlierSignatures) -> None:
    """Raise `SigningRefused` where what is signed already does not let this act follow.

    ``reason``: earlier-signature-broken (``signer``: whose), personal-signature-missing,
    seal-came-first.
    """
    if earlier.standing is Standing.BROKEN:
        raise SigningRefused(reason="earlier-signature-broken", signer=earlier.signer)
    kinds = {
        one.signer.kind
        for one in earlier.report.signatures
        if one.signer is not None and one.indication is not Indication.TOTAL_FAILED
    }
    if role is SigningRole.ISSUE and SignerKind.PERSONAL not in kinds:
        raise SigningRefused(reason="personal-signature-missing")
    if role is SigningRole.APPROVE and SignerKind.SEAL in kinds:
        raise SigningRefused(reason="seal-came-first")
