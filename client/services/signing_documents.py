"""One document signed and verified: looked at first, stamped, signed, judged, and only then handed out.

Runs in the workshop.
"""

from __future__ import annotations

from functools import cache

from client.crypto import cms
from client.crypto.appearance import Stamp, make_stamp
from client.crypto.certificates import signer_info
from client.crypto.keys import Purpose, SigningKey, preflight, with_issuers
from client.crypto.pades_before import earlier_signatures
from client.crypto.pades_signing import sign_pdf
from client.crypto.pades_validation import verify_pdf
from client.crypto.pkcs11 import Guard
from client.crypto.timestamps import BATCH_SPACING, Timestamper
from client.errors import SigningRefused
from client.model.signing import SigningRole
from client.model.trust import VerificationDemand
from client.model.verdict import Indication, Profile, SignatureVerdict
from client.net.http import post_timestamp
from client.services.authority import refuse_out_of_order, refuse_repeated, refuse_unauthorised
from client.services.key_room import may_sign
from client.services.requests import SigningTerms


def may_act(terms: SigningTerms, demand: VerificationDemand, *purposes: Purpose) -> Guard:
    """A guard for `KeyRoom.lend`: the certificate may sign, and whoever uses it may do this act."""
    fit = may_sign(demand, *purposes)

    def guard(certificate_der: bytes, chain_der: tuple[bytes, ...]) -> None:
        fit(certificate_der, chain_der)
        refuse_unauthorised(_role(terms), signer_info(certificate_der), terms.authority)

    return guard


def sign_one_pdf(
    pdf: bytes, key: SigningKey, terms: SigningTerms, demand: VerificationDemand, name: str
) -> bytes:
    """A PAdES signature by ``terms``, verified; B-LT and B-LTA begin as B-T and are extended later.

    Raises what `sign_pdf`, `make_stamp`, `refuse_unauthorised` and `refuse_out_of_order` raise.
    """
    preflight(key, demand, Purpose.DOCUMENT)
    key = with_issuers(key, demand)
    refuse_unauthorised(_role(terms), key.signer_info, terms.authority)
    password = terms.document_password
    if b"/ByteRange" in pdf or _role(terms) is SigningRole.ISSUE:
        earlier = earlier_signatures(pdf, demand, name=name, password=password)
        refuse_out_of_order(_role(terms), earlier)
        if not terms.field_name:
            # A form may have several fields for one person; named, each of them is meant.
            refuse_repeated(_role(terms), key.signer_info, earlier.report.signatures)
    signed = sign_pdf(
        pdf,
        key,
        profile=terms.profile,
        timestamper=timestamper(terms),
        signing_time=terms.at,
        reason=terms.reason,
        name=name,
        stamp=_stamp(pdf, key, terms),
        password=password,
        field_name=terms.field_name,
    )
    accept(verify_pdf(signed, demand, name=name, password=password).signatures, key)
    return signed


def sign_one_file(
    content: bytes, key: SigningKey, terms: SigningTerms, demand: VerificationDemand, existing: bytes = b""
) -> bytes:
    """A detached CAdES signature (DER), verified; ``existing`` is a ``.p7s`` that gets a further signer.

    Raises `SigningRefused` (earlier-signature-broken) where ``existing`` does not hold for ``content``.
    """
    preflight(key, demand, Purpose.DOCUMENT)
    key = with_issuers(key, demand)
    refuse_unauthorised(_role(terms), key.signer_info, terms.authority)
    if existing:
        earlier = cms.verify_detached(content, existing, demand, purpose=Purpose.DOCUMENT, where="")
        broken = next((one for one in earlier if one.indication is Indication.TOTAL_FAILED), None)
        if broken is not None or any(one.signer is None for one in earlier):
            who = broken.signer.name if broken is not None and broken.signer is not None else ""
            raise SigningRefused(reason="earlier-signature-broken", signer=who)
        refuse_repeated(None, key.signer_info, earlier)
    der = cms.sign_detached(
        content, key, signing_time=terms.at, profile=terms.profile, timestamper=timestamper(terms)
    )
    if existing:
        der = cms.add_signer(existing, der)
    accept(cms.verify_detached(content, der, demand, purpose=Purpose.DOCUMENT, where=""), key)
    return der


def accept(verdicts: tuple[SignatureVerdict, ...], key: SigningKey) -> None:
    """Refuse what our own verifier calls broken or does not find.

    Only our own signature is asked for: that an earlier signature in the same file is not trusted
    here, or that no CRL is at hand, does not make the new one wrong.
    """
    ours = [
        verdict
        for verdict in verdicts
        if verdict.signer is not None and verdict.signer.serial == key.signer_info.serial
    ]
    if not ours or any(verdict.indication is Indication.TOTAL_FAILED for verdict in ours):
        raise SigningRefused(reason="self-check-failed")


def timestamper(terms: SigningTerms) -> Timestamper | None:
    """None for B-B; else the one kept, since it paces itself and knows how large the tokens are."""
    return None if terms.profile is Profile.B_B else timestamper_for(terms.tsa_urls)


@cache
def timestamper_for(urls: tuple[str, ...]) -> Timestamper:
    """The one for these authorities in this process."""
    return Timestamper(urls, post_timestamp, spacing=BATCH_SPACING)


def _role(terms: SigningTerms) -> SigningRole | None:
    return terms.appearance.role if terms.appearance is not None else None


def _stamp(pdf: bytes, key: SigningKey, terms: SigningTerms) -> Stamp | None:
    if terms.appearance is None:
        return None
    who = key.signer_info.name
    return make_stamp(pdf, terms.appearance, None, terms.at, signer=who, password=terms.document_password)
