"""The city's PKI on disk: keys made once, certificates declared, both kept in the city's folder.

Nothing here ever touches a trust store of the system.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import pyhanko.sign  # noqa: F401 - must come before asn1crypto's CMS attributes are used (certomancer does)
from asn1crypto import x509
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, PKIArchitecture
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from client.sandbox.people import Cast
from client.sandbox.pki_plan import ARCHITECTURE, LIFETIME_DAYS, SIGNING_CAS, key_labels, plan, seal_label

_FRESH_FOR = timedelta(days=LIFETIME_DAYS - 30)
_PORT_KEY = "http_port"


@dataclass(frozen=True)
class DemoPki:
    """The city's PKI, ready to issue CRLs, OCSP answers and time-stamps."""

    folder: Path
    architecture: PKIArchitecture
    born: datetime
    http_port: int
    """The port written into the certificates' CRL and OCSP addresses."""

    def certificate(self, label: str) -> x509.Certificate:
        """The certificate with that label."""
        return self.architecture.get_cert(CertLabel(label))

    def pem(self, *labels: str) -> bytes:
        """Certificates in PEM, one after the other."""
        return b"".join(_pem(self.certificate(label)) for label in labels)

    def key_path(self, label: str) -> Path:
        """The PKCS#12 file of a person or a seal."""
        return self.folder / "khoa" / f"{label}.p12"

    @property
    def root_pem(self) -> bytes:
        """The one anchor: TLS servers and signers all hang under it."""
        return self.pem("root")


def open_pki(folder: Path, cast: Cast, now: datetime, free_port: Callable[[], int]) -> DemoPki:
    """Load the PKI of ``folder``; made fresh when it is absent, incomplete or nearly out of use."""
    record = folder / "pki.json"
    born, port = _read_record(record)
    if born is None or not born <= now < born + _FRESH_FOR:
        born, port = now.replace(microsecond=0), free_port()
        _make_keys(folder / "keys", cast)
        pki = _load(folder, cast, born, port)
        _write_key_files(pki, cast)
        _write_anchors(pki)
        record.write_text(json.dumps({"born": born.isoformat(), _PORT_KEY: port}), encoding="utf-8")
        return pki
    return _load(folder, cast, born, port)


def is_current(folder: Path, now: datetime) -> bool:
    """Whether `open_pki` would load rather than make."""
    born, _port = _read_record(folder / "pki.json")
    return born is not None and born <= now < born + _FRESH_FOR


def _read_record(record: Path) -> tuple[datetime | None, int]:
    try:
        data = json.loads(record.read_text(encoding="utf-8"))
        return datetime.fromisoformat(data["born"]), int(data[_PORT_KEY])
    except (OSError, ValueError, KeyError):
        return None, 0


def _load(folder: Path, cast: Cast, born: datetime, port: int) -> DemoPki:
    config = CertomancerConfig(
        plan(cast, born, f"http://127.0.0.1:{port}"), key_search_dir=str(folder), lazy_load_keys=True
    )
    return DemoPki(folder, config.get_pki_arch(ArchLabel(ARCHITECTURE)), born, port)


def _make_keys(folder: Path, cast: Cast) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for label in key_labels(cast):
        (folder / f"{label}.pem").write_bytes(_new_key(label))


def _new_key(label: str) -> bytes:
    # Authorities are RSA: PKCS#1 v1.5 signs alike each time, so a reloaded certificate is the same bytes.
    # P-256 would give another root at every start; where nobody keeps the certificate it saves time.
    infrastructure = label.startswith(("ocsp-", "may-chu", "tsa"))
    key: ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey
    if infrastructure:
        key = ec.generate_private_key(ec.SECP256R1())
    else:
        key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


def _write_key_files(pki: DemoPki, cast: Cast) -> None:
    labels = [person.person_id for person in cast.people if person.has_key]
    labels += [seal_label(office) for office in cast.offices] + [one.label for one in cast.flawed]
    for label in labels:
        path = pki.key_path(label)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(
            pki.architecture.package_pkcs12(CertLabel(label), password=cast.key_password.encode("utf-8"))
        )


def _write_anchors(pki: DemoPki) -> None:
    (pki.folder / "goc-tin-cay-DEMO.pem").write_bytes(pki.root_pem)
    chain = pki.pem("may-chu", "ca-may-chu")
    (pki.folder / "may-chu.pem").write_bytes(chain)
    for label in SIGNING_CAS:
        (pki.folder / f"{label}.crt.pem").write_bytes(pki.pem(label))


def _pem(certificate: x509.Certificate) -> bytes:
    from cryptography import x509 as pyca

    return pyca.load_der_x509_certificate(certificate.dump()).public_bytes(serialization.Encoding.PEM)
