"""Several people and the seal, one after another, each in the place that is theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from client.app import Installation
from client.cli.demo import installation_of
from client.config.paths import Paths
from client.crypto.appearance import make_stamp, propose_place
from client.crypto.keys import SigningKey
from client.crypto.pades_signing import sign_pdf
from client.crypto.pkcs12 import open_pkcs12
from client.documents.placement_page import overlap
from client.documents.stamp_image import concerns
from client.model.secret import Secret
from client.model.signing import Appearance, Placement, SigningRole
from client.model.verdict import Profile
from client.sandbox.city import City
from tests.fakes.pki import OfficePki
from tests.fakes.sheets import Sheet, Words, hand_image, seal_image

APPROVE = Appearance(SigningRole.APPROVE, hand_image())
ISSUE = Appearance(SigningRole.ISSUE, seal_image())
MINUTES = [
    Words("BIÊN BẢN", 297, 760, 14, bold=True),
    Words("Cuộc họp kết thúc lúc 11 giờ 30 phút cùng ngày.", 85, 500, start=True),
    Words("THƯ KÝ", 170, 450, 13, bold=True),
    Words("Nguyễn Thị Lan", 170, 360, 13, bold=True),
    Words("CHỦ TRÌ", 430, 450, 13, bold=True),
    Words("Trần Văn Minh", 430, 360, 13, bold=True),
]


@pytest.fixture(scope="module")
def key(pki: OfficePki) -> SigningKey:
    return open_pkcs12(pki.person("Trần Văn Minh", "minh@example.gov.vn").pkcs12("mật"), Secret("mật"))


def put(
    pdf: bytes, key: SigningKey, pki: OfficePki, appearance: Appearance, signer: str
) -> tuple[bytes, Placement]:
    place = propose_place(pdf, appearance, pki.now, signer=signer)
    assert place is not None
    stamp = make_stamp(pdf, appearance, place, pki.now)
    terms = {"profile": Profile.B_B, "timestamper": None, "signing_time": pki.now}
    return sign_pdf(pdf, key, stamp=stamp, **terms), place  # type: ignore[arg-type] # one dict of many kinds


def test_two_people_and_the_seal_find_their_places_one_after_another(key: SigningKey, pki: OfficePki) -> None:
    pdf = Sheet(turned=90, corner=(37, 53)).pdf(MINUTES)
    pdf, secretary = put(pdf, key, pki, APPROVE, "Nguyễn Thị Lan")
    pdf, chair = put(pdf, key, pki, APPROVE, "Trần Văn Minh")
    pdf, seal = put(pdf, key, pki, ISSUE, "Sở Nội vụ")
    assert (secretary.left + secretary.right) / 2 == pytest.approx(170, abs=2)
    assert (chair.left + chair.right) / 2 == pytest.approx(430, abs=2)
    assert 0.2 < (seal.right - chair.left) / chair.width < 0.5
    assert overlap(seal, secretary) == 0


def test_who_has_signed_is_not_written_over_by_the_next(key: SigningKey, pki: OfficePki) -> None:
    pdf, first = put(Sheet().pdf(MINUTES), key, pki, APPROVE, "")
    pdf, second = put(pdf, key, pki, APPROVE, "")
    assert overlap(first, second) == 0
    assert propose_place(pdf, APPROVE, pki.now) is None, "both have signed: whoever is next chooses"


def test_the_second_copy_stamp_stands_beside_the_first(key: SigningKey, pki: OfficePki) -> None:
    copy = Appearance(SigningRole.COPY, office="Sở Nội vụ")
    pdf, first = put(Sheet().pdf(MINUTES), key, pki, copy, "")
    _, second = put(pdf, key, pki, copy, "")
    assert overlap(first, second) == 0
    assert second.top > 800


def test_the_demo_has_its_specimens_where_the_client_looks_for_them(
    city: City, installation: Installation, tmp_path: Path
) -> None:
    paths = installation.paths
    clerk, leader = (
        city.info.account(f"{name}@tphcm.gov.vn").account_id for name in ("dthanh.snv", "phquan.snv")
    )
    assert concerns(paths.image(clerk, seal=True).read_bytes(), SigningRole.ISSUE) == ()
    assert concerns(paths.image(leader, seal=False).read_bytes(), SigningRole.APPROVE) == ()
    assert not paths.image(leader, seal=True).exists()


def test_a_picture_somebody_chose_in_the_demo_stays(city: City, tmp_path: Path) -> None:
    paths = Paths(tmp_path / "data")
    account = city.info.account("phquan.snv@tphcm.gov.vn").account_id
    chosen = paths.image(account, seal=False)
    chosen.parent.mkdir(parents=True)
    chosen.write_bytes(hand_image())
    installation_of(city.info, paths, "vi")
    assert chosen.read_bytes() == hand_image()
