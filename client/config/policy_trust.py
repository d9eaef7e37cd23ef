"""The policy's table ``[trust]``: whose signatures count, and which hosts may be asked about them.

::

    [trust]
    crl_urls = ["http://crl.example.gov.vn/ca.crl"]     # fetched for a known issuer, kept fresh
    hosts = ["crl.example.gov.vn"]                      # CRLs that received certificates name, there only
    ocsp_hosts = []                                     # OCSP tells the responder what is being read

    [[trust.anchors]]
    name = "Cơ quan chứng thực số chuyên dùng Chính phủ"
    fingerprint = "…"                                   # SHA-256 of the certificate
    pem = '''-----BEGIN CERTIFICATE-----…'''
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterable, Iterator

import msgspec

from client.errors import ConfigInvalid
from client.model.anchor import FingerprintMatch, compare_fingerprint
from client.model.revocation import Hosts, host_of, is_host

_PEM = re.compile(r"\s*-----BEGIN CERTIFICATE-----\s*([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----\s*\Z")
_MOST_MEGABYTES = 200


class PolicyCertificate(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A certificate the organisation vouches for."""

    name: str
    fingerprint: str
    pem: str

    @property
    def der(self) -> bytes:
        """The certificate; ValueError where ``pem`` holds none, or several."""
        found = _PEM.match(self.pem)
        if found is None:
            raise ValueError
        try:
            return base64.b64decode("".join(found[1].split()), validate=True)
        except binascii.Error as error:
            raise ValueError from error

    @property
    def sha256(self) -> str:
        """Upper-case hex."""
        return hashlib.sha256(self.der).hexdigest().upper()


class Trust(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Empty by default: nobody is trusted and nobody is asked."""

    anchors: tuple[PolicyCertificate, ...] = ()
    intermediates: tuple[PolicyCertificate, ...] = ()
    crl_urls: tuple[str, ...] = ()
    """CRLs to keep fresh; naming one names its host."""
    hosts: tuple[str, ...] = ()
    """``crl.example.vn`` (ports 80 and 443) or ``crl.example.vn:8080``: where CRLs may be fetched."""
    ocsp_hosts: tuple[str, ...] = ()
    """The same for OCSP questions about certificates of received mail."""
    max_crl_mb: int = 64

    @property
    def asked(self) -> Hosts:
        """Whom the client may ask."""
        return Hosts((*self.hosts, *filter(None, map(host_of, self.crl_urls))), self.ocsp_hosts)


def refuse_unusable(trust: Trust, path: str) -> None:
    """Raises `ConfigInvalid` for a host, an address or a certificate that could never be used."""
    for key, suggestion in _faults(trust):
        raise ConfigInvalid(path=path, key=f"trust.{key}", suggestion=suggestion)


def _faults(trust: Trust) -> Iterator[tuple[str, str]]:
    for name, hosts in (("hosts", trust.hosts), ("ocsp_hosts", trust.ocsp_hosts)):
        yield from _host_faults(name, hosts)
    for number, url in enumerate(trust.crl_urls):
        if not host_of(url):
            yield f"crl_urls[{number}]", f"http://{url}" if host_of(f"http://{url}") else ""
    for name, certificates in (("anchors", trust.anchors), ("intermediates", trust.intermediates)):
        for number, one in enumerate(certificates):
            yield from _certificate_faults(f"{name}[{number}]", one)
    if not 1 <= trust.max_crl_mb <= _MOST_MEGABYTES:
        yield "max_crl_mb", f"1–{_MOST_MEGABYTES}"


def _host_faults(name: str, hosts: Iterable[str]) -> Iterator[tuple[str, str]]:
    for number, host in enumerate(hosts):
        if not is_host(host):
            # Most often a whole address stands where its host belongs.
            yield f"{name}[{number}]", host_of(host.strip().lower())


def _certificate_faults(key: str, one: PolicyCertificate) -> Iterator[tuple[str, str]]:
    try:
        actual = one.sha256
    except ValueError:
        yield f"{key}.pem", ""
        return
    if compare_fingerprint(one.fingerprint, actual) is not FingerprintMatch.EQUAL:
        # The certificate's own is not suggested: whoever wrote the policy has to look it up elsewhere.
        yield f"{key}.fingerprint", ""
