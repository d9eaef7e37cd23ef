"""Certificate revocation lists of national size, read only where they speak of somebody.

The parser makes an object of every entry it passes, some ten microseconds and a kilobyte each: a
list of 50 MB would take half a minute and more than a gigabyte for each message.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from asn1crypto import core, crl, x509

_LARGE = 100_000
"""Bytes of entries; less is not worth the search."""
_OTHER_ISSUER = crl.CRLEntryExtensionId("certificate_issuer").dump()


class _Entries(crl.RevokedCertificates):  # type: ignore[misc] # asn1crypto has no types
    wanted: frozenset[bytes] = frozenset()
    """Serial numbers in DER."""

    def __iter__(self) -> Iterator[crl.RevokedCertificate]:
        if _OTHER_ISSUER in self.contents:
            # The issuer that one entry names holds for those after it: all have to be read.
            yield from super().__iter__()
            return
        for serial in self.wanted:
            yield from _entries_of(self.contents, serial)


class _TbsCertList(crl.TbsCertList):  # type: ignore[misc] # asn1crypto has no types
    _fields = [  # noqa: RUF012 - the form asn1crypto asks for
        (name, _Entries if name == "revoked_certificates" else kind, *more)
        for name, kind, *more in crl.TbsCertList._fields
    ]


class _LargeList(crl.CertificateList):  # type: ignore[misc] # asn1crypto has no types
    _fields = [("tbs_cert_list", _TbsCertList), *crl.CertificateList._fields[1:]]  # noqa: RUF012 - as above


def focused(parsed: crl.CertificateList, certificates: Iterable[x509.Certificate]) -> crl.CertificateList:
    """The same list; a large one tells of no others than ``certificates`` when it is walked."""
    entries = parsed["tbs_cert_list"]["revoked_certificates"]
    if entries is core.VOID or len(entries.contents) < _LARGE:
        return parsed
    large = _LargeList.load(parsed.dump())
    serials = (one["tbs_certificate"]["serial_number"].dump() for one in certificates)
    large["tbs_cert_list"]["revoked_certificates"].wanted = frozenset(serials)
    return large


def _entries_of(contents: bytes, serial: bytes) -> Iterator[crl.RevokedCertificate]:
    """Every entry that begins with ``serial``: what stands before it has to be its header in DER."""
    at = contents.find(serial)
    while at >= 0:
        for header in (2, 3, 4):
            length = _length_at(contents, at - header, header)
            if length is not None:
                yield crl.RevokedCertificate.load(contents[at - header : at + length])
                break
        at = contents.find(serial, at + 1)


def _length_at(contents: bytes, start: int, header: int) -> int | None:
    """Length of the content of a SEQUENCE at ``start`` whose header takes ``header`` bytes, if it is one."""
    if start < 0 or contents[start] != 0x30:
        return None
    first, rest = contents[start + 1], contents[start + 2 : start + header]
    if header == 2:
        return first if first < 0x80 else None
    return int.from_bytes(rest, "big") if first == 0x80 + len(rest) else None
