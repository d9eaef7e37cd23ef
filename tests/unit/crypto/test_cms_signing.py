"""A second signer joins a `.p7s`, and what the first one made stays as it is."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from asn1crypto import cms as asn1

from client.crypto import cms
from client.crypto.keys import Purpose, SigningKey
from client.crypto.pkcs12 import open_pkcs12
from client.model.secret import Secret
from client.model.verdict import Indication, Profile, Reason
from tests.fakes.pki import OfficePki

CONTENT = "Bảng số liệu kèm theo".encode()


@pytest.fixture(scope="module")
def keys(pki: OfficePki) -> tuple[SigningKey, SigningKey]:
    people = (pki.person("An", "an@example.gov.vn"), pki.seal("SỞ NỘI VỤ", "snv@example.gov.vn"))
    first, second = (open_pkcs12(one.pkcs12("x"), Secret("x")) for one in people)
    return first, second


def signed(key: SigningKey, pki: OfficePki, content: bytes = CONTENT) -> bytes:
    return cms.sign_detached(content, key, signing_time=pki.now, profile=Profile.B_B)


def test_both_signers_are_judged_each_on_its_own(keys: tuple[SigningKey, SigningKey], pki: OfficePki) -> None:
    first, second = (signed(key, pki) for key in keys)
    joined = cms.add_signer(first, second)
    found = cms.verify_detached(CONTENT, joined, pki.demand(), purpose=Purpose.DOCUMENT, where="a.p7s")
    assert {one.signer.name for one in found if one.signer} == {"An", "SỞ NỘI VỤ"}
    assert {one.indication for one in found} == {Indication.TOTAL_PASSED}
    assert all(Reason.SEVERAL_SIGNERS in one.reasons for one in found)
    changed = cms.verify_detached(CONTENT + b".", joined, pki.demand(), purpose=Purpose.DOCUMENT, where="")
    assert {one.indication for one in changed} == {Indication.TOTAL_FAILED}


def test_what_the_first_signer_made_stays_byte_for_byte(
    keys: tuple[SigningKey, SigningKey], pki: OfficePki
) -> None:
    first, second = (signed(key, pki) for key in keys)
    joined = cms.add_signer(first, second)
    before = asn1.ContentInfo.load(first)["content"]["signer_infos"][0].dump()
    assert before in joined
    assert cms.add_signer(joined, second) == joined


def test_one_bad_signer_does_not_hide_behind_a_good_one(
    keys: tuple[SigningKey, SigningKey], pki: OfficePki
) -> None:
    joined = cms.add_signer(signed(keys[0], pki), signed(keys[1], pki, b"something else"))
    found = cms.verify_detached(CONTENT, joined, pki.demand(), purpose=Purpose.DOCUMENT, where="")
    assert sorted(one.indication for one in found) == [Indication.TOTAL_FAILED, Indication.TOTAL_PASSED]


def test_an_opaque_signature_is_not_joined(keys: tuple[SigningKey, SigningKey], pki: OfficePki) -> None:
    with pytest.raises(ValueError, match=r"^$|.+"):
        cms.add_signer(b"khong phai chu ky", signed(keys[0], pki))


def test_openssl_accepts_both(keys: tuple[SigningKey, SigningKey], pki: OfficePki, tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(CONTENT)
    (tmp_path / "a.p7s").write_bytes(cms.add_signer(signed(keys[0], pki), signed(keys[1], pki)))
    (tmp_path / "root.pem").write_bytes(pki.root.certificate_pem)
    command = ["openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", "a.p7s", "-content", "a.docx"]
    trust = ["-CAfile", "root.pem", "-purpose", "any", "-out", "out", "-no_check_time"]
    done = subprocess.run([*command, *trust], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
