"""Encrypted letters made by OpenSSL, opened by key files and by tokens under one contract."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from asn1crypto import cms as asn1
from cryptography.hazmat.primitives.asymmetric import rsa

from client.crypto.enveloped import look_at, open_envelope
from client.crypto.key_opening import HeldKeyOpener
from client.crypto.keys import SigningKey
from client.crypto.pkcs11 import Tokens
from client.crypto.pkcs12 import open_pkcs12
from client.crypto.sealing import seal_entity
from client.errors import MessageNotOpened
from client.model.secret import Secret
from tests.fakes.pki import Holder, OfficePki
from tests.fakes.sealing import ENTITY, seal
from tests.fakes.softhsm import SoftHsm, why_no_softhsm

OAEP = ("rsa_padding_mode:oaep",)
OAEP_256 = (*OAEP, "rsa_oaep_md:sha256")
OAEP_MIXED = (*OAEP_256, "rsa_mgf1_md:sha1", "rsa_oaep_label:0102")
Lend = Callable[[str], AbstractContextManager[SigningKey]]


@pytest.fixture(scope="module")
def holders(pki: OfficePki) -> dict[str, Holder]:
    usages = ("digital_signature", "key_encipherment", "key_agreement")
    return {
        "rsa": pki.person("Bình RSA", "binh@example.gov.vn", usages=usages),
        "ec": pki.person("Bình EC", "binh@example.gov.vn", usages=usages, elliptic=True),
        "other": pki.person("Người Khác", "khac@example.gov.vn", usages=usages),
    }


@pytest.fixture(scope="module", params=["file", "token"])
def lend(
    request: pytest.FixtureRequest, holders: dict[str, Holder], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Lend]:
    """Keys by name, out of a file or on a SoftHSM token."""
    if request.param == "file":

        @contextmanager
        def from_file(name: str) -> Iterator[SigningKey]:
            yield open_pkcs12(holders[name].pkcs12("x"), Secret("x"))

        yield from_file
        return
    if reason := why_no_softhsm():
        pytest.skip(reason)
    with SoftHsm.start(tmp_path_factory.mktemp("hsm")) as hsm:
        token = hsm.add_token("Binh", "123456")
        for number, holder in enumerate(holders.values(), 1):
            token.put(holder, bytes([number]), "Mo thu", opens=True)
        tokens = Tokens()

        @contextmanager
        def from_token(name: str) -> Iterator[SigningKey]:
            cka_id = list(holders).index(name) + 1
            uri = f"serial={token.serial};id=%{cka_id:02x}"
            with tokens.open_key(uri, Secret("123456"), (token.driver,)) as opened:
                yield opened.key

        yield from_token


@pytest.mark.parametrize(
    ("cipher", "name", "authenticated"),
    [
        ("aes-128-cbc", "AES-128-CBC", False),
        ("aes-256-cbc", "AES-256-CBC", False),
        ("des3", "3DES-CBC", False),
        ("aes-128-gcm", "AES-128-GCM", True),
        ("aes-256-gcm", "AES-256-GCM", True),
    ],
)
@pytest.mark.parametrize("reader", ["rsa", "ec"])
def test_what_openssl_sealed_opens(
    reader: str, cipher: str, name: str, authenticated: bool, holders: dict[str, Holder], lend: Lend
) -> None:
    if (reader, cipher) == ("ec", "des3"):
        pytest.skip("OpenSSL wraps a 3DES key with 3DES, which RFC 8551 has no place for")
    der = seal(ENTITY, holders["other"], holders[reader], cipher=cipher)
    with lend(reader) as key:
        opened = open_envelope(der, key)
    assert opened.content == ENTITY
    assert (opened.encryption.cipher, opened.encryption.authenticated) == (name, authenticated)
    assert look_at(der).cipher == name
    assert look_at(der).opened is False
    assert "4711" not in repr(opened)


def test_oaep_opens(holders: dict[str, Holder], lend: Lend) -> None:
    der = seal(ENTITY, holders["rsa"], options=OAEP)
    with lend("rsa") as key:
        assert open_envelope(der, key).content == ENTITY


@pytest.mark.parametrize("options", [OAEP_256, OAEP_MIXED])
def test_other_forms_of_oaep_open_or_say_that_the_token_cannot(
    options: tuple[str, ...], holders: dict[str, Holder], lend: Lend
) -> None:
    der = seal(ENTITY, holders["rsa"], options=options)
    with lend("rsa") as key:
        if isinstance(key.opener, HeldKeyOpener):
            assert open_envelope(der, key).content == ENTITY
            return
        with pytest.raises(MessageNotOpened) as caught:
            open_envelope(der, key)
        assert caught.value.params["reason"] == "unsupported"


@pytest.mark.parametrize("digest", ["sha1", "sha224", "sha256", "sha384", "sha512"])
@pytest.mark.parametrize("cofactor", ["0", "1"])
def test_every_form_of_key_agreement_opens(
    digest: str, cofactor: str, holders: dict[str, Holder], lend: Lend
) -> None:
    options = (f"ecdh_kdf_md:{digest}", f"ecdh_cofactor_mode:{cofactor}")
    der = seal(ENTITY, holders["ec"], cipher="aes-256-cbc", options=options)
    with lend("ec") as key:
        assert open_envelope(der, key).content == ENTITY


def test_a_letter_for_somebody_else_says_so(holders: dict[str, Holder], lend: Lend) -> None:
    der = seal(ENTITY, holders["other"])
    for name in ("rsa", "ec"):
        with lend(name) as key, pytest.raises(MessageNotOpened) as caught:
            open_envelope(der, key)
        assert caught.value.params["reason"] == "other-recipient"


@pytest.mark.parametrize("reader", ["rsa", "ec"])
def test_a_reader_named_by_the_key_identifier_is_found(
    reader: str, holders: dict[str, Holder], lend: Lend
) -> None:
    der = seal(ENTITY, holders["other"], holders[reader], by_key_id=True)
    with lend(reader) as key:
        assert open_envelope(der, key).content == ENTITY
    with lend("ec" if reader == "rsa" else "rsa") as key, pytest.raises(MessageNotOpened) as caught:
        open_envelope(der, key)
    assert caught.value.params["reason"] == "other-recipient"


def _changed(der: bytes, change: Callable[[asn1.ContentInfo], None]) -> bytes:
    info = asn1.ContentInfo.load(der)
    change(info)
    whole: bytes = info.dump(force=True)
    return whole


def _with_key(data: bytes) -> Callable[[asn1.ContentInfo], None]:
    def change(info: asn1.ContentInfo) -> None:
        info["content"]["recipient_infos"][0].chosen["encrypted_key"] = data

    return change


def _ciphertexts(holder: Holder) -> dict[str, bytes]:
    """Wrong in every way Bleichenbacher's oracle asks about."""
    public = holder.key.public_key()
    assert isinstance(public, rsa.RSAPublicKey)
    numbers, size = public.public_numbers(), 256

    def raw(block: bytes) -> bytes:
        return pow(int.from_bytes(block, "big"), numbers.e, numbers.n).to_bytes(size, "big")

    filler = bytes([0x55]) * (size - 3 - 16)
    return {
        "not 00 02": raw(b"\x00\x01" + filler + b"\x00" + bytes(16)),
        "no separator": raw(b"\x00\x02" + bytes([0x55]) * (size - 2)),
        "early separator": raw(b"\x00\x02\x55\x00" + bytes([0x55]) * (size - 4)),
        "too short a key": raw(b"\x00\x02" + bytes([0x55]) * (size - 3 - 8) + b"\x00" + bytes(8)),
        "right form, other key": raw(b"\x00\x02" + filler + b"\x00" + bytes(16)),
        "garbage": bytes([7]) * size,
        "wrong length": bytes(5),
        "empty": b"",
    }


def test_no_wrong_padding_is_told_from_another(holders: dict[str, Holder], lend: Lend) -> None:
    """Each answers alike; by chance one in 256 random keys ends in what looks like a CBC padding."""
    der = seal(ENTITY * 8, holders["rsa"])
    with lend("rsa") as key:
        assert key.opener is not None
        for name, data in _ciphertexts(holders["rsa"]).items():
            assert len(key.opener.decrypt_v15(data, 16)) == 16, name
            outcomes: set[object] = set()
            for _ in range(3):
                try:
                    outcomes.add(open_envelope(_changed(der, _with_key(data)), key).content == ENTITY * 8)
                except MessageNotOpened as error:
                    outcomes.add(str(error))
            assert "message-not-opened(reason='damaged')" in outcomes, (name, outcomes)
            assert True not in outcomes, name


def test_the_substitute_for_a_wrong_key_is_never_twice_the_same(holders: dict[str, Holder]) -> None:
    private = holders["rsa"].key
    assert isinstance(private, rsa.RSAPrivateKey)
    opener = HeldKeyOpener(private)
    assert opener.decrypt_v15(b"", 32) != opener.decrypt_v15(b"", 32)


@pytest.mark.parametrize("cipher", ["aes-256-gcm", "aes-128-gcm"])
def test_a_changed_bit_is_noticed_by_an_authenticated_cipher(
    cipher: str, holders: dict[str, Holder], lend: Lend
) -> None:
    der = seal(ENTITY, holders["rsa"], cipher=cipher)

    def flip(info: asn1.ContentInfo) -> None:
        content = info["content"]["auth_encrypted_content_info"]
        data = bytearray(content["encrypted_content"].native)
        data[3] ^= 1
        content["encrypted_content"] = bytes(data)

    with lend("rsa") as key, pytest.raises(MessageNotOpened) as caught:
        open_envelope(_changed(der, flip), key)
    assert caught.value.params["reason"] == "damaged"


def test_a_point_beside_the_curve_is_refused(holders: dict[str, Holder], lend: Lend) -> None:
    with lend("ec") as key:
        assert key.opener is not None
        for point in (b"", b"\x04" + bytes(64), b"\x04" + bytes([1]) * 64, b"\x00"):
            with pytest.raises(MessageNotOpened):
                key.opener.agree(point)


@pytest.mark.parametrize("data", [b"", b"\x30\x80", b"junk", bytes(5000)])
def test_what_is_no_envelope_is_damaged_or_unsupported_and_nothing_else(
    data: bytes, holders: dict[str, Holder]
) -> None:
    key = open_pkcs12(holders["rsa"].pkcs12("x"), Secret("x"))
    with pytest.raises(MessageNotOpened):
        open_envelope(data, key)
    assert look_at(data).cipher == ""


def test_a_cut_envelope_never_raises_anything_else(holders: dict[str, Holder]) -> None:
    der = seal(ENTITY, holders["rsa"], cipher="aes-128-gcm")
    key = open_pkcs12(holders["rsa"].pkcs12("x"), Secret("x"))
    for length in range(0, len(der), 7):
        with pytest.raises(MessageNotOpened):
            open_envelope(der[:length], key)


def test_rc2_is_named_and_not_opened(holders: dict[str, Holder]) -> None:
    def as_rc2(info: asn1.ContentInfo) -> None:
        algorithm = info["content"]["encrypted_content_info"]["content_encryption_algorithm"]
        algorithm["algorithm"] = "rc2"

    der = _changed(seal(ENTITY, holders["rsa"], cipher="aes-128-cbc"), as_rc2)
    key = open_pkcs12(holders["rsa"].pkcs12("x"), Secret("x"))
    with pytest.raises(MessageNotOpened) as caught:
        open_envelope(der, key)
    assert caught.value.params["reason"] in {"unsupported", "damaged"}


def test_a_key_for_encryption_alone_opens_on_a_token_and_does_not_sign(
    holders: dict[str, Holder], tmp_path: Path
) -> None:
    if reason := why_no_softhsm():
        pytest.skip(reason)
    with SoftHsm.start(tmp_path) as hsm:
        token = hsm.add_token("Binh", "123456")
        token.put(holders["rsa"], b"\x01", "Mo thu", opens=True, signs=False)
        uri = f"serial={token.serial};id=%01"
        with Tokens().open_key(uri, Secret("123456"), (token.driver,)) as opened:
            assert open_envelope(seal(ENTITY, holders["rsa"]), opened.key).content == ENTITY


def test_what_we_seal_openssl_opens(holders: dict[str, Holder], tmp_path: Path) -> None:
    readers = (holders["other"], holders["rsa"])
    (tmp_path / "sealed").write_bytes(seal_entity(ENTITY, [one.certificate_der for one in readers]))
    for number, reader in enumerate(readers):
        (tmp_path / f"{number}.pem").write_bytes(reader.certificate_pem + reader.key_pem)
        command = ["openssl", "cms", "-decrypt", "-inform", "DER", "-in", "sealed", "-recip", f"{number}.pem"]
        done = subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
        assert done.stdout == ENTITY
        key = open_pkcs12(reader.pkcs12("x"), Secret("x"))
        assert open_envelope((tmp_path / "sealed").read_bytes(), key).content == ENTITY
    with pytest.raises(MessageNotOpened):
        seal_entity(ENTITY, [holders["ec"].certificate_der])
