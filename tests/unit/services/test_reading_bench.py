"""Pieces in a mailbox become a letter, with the verdict on the whole; pictures too."""

from __future__ import annotations

import base64
import io
import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PIL import Image

from client.crypto import cms
from client.crypto.pkcs12 import open_pkcs12
from client.errors import MalformedMessage
from client.mime import builder
from client.model.piece import MOST_BYTES, FoundPieces, PieceState
from client.model.secret import Secret
from client.model.verdict import Display
from client.services import reading_bench
from client.services.futures import resolved
from client.services.office_reading import OfficeReading, ReadingPlaces
from client.services.requests import TrustSources
from client.services.tasks import ImmediateLane
from tests.fakes.pki import OfficePki
from tests.unit.mime.test_pieces import cut, piece

AT = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
TEXT = b"Content-Type: text/plain; charset=utf-8\r\n\r\nNop 100 dong\r\n"


@pytest.fixture
def sources(pki: OfficePki, tmp_path: Path) -> TrustSources:
    (tmp_path / "root.pem").write_bytes(pki.root.certificate_pem)
    for number, crl in enumerate(pki.crls()):
        (tmp_path / f"{number}.crl").write_bytes(crl)
    return TrustSources((tmp_path / "root.pem",), tuple(tmp_path.glob("*.crl")))


def stored(folder: Path, messages: list[bytes]) -> tuple[Path, ...]:
    paths = tuple(folder / f"{at}.eml" for at in range(len(messages)))
    for path, raw in zip(paths, messages, strict=True):
        path.write_bytes(raw)
    return paths


def signed(pki: OfficePki) -> bytes:
    an = open_pkcs12(pki.person("An", "an@example.gov.vn").pkcs12("x"), Secret("x"))
    return builder.assemble_signed(b"Subject: Lenh\r\n", TEXT, cms.sign_mail(TEXT, an, pki.now))


@pytest.mark.parametrize(
    ("sender", "change", "display"),
    [
        ("an@example.gov.vn", b"", Display.VALID),
        ("an@example.gov.vn", b"999", Display.INVALID),
        ("eve@evil.test", b"", Display.WARNING),
    ],
)
def test_the_verdict_is_that_of_the_joined_letter(
    tmp_path: Path, pki: OfficePki, sources: TrustSources, sender: str, change: bytes, display: Display
) -> None:
    whole = signed(pki).replace(b"100", change) if change else signed(pki)
    paths = stored(tmp_path, cut(whole, 30, 500, 900, sender=sender))
    for at, path in enumerate(paths):
        assert reading_bench.pieces(path, paths[::-1]).state is PieceState.COMPLETE
        letter = reading_bench.join(path, paths, sources, pki.now)
        assert letter.report.display is display, at
        assert letter.view.envelope.subject == "Lenh"
        assert "dong" in letter.view.text
        assert "dong" not in repr(letter)


@dataclass(frozen=True)
class Opened:
    """An encrypted message: there is no reading the beginning of it alone."""

    content: bytes
    opened: list[int] = field(compare=False)
    name: str = "x.eml"
    suffix: str = ".eml"

    def read_bytes(self) -> bytes:
        self.opened.append(len(self.content))
        return self.content

    def is_file(self) -> bool:
        return True

    def stat(self) -> os.stat_result:
        return os.stat_result((0, 0, 0, 0, 0, 0, len(self.content), 0, 0, 0))


def test_no_more_is_opened_of_encrypted_neighbours_than_may_be_joined() -> None:
    opened: list[int] = []
    first, second = (Opened(piece(at, b"x", 2), opened) for at in (1, 2))
    large = Opened(b"Subject: x\r\n\r\n" + bytes(10_000_000), opened)
    assert reading_bench.pieces(first, (second, *[large] * 30)).state is PieceState.COMPLETE
    assert sum(opened) <= MOST_BYTES * 2
    assert len(opened) == 2 + MOST_BYTES * 2 // len(large.content)


def test_pieces_that_are_not_all_here_are_not_joined(tmp_path: Path, sources: TrustSources) -> None:
    first, second, third = stored(tmp_path, [piece(at, b"x", 3) for at in (1, 2, 3)])
    gone = tmp_path / "gone.eml"
    assert reading_bench.pieces(first, (first, third, gone)) == FoundPieces(PieceState.MISSING, 3, (2,))
    with pytest.raises(MalformedMessage, match="pieces-missing"):
        reading_bench.join(first, (first, third, gone), sources, AT)
    other = stored(tmp_path / ".", [piece(2, b"x", 3, sender="eve@evil.test")])[0]
    assert reading_bench.pieces(third, (second, other)).missing == (1,)


def test_what_is_no_piece_or_too_much_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plain, one, two = stored(tmp_path, [b"From: a@x.vn\r\n\r\nx", piece(1, b"x", 2), piece(2, b"y", 2)])
    assert reading_bench.pieces(plain, (one, two)).state is PieceState.MISSING
    assert MOST_BYTES > 1_000_000
    monkeypatch.setattr("client.services.reading_bench.MOST_BYTES", 250)
    assert reading_bench.pieces(one, (one, two)).state is PieceState.TOO_LARGE


def test_files_and_pictures_of_a_joined_letter_come_out_of_its_bytes(
    tmp_path: Path, sources: TrustSources
) -> None:
    buffer = io.BytesIO()
    Image.new("RGB", (30, 20), "red").save(buffer, "PNG")
    whole = (
        b"Content-Type: multipart/related; boundary=r\r\n\r\n--r\r\nContent-Type: text/html\r\n\r\n"
        b'<img src="cid:a">\r\n--r\r\nContent-Type: image/png\r\nContent-ID: <a>\r\n'
        b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(buffer.getvalue()) + b"--r--\r\n"
    )
    paths = stored(tmp_path, cut(whole, 100, 200))
    near: list[tuple[int, int]] = []

    def neighbours(mailbox_id: int, row_id: int) -> tuple[Path, ...]:
        near.append((mailbox_id, row_id))
        return paths

    places = ReadingPlaces(lambda _, row_id: resolved(paths[row_id]), neighbours)
    office = OfficeReading(places, ImmediateLane(), sources, lambda: AT)
    assert office.pieces(1, 2).result().state is PieceState.COMPLETE
    letter = office.join(1, 2).result()
    assert near == [(1, 2), (1, 2)]
    (info,) = letter.view.attachments
    assert info.drawn
    assert office.joined_attachment(letter, info.section).result() == buffer.getvalue()
    drawn = office.joined_picture(letter, info.section).result()
    assert drawn is not None
    assert (drawn.width, drawn.height) == (30, 20)
    with pytest.raises(MalformedMessage):
        office.joined_attachment(letter, "9").result()
    alone = tmp_path / "anh.eml"
    alone.write_bytes(b"From: a@x.vn\r\n" + whole)
    places = ReadingPlaces(lambda *_: resolved(alone), lambda *_: ())
    again = OfficeReading(places, ImmediateLane(), sources, lambda: AT).picture(1, 2, "2").result()
    assert again == drawn
