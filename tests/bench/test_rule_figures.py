"""Figures of the regulation check: how long a letter takes, and how often ordinary letters are warned of.

They are printed, never asserted as times. ``CONGTHU_BENCH_LETTERS`` sets how many ordinary letters.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.config.paths import resources_dir
from client.config.policy_layers import builtin_policy
from client.model.account import Account, Endpoint, Identity
from client.model.address import MailAddress
from client.model.finding import CheckReport, Severity
from client.model.outgoing import Draft, DraftAttachment
from client.model.trust import VerificationDemand
from client.sandbox.people import Cast, load_cast
from client.sandbox.pki import DemoPki, open_pki
from client.sandbox.signatures import StorySigner
from client.services.checking import check_draft, check_message
from client.services.checking_cache import ReadCache
from client.services.futures import resolved
from client.services.office_checks import CheckPlaces, CheckSetup, OfficeChecks
from client.services.requests import TrustSources
from client.services.tasks import WorkshopLane
from client.services.workshop import warm_up
from client.store.database import open_ledger
from tests.fakes.office import docx, paragraph, run
from tests.fakes.ordinary_writer import Writer
from tests.fakes.pdf import make_large_pdf
from tests.fakes.sheets import Sheet, Words
from tests.fakes.story import demand_at

pytestmark = pytest.mark.bench
LETTERS = int(os.environ.get("CONGTHU_BENCH_LETTERS", "2000"))
BORN = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
POLICY = builtin_policy(resources_dir())


@pytest.fixture(scope="module")
def cast() -> Cast:
    return load_cast()


@pytest.fixture(scope="module")
def pki(cast: Cast, tmp_path_factory: pytest.TempPathFactory) -> DemoPki:
    return open_pki(tmp_path_factory.mktemp("pki"), cast, BORN, lambda: 18080)


@pytest.fixture(scope="module")
def demand(pki: DemoPki) -> VerificationDemand:
    return demand_at(BORN, pki)


def test_ordinary_letters(cast: Cast, pki: DemoPki, demand: VerificationDemand) -> None:
    """Of every kind an office writes; what stops or asks for a reason here is a false alarm."""
    writer = Writer(StorySigner(pki, cast.key_password), BORN)
    raised: dict[Severity, Counter[str]] = {severity: Counter() for severity in Severity}
    spent = 0.0
    for letter in writer.letters(LETTERS):
        raw = letter.raw()
        begin = time.perf_counter()
        report = check_message(raw, letter.sender, POLICY, letter.moment, demand)
        spent += time.perf_counter() - begin
        for code, severity in {(one.code, one.severity) for one in report.findings}:
            raised[severity][code] += 1
    print(f"\n{LETTERS} ordinary letters, {spent * 1000 / LETTERS:.1f} ms each")
    for severity in sorted(Severity, reverse=True):
        told = ", ".join(f"{code} {count / LETTERS:.2%}" for code, count in raised[severity].most_common())
        print(f"  {severity.word}: {told or 'none'}")
    assert not raised[Severity.BLOCK]
    assert not raised[Severity.CONFIRM]


def draft(*attachments: DraftAttachment, body: str = "Xin gửi kèm văn bản.") -> Draft:
    sender = MailAddress("dthanh.snv@tphcm.gov.vn", "Đỗ Thị Hạnh")
    to = (MailAddress("stp@tphcm.gov.vn", "Sở Tư pháp"),)
    return Draft("d", "a", "<1@tphcm.gov.vn>", sender, to, (), (), "V/v báo cáo quý IV", body, attachments)


def pdf_of(name: str, pages: int) -> DraftAttachment:
    """A PDF of text, each page its own."""

    def page(number: int) -> list[Words]:
        words = (
            "Điều {n}. Các phòng, đơn vị thuộc Sở thực hiện nhiệm vụ cải cách hành chính năm 2026 ({name})."
        )
        return [
            Words(words.format(n=45 * number + line, name=name), 60, 780 - 16 * line, start=True)
            for line in range(45)
        ]

    return DraftAttachment(
        f"{name}.pdf", "application/pdf", Sheet().pdf(*(page(one) for one in range(pages)))
    )


def letter_of(name: str, paragraphs: int) -> DraftAttachment:
    text = "".join(paragraph(run(f"Điều {one}. Nội dung {name} được giao.")) for one in range(paragraphs))
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
    return DraftAttachment(f"{name}.docx", kind, docx(text))


def table_of(number: int, size: int) -> DraftAttachment:
    """A scan of ``size`` bytes in a PDF, no two the same."""
    return DraftAttachment(f"Phụ lục {number}.pdf", "application/pdf", make_large_pdf(size + number))


def best(work: Callable[[], CheckReport], times: int = 5) -> float:
    """Milliseconds of the quickest."""
    took = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        took.append(time.perf_counter() - begin)
    return min(took) * 1000


def test_from_send_to_report(cast: Cast, demand: VerificationDemand) -> None:
    """As in the workshop that has been in use: everything is imported, the files are new to it."""
    identity = Identity(MailAddress("dthanh.snv@tphcm.gov.vn", "Đỗ Thị Hạnh"), "Chuyên viên", "Sở Nội vụ")

    def check(letter: Draft, cache: ReadCache) -> CheckReport:
        return check_draft(letter, identity, POLICY, BORN, demand, cache=cache)

    typical = draft(pdf_of("Báo cáo", 10), pdf_of("Kế hoạch", 10), letter_of("Phụ lục", 120))
    heavy = draft(*(table_of(number, 2_500_000) for number in range(10)))
    kept = ReadCache()
    first = best(lambda: check(typical, ReadCache()))
    large = best(lambda: check(heavy, ReadCache()), 3)
    check(typical, kept)
    typed = best(lambda: check(replace(typical, body=typical.body + " Trân trọng."), kept), 20)
    print(f"\ntwo PDFs of 10 pages and a DOCX: {first:.0f} ms (goal 300)")
    print(f"25 MB in ten files: {large:.0f} ms (goal 2000)")
    print(f"a word typed, files known: {typed:.1f} ms (goal 50)")


def test_as_the_window_sees_it(cast: Cast, tmp_path: Path) -> None:
    """Through the real workshop: what a check takes, and how much of it the window's process does."""
    identity = Identity(MailAddress("dthanh.snv@tphcm.gov.vn", "Đỗ Thị Hạnh"), "Chuyên viên", "Sở Nội vụ")
    account = Account("a", identity, Endpoint("i", 993), Endpoint("s", 465), "a")
    ledger = open_ledger(tmp_path / "ledger.db")
    places = CheckPlaces({}, lambda _, one: tmp_path / one, lambda _m, _r: resolved(tmp_path), lambda _: "a")
    setup = CheckSetup(POLICY, TrustSources(), lambda: BORN, lambda: {"a": account}, places)
    lane = WorkshopLane(warm_up)
    checks = OfficeChecks(setup, lane, ledger)

    def timed(letter: Draft) -> tuple[float, float]:
        began, used = time.perf_counter(), time.process_time()
        checks.check(letter).result(60)
        return (time.perf_counter() - began) * 1000, (time.process_time() - used) * 1000

    def quickest(letters: list[Draft]) -> tuple[float, float]:
        return min(timed(letter) for letter in letters)

    try:
        timed(draft(letter_of("Làm quen", 5)))
        names = [f"lần {turn}" for turn in range(4)]
        typical = [
            draft(pdf_of(f"A {one}", 10), pdf_of(f"B {one}", 10), letter_of(one, 120)) for one in names
        ]
        heavy = [
            draft(*(table_of(40 * turn + number, 2_500_000) for number in range(10))) for turn in range(3)
        ]
        typed = [replace(typical[0], body=f"{typical[0].body} {turn}") for turn in range(20)]
        for words, letters in (
            ("two PDFs of 10 pages and a DOCX (goal 300)", typical),
            ("25 MB in ten files (goal 2000)", heavy),
            ("a word typed, files known (goal 50)", typed),
            ("a word typed beside 25 MB", [replace(heavy[0], body=str(turn)) for turn in range(20)]),
        ):
            took, own = quickest(letters)
            print(f"\n{words}: {took:.1f} ms, of which the window's process works {own:.1f} ms", end="")
        print()
    finally:
        lane.close()
        ledger.close()
