"""Who is trusted follows from the record and the policy, and from nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future
from datetime import UTC, datetime
from pathlib import Path

import apsw
import pytest

from client.config.paths import Paths
from client.config.policy_trust import PolicyCertificate, Trust
from client.crypto.trust_import import read_candidates
from client.errors import TrustRefused
from client.model.anchor import Candidate, CertificateRole, TrustAct, TrustOrigin, grouped
from client.model.revocation import Hosts
from client.services.rechecks import Rechecks
from client.services.requests import TrustSources
from client.services.revocation_office import RevocationOffice, RevocationSetup
from client.services.tasks import ImmediateLane
from client.services.trust_files import read_demand
from client.services.trust_keeper import TrustKeeper
from client.services.trust_office import TrustOffice
from client.store.database import Database, open_ledger
from client.store.trust_log import TrustLog
from client.store.waiting import WaitingVerdicts
from tests.fakes.pki import OfficePki

NOW = datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def pki() -> OfficePki:
    return OfficePki(NOW)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Database]:
    database = open_ledger(tmp_path / "ledger.db")
    yield database
    database.close()


def keeper(ledger: Database, tmp_path: Path, policy: Trust | None = None) -> TrustKeeper:
    return TrustKeeper(ledger, tmp_path / "trust", policy or Trust(), lambda: NOW, "lan")


def trust_office(own: TrustKeeper, ledger: Database, folder: Path) -> TrustOffice:
    lane, nobody = ImmediateLane(), lambda _: None
    setup = RevocationSetup(Paths(folder), TrustSources(), Hosts(), (), lambda: NOW, nobody, nobody)
    rechecks = Rechecks(WaitingVerdicts(ledger, lambda: NOW), lambda *_: Future(), nobody)
    return TrustOffice(own, lane, lambda: NOW, RevocationOffice(setup, ledger, lane), rechecks)


def candidate(der: bytes, *anchors: bytes) -> Candidate:
    return read_candidates(der, NOW, anchors)[0]


def read_back(tmp_path: Path) -> tuple[set[bytes], set[bytes]]:
    """What the workshop trusts."""
    folder = tmp_path / "trust"
    trust = read_demand(TrustSources((folder / "anchors",), (), (folder / "intermediates",)), NOW).trust
    return set(trust.anchors), set(trust.intermediates)


def test_nobody_is_trusted_at_first(ledger: Database, tmp_path: Path) -> None:
    keeper(ledger, tmp_path).write_out()
    assert read_back(tmp_path) == (set(), set())


def test_an_anchor_is_trusted_with_its_fingerprint_and_in_no_other_way(
    ledger: Database, tmp_path: Path, pki: OfficePki
) -> None:
    own, root = keeper(ledger, tmp_path), candidate(pki.root.certificate_der)
    other = candidate(OfficePki(NOW).root.certificate_der)
    for entered in ("", root.details.sha256[:40], root.details.sha256[:-1], other.details.sha256):
        with pytest.raises(TrustRefused) as caught:
            own.add_anchor(root, entered, TrustOrigin.WIZARD)
        assert caught.value.params["reason"] == "fingerprint-differs"
    assert own.trusted() == () == own.record()
    own.add_anchor(root, grouped(root.details.sha256).lower(), TrustOrigin.WIZARD, "goc.cer")
    assert read_back(tmp_path) == ({root.der}, set())
    (entry,) = own.record()
    assert (entry.actor, entry.at, entry.act) == ("lan", NOW, TrustAct.ADD)
    assert entry.certificate.note == "goc.cer"


def test_an_intermediate_never_becomes_an_anchor(ledger: Database, tmp_path: Path, pki: OfficePki) -> None:
    own, root, issuing = keeper(ledger, tmp_path), pki.root.certificate_der, pki.issuing.certificate_der
    helper = candidate(issuing, root)
    with pytest.raises(TrustRefused) as caught:
        own.add_anchor(helper, helper.details.sha256, TrustOrigin.WIZARD)
    assert caught.value.params["reason"] == "not-an-anchor"
    assert own.add_intermediates([candidate(issuing)], TrustOrigin.WIZARD) == ()
    own.add_anchor(candidate(root), candidate(root).details.sha256, TrustOrigin.WIZARD)
    assert own.add_intermediates([helper], TrustOrigin.WIZARD) == (helper,)
    assert read_back(tmp_path) == ({root}, {issuing})


def test_what_is_removed_is_trusted_no_longer_and_the_record_keeps_both(
    ledger: Database, tmp_path: Path, pki: OfficePki
) -> None:
    own, root = keeper(ledger, tmp_path), candidate(pki.root.certificate_der)
    own.add_anchor(root, root.details.sha256, TrustOrigin.WIZARD)
    own.remove(root.details.sha256, TrustOrigin.COMMAND)
    assert read_back(tmp_path) == (set(), set())
    assert [one.act for one in own.record()] == [TrustAct.ADD, TrustAct.REMOVE]
    with pytest.raises(TrustRefused):
        own.remove(root.details.sha256, TrustOrigin.COMMAND)
    own.add_anchor(root, root.details.sha256, TrustOrigin.WIZARD)
    assert read_back(tmp_path) == ({root.der}, set())


def test_a_file_laid_into_the_folder_by_hand_is_set_aside(
    ledger: Database, tmp_path: Path, pki: OfficePki
) -> None:
    own = keeper(ledger, tmp_path)
    own.write_out()
    (tmp_path / "trust" / "anchors" / "la.pem").write_bytes(pki.root.certificate_pem)
    own.write_out()
    assert read_back(tmp_path) == (set(), set())
    assert (tmp_path / "trust" / "khong-dung" / "la.pem").read_bytes() == pki.root.certificate_pem


def test_a_file_that_was_changed_or_lost_is_written_again(
    ledger: Database, tmp_path: Path, pki: OfficePki
) -> None:
    own, root = keeper(ledger, tmp_path), candidate(pki.root.certificate_der)
    own.add_anchor(root, root.details.sha256, TrustOrigin.WIZARD)
    (file,) = (tmp_path / "trust" / "anchors").iterdir()
    file.write_bytes(OfficePki(NOW).root.certificate_pem)
    own.write_out()
    assert read_back(tmp_path) == ({root.der}, set())
    file.unlink()
    own.write_out()
    assert read_back(tmp_path) == ({root.der}, set())


def test_the_policys_anchors_come_and_go_with_the_policy(
    ledger: Database, tmp_path: Path, pki: OfficePki
) -> None:
    root = candidate(pki.root.certificate_der)
    named = PolicyCertificate("Gốc", root.details.sha256, pki.root.certificate_pem.decode())
    own = keeper(ledger, tmp_path, Trust(anchors=(named,)))
    own.write_out()
    assert read_back(tmp_path) == ({root.der}, set())
    with pytest.raises(TrustRefused) as caught:
        own.remove(root.details.sha256, TrustOrigin.COMMAND)
    assert caught.value.params["reason"] == "policy-anchor"
    keeper(ledger, tmp_path).write_out()
    assert read_back(tmp_path) == (set(), set())


def test_the_record_cannot_be_changed_and_a_change_from_outside_shows(
    ledger: Database, tmp_path: Path, pki: OfficePki
) -> None:
    own, root = keeper(ledger, tmp_path), candidate(pki.root.certificate_der)
    own.add_anchor(root, root.details.sha256, TrustOrigin.WIZARD)
    own.remove(root.details.sha256, TrustOrigin.WIZARD)
    for statement in ("UPDATE trust_log SET actor = 'x'", "DELETE FROM trust_log"):
        with pytest.raises(apsw.ConstraintError):
            ledger.run(statement)
    assert TrustLog(ledger).first_broken() is None
    ledger.run("DROP TRIGGER trust_log_no_update")
    ledger.run("UPDATE trust_log SET actor = 'x' WHERE entry_id = 1")
    assert TrustLog(ledger).first_broken() == 1


def test_the_office_keeps_the_intermediates_that_come_with_an_anchor(
    ledger: Database, tmp_path: Path, pki: OfficePki
) -> None:
    own = keeper(ledger, tmp_path)
    office = trust_office(own, ledger, tmp_path)
    file = tmp_path / "chuoi.pem"
    stranger = OfficePki(NOW)
    file.write_bytes(
        pki.issuing.certificate_pem + pki.root.certificate_pem + stranger.issuing.certificate_pem
    )
    offered = office.read_file(file).result()
    root = next(one for one in offered if one.role is CertificateRole.ANCHOR)
    wrong = office.add_anchor(offered, root, "00" * 32, file.name)
    assert isinstance(wrong.exception(), TrustRefused)
    assert office.trusted().result() == ()
    assert office.add_anchor(offered, root, root.details.sha256, file.name).result() == 1
    rows = office.trusted().result()
    assert [(row.certificate.role, row.problem) for row in rows] == [
        (CertificateRole.ANCHOR, ""),
        (CertificateRole.INTERMEDIATE, ""),
    ]
