"""Addresses of keys on tokens (RFC 7512)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.crypto.pkcs11_uri import TokenUri, address_of
from client.errors import SigningRefused
from client.model.account import KeyRef
from client.model.token import TokenInfo

INFO = TokenInfo("/usr/lib/p11.so", "Văn thư", "SoftHSM project", "SoftHSM v2", "28015ba92c70cfc5")
text = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)


def refusal(uri: str) -> object:
    with pytest.raises(SigningRefused) as caught:
        TokenUri.parse(uri)
    return caught.value.params["reason"]


@pytest.mark.parametrize(
    ("uri", "expected"),
    [
        ("pkcs11:", TokenUri()),
        ("pkcs11:object=my-pubkey;type=public", TokenUri(object="my-pubkey", type="public")),
        (
            "pkcs11:token=The%20Software%20PKCS%2311%20Softtoken;manufacturer=Snake%20Oil,%20Inc.;model=1.0;"
            "object=my-certificate;type=cert;id=%69%95%3E%5C%F4%BD%EC%91;serial=",
            TokenUri(
                token="The Software PKCS#11 Softtoken",
                manufacturer="Snake Oil, Inc.",
                model="1.0",
                object="my-certificate",
                type="cert",
                id=b"\x69\x95\x3e\x5c\xf4\xbd\xec\x91",
            ),
        ),
        (
            "pkcs11:object=my-sign-key;type=private?module-name=my&module-path=/lib/my.so",
            TokenUri(object="my-sign-key", type="private", module_name="my", module_path="/lib/my.so"),
        ),
        ("pkcs11:token=Software%20PKCS%2311%20softtoken;library-version=1.4;slot-id=3",
         TokenUri(token="Software PKCS#11 softtoken")),
        ("pkcs11:token=A;x-muzzle-brake=yes?x-query=1", TokenUri(token="A")),
        ("token=M%E1%BA%ADt%20m%C3%A3;id=%00%ff", TokenUri(token="Mật mã", id=b"\x00\xff")),
    ],
)  # fmt: skip
def test_the_addresses_of_the_standard_are_read(uri: str, expected: TokenUri) -> None:
    assert TokenUri.parse(uri) == expected


@pytest.mark.parametrize(
    "uri",
    [
        "token=A?pin-value=1234",
        "token=A;pin-value=1234",
        "pkcs11:?pin-source=file:/etc/pin",
        "pin-source=|cat",
    ],
)
def test_a_secret_in_an_address_is_refused_and_not_repeated(uri: str) -> None:
    with pytest.raises(SigningRefused) as caught:
        TokenUri.parse(uri)
    assert caught.value.params == {"reason": "secret-in-key-address"}


@pytest.mark.parametrize(
    "uri",
    [
        "token",
        "=A",
        "token=A;token=B",
        "token=A%2",
        "token=A%GG",
        "token=A B",
        "token=Văn",
        "token=%ff%fe",
        "type=secret-key",
        "module-path=/usr/lib/x.so",
        "token=A?token=B",
        "to ken=A",
        "token=A?module-path=/a.so&module-path=/b.so",
    ],
)
def test_what_is_malformed_is_refused(uri: str) -> None:
    assert refusal(uri) == "key-address-invalid"


@given(text, text, text, text, text, st.binary(max_size=20), text, text)
def test_every_address_reads_back_as_itself(
    token: str, manufacturer: str, serial: str, model: str, label: str, cka_id: bytes, path: str, name: str
) -> None:
    uri = TokenUri(token, manufacturer, serial, model, label, cka_id, "cert", path, name)
    assert TokenUri.parse(str(uri)) == uri
    assert TokenUri.parse(KeyRef.parse(f"pkcs11:{uri}").location) == uri


def test_a_serial_decides_whatever_the_token_is_called_now() -> None:
    assert TokenUri(token="tên cũ", serial=INFO.serial).names_token(INFO)
    assert not TokenUri(token=INFO.label, serial="0").names_token(INFO)


@pytest.mark.parametrize(
    ("uri", "named"),
    [
        (TokenUri(), True),
        (TokenUri(token="Văn thư", manufacturer="SoftHSM project", model="SoftHSM v2"), True),
        (TokenUri(token="văn thư"), False),
        (TokenUri(manufacturer="SoftHSM"), False),
        (TokenUri(model="v2"), False),
    ],
)
def test_without_a_serial_every_name_must_fit(uri: TokenUri, named: bool) -> None:
    assert uri.names_token(INFO) is named


def test_an_object_is_named_by_id_and_label() -> None:
    assert TokenUri(id=b"\x01").names_object(b"\x01", "x")
    assert TokenUri(object="x").names_object(b"\x01", "x")
    assert not TokenUri(id=b"\x01", object="y").names_object(b"\x01", "x")
    assert not TokenUri(id=b"\x01").names_object(b"\x01\x00", "x")


def test_the_address_of_a_certificate_names_it_by_serial_and_id() -> None:
    uri = address_of(INFO, b"\x01\xab", "Ký số")
    assert (uri.serial, uri.id, uri.object) == (INFO.serial, b"\x01\xab", "")
    assert str(uri) == (
        "token=V%C4%83n%20th%C6%B0;serial=28015ba92c70cfc5;id=%01%AB?module-path=/usr/lib/p11.so"
    )
    assert address_of(INFO, b"", "Ký số").object == "Ký số"
