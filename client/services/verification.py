"""Judge a file or a message; runs in the workshop, since every byte of it is somebody else's."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from client.crypto import cms, smime
from client.crypto.enveloped import look_at
from client.crypto.keys import Purpose
from client.crypto.mail_layers import find_envelope
from client.crypto.pades_validation import verify_pdf
from client.errors import MessageNotOpened
from client.mime.parser import parse_message
from client.model.trust import Notebook, VerificationDemand
from client.model.verdict import Coverage, Indication, Reason, VerificationReport, worst_of
from client.services.requests import VerifyRequest
from client.services.trust_files import read_demand


def verify_file(request: VerifyRequest, notes: Notebook | None = None) -> VerificationReport:
    """Judge an ``.eml``, ``.pdf``, ``.p7s`` or ``.p7m``; by its content, whatever its name says.

    ``notes`` are told what was used.
    """
    name = request.shown_name
    try:
        data = request.path.read_bytes()
    except OSError:
        return _unreadable(name, Reason.FILE_UNREADABLE)
    demand = replace(read_demand(request.sources, request.at, request.revocation), notes=notes)
    return verify_bytes(data, request, demand)


def verify_bytes(data: bytes, request: VerifyRequest, demand: VerificationDemand) -> VerificationReport:
    """The same for bytes at hand; ``request`` says only how the file is named and opened."""
    name = request.shown_name
    demand = replace(demand, password=request.password)
    if not data:
        return _unreadable(name, Reason.FILE_UNREADABLE)
    if cms.is_pdf(data, request.path.name):
        return verify_pdf(data, demand, name=name, password=request.password)
    signature = cms.read_signed_data(data)
    if signature is not None:
        return _verify_cms(request, name, signature, demand)
    if look_at(data).cipher:
        return _judge_sealed(request, name, data, data, demand)
    evidence = cms.evidence_alone(data)
    if evidence is not None:
        return VerificationReport(name, Indication.INDETERMINATE, Coverage.UNCLEAR, reasons=(evidence,))
    if request.path.suffix.lower() in {".pdf", ".p7s", ".p7m"}:
        return _unreadable(name, Reason.FILE_UNREADABLE)
    if not parse_message(data).headers:
        # Any text would pass for a body without a header: what is no message has no "no signature" either.
        return _unreadable(name, Reason.FILE_UNREADABLE)
    return _judge_sealed(request, name, data, find_envelope(data), demand)


def _judge_sealed(
    request: VerifyRequest, name: str, data: bytes, envelope: bytes, demand: VerificationDemand
) -> VerificationReport:
    """A message, or the CMS of an encrypted one by itself; opened where there is a key and a need.

    The report on what did not open says so: it is no fault of the check, and nothing is known yet.
    """
    bare = data is envelope
    if not envelope or request.key is None:
        sealed = _still_sealed(name, envelope) if bare else None
        return sealed or smime.verify_message(data, demand, path=name)
    from client.services.letters import open_sealed

    try:
        opened = open_sealed(envelope, request.key)
    except MessageNotOpened as error:
        other = error.params.get("reason") == "other-recipient"
        why = Reason.ENCRYPTED_FOR_OTHERS if other else Reason.NOT_OPENED
        report = _still_sealed(name, envelope) if bare else smime.verify_message(data, demand, path=name)
        return replace(report, reasons=tuple(dict.fromkeys((why, *report.reasons))))
    if bare:
        report = smime.verify_message(opened.content, demand, path=name)
        return replace(report, encryption=opened.encryption)
    return smime.verify_message(data, demand, path=name, opened=opened)


def _still_sealed(name: str, envelope: bytes) -> VerificationReport:
    return VerificationReport(
        name,
        Indication.INDETERMINATE,
        Coverage.UNCLEAR,
        reasons=(Reason.MESSAGE_ENCRYPTED,),
        encryption=look_at(envelope),
    )


def _verify_cms(
    request: VerifyRequest, name: str, der: bytes, demand: VerificationDemand
) -> VerificationReport:
    if cms.has_content(der):
        _, signatures = cms.verify_opaque(der, demand, purpose=Purpose.DOCUMENT, where=name)
    else:
        partner = request.content or (_partner_of(request.path) if isinstance(request.path, Path) else None)
        try:
            if partner is None:
                raise FileNotFoundError
            content = cms.FileContent(partner)
            signatures = cms.verify_detached(content, der, demand, purpose=Purpose.DOCUMENT, where=name)
        except OSError:
            return VerificationReport(
                name, Indication.INDETERMINATE, Coverage.UNCLEAR, reasons=(Reason.SIGNED_DATA_MISSING,)
            )
    indication = worst_of(signature.indication for signature in signatures)
    judged = any(signature.coverage is Coverage.WHOLE for signature in signatures)
    return VerificationReport(name, indication, Coverage.WHOLE if judged else Coverage.UNCLEAR, signatures)


def _partner_of(path: Path) -> Path | None:
    """``report.docx`` for ``report.docx.p7s``, or the one ``report.*`` beside ``report.p7s``."""
    partner = path.with_suffix("")
    if partner != path and partner.is_file():
        return partner
    try:
        beside = [one for one in path.parent.iterdir() if one.stem == path.stem and one.suffix != path.suffix]
    except OSError:
        return None
    files = [one for one in beside if one.is_file()]
    return files[0] if len(files) == 1 else None


def _unreadable(name: str, reason: Reason) -> VerificationReport:
    return VerificationReport(
        name, Indication.INDETERMINATE, Coverage.UNCLEAR, reasons=(reason,), unreadable=True
    )
