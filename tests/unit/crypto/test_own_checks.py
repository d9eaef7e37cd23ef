"""Our own checks on top of the libraries: what each refuses would pass without it.

Every row is judged twice: as the product does, and with that one check taken out. The second run is the
proof that the first does not owe its result to something else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from asn1crypto import algos
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID

from client.crypto import cms, cms_attributes, cms_judging, integrity, signed_data, stamps
from client.crypto.archive_timestamps import ArchiveStamp
from client.crypto.keys import Purpose
from client.crypto.stamps import Stamp
from client.model.verdict import Display, Reason, SignatureVerdict
from tests.fakes import cms_forge as forge
from tests.fakes.cms_forge import Signer, attribute, digest
from tests.fakes.pki import Holder, OfficePki

CONTENT = b"noi dung duoc ky"
ACCEPTED = (Display.VALID, Display.WARNING)


@dataclass
class Case:
    """A file, and for what and when it is asked."""

    der: bytes
    pki: OfficePki
    purpose: Purpose = Purpose.DOCUMENT
    content: bytes = CONTENT
    crls: tuple[bytes, ...] | None = None

    def judge(self) -> SignatureVerdict:
        demand = self.pki.demand(crls=self.crls)
        return cms.verify_detached(self.content, self.der, demand, purpose=self.purpose, where="")[0]


def stamped(signer: Signer, pki: OfficePki, name: str = "sha256") -> Signer:
    token = forge.token(pki, digest(signer.signature, name), name)
    signer.unsigned.append(attribute(forge.SIGNATURE_TIME_STAMP, token))
    return signer


def case_of(signer: Signer, pki: OfficePki, **more: Any) -> Case:
    certificates = [signer.holder.certificate_der, *signer.holder.chain_der]
    return Case(forge.signed_data([signer.der], certificates), pki, **more)


def of_holder(make: Callable[[OfficePki], Holder], purpose: Purpose = Purpose.DOCUMENT) -> Case:
    pki = OfficePki()
    return case_of(stamped(Signer(make(pki), digest(CONTENT)), pki), pki, purpose=purpose)


def person(pki: OfficePki, **options: Any) -> Holder:
    return pki.person("Nguyễn Văn An", "an@example.gov.vn", **options)


def stamped_after_expiry() -> Case:
    return of_holder(lambda pki: pki.expired("Hết Hạn", "e@example.gov.vn"))


def stamped_before_the_certificate() -> Case:
    return of_holder(lambda pki: pki.not_yet_valid("Chưa Đến", "n@example.gov.vn"))


def revoked_before_the_time_stamp() -> Case:
    pki = OfficePki()
    holder = person(pki)
    pki.revoke(holder, at=pki.now - timedelta(days=1))
    return case_of(stamped(Signer(holder, digest(CONTENT)), pki), pki)


def document_without_non_repudiation() -> Case:
    return of_holder(lambda pki: person(pki, usages=("digital_signature",)))


def mail_by_a_certificate_for_servers() -> Case:
    return of_holder(lambda pki: person(pki, extended=(ExtendedKeyUsageOID.SERVER_AUTH,)), Purpose.MAIL)


def mail_by_a_certificate_for_encryption() -> Case:
    return of_holder(lambda pki: person(pki, usages=("key_encipherment",)), Purpose.MAIL)


def authority(pki: OfficePki, extended: Sequence[Any], *, critical: bool) -> None:
    pki.tsa = pki.issue(
        "TSA tự chế", usages=("digital_signature",), extended=tuple(extended), extended_critical=critical
    )


def stamp_by(extended: Sequence[Any], *, critical: bool) -> Case:
    pki = OfficePki()
    authority(pki, extended, critical=critical)
    return case_of(stamped(Signer(person(pki), digest(CONTENT)), pki), pki)


def stamp_by_a_stranger() -> Case:
    pki, stranger = OfficePki(), OfficePki()
    return case_of(stamped(Signer(person(pki), digest(CONTENT)), stranger), pki)


def sha1_signature() -> Case:
    pki = OfficePki()
    holder = person(pki)
    key = holder.key
    assert isinstance(key, rsa.RSAPrivateKey)
    signer = Signer(
        holder,
        b"",
        forge.usual_attributes(holder, digest(CONTENT, "sha1")),
        digest_name="sha1",
        algorithm=forge.signature_algorithm("sha1_rsa"),
        sign=lambda data: key.sign(data, padding.PKCS1v15(), hashes.SHA1()),  # noqa: S303 - weak on purpose
    )
    return case_of(stamped(signer, pki), pki)


def short_key() -> Case:
    weak = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - weak on purpose
    return of_holder(lambda pki: person(pki, key=weak))


def weak_time_stamp() -> Case:
    pki = OfficePki()
    return case_of(stamped(Signer(person(pki), digest(CONTENT)), pki, "sha1"), pki)


def claims_the_future() -> Case:
    pki = OfficePki()
    holder = person(pki)
    usual = forge.usual_attributes(holder, digest(CONTENT))
    late = Signer(holder, b"", [*usual, forge.signing_time(pki.now + timedelta(days=3))])
    return case_of(late, pki)


def twice_the_same_attribute() -> Case:
    pki = OfficePki()
    holder = person(pki)
    usual = forge.usual_attributes(holder, digest(CONTENT))
    times = [forge.signing_time(pki.now), forge.signing_time(pki.now - timedelta(days=30))]
    return case_of(stamped(Signer(holder, b"", [*usual, *times]), pki), pki)


def certificate_swapped_for_another_of_the_same_key() -> Case:
    pki = OfficePki()
    first = person(pki)
    other = pki.person("Người Khác", "khac@example.gov.vn", key=first.key)
    named = forge.usual_attributes(first, digest(CONTENT))
    return case_of(stamped(Signer(other, b"", named), pki), pki)


def algorithms_not_as_protected() -> Case:
    """RFC 6211: the signed attribute names another hash than the unsigned field beside it."""
    pki = OfficePki()
    holder = person(pki)
    protection = cms_asn1_protection("sha512", "sha512_rsa")
    usual = forge.usual_attributes(holder, digest(CONTENT))
    return case_of(stamped(Signer(holder, b"", [*usual, protection]), pki), pki)


def cms_asn1_protection(hash_: str, signature: str) -> bytes:
    tagged = algos.SignedDigestAlgorithm({"algorithm": signature}).retag({"implicit": 1}).dump()
    value = forge.tlv(0x30, forge.digest_algorithm(hash_), tagged)
    return attribute("1.2.840.113549.1.9.52", value)


def content_stamp_of_something_else() -> Case:
    pki = OfficePki()
    holder = person(pki)
    usual = forge.usual_attributes(holder, digest(CONTENT))
    wrong = attribute(forge.CONTENT_TIME_STAMP, forge.token(pki, digest(b"other")))
    return case_of(stamped(Signer(holder, b"", [*usual, wrong]), pki), pki)


def archive_without_what_it_covered() -> Case:
    pki = OfficePki()
    crls = pki.crls()
    signer = stamped(Signer(person(pki), digest(CONTENT)), pki)
    signer.unsigned.append(forge.archive_stamp(pki, signer, CONTENT, crls=crls))
    return case_of(signer, pki)


def attributes_passed_off_as_content() -> Case:
    """Without signed attributes the signature is over the content: the attributes of another one, say."""
    pki = OfficePki()
    holder = person(pki)
    key = holder.key
    assert isinstance(key, rsa.RSAPrivateKey)
    text = forge.tlv(0x31, *forge.usual_attributes(holder, digest(CONTENT)))
    bare = Signer(holder, b"", [], sign=lambda _: key.sign(text, padding.PKCS1v15(), hashes.SHA256()))
    return case_of(stamped(bare, pki), pki, content=text)


@dataclass(frozen=True)
class Row:
    """A check: what it refuses, what it says, and where it lives."""

    make: Callable[[], Case]
    reason: Reason
    owner: Any
    name: str
    without: Any
    display: tuple[Display, ...] = field(default=(Display.UNKNOWN, Display.INVALID))
    also: tuple[tuple[Any, str, Any], ...] = ()
    """The same check in a second place."""


def _nothing(*_: Any, **__: Any) -> None:
    return None


def _yes(*_: Any, **__: Any) -> bool:
    return True


def _no(*_: Any, **__: Any) -> bool:
    return False


_WARNED = (Display.WARNING,)
_STAMPING, _MAIL = ExtendedKeyUsageOID.TIME_STAMPING, ExtendedKeyUsageOID.EMAIL_PROTECTION
ROWS = {
    "time-stamp after notAfter": Row(
        stamped_after_expiry, Reason.SIGNED_AFTER_EXPIRY, signed_data, "find_path", _nothing
    ),
    "time-stamp before notBefore": Row(
        stamped_before_the_certificate, Reason.CERTIFICATE_NOT_YET_VALID, signed_data, "find_path", _nothing
    ),
    "time-stamp after revocation": Row(
        revoked_before_the_time_stamp, Reason.CERTIFICATE_REVOKED, signed_data, "find_path", _nothing
    ),
    "key usage of documents": Row(
        document_without_non_repudiation, Reason.KEY_USAGE_NOT_ALLOWED, signed_data, "usage_allowed", _yes
    ),
    "purposes of mail": Row(
        mail_by_a_certificate_for_servers, Reason.KEY_USAGE_NOT_ALLOWED, signed_data, "usage_allowed", _yes
    ),
    "key usage of mail": Row(
        mail_by_a_certificate_for_encryption, Reason.KEY_USAGE_NOT_ALLOWED, signed_data, "usage_allowed", _yes
    ),
    "time-stamping not named": Row(
        lambda: stamp_by((_MAIL,), critical=True),
        Reason.TIMESTAMP_WRONG_USAGE, signed_data, "usage_allowed", _yes, _WARNED,
    ),
    "time-stamping not critical": Row(
        lambda: stamp_by((_STAMPING,), critical=False),
        Reason.TIMESTAMP_WRONG_USAGE, signed_data, "usage_allowed", _yes, _WARNED,
    ),
    "time-stamping not alone": Row(
        lambda: stamp_by((_STAMPING, _MAIL), critical=True),
        Reason.TIMESTAMP_WRONG_USAGE, signed_data, "usage_allowed", _yes, _WARNED,
    ),
    "time-stamp authority of one's own": Row(
        stamp_by_a_stranger, Reason.TIMESTAMP_UNTRUSTED, signed_data, "find_path", _nothing, _WARNED
    ),
    "SHA-1": Row(sha1_signature, Reason.WEAK_ALGORITHM, signed_data, "is_weak", _no),
    "RSA of 1024 bits": Row(short_key, Reason.WEAK_ALGORITHM, signed_data, "is_weak", _no),
    "SHA-1 in a time-stamp": Row(
        weak_time_stamp, Reason.TIMESTAMP_WEAK, stamps, "WEAK_HASHES", frozenset[str](), _WARNED,
        ((signed_data, "is_weak", _no),),
    ),
    "claimed time in the future": Row(
        claims_the_future, Reason.CLAIMED_TIME_IN_FUTURE, signed_data, "_about_time", _nothing
    ),
    "one attribute twice": Row(
        twice_the_same_attribute, Reason.SIGNATURE_MALFORMED, cms_attributes, "contradiction", _nothing
    ),
    "certificate of the same key": Row(
        certificate_swapped_for_another_of_the_same_key,
        Reason.SIGNER_CERTIFICATE_DIFFERS, cms_attributes, "refers_to", _yes,
    ),
    "protected algorithms": Row(
        algorithms_not_as_protected,
        Reason.SIGNATURE_MALFORMED, integrity, "validate_algorithm_protection", _nothing,
    ),
    "content time-stamp": Row(
        content_stamp_of_something_else,
        Reason.TIMESTAMP_INVALID, stamps, "_content", lambda *_: Stamp(),
    ),
    "archive index": Row(
        archive_without_what_it_covered, Reason.TIMESTAMP_INVALID, ArchiveStamp, "complete", _yes
    ),
    "attributes as content": Row(
        attributes_passed_off_as_content,
        Reason.SIGNATURE_MALFORMED, cms_judging, "_has_no_attributes", _no,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", ROWS)
def test_each_check_refuses_what_would_pass_without_it(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    row = ROWS[name]
    case = row.make()
    found = case.judge()
    assert row.reason in found.reasons
    assert found.display in row.display
    assert found.timestamp_time is None or row.display is not _WARNED
    monkeypatch.setattr(row.owner, row.name, row.without)
    for owner, other, instead in row.also:
        monkeypatch.setattr(owner, other, instead)
    without = case.judge()
    assert row.reason not in without.reasons
    assert without.display in ACCEPTED


def test_long_term_validation_is_only_a_fallback() -> None:
    """pyHanko's LTA engine replaces a present result that passed by NO_POE for what was just signed."""
    pki = OfficePki()
    crls = pki.crls(pki.now - timedelta(hours=1))
    signer = stamped(Signer(person(pki), digest(CONTENT)), pki)
    assert case_of(signer, pki, crls=crls).judge().display is Display.VALID
    certificates = [signer.holder.certificate_der, *signer.holder.chain_der]
    embedded = Case(forge.signed_data([signer.der], certificates, crls=crls), pki, crls=crls)
    found = embedded.judge()
    assert (found.level, found.display) == ("B-LT", Display.VALID)


def test_a_claimed_time_is_never_a_proof() -> None:
    """Claimed while the certificate was good; nothing proves it."""
    pki = OfficePki()
    holder = pki.expired("Hết Hạn", "e@example.gov.vn")
    usual = forge.usual_attributes(holder, digest(CONTENT))
    found = case_of(
        Signer(holder, b"", [*usual, forge.signing_time(pki.now - timedelta(days=100))]), pki
    ).judge()
    assert found.claimed_time == pki.now - timedelta(days=100)
    assert found.timestamp_time is None
    assert found.display is Display.UNKNOWN
    assert found.reasons[0] is Reason.CERTIFICATE_EXPIRED
