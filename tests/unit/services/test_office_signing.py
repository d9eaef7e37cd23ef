from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

import pytest

from client.config.paths import Paths, resources_dir
from client.errors import (
    DocumentEncrypted,
    ImageUnusable,
    KeyPasswordIncorrect,
    MalformedDocument,
    SigningRefused,
    StorageFailed,
)
from client.model.account import Account, Endpoint, Identity, KeyRef
from client.model.address import MailAddress
from client.model.batch import BatchItem, ItemState
from client.model.secret import Secret
from client.model.signing import Appearance, Placement, SigningRole
from client.model.verdict import Profile
from client.services import key_listing
from client.services.known_keys import KnownKeys
from client.services.office_signing import KeySettings, SigningOffice, SigningSetup
from client.services.requests import KeyUse, TrustSources
from client.services.signing_desk import SignOrder
from client.services.tasks import ImmediateLane
from tests.fakes.pdf import make_pdf
from tests.fakes.pki import Holder, OfficePki

T = TypeVar("T")
PLAIN = SignOrder(Profile.B_B)
HAND = (resources_dir() / "demo" / "stamps" / "chu-ky-ntlan.snv.png").read_bytes()


@pytest.fixture(scope="module")
def pki() -> OfficePki:
    return OfficePki(datetime.now(UTC))


@pytest.fixture(scope="module")
def holder(pki: OfficePki) -> Holder:
    return pki.person("Nguyễn Văn An", "an@sonoivu.vn")


@pytest.fixture(autouse=True)
def no_drivers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is installed on this computer is no part of these tests."""
    monkeypatch.setattr(key_listing, "installed_drivers", tuple)


class Room:
    """A signing office with one key file, and what it was told to keep."""

    def __init__(self, folder: Path, pki: OfficePki, holder: Holder) -> None:
        self.folder = folder
        self.file = folder / "an.p12"
        self.file.write_bytes(holder.pkcs12("mật khẩu"))
        anchor = folder / "root.pem"
        anchor.write_bytes(pki.root.certificate_pem)
        endpoint = Endpoint("x.vn", 993)
        identity = Identity(MailAddress("an@sonoivu.vn", "Nguyễn Văn An"))
        self.key = KeyRef("p12", str(self.file))
        account = Account("an", identity, endpoint, endpoint, "an", personal_key=self.key)
        self.kept: list[KeySettings] = []
        self.later: list[tuple[Path, Profile]] = []
        self.unstamped: list[Path] = []
        setup = SigningSetup(
            Paths(folder / "data"),
            TrustSources(anchors=(anchor,)),
            lambda: datetime.now(UTC),
            keep=self.kept.append,
            extend_later=lambda path, profile: self.later.append((path, profile)),
            without_timestamp=self.unstamped.append,
        )
        self.office = SigningOffice(setup, KeySettings((account,)), ImmediateLane())
        self.use = KeyUse(self.key, Secret("mật khẩu"))
        self.source = folder / "văn bản.pdf"
        self.source.write_bytes(make_pdf(()))


@pytest.fixture
def room(tmp_path: Path, pki: OfficePki, holder: Holder) -> Iterator[Room]:
    made = Room(tmp_path, pki, holder)
    yield made
    made.office.release_key()


def test_a_key_file_is_known_by_its_holder_once_it_was_open(room: Room, holder: Holder) -> None:
    (before,) = room.office.keys().result()
    assert before.signer is None
    room.office.hold_key(room.use).result()
    (after,) = room.office.keys().result()
    assert after.signer is not None
    assert after.signer.name == "Nguyễn Văn An"
    assert after.certificate_der == holder.certificate_der


def test_what_is_remembered_of_a_key_holds_no_secret(room: Room) -> None:
    room.office.hold_key(room.use).result()
    stored = b"".join(path.read_bytes() for path in (room.folder / "data").rglob("*") if path.is_file())
    assert stored
    assert "mật khẩu".encode() not in stored


def test_a_wrong_password_is_remembered_nowhere(room: Room) -> None:
    with pytest.raises(KeyPasswordIncorrect):
        room.office.hold_key(KeyUse(room.key, Secret("sai"))).result()
    (choice,) = room.office.keys().result()
    assert choice.signer is None


def test_a_key_file_that_is_gone_says_so(room: Room) -> None:
    room.file.unlink()
    (choice,) = room.office.keys().result()
    assert choice.problem == "key-file-missing"


def test_a_token_in_the_drawer_is_listed_as_absent(room: Room, holder: Holder) -> None:
    key = KeyRef("pkcs11", "serial=0123;id=%01")
    room.office.set_key("an", key, seal=False)
    KnownKeys(room.folder / "data" / "keys" / "known.json").remember(key, holder.certificate_der)
    choice = next(one for one in room.office.keys().result() if one.key == key)
    assert choice.problem == "token-absent"
    assert choice.signer is not None


def test_a_damaged_memory_is_as_good_as_none(tmp_path: Path) -> None:
    path = tmp_path / "known.json"
    path.write_bytes(b'{"p12:x": "###"}')
    assert KnownKeys(path).all() == {}


def test_a_changed_key_is_kept_and_used_at_once(room: Room) -> None:
    room.office.set_key("an", None, seal=False)
    assert room.office.accounts[0].personal_key is None
    assert room.kept[-1].accounts[0].personal_key is None


def test_a_file_is_signed_into_another_one_and_never_over_itself(room: Room) -> None:
    target = room.folder / "văn bản-da-ky.pdf"
    assert room.office.sign_file(room.source, target, room.use, PLAIN).result() == target
    assert target.read_bytes().startswith(room.source.read_bytes())
    with pytest.raises(SigningRefused):
        room.office.sign_file(room.source, room.source, room.use, PLAIN).result()


def test_what_is_no_pdf_gets_a_signature_beside_it(room: Room) -> None:
    sheet = room.folder / "bảng.xlsx"
    sheet.write_bytes(b"PK\3\4 rows")
    target = room.folder / "bảng.xlsx.p7s"
    room.office.sign_file(sheet, target, room.use, PLAIN).result()
    assert target.read_bytes()[:1] == b"\x30"


def test_the_stamp_is_shown_where_it_will_be_and_goes_into_the_file(room: Room) -> None:
    look = Appearance(SigningRole.APPROVE, HAND)
    view = room.office.stamp(room.source, look).result()
    assert not view.found
    assert view.png.startswith(b"\x89PNG")
    placed = replace(look, placement=Placement(1, 100, 100, 220, 160))
    assert room.office.stamp(room.source, placed).result().placement == placed.placement
    target = room.folder / "hình.pdf"
    room.office.sign_file(room.source, target, room.use, replace(PLAIN, appearance=placed)).result()
    assert room.office.page(target, 1, 300).result().png != room.office.page(room.source, 1, 300).result().png


def test_a_page_has_the_width_that_was_asked_for(room: Room) -> None:
    page = room.office.page(room.source, 1, 300).result()
    assert int.from_bytes(page.png[16:20], "big") == pytest.approx(300, abs=2)
    assert (page.page, page.pages) == (1, 1)


def test_a_batch_signs_with_the_real_key(room: Room) -> None:
    files = []
    for number in range(3):
        source = room.folder / f"{number}.pdf"
        source.write_bytes(b"hong" if number == 1 else make_pdf(()))
        files.append((source, room.folder / f"{number}-da-ky.pdf"))
    files[1][0].write_bytes(b"")
    told: list[tuple[int, BatchItem]] = []
    run = room.office.batch(files, room.use, PLAIN, lambda index, item: told.append((index, item)))
    run.start()
    states = [item.state for item in run.items()]
    assert states == [ItemState.SIGNED, ItemState.FAILED, ItemState.SIGNED]
    assert run.items()[1].code == MalformedDocument.code
    assert told[-1][0] == 2


def test_an_act_that_is_forbidden_to_the_key_is_refused_when_it_is_opened(room: Room) -> None:
    order = replace(PLAIN, appearance=Appearance(SigningRole.ISSUE, HAND))
    with pytest.raises(SigningRefused) as refused:
        room.office.hold_key(room.use, order).result()
    assert refused.value.params["reason"] == "seal-key-needed"


def test_an_image_is_copied_into_the_data_folder_and_taken_out_again(room: Room) -> None:
    file = room.folder / "chu-ky.png"
    file.write_bytes(HAND)
    assert room.office.set_image("an", file, seal=False).result().hand == HAND
    assert room.office.images("an").seal == b""
    assert room.office.set_image("an", None, seal=False).result().hand == b""


def test_a_picture_that_is_none_is_refused_and_the_one_before_stays(room: Room) -> None:
    good, bad = room.folder / "chu-ky.png", room.folder / "khong.png"
    good.write_bytes(HAND)
    bad.write_bytes(b"GIF89a")
    room.office.set_image("an", good, seal=False).result()
    with pytest.raises(ImageUnusable):
        room.office.set_image("an", bad, seal=False).result()
    assert room.office.images("an").hand == HAND


def test_a_certificate_is_told_field_by_field(room: Room, holder: Holder) -> None:
    details = room.office.certificate(holder.certificate_der).result()
    assert ("CN", "Nguyễn Văn An") in details.subject
    assert details.emails == ("an@sonoivu.vn",)
    assert details.key == "RSA 2048"
    assert "non_repudiation" in details.key_usage
    assert details.not_after - details.not_before > timedelta(days=1)
    assert len(details.sha256) == 64


def test_a_document_that_cannot_be_read_is_named(room: Room) -> None:
    with pytest.raises(StorageFailed):
        room.office.page(room.folder / "không-có.pdf", 1, 300).result()
    with pytest.raises((MalformedDocument, DocumentEncrypted)):
        room.office.page(b"%PDF-1.7 hong", 1, 300).result()


def test_that_somebody_signed_without_a_time_stamp_is_noted_for_every_file(room: Room) -> None:
    order = SignOrder(Profile.B_T, without_timestamp=True)
    one, two = room.folder / "một.pdf", room.folder / "hai.pdf"
    room.office.sign_file(room.source, one, room.use, order).result(60)
    run = room.office.batch([(room.source, two)], room.use, order, lambda *_: None)
    run.start()
    assert run.items()[0].state is ItemState.SIGNED
    assert (room.unstamped, room.later) == ([one, two], [])


def test_long_term_data_is_left_to_the_queue_which_has_patience(room: Room) -> None:
    target = room.folder / "ra.pdf"
    for profile in Profile:
        room.office.signed(target, SignOrder(profile))
    room.office.signed(room.folder / "bảng.xlsx.p7s", SignOrder(Profile.B_LTA))
    assert room.later == [(target, Profile.B_LT), (target, Profile.B_LTA)]
    assert room.unstamped == []


class _Stuck(ImmediateLane):
    """A workshop that waits for a time-stamp authority: nothing it was given comes back."""

    def submit(self, work: Callable[..., T], *args: object) -> Future[T]:
        return Future()


def test_pages_are_drawn_while_a_signature_waits_for_its_time_stamp(room: Room) -> None:
    setup = SigningSetup(Paths(room.folder / "data"), TrustSources(), lambda: datetime.now(UTC))
    office = SigningOffice(setup, KeySettings(()), ImmediateLane(), _Stuck())
    waiting = office.sign_file(room.source, room.folder / "ra.pdf", room.use, PLAIN)
    assert office.page(room.source, 1, 200).result(60).pages == 1
    assert not waiting.done()
