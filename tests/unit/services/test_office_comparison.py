from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from client.crypto import smime
from client.errors import MalformedDocument
from client.model.comparison import SignedDocument
from client.services.futures import resolved
from client.services.office_comparison import OfficeComparison
from client.services.tasks import Lane, WorkshopLane
from tests.fakes.pdf import DECISION, make_pdf
from tests.fakes.pki import OfficePki
from tests.fakes.signing import key_of
from tests.fakes.tampering import edited, fill, form_pdf, sign
from tests.unit.services.test_signed_versions import as_mail


@pytest.fixture(scope="module")
def lane() -> Iterator[Lane]:
    made = WorkshopLane()
    yield made
    made.close()


def placed(pdf: bytes, pki: OfficePki, path: Path) -> SignedDocument:
    path.write_bytes(as_mail(pdf))
    verdict = smime.verify_message(path.read_bytes(), pki.demand()).signatures[0]
    return SignedDocument(1, 7, verdict.section, verdict.revision_bytes)


def test_a_page_is_drawn_twice_in_the_workshop_with_what_differs(
    lane: Lane, pki: OfficePki, tmp_path: Path
) -> None:
    key = key_of(pki.person("Nguyễn Văn An", "an@example.gov.vn"))
    signed = sign(form_pdf(), key)
    path = tmp_path / "thu.eml"
    document = placed(edited(signed, lambda w: fill(w, "SoTien", "9.000.000")), pki, path)
    desk = OfficeComparison(lambda *_: resolved(path), lane)
    outline = desk.outline(document).result(60)
    assert (outline.pages_signed, outline.pages_now, outline.touched) == (1, 1, (1,))
    pair = desk.page(document, 1, 600, outline).result(60)
    assert pair.signed is not None
    assert pair.now is not None
    assert pair.signed.png != pair.now.png
    assert pair.places == desk.places(document, 1, outline).result(60) != ()
    assert desk.signed_version(document).result(60) == signed


def test_a_page_that_nobody_touched_has_no_places(lane: Lane, pki: OfficePki, tmp_path: Path) -> None:
    key = key_of(pki.person("Nguyễn Văn An", "an@example.gov.vn"))
    path = tmp_path / "thu.eml"
    twice = sign(sign(make_pdf(DECISION, DECISION), key), key, "S2", box=(80, 60, 200, 90))
    document = placed(twice, pki, path)
    desk = OfficeComparison(lambda *_: resolved(path), lane)
    outline = desk.outline(document).result(60)
    assert outline.touched == (1,)
    assert [page for page, _ in outline.later] == [1]
    assert desk.page(document, 2, 300, outline).result(60).places == ()
    pair = desk.page(document, 1, 300, outline).result(60)
    assert pair.places == ()
    assert (pair.later[0].left, pair.later[0].bottom) == pytest.approx((80, 60), abs=2)
    with pytest.raises(MalformedDocument):
        desk.outline(SignedDocument(1, 7, document.section, document.length + 1)).result(60)
