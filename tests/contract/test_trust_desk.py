"""The trust desk of an office and the one the screens are tried on keep the same promises."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.config.paths import Paths
from client.config.policy_trust import Trust
from client.crypto.trust_import import read_candidates
from client.errors import TrustRefused
from client.model.anchor import Candidate, CertificateRole, TrustAct, TrustOrigin
from client.model.revocation import Hosts
from client.services.rechecks import Rechecks
from client.services.requests import TrustSources
from client.services.revocation_office import RevocationOffice, RevocationSetup
from client.services.tasks import ImmediateLane
from client.services.trust_desk import TrustDesk
from client.services.trust_keeper import TrustKeeper
from client.services.trust_office import TrustOffice
from client.store.database import open_ledger
from client.store.waiting import WaitingVerdicts
from tests.fakes.pki import OfficePki
from tests.fakes.trust_desk import FakeTrustDesk

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)
ADD, REMOVE = TrustAct.ADD, TrustAct.REMOVE


@pytest.fixture(scope="module")
def pki() -> OfficePki:
    return OfficePki(NOW)


@pytest.fixture
def file(pki: OfficePki, tmp_path: Path) -> Path:
    path = tmp_path / "chuoi.pem"
    path.write_bytes(pki.root.certificate_pem + pki.issuing.certificate_pem)
    return path


@pytest.fixture(params=["fake", "real"])
def desk(request: pytest.FixtureRequest, file: Path, tmp_path: Path) -> Iterator[TrustDesk]:
    if request.param == "fake":
        fake = FakeTrustDesk()
        fake.offer = read_candidates(file.read_bytes(), NOW)
        yield fake
        return
    ledger, lane = open_ledger(tmp_path / "ledger.db"), ImmediateLane()
    keeper = TrustKeeper(ledger, tmp_path / "trust", Trust(), lambda: NOW, "lan")
    setup = RevocationSetup(
        Paths(tmp_path), TrustSources(), Hosts(), (), lambda: NOW, lambda _: None, lambda _: None
    )
    rechecks = Rechecks(WaitingVerdicts(ledger, lambda: NOW), lambda *_: Future(), lambda _: None)
    yield TrustOffice(keeper, lane, lambda: NOW, RevocationOffice(setup, ledger, lane), rechecks)
    ledger.close()


def offered(desk: TrustDesk, file: Path) -> tuple[tuple[Candidate, ...], Candidate]:
    found = desk.read_file(file).result()
    return found, next(one for one in found if one.role is CertificateRole.ANCHOR)


def test_a_file_offers_its_root_and_what_leads_to_it(desk: TrustDesk, file: Path) -> None:
    found, root = offered(desk, file)
    assert [one.role for one in found] == [CertificateRole.ANCHOR, CertificateRole.INTERMEDIATE]
    assert root.problem == ""


def test_another_fingerprint_trusts_nobody(desk: TrustDesk, file: Path) -> None:
    found, root = offered(desk, file)
    with pytest.raises(TrustRefused) as caught:
        desk.add_anchor(found, root, "AB" * 32, file.name).result()
    assert caught.value.params["reason"] == "fingerprint-differs"
    assert desk.trusted().result() == ()
    assert desk.record() == ()


def test_the_right_one_does_and_it_is_on_record(desk: TrustDesk, file: Path) -> None:
    found, root = offered(desk, file)
    assert desk.add_anchor(found, root, root.details.sha256, file.name).result() == 1
    rows = desk.trusted().result()
    assert [row.certificate.role for row in rows] == [
        CertificateRole.ANCHOR,
        CertificateRole.INTERMEDIATE,
    ]
    assert {row.certificate.origin for row in rows} == {TrustOrigin.WIZARD}
    assert {row.certificate.added_by for row in rows} == {"lan"}
    assert [entry.act for entry in desk.record()] == [ADD, ADD]


def test_what_is_removed_is_on_record_too_and_only_once(desk: TrustDesk, file: Path) -> None:
    found, root = offered(desk, file)
    desk.add_anchor(found, root, root.details.sha256, file.name).result()
    desk.remove(root.details.sha256)
    left = [row.certificate.role for row in desk.trusted().result()]
    assert left == [CertificateRole.INTERMEDIATE]
    assert [entry.act for entry in desk.record()] == [ADD, ADD, REMOVE]
    with pytest.raises(TrustRefused) as caught:
        desk.remove(root.details.sha256)
    assert caught.value.params["reason"] == "not-trusted"
