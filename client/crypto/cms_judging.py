"""Every signer of a SignedData judged on its own, counter-signatures beside the signatures they confirm."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice

from asn1crypto import cms, core

from client.crypto import cms_attributes as attribute
from client.crypto import verdicts
from client.crypto.cades_levels import level, with_embedded
from client.crypto.content import Content
from client.crypto.examination import UNREADABLE_ERRORS, Examination, Task, single
from client.crypto.integrity import digest_of
from client.crypto.keys import Purpose
from client.crypto.signed_data import examine, examine_counter
from client.model.trust import VerificationDemand
from client.model.verdict import Coverage, Reason, SignatureFormat, SignatureVerdict

_MOST_SIGNERS = 50
"""More are told of and not judged, which is never green: each costs some milliseconds."""
_MOST_COUNTER_SIGNATURES = 20
"""In one file, however they are nested."""
_DEEPEST = 3
_NAMELESS = "?"
_BROKEN = frozenset({Reason.DOCUMENT_ALTERED, Reason.SIGNATURE_BROKEN, Reason.SIGNATURE_MALFORMED})


def judge_signers(
    signed_data: cms.SignedData,
    content: Content,
    demand: VerificationDemand,
    purpose: Purpose,
    where: str,
) -> tuple[SignatureVerdict, ...]:
    """The verdict on each SignerInfo and each counter-signature; never raises for what a stranger sent."""
    try:
        signers = list(islice(signed_data["signer_infos"], _MOST_SIGNERS + 1))
    except UNREADABLE_ERRORS:
        return (judged(single(verdicts.UNREADABLE), purpose, where),)
    if not signers:
        return (judged(single(verdicts.MALFORMED), purpose, where),)
    work = _Work(signed_data, Task(demand, purpose, with_embedded(demand.trust, signed_data)), where)
    found = list(work.signers(signers[:_MOST_SIGNERS], content))
    if len(signers) > _MOST_SIGNERS:
        found.append(judged(single(verdicts.TOO_MANY), purpose, where))
    return tuple(_note_several(found))


def judged(found: Examination, purpose: Purpose, where: str) -> SignatureVerdict:
    """A verdict on a signature over content."""
    mail = purpose is Purpose.MAIL
    return SignatureVerdict(
        format=SignatureFormat.SMIME if mail else SignatureFormat.CADES,
        indication=found.indication,
        sub_indication=found.sub_indication,
        where=where,
        signer=found.signer,
        claimed_time=found.claimed_time,
        timestamp_time=found.timestamp_time,
        revocation=found.revocation,
        coverage=Coverage.WHOLE if _covers(found) else Coverage.UNCLEAR,
        reasons=found.reasons,
    )


@dataclass
class _Work:
    signed_data: cms.SignedData
    task: Task
    where: str
    counters_left: int = _MOST_COUNTER_SIGNATURES

    def signers(self, signers: list[cms.SignerInfo], content: Content) -> Iterator[SignatureVerdict]:
        # Attributes are a SET: such bytes may be the attributes of another signature passed off as content.
        attributes_first = content.first_byte() == b"\x31"
        for signer in signers:
            if attributes_first and _has_no_attributes(signer):
                examination = single(verdicts.MALFORMED)
            else:
                examination = examine(self.signed_data, signer, content.digest, self.task)
            verdict = judged(examination, self.task.purpose, self.where)
            reached = "" if self.task.purpose is Purpose.MAIL else self._level(examination, signer)
            yield replace(verdict, level=reached)
            yield from self._counters(signer, verdict, 1)

    def _counters(
        self, signer: cms.SignerInfo, confirmed: SignatureVerdict, depth: int
    ) -> Iterator[SignatureVerdict]:
        """RFC 5652 section 11.4: over the value of the signature that carries them."""
        name = confirmed.signer.name if confirmed.signer is not None else _NAMELESS
        try:
            value = signer["signature"].native
            carried = list(attribute.encoded(signer["unsigned_attrs"], attribute.COUNTER_SIGNATURE))
        except UNREADABLE_ERRORS:
            return
        for _, encoded in carried:
            self.counters_left -= 1
            if self.counters_left < 0 or depth > _DEEPEST:
                yield self._countering(single(verdicts.TOO_MANY), name)
                return
            try:
                counter = cms.SignerInfo.load(encoded)
                found = examine_counter(
                    self.signed_data, counter, lambda hash_: digest_of(hash_, value), self.task
                )
            except UNREADABLE_ERRORS:
                yield self._countering(single(verdicts.UNREADABLE), name)
                continue
            verdict = self._countering(found, name)
            yield verdict
            yield from self._counters(counter, verdict, depth + 1)

    def _countering(self, found: Examination, name: str) -> SignatureVerdict:
        verdict = judged(found, self.task.purpose, self.where)
        told = (*verdict.reasons, Reason.COUNTER_SIGNATURE)
        return replace(verdict, coverage=Coverage.SIGNATURE, reasons=told, countersigns=name)

    def _level(self, found: Examination, signer: cms.SignerInfo) -> str:
        try:
            return level(found, self.signed_data, signer)
        except UNREADABLE_ERRORS:
            return ""


def _covers(found: Examination) -> bool:
    """Whether the content at hand is what was signed, as far as that can be said."""
    return found.signer is not None and _BROKEN.isdisjoint(found.reasons)


def _has_no_attributes(signer: cms.SignerInfo) -> bool:
    try:
        return signer["signed_attrs"] is core.VOID
    except UNREADABLE_ERRORS:
        return True


def _note_several(found: list[SignatureVerdict]) -> Iterator[SignatureVerdict]:
    several = sum(not verdict.countersigns for verdict in found) > 1
    for verdict in found:
        noted = several and not verdict.countersigns
        yield replace(verdict, reasons=(*verdict.reasons, Reason.SEVERAL_SIGNERS)) if noted else verdict
