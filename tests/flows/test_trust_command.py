"""`congthu trust`: IT support decides who is trusted, with a fingerprint and never without."""

from __future__ import annotations

from pathlib import Path

import pytest

from client.app import Installation, OpenOffice
from client.cli.trust import EXIT_DONE, EXIT_REFUSED, EXIT_USAGE
from client.cli.waiting import EventWaiter
from client.config.paths import Paths
from client.model.anchor import grouped
from client.sandbox.city import City
from tests.fakes.commands import Command
from tests.fakes.pki import OfficePki


@pytest.fixture
def file(city: City, tmp_path: Path) -> Path:
    path = tmp_path / "goc-va-trung-gian.pem"
    path.write_bytes(city.info.intermediates_pem + city.info.anchors_pem)
    return path


def fingerprint(city: City) -> str:
    import hashlib
    import ssl

    return hashlib.sha256(ssl.PEM_cert_to_DER_cert(city.info.anchors_pem.decode())).hexdigest().upper()


def test_nothing_is_trusted_without_a_fingerprint(congthu: Command, file: Path) -> None:
    assert congthu("trust", "list", "--json").objects == []
    assert congthu("trust", "add", file, "--json").code == EXIT_USAGE
    wrong = congthu("trust", "add", file, "--fingerprint", "AB" * 32, "--json")
    assert wrong.code == EXIT_REFUSED
    assert wrong.only["params"]["reason"] == "fingerprint-differs"
    assert congthu("trust", "list", "--json").objects == []


def test_an_anchor_comes_with_its_intermediates_and_goes_again(
    congthu: Command, city: City, file: Path
) -> None:
    sha256 = fingerprint(city)
    added = congthu("trust", "add", file, "--fingerprint", grouped(sha256).lower(), "--json")
    assert added.code == EXIT_DONE
    held = congthu("trust", "list", "--json").objects
    assert [one["role"] for one in held] == ["anchor", "intermediate", "intermediate"]
    assert held[0]["sha256"] == sha256
    assert held[0]["origin"] == "command"
    assert all(one["problem"] is None for one in held)
    assert congthu("trust", "remove", sha256, "--json").only == {"removed": sha256}
    left = congthu("trust", "list", "--json").objects
    assert {one["problem"] for one in left} == {"issuer-not-trusted"}
    acts = [one["act"] for one in congthu("trust", "record", "--json").objects]
    assert acts == ["add", "add", "add", "remove"]


def test_what_was_added_is_what_verifications_rest_on(
    congthu: Command, city: City, file: Path, tmp_path: Path, trust: Path
) -> None:
    document = tmp_path / "a.txt"
    document.write_bytes(b"x")
    (tmp_path / "mk").write_text(city.info.mailboxes[0].key_password.reveal())
    key = next(one.personal_key for one in city.info.mailboxes if one.personal_key is not None)
    password = city.info.mailboxes[0].key_password.reveal()
    signed = tmp_path / "a.txt.p7s"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONGTHU_KEY_PASSWORD", password)
        made = congthu(
            "sign", "file", document, "-o", signed, "--key", f"p12:{key}", "--profile", "B-B",
            "--trust", trust, "--crl", trust, "--json",
        )  # fmt: skip
    assert made.code == 0, made
    unknown = congthu("verify", signed, "--crl", trust, "--json").only
    assert unknown["signatures"][0]["reasons"][0] == "untrusted-issuer"
    congthu("trust", "add", file, "--fingerprint", fingerprint(city))
    known = congthu("verify", signed, "--crl", trust, "--json").only
    assert known["verdict"] == "TOTAL-PASSED"


def test_a_file_laid_into_the_folder_by_hand_is_trusted_by_no_command(
    congthu: Command, city: City, file: Path, tmp_path: Path, trust: Path
) -> None:
    document, signed = tmp_path / "a.txt", tmp_path / "a.txt.p7s"
    document.write_bytes(b"x")
    owner = next(one for one in city.info.mailboxes if one.personal_key is not None)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CONGTHU_KEY_PASSWORD", owner.key_password.reveal())
        congthu(
            "sign", "file", document, "-o", signed, "--key", f"p12:{owner.personal_key}", "--profile", "B-B",
            "--trust", trust, "--crl", trust, "--json",
        )  # fmt: skip
    anchors = Paths.for_user().trust / "anchors"
    anchors.mkdir(parents=True)
    (anchors / "la.pem").write_bytes(city.info.anchors_pem)
    found = congthu("verify", signed, "--crl", trust, "--json").only
    assert found["signatures"][0]["reasons"][0] == "untrusted-issuer"
    assert not (anchors / "la.pem").exists()


def test_a_persons_certificate_is_explained_away(congthu: Command, tmp_path: Path) -> None:
    pki = OfficePki()
    person = pki.person("An", "an@example.gov.vn")
    file = tmp_path / "an.cer"
    file.write_bytes(person.certificate_der)
    import hashlib

    sha256 = hashlib.sha256(person.certificate_der).hexdigest()
    done = congthu("trust", "add", file, "--fingerprint", sha256, "--json")
    assert done.code == EXIT_REFUSED
    assert done.only["params"]["reason"] == "not-an-authority"


def test_the_age_of_revocation_data_is_told(
    congthu: Command, installation: Installation, tmp_path: Path
) -> None:
    assert congthu("trust", "revocation", "--json").objects == []
    with OpenOffice(installation) as desk:
        waiter = EventWaiter(desk)
        waiter.until(
            lambda: all(one.this_update for one in desk.trust().revocation_data()) or None, 60, "crl"
        )
    done = congthu("trust", "revocation", "--data", installation.paths.data, "--json")
    assert done.code == EXIT_DONE
    assert {one["kind"] for one in done.objects} == {"crl"}
    assert all(one["next_update"] > one["this_update"] for one in done.objects)
    words = congthu("trust", "revocation", "--data", installation.paths.data)
    assert "còn hiệu lực đến" in words.out
