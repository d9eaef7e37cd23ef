"""Long-term signatures with a real authority over HTTP, a real workshop, and judges who are not us."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from client.crypto.pades_extension import extend
from client.crypto.pades_signing import sign_pdf
from client.crypto.pades_validation import verify_pdf
from client.crypto.pkcs12 import open_pkcs12
from client.crypto.timestamps import Timestamper
from client.model.extension import ExtensionEntry, ExtensionState
from client.model.verdict import Display, Profile
from client.net import http
from client.sandbox.city import City
from client.services.extension_queue import ExtensionQueue
from client.services.requests import SigningTerms, TrustSources
from client.services.trust_files import read_demand
from client.store.database import open_ledger
from client.store.extensions import Extensions
from tests.fakes.pdf import DECISION, make_pdf
from tests.fakes.pki import OfficePki
from tests.fakes.signing import key_of

LAN = "ntlan.snv@tphcm.gov.vn"
VERIFIER = Path(__file__).resolve().parents[1] / "fakes" / "other_verifier.py"
PATIENCE = 180.0


def other_verifier(pdf: bytes, moment: datetime, anchor_pem: bytes, folder: Path) -> list[str]:
    """What pyHanko's own validation says in a process that cannot open a socket."""
    (folder / "judged.pdf").write_bytes(pdf)
    (folder / "anchor.pem").write_bytes(anchor_pem)
    command = [sys.executable, "-P", str(VERIFIER), str(folder / "judged.pdf"), moment.isoformat()]
    done = subprocess.run(
        [*command, str(folder / "anchor.pem")], capture_output=True, text=True, check=False, timeout=PATIENCE
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split("\n")[:-1]


def pdfsig(pdf: bytes, folder: Path) -> str:
    """What Poppler says; it knows no anchor of ours."""
    (folder / "judged.pdf").write_bytes(pdf)
    environment = {**os.environ, "LC_ALL": "C"}
    done = subprocess.run(
        ["pdfsig", "-nocert", "judged.pdf"],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    return done.stdout


@pytest.fixture(scope="module")
def pki() -> OfficePki:
    return OfficePki(datetime.now(UTC).replace(microsecond=0) - timedelta(days=2))


@pytest.fixture(scope="module")
def levels(pki: OfficePki) -> dict[Profile, bytes]:
    """One document at every level, extended a day after it was signed."""
    key = key_of(pki.person("Nguyễn Văn An", "an@example.gov.vn"))
    stamper = Timestamper(("http://tsa.test",), pki.post_timestamp)
    page = make_pdf(DECISION)
    made = {
        profile: sign_pdf(page, key, profile=profile, timestamper=stamper, signing_time=pki.now)
        for profile in (Profile.B_B, Profile.B_T)
    }
    day = pki.now + timedelta(days=1)
    pki.timestamp_time = day
    demand = pki.demand(day, crls=pki.crls(day - timedelta(hours=1)))
    for profile in (Profile.B_LT, Profile.B_LTA):
        made[profile] = extend(made[Profile.B_T], demand, stamper, profile)
    return made


def test_every_level_is_accepted_by_poppler(levels: dict[Profile, bytes], tmp_path: Path) -> None:
    for profile, pdf in levels.items():
        said = pdfsig(pdf, tmp_path)
        # Poppler lists a document time-stamp and does not judge it.
        assert said.count("Signature is Valid.") == 1, (profile, said)
        assert said.count("Signature Field Name") == (2 if profile is Profile.B_LTA else 1)
        assert "ETSI.CAdES.detached" in said


def test_long_term_levels_pass_the_other_validator_without_a_network(
    pki: OfficePki, levels: dict[Profile, bytes], tmp_path: Path
) -> None:
    soon = pki.now + timedelta(days=1, hours=1)
    verdicts = {
        profile: other_verifier(pdf, soon, pki.root.certificate_pem, tmp_path)
        for profile, pdf in levels.items()
    }
    assert verdicts[Profile.B_LTA] == ["ChuKy1 AdESPassed OK"]
    assert verdicts[Profile.B_LT] == ["ChuKy1 AdESPassed OK"]
    assert verdicts[Profile.B_T] != ["ChuKy1 AdESPassed OK"], "without its proof it cannot be judged offline"


@pytest.fixture
def sources(city: City, tmp_path: Path) -> TrustSources:
    """The city's anchor and the CRLs it publishes, as the engine fetches them."""
    anchors, lists = tmp_path / "trust", tmp_path / "crl"
    anchors.mkdir()
    lists.mkdir()
    (anchors / "root.pem").write_bytes(city.info.anchors_pem)
    for number, url in enumerate(city.info.crl_urls):
        (lists / f"{number}.crl").write_bytes(http.get(url))
    return TrustSources((anchors,), (lists,))


@pytest.fixture
def extensions(tmp_path: Path) -> Iterator[Extensions]:
    ledger = open_ledger(tmp_path / "ledger.db")
    yield Extensions(ledger, lambda: datetime.now(UTC))
    ledger.close()


def test_the_client_extends_by_itself_what_it_signed(
    city: City, sources: TrustSources, extensions: Extensions, tmp_path: Path
) -> None:
    lan = city.info.mailbox(LAN)
    assert lan.personal_key is not None
    key = open_pkcs12(lan.personal_key.read_bytes(), lan.key_password)
    stamper = Timestamper((city.info.tsa_url,), http.post_timestamp)
    signed = sign_pdf(
        make_pdf(DECISION),
        key,
        profile=Profile.B_T,
        timestamper=stamper,
        signing_time=datetime.now(UTC),
    )
    archived, waiting = tmp_path / "lưu trữ.pdf", tmp_path / "chờ.pdf"
    archived.write_bytes(signed)
    waiting.write_bytes(signed)
    moved, told = threading.Condition(), list[ExtensionEntry]()

    def notify(entry: ExtensionEntry) -> None:
        with moved:
            told.append(entry)
            moved.notify_all()

    def terms(target: Profile) -> SigningTerms:
        return SigningTerms(sources, datetime.now(UTC), target, (city.info.tsa_url,))

    queue = ExtensionQueue(extensions, terms, notify, lambda: datetime.now(UTC))
    queue.add(archived, Profile.B_LTA)
    queue.add(waiting, Profile.B_LT)
    queue.start()
    try:
        with moved:
            assert moved.wait_for(lambda: len([one for one in told if one.attempts]) == 2, PATIENCE)
    finally:
        queue.stop()
    entries = {one.path.name: one for one in queue.entries()}
    assert entries["lưu trữ.pdf"].state is ExtensionState.DONE
    # The city's lists are a week old at most, and older than the signature: no proof for B-LT yet.
    assert entries["chờ.pdf"].state is ExtensionState.WAITING
    assert dict(entries["chờ.pdf"].error_params)["reason"] == "revocation-older-than-signature"
    assert waiting.read_bytes() == signed
    content = archived.read_bytes()
    assert content.startswith(signed)
    report = verify_pdf(content, read_demand(sources, datetime.now(UTC)))
    assert (report.display, report.signatures[0].level) == (Display.VALID, "B-LTA")
    found = other_verifier(content, datetime.now(UTC), city.info.anchors_pem, tmp_path)
    assert found == ["ChuKy1 AdESPassed OK"]
