"""The four appearances of Decree 30/2020 in signed files, as two PDF readers show them."""

from __future__ import annotations

import io
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PIL import Image, ImageChops
from pyhanko.pdf_utils.generic import NumberObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

from client.crypto.appearance import make_stamp, preview, propose_place
from client.crypto.appearance_drawing import draw_image
from client.crypto.keys import SigningKey
from client.crypto.pades_signing import sign_pdf
from client.crypto.pades_validation import verify_pdf
from client.crypto.pkcs12 import open_pkcs12
from client.crypto.timestamps import Timestamper
from client.documents.page_image import laid_over, render_page
from client.model.secret import Secret
from client.model.signing import Appearance, SigningRole
from client.model.verdict import Display, Profile
from tests.fakes.pki import Holder, OfficePki
from tests.fakes.sheets import (
    Box,
    Sheet,
    Words,
    found,
    hand_image,
    is_black,
    is_blue,
    is_red,
    seal_image,
    seen_by_pdfium,
    seen_by_poppler,
)

MILLIMETRE = 72 / 25.4
SHEETS = [
    Sheet(width, height, turned, corner)
    for width, height in ((595, 842), (842, 595))
    for turned, corner in ((0, (0, 0)), (90, (37, 53)), (180, (37, 53)), (270, (0, 0)))
]
APPROVE = Appearance(SigningRole.APPROVE, hand_image())
ISSUE = Appearance(SigningRole.ISSUE, seal_image())
ANNEX = Appearance(SigningRole.ANNEX, number="15/QĐ-SNV")
COPY = Appearance(SigningRole.COPY, office="Sở Nội vụ Thành phố Hồ Chí Minh")


@dataclass(frozen=True)
class Office:
    """Who signs here."""

    pki: OfficePki
    person: SigningKey
    seal: SigningKey

    def sign(self, pdf: bytes, appearance: Appearance, **more: Any) -> bytes:
        key = self.person if appearance.role is SigningRole.APPROVE else self.seal
        password = more.get("password")
        terms = {"profile": Profile.B_B, "timestamper": None, "signing_time": self.pki.now} | more
        stamp = make_stamp(pdf, appearance, None, self.pki.now, password=password)
        return sign_pdf(pdf, key, stamp=stamp, **terms)


@pytest.fixture(scope="module")
def office() -> Office:
    pki = OfficePki()

    def key(holder: Holder) -> SigningKey:
        return open_pkcs12(holder.pkcs12("bí mật"), Secret("bí mật"))

    person = key(pki.person("Trần Thị Bình", "binh@example.gov.vn"))
    return Office(pki, person, key(pki.seal("Sở Nội vụ", "snv@example.gov.vn")))


def decision(sheet: Sheet) -> list[Words]:
    """A page with head, recipients on the left and a signature block on the right."""
    right, foot = 0.7 * sheet.width, 0.45 * sheet.height
    return [
        Words("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", right, sheet.height - 60, 12, bold=True),
        Words("Số: 15/QĐ-SNV", 0.25 * sheet.width, sheet.height - 95),
        Words("QUYẾT ĐỊNH", 0.5 * sheet.width, sheet.height - 130, 14, bold=True),
        Words("Căn cứ Nghị định số 30/2020/NĐ-CP;", 85, sheet.height - 160, start=True),
        Words("Nơi nhận:", 85, foot, 12, bold=True, start=True),
        Words("- Như Điều 3;", 85, foot - 14, 11, start=True),
        Words("KT. GIÁM ĐỐC", right, foot, 13, bold=True),
        Words("PHÓ GIÁM ĐỐC", right, foot - 16, 13, bold=True),
        Words("Trần Thị Bình", right, foot - 110, 13, bold=True),
    ]


def readers(pdf: bytes, folder: Path) -> Sequence[Image.Image]:
    return seen_by_pdfium(pdf), seen_by_poppler(pdf, folder)


def middle(box: Box) -> float:
    return (box[0] + box[2]) / 2


@pytest.mark.parametrize("sheet", SHEETS, ids=str)
def test_the_hand_signature_is_blue_upright_and_between_title_and_name(
    office: Office, sheet: Sheet, tmp_path: Path
) -> None:
    signed = office.sign(sheet.pdf(decision(sheet)), APPROVE)
    for image in readers(signed, tmp_path):
        assert image.size == (round(sheet.width), round(sheet.height))
        hand = found(image, is_blue)
        assert hand is not None
        assert abs(middle(hand) - 0.7 * sheet.width) < 10 * MILLIMETRE
        title, name = 0.55 * sheet.height + 16, 0.55 * sheet.height + 110
        assert title < hand[1] < hand[3] < name - 9
        width, height = hand[2] - hand[0], hand[3] - hand[1]
        assert width / height == pytest.approx(400 / 160, rel=0.05), "its proportions are kept"
        corner = (hand[0] + 2, hand[1] + 2, hand[0] + width // 5, hand[1] + height // 4)
        assert found(image.crop(corner), is_blue) == (0, 0, corner[2] - corner[0], corner[3] - corner[1])
        assert (
            found(image, is_blue, (hand[0] + width // 2, hand[1], hand[2] - 12, hand[1] + height // 2))
            is None
        )


@pytest.mark.parametrize("sheet", SHEETS, ids=str)
def test_the_seal_is_red_in_true_size_over_a_third_of_the_signature_on_its_left(
    office: Office, sheet: Sheet, tmp_path: Path
) -> None:
    approved = office.sign(sheet.pdf(decision(sheet)), APPROVE)
    issued = office.sign(approved, ISSUE)
    for before, after in zip(readers(approved, tmp_path), readers(issued, tmp_path), strict=True):
        hand, seal = found(before, is_blue), found(after, is_red)
        assert hand is not None
        assert seal is not None
        assert (seal[2] - seal[0]) / MILLIMETRE == pytest.approx(36, abs=1)
        assert (seal[3] - seal[1]) / MILLIMETRE == pytest.approx(36, abs=1)
        assert middle(seal) < middle(hand)
        assert 0.2 <= (seal[2] - hand[0]) / (hand[2] - hand[0]) <= 0.5
        assert abs((seal[1] + seal[3]) - (hand[1] + hand[3])) < 6, "side by side"
        assert seal[0] > 85 + 80, "the list of recipients stays readable"


@pytest.mark.parametrize("appearance", [ANNEX, COPY], ids=lambda one: one.role.value)
@pytest.mark.parametrize("sheet", SHEETS, ids=str)
def test_annexes_and_copies_carry_one_black_text_at_the_top_right(
    office: Office, sheet: Sheet, appearance: Appearance, tmp_path: Path
) -> None:
    pdf = sheet.pdf(decision(sheet), decision(sheet))
    signed = office.sign(pdf, appearance)
    for plain, image in zip(readers(pdf, tmp_path), readers(signed, tmp_path), strict=True):
        box = ImageChops.difference(plain, image).getbbox()
        assert box is not None
        assert found(image, is_blue) is None
        assert found(image, is_red) is None
        assert found(image, is_black, box) is not None
        assert sheet.width - 20 * MILLIMETRE < box[2] < sheet.width - 10 * MILLIMETRE
        assert box[0] > sheet.width / 3
        assert box[3] < 20 * MILLIMETRE
        assert box[2] - box[0] > 3 * (box[3] - box[1]), "the line lies flat"


@pytest.mark.parametrize(
    ("appearance", "words"),
    [
        (ANNEX, "15/QĐ-SNV; {time}"),
        (COPY, "SAO Y; Sở Nội vụ Thành phố Hồ Chí Minh; {time}"),
        (Appearance(SigningRole.COPY_RECORD, office="Sở Tư pháp"), "SAO LỤC; Sở Tư pháp; {time}"),
        (Appearance(SigningRole.EXTRACT, office="Sở Tư pháp"), "TRÍCH SAO; Sở Tư pháp; {time}"),
        (APPROVE, ""),
        (ISSUE, ""),
    ],
    ids=lambda one: one.role.value if isinstance(one, Appearance) else "",
)
def test_signed_files_are_valid_here_and_elsewhere_and_their_words_can_be_searched(
    office: Office, appearance: Appearance, words: str, tmp_path: Path
) -> None:
    sheet = SHEETS[1]
    timestamper = Timestamper(("http://tsa.test",), office.pki.post_timestamp)
    first = office.sign(sheet.pdf(decision(sheet)), APPROVE, profile=Profile.B_T, timestamper=timestamper)
    signed = first
    if appearance is not APPROVE:
        signed = office.sign(first, appearance, profile=Profile.B_T, timestamper=timestamper)
    report = verify_pdf(signed, office.pki.demand())
    assert {verdict.display for verdict in report.signatures} == {Display.VALID}
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)
    said = run("pdfsig", "-nocert", path)
    assert said.count("Signature is Valid") == len(report.signatures)
    assert words.format(time=vietnam_time(office.pki)) in " ".join(run("pdftotext", path, "-").split())


def vietnam_time(pki: OfficePki) -> str:
    return (pki.now + timedelta(hours=7)).strftime("%Y-%m-%dT%H:%M:%S+07:00")


def run(*command: str | Path) -> str:
    return subprocess.run(
        [str(one) for one in command], check=True, capture_output=True, text=True, encoding="utf-8"
    ).stdout


@pytest.mark.parametrize("appearance", [APPROVE, COPY], ids=lambda one: one.role.value)
@pytest.mark.parametrize("sheet", [SHEETS[0], SHEETS[1], SHEETS[-1]], ids=str)
def test_what_is_previewed_is_what_the_file_shows(
    office: Office, sheet: Sheet, appearance: Appearance
) -> None:
    pdf = sheet.pdf(decision(sheet))
    place = propose_place(pdf, appearance, office.pki.now)
    assert place is not None
    stamp = make_stamp(pdf, appearance, place, office.pki.now)
    shown = laid_over(render_page(pdf, place.page, 144), preview(stamp, 144), place)
    signed = sign_pdf(
        pdf, office.person, profile=Profile.B_B, timestamper=None, signing_time=office.pki.now, stamp=stamp
    )
    assert differs(shown.png, render_page(signed, place.page, 144).png) < 0.001


def differs(one: bytes, other: bytes) -> float:
    """Share of clearly different pixels, after what a shift by half a pixel does to edges is taken off."""
    grey = [Image.open(io.BytesIO(png)).convert("L").resize((300, 300)) for png in (one, other)]
    histogram = ImageChops.difference(*grey).histogram()
    return sum(histogram[64:]) / sum(histogram)


def test_no_edge_of_the_drawing_is_cut_off(office: Office, tmp_path: Path) -> None:
    """The box lies on whole units: a reader that cuts there cuts nothing of the ink."""
    sheet = Sheet(corner=(37, 53))
    words = [*decision(sheet), Words("Dòng này đẩy khối chữ ký lệch đi", 200.37, 300.61)]
    signed = office.sign(sheet.pdf(words), APPROVE)
    for image in readers(signed, tmp_path):
        hand = found(image, is_blue)
        assert hand is not None
        bottom_line = found(image, is_blue, (hand[0], hand[3] - 2, hand[2], hand[3]))
        right_line = found(image, is_blue, (hand[2] - 2, hand[1], hand[2], hand[3]))
        assert bottom_line == (hand[0], hand[3] - 2, hand[2], hand[3])
        assert right_line == (hand[2] - 2, hand[1], hand[2], hand[3])


def test_an_encrypted_document_is_measured_and_stamped_with_its_password(office: Office) -> None:
    pdf = Sheet(encrypt="mo-ra").pdf(decision(Sheet()))
    signed = office.sign(pdf, APPROVE, password=Secret("mo-ra"))
    page = render_page(signed, 1, 72, Secret("mo-ra"))
    assert found(Image.open(io.BytesIO(page.png)), is_blue) is not None


def test_a_page_in_larger_units_gets_the_seal_in_its_true_size(office: Office) -> None:
    """UserUnit 2: half as many units are the same millimetres (ISO 32000-1, 7.7.3.3)."""
    sheet = Sheet()
    writer = IncrementalPdfFileWriter(io.BytesIO(sheet.pdf(decision(sheet))))
    page = writer.root["/Pages"]["/Kids"][0]
    page[pdf_name("/UserUnit")] = NumberObject(2)  # type: ignore[no-untyped-call] # nor here
    writer.update_container(page)
    output = io.BytesIO()
    writer.write(output)  # type: ignore[no-untyped-call] # pyHanko has no types here
    pdf = output.getvalue()
    seal = found(seen_by_pdfium(office.sign(pdf, ISSUE)), is_red)
    assert seal is not None
    assert seal[2] - seal[0] == pytest.approx(18 * MILLIMETRE, abs=2.5)
    line = propose_place(pdf, ANNEX, office.pki.now)
    assert line is not None
    assert line.height == pytest.approx(6, abs=2)


def test_a_batch_draws_the_same_picture_once(office: Office) -> None:
    draw_image.cache_clear()
    documents = [Sheet().pdf([*decision(Sheet()), Words(f"Bản {number}", 300, 500)]) for number in range(5)]
    stamps = [make_stamp(pdf, APPROVE, None, office.pki.now) for pdf in documents]
    assert draw_image.cache_info().misses == 1
    assert len({stamp.drawing for stamp in stamps}) == 1
