"""CRLs of any size, made in no time: the entries are put together as bytes and signed once."""

from __future__ import annotations

from collections.abc import Iterable

from asn1crypto import crl
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

_REVOKED_AT = b"\x17\x0d260101000000Z"


def large_crl(empty: bytes, key: ec.EllipticCurvePrivateKey, serials: Iterable[int]) -> bytes:
    """The CRL ``empty`` with an entry for each serial number, signed anew."""
    old = crl.CertificateList.load(empty)
    body = b"".join(_sequence(_integer(serial) + _REVOKED_AT) for serial in serials)
    head = [old["tbs_cert_list"][name].dump() for name in _HEAD]
    signed = _sequence(b"".join(head) + _sequence(body))
    signature = key.sign(signed, ec.ECDSA(hashes.SHA256()))
    bits = b"\x03" + _length(len(signature) + 1) + b"\0" + signature
    return _sequence(signed + old["signature_algorithm"].dump() + bits)


_HEAD = ("version", "signature", "issuer", "this_update", "next_update")


def _sequence(content: bytes) -> bytes:
    return b"\x30" + _length(len(content)) + content


def _integer(value: int) -> bytes:
    content = value.to_bytes(value.bit_length() // 8 + 1, "big")
    return b"\x02" + _length(len(content)) + content


def _length(number: int) -> bytes:
    if number < 0x80:
        return bytes([number])
    size = (number.bit_length() + 7) // 8
    return bytes([0x80 + size]) + number.to_bytes(size, "big")
