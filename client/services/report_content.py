"""What a written report on a verification says, in the reader's language: plain lines, no form yet.

What the judged file says of itself is put on one line without characters that are not seen or that
turn the line around; the forms (`report_html`, `report_pdf`) escape it and make no link of anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from client.config.catalogue import Catalogue, Text
from client.config.verdict_words import change_lines, leading_text, verdict_texts
from client.model.bundle import BundleReport
from client.model.evidence import Record, UsedRevocation
from client.model.text import printable
from client.model.verdict import Display, RevocationEvidence, SignatureVerdict, VerificationReport

VIETNAM = timezone(timedelta(hours=7))
_MOST_ADVICE = 4
_MOST_ON_FIRST_PAGE = 8
_LONGEST = 1000
"""Characters of one entry: a certificate may carry megabytes in a name."""

Row = tuple[str, str]


@dataclass(frozen=True, slots=True)
class ReportFacts:
    """What the report rests on, besides the judgement."""

    sha256: str
    """Of the judged bytes, hex."""
    size: int
    """Of the judged bytes."""
    at: datetime
    """Moment of verification, aware."""
    software: str
    policy: str = ""
    name: str = ""
    """What people call what was judged, where that says more than the file's name."""
    record: Record | None = None
    """What the verdict rests on, where it was gathered."""
    bundle: BundleReport | None = None
    """The bundle of evidence the judged message came in, where it did."""


@dataclass(frozen=True, slots=True)
class SignatureLine:
    """A signature on the first page."""

    where: str
    signer: str
    time: str
    state: str
    display: Display


@dataclass(frozen=True, slots=True)
class Section:
    """A headed table of the details."""

    heading: str
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class ReportContent:
    """The first page, then the sections."""

    language: str
    title: str
    file: tuple[Row, ...]
    display: Display
    word: str
    advice: tuple[str, ...]
    sender: str
    signatures_heading: str
    columns: tuple[str, str, str, str]
    signatures: tuple[SignatureLine, ...]
    more: str
    """How many signatures there are that had no room on the first page."""
    details_heading: str
    sections: tuple[Section, ...]
    footer: tuple[str, ...]


def report_content(report: VerificationReport, facts: ReportFacts, catalogue: Catalogue) -> ReportContent:
    """Put a judgement into words."""
    words = _Words(catalogue)
    shown = report.signatures[:_MOST_ON_FIRST_PAGE]
    left = len(report.signatures) - len(shown)
    return ReportContent(
        language=catalogue.language,
        title=words("title"),
        file=(
            (words("file"), safe(facts.name or report.path)),
            (words("size"), f"{facts.size:,}".replace(",", ".")),
            ("SHA-256", facts.sha256),
            (words("at"), words.when(facts.at)),
        ),
        display=report.display,
        word=words.of("display", report.display.value),
        advice=(*_advice(report, catalogue), f"{words('coverage')}: {_coverage(report, words)}"),
        sender=_sender(report, words),
        signatures_heading=words("signatures"),
        columns=(words("where"), words("signer"), words("time"), words("result")),
        signatures=tuple(_line(verdict, words) for verdict in shown),
        more=words("more", count=left) if left else "",
        details_heading=words("details"),
        sections=tuple(_sections(report, facts, words)),
        footer=(words("basis"), " · ".join(filter(None, (facts.software, facts.policy)))),
    )


def safe(text: str) -> str:
    """Strangers' words, on one line and of bounded length."""
    return printable(text[: 4 * _LONGEST])[:_LONGEST]


class _Words:
    """Texts by code."""

    def __init__(self, catalogue: Catalogue) -> None:
        self.catalogue = catalogue

    def __call__(self, code: str, **params: object) -> str:
        return safe(self.catalogue.text("report", code, **params).title)

    def of(self, family: str, code: str) -> str:
        return safe(self.catalogue.text(family, code).title)

    def when(self, moment: datetime | None) -> str:
        if moment is None:
            return self("none")
        return moment.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M:%S (+07:00)")


def _advice(report: VerificationReport, catalogue: Catalogue) -> list[str]:
    """What to say first, then what else there is about the whole and its worst signature."""
    first = leading_text(catalogue, report)
    texts = [] if first is None else [first]
    texts += [catalogue.text("reason", reason.value) for reason in report.reasons]
    worst = next((one for one in report.signatures if one.display is report.display), None)
    if worst is not None and report.display is not Display.VALID:
        texts += verdict_texts(catalogue, worst)
    if not texts:
        texts = [catalogue.text("display", report.display.value)]
    return list(dict.fromkeys(map(_sentence, texts)))[:_MOST_ADVICE]


def _sentence(text: Text) -> str:
    return ". ".join(part.rstrip(".") for part in (text.title, text.action) if part) + "."


def _coverage(report: VerificationReport, words: _Words) -> str:
    return words.of("coverage", report.coverage.value)


def _sender(report: VerificationReport, words: _Words) -> str:
    identity = report.identity
    if identity is None:
        return ""
    state = words("from-matches" if identity.matches else "from-differs")
    others = {"Sender": identity.sender, "Reply-To": ", ".join(identity.reply_to)}
    also = "".join(f"; {field}: {safe(address)}" for field, address in others.items() if address)
    return f"{words('from')}: {safe(identity.from_address) or words('none')} – {state}{also}"


def _line(verdict: SignatureVerdict, words: _Words) -> SignatureLine:
    signer = safe(verdict.signer.name) if verdict.signer is not None else words("none")
    proven = verdict.timestamp_time is not None
    time = words.when(verdict.timestamp_time if proven else verdict.claimed_time)
    kind = words("proven" if proven else "claimed")
    stated = proven or verdict.claimed_time is not None
    return SignatureLine(
        _where(verdict, words)[:120],
        signer[:200],
        f"{time} – {kind}" if stated else time,
        words.of("display", verdict.display.value),
        verdict.display,
    )


def _where(verdict: SignatureVerdict, words: _Words) -> str:
    return words("message") if verdict.where == "message" else safe(verdict.where)


def _sections(report: VerificationReport, facts: ReportFacts, words: _Words) -> Iterator[Section]:
    for number, verdict in enumerate(report.signatures, 1):
        yield Section(f"{number}. {_where(verdict, words)}", tuple(_facts_of(verdict, facts, words)))
    if facts.bundle is not None:
        yield Section(words.of("evidence", "by-hash"), tuple(_bundle(facts.bundle, words)))
    record = facts.record
    if record is None:
        return
    if record.basis.certificates:
        yield Section(words("chain"), tuple(_chain(record, words)))
    if record.basis.revocations:
        rows = (_revocation(one, facts, words) for one in record.basis.revocations)
        yield Section(words("lists"), tuple(rows))
    if record.parts:
        parts = ((f"{one.section} {safe(one.name or one.media_type)}", one.sha256) for one in record.parts)
        yield Section(words("parts"), tuple((name.strip(), f"SHA-256 {digest}") for name, digest in parts))
    if record.headers:
        yield Section(words("headers"), tuple((safe(name), safe(value)) for name, value in record.headers))


def _bundle(bundle: BundleReport, words: _Words) -> Iterable[Row]:
    """What its hashes say, and what verifying again says: two different things to know."""
    yield words("result"), words.of("evidence", "intact" if bundle.intact else "altered")
    for one in bundle.problems:
        yield (
            words("reason"),
            " · ".join(filter(None, (words.of("bundle", one.problem.value), safe(one.place)))),
        )
    for row in bundle.rows:
        again = {True: "same", False: "differs", None: "not-tried"}[row.agrees]
        said = safe(row.sent_reason) if row.report is None else words.of("display", row.report.display.value)
        told = (said, safe(row.software), safe(row.policy), words.of("evidence", again))
        yield words.when(row.recorded_at), " · ".join(filter(None, told))
    for anchor in bundle.anchors:
        known = words.of("evidence", "anchor-trusted" if anchor.trusted_here else "anchor-unknown")
        yield words("role-anchor"), f"{safe(anchor.subject)} · SHA-256 {anchor.sha256} · {known}"
    sealed = bundle.sealed_at is not None
    yield words("limits"), words.of("evidence", "sealed" if sealed else "limits")


def _facts_of(verdict: SignatureVerdict, facts: ReportFacts, words: _Words) -> Iterable[Row]:
    yield words("result"), words.of("display", verdict.display.value)
    for text in verdict_texts(words.catalogue, verdict):
        yield words("reason"), _sentence(text)
    signer = verdict.signer
    if signer is not None:
        yield words("signer"), safe(signer.name)
        yield words("organisation"), safe(signer.organisation) or words("none")
        yield words("addresses"), safe(", ".join(signer.emails)) or words("none")
        yield words("serial"), safe(signer.serial)
        yield words("issuer"), safe(signer.issuer)
        yield words("validity"), f"{words.when(signer.not_before)} – {words.when(signer.not_after)}"
    if verdict.countersigns:
        yield words("countersigns"), safe(verdict.countersigns)
    yield words("claimed-time"), words.when(verdict.claimed_time)
    yield words("proven-time"), words.when(verdict.timestamp_time)
    yield words("coverage"), words.of("coverage", verdict.coverage.value)
    yield words("changes"), "; ".join(map(safe, change_lines(words.catalogue, verdict))) or words("none")
    for place in verdict.changed_places:
        box = ", ".join(f"{value:.0f}" for value in (place.left, place.bottom, place.right, place.top))
        yield words("place"), f"{words('page')} {place.page} ({box} pt)"
    if verdict.revision_bytes:
        yield words("revision"), f"{verdict.revision_bytes:,}".replace(",", ".")
    yield words("revocation"), _age(verdict.revocation, facts.at, words)
    sub = f" / {verdict.sub_indication.value}" if verdict.sub_indication is not None else ""
    yield "ETSI EN 319 102-1", f"{verdict.format.value} {verdict.level} · {verdict.indication.value}{sub}"


def _age(evidence: RevocationEvidence, at: datetime, words: _Words) -> str:
    """``CRL ngày …, còn hiệu lực đến …``, or that there was none."""
    if evidence.source not in {"crl", "ocsp"} or evidence.as_of is None:
        return words("revocation-ignored" if evidence.source == "ignored" else "none")
    return _dated(evidence.source.upper(), evidence.as_of, evidence.next_update, at, words)


def _dated(kind: str, since: datetime | None, until: datetime | None, at: datetime, words: _Words) -> str:
    fresh = until is not None and until >= at
    ends = words("fresh-until" if fresh else "stale-since", when=words.when(until)) if until else ""
    return ", ".join(filter(None, (words("of-day", kind=kind, when=words.when(since)), ends)))


def _chain(record: Record, words: _Words) -> Iterable[Row]:
    for one in record.basis.certificates:
        more = f"{words('serial')}: {one.serial} · {words('until')}: {words.when(one.not_after)}"
        yield words(f"role-{one.role.value}"), f"{safe(one.subject)} · {more} · SHA-256 {one.sha256}"
    version = f"{record.basis.anchors_known} · {record.basis.anchors_sha256}"
    yield words("trust-list"), version


def _revocation(one: UsedRevocation, facts: ReportFacts, words: _Words) -> Row:
    said = _dated(one.kind.upper(), one.this_update, one.next_update, facts.at, words)
    came = words(f"from-{one.origin.value}")
    if one.fetched_at is not None:
        came = f"{came}, {words.when(one.fetched_at)}"
    return safe(one.issuer), f"{said} · {came} · SHA-256 {one.sha256}"
