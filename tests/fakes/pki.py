"""A certificate authority that lives as long as the test: nothing here can rot in a repository.

::

    pki = OfficePki(now)
    an = pki.person("Nguyễn Văn An", "an@example.gov.vn")
    pki.revoke(an, at=now)
    demand = pki.demand()              # anchors, intermediates, fresh CRLs, verification time
    tsa_client = Timestamper(("http://tsa.test",), pki.post_timestamp)
    data = an.pkcs12("secret")
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pyhanko.sign  # noqa: F401 - before any asn1crypto CMS type is used
from asn1crypto import keys as asn1_keys
from asn1crypto import tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID, ObjectIdentifier
from pyhanko.sign.timestamps.dummy_client import DummyTimeStamper
from pyhanko_certvalidator.registry import SimpleCertificateStore

from client.model.trust import RevocationDemand, TrustMaterial, VerificationDemand

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
_USAGES = (
    "digital_signature",
    "content_commitment",
    "key_encipherment",
    "data_encipherment",
    "key_agreement",
    "key_cert_sign",
    "crl_sign",
    "encipher_only",
    "decipher_only",
)


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.DER)


@dataclass(frozen=True)
class Holder:
    """A certificate with its private key and the chain up to, not including, the root."""

    certificate: x509.Certificate
    key: PrivateKey
    chain: tuple[x509.Certificate, ...] = ()

    @property
    def certificate_der(self) -> bytes:
        """The certificate as DER."""
        return _der(self.certificate)

    @property
    def certificate_pem(self) -> bytes:
        """The certificate as PEM."""
        return self.certificate.public_bytes(serialization.Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        """The private key as unencrypted PKCS#8 PEM."""
        return self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )

    @property
    def chain_der(self) -> tuple[bytes, ...]:
        """The intermediates as DER."""
        return tuple(_der(certificate) for certificate in self.chain)

    def pkcs12(self, password: str, *, legacy: bool = False) -> bytes:
        """A ``.p12``; ``legacy`` uses 3DES with a SHA-1 MAC, as old key stores do."""
        secret = password.encode()
        encryption: serialization.KeySerializationEncryption = serialization.BestAvailableEncryption(secret)
        if legacy:
            encryption = (
                serialization.PrivateFormat.PKCS12.encryption_builder()
                .kdf_rounds(2048)
                .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
                .hmac_hash(hashes.SHA1())  # noqa: S303 - what old files carry
                .build(secret)
            )
        return pkcs12.serialize_key_and_certificates(
            b"key", self.key, self.certificate, list(self.chain), encryption
        )


@dataclass
class OfficePki:
    """Root → issuing CA → people, seals and a time-stamp authority.

    ``now`` is the moment everything is built around; certificates are valid from one year
    before to two years after it unless said otherwise.
    """

    now: datetime = field(default_factory=lambda: datetime.now(UTC).replace(microsecond=0))

    def __post_init__(self) -> None:
        self.root = self._make_ca("Công Thư Test Root", None, 3650)
        self.issuing = self._make_ca("Công Thư Test Issuing CA", self.root, 3000)
        self.tsa = self.issue(
            "Công Thư Test TSA",
            usages=("digital_signature",),
            extended=(ExtendedKeyUsageOID.TIME_STAMPING,),
            extended_critical=True,
        )
        self._revoked: list[tuple[int, datetime]] = []
        self.timestamp_time: datetime | None = None
        """What the TSA's clock says; ``now`` when None."""
        self.timestamp_requests: list[str] = []
        """The URLs `post_timestamp` was asked for."""

    def person(self, name: str, email: str, **options: object) -> Holder:
        """A person's certificate: digitalSignature + nonRepudiation, SAN rfc822Name ``email``.

        ``options`` are those of `issue`.
        """
        options.setdefault(
            "extended", (ExtendedKeyUsageOID.EMAIL_PROTECTION, ExtendedKeyUsageOID.CLIENT_AUTH)
        )
        return self.issue(name, emails=(email,), **options)  # type: ignore[arg-type] # handed through

    def seal(self, organisation: str, email: str, **options: object) -> Holder:
        """An office's seal certificate: the common name is the organisation."""
        return self.issue(organisation, emails=(email,), organisation=organisation, **options)  # type: ignore[arg-type] # handed through

    def expired(self, name: str, email: str) -> Holder:
        """A person whose certificate ended ten days before ``now``."""
        return self.person(
            name, email, not_before=self.now - timedelta(days=400), not_after=self.now - timedelta(days=10)
        )

    def not_yet_valid(self, name: str, email: str) -> Holder:
        """A person whose certificate begins ten days after ``now``."""
        return self.person(
            name, email, not_before=self.now + timedelta(days=10), not_after=self.now + timedelta(days=400)
        )

    def wrong_usage(self, name: str, email: str) -> Holder:
        """A person whose certificate is for encryption only."""
        return self.person(name, email, usages=("key_encipherment",))

    def issue(
        self,
        name: str,
        *,
        emails: Sequence[str] = (),
        organisation: str = "",
        usages: Sequence[str] = ("digital_signature", "content_commitment"),
        extended: Sequence[ObjectIdentifier] = (),
        extended_critical: bool = False,
        not_before: datetime | None = None,
        not_after: datetime | None = None,
        elliptic: bool = False,
        subject_email: str = "",
        key: PrivateKey | None = None,
    ) -> Holder:
        """An end-entity certificate of the issuing CA, for ``key`` or a new one."""
        key = key or (ec.generate_private_key(ec.SECP256R1()) if elliptic else _rsa())
        builder = self._builder(
            _name(name, organisation, subject_email),
            self.issuing.certificate.subject,
            key,
            not_before or self.now - timedelta(days=365),
            not_after or self.now + timedelta(days=730),
        ).add_extension(_usage(usages), critical=True)
        builder = builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        if emails:
            names = [x509.RFC822Name(email) for email in emails]
            builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
        if extended:
            builder = builder.add_extension(x509.ExtendedKeyUsage(list(extended)), critical=extended_critical)
        builder = _identify(builder, self.issuing.certificate)
        certificate = builder.sign(self.issuing.key, hashes.SHA256())
        return Holder(certificate, key, (self.issuing.certificate,))

    def revoke(self, holder: Holder, at: datetime | None = None) -> None:
        """List the certificate in every CRL made from now on."""
        self._revoked.append((holder.certificate.serial_number, at or self.now - timedelta(hours=2)))

    def crls(self, this_update: datetime | None = None, days: float = 7) -> tuple[bytes, ...]:
        """CRLs (DER) of root and issuing CA, from ``this_update`` (an hour before ``now``) for ``days``."""
        start = this_update or self.now - timedelta(hours=1)
        return (
            self._crl(self.root, (), start, days),
            self._crl(self.issuing, tuple(self._revoked), start, days),
        )

    def another_key(self) -> Holder:
        """The issuing CA once more under the same name, as after a renewal: another key, the same root."""
        return self._make_ca("Công Thư Test Issuing CA", self.root, 3000)

    def crls_by(self, holder: Holder) -> bytes:
        """The issuing CA's CRL (DER), signed with another key of its name."""
        return self._crl(holder, tuple(self._revoked), self.now - timedelta(hours=1), 7)

    def trust(self, crls: Sequence[bytes] | None = None) -> TrustMaterial:
        """Root as anchor, issuing CA beside it, and fresh CRLs unless others are given."""
        chosen = self.crls() if crls is None else tuple(crls)
        return TrustMaterial((self.root.certificate_der,), (self.issuing.certificate_der,), chosen)

    def demand(
        self,
        at: datetime | None = None,
        *,
        revocation: RevocationDemand = RevocationDemand.REQUIRE,
        crls: Sequence[bytes] | None = None,
    ) -> VerificationDemand:
        """A verification at ``at`` (default ``now``) that trusts this authority."""
        return VerificationDemand(self.trust(crls), at or self.now, revocation)

    def post_timestamp(self, url: str, body: bytes, timeout: float) -> bytes:
        """Answers an RFC 3161 request as an HTTP time-stamp service would."""
        self.timestamp_requests.append(url)
        embedded = SimpleCertificateStore()  # type: ignore[no-untyped-call] # pyHanko has no types here
        embedded.register(asn1_x509.Certificate.load(self.issuing.certificate_der))
        tsa = DummyTimeStamper(
            tsa_cert=asn1_x509.Certificate.load(self.tsa.certificate_der),
            tsa_key=asn1_keys.PrivateKeyInfo.load(
                self.tsa.key.private_bytes(
                    serialization.Encoding.DER,
                    serialization.PrivateFormat.PKCS8,
                    serialization.NoEncryption(),
                )
            ),
            certs_to_embed=embedded,
            fixed_dt=self.timestamp_time or self.now,
        )
        answer: bytes = tsa.request_tsa_response(tsp.TimeStampReq.load(body)).dump()
        return answer

    def _make_ca(self, name: str, parent: Holder | None, days: int) -> Holder:
        key = _rsa()
        subject = _name(name)
        issuer = parent.certificate.subject if parent else subject
        builder = self._builder(
            subject, issuer, key, self.now - timedelta(days=1500), self.now + timedelta(days=days)
        )
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        builder = builder.add_extension(_usage(("key_cert_sign", "crl_sign")), critical=True)
        builder = _identify(builder, parent.certificate if parent else None)
        return Holder(builder.sign(parent.key if parent else key, hashes.SHA256()), key)

    @staticmethod
    def _builder(
        subject: x509.Name, issuer: x509.Name, key: PrivateKey, start: datetime, end: datetime
    ) -> x509.CertificateBuilder:
        builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer)
        builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
        builder = builder.not_valid_before(start).not_valid_after(end)
        return builder.add_extension(
            x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False
        )

    def _crl(
        self, issuer: Holder, revoked: Sequence[tuple[int, datetime]], start: datetime, days: float
    ) -> bytes:
        builder = x509.CertificateRevocationListBuilder().issuer_name(issuer.certificate.subject)
        builder = builder.last_update(start).next_update(start + timedelta(days=days))
        builder = builder.add_extension(x509.CRLNumber(1), critical=False)
        authority = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer.key.public_key())
        builder = builder.add_extension(authority, critical=False)
        for serial, when in revoked:
            entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(when).build()
            builder = builder.add_revoked_certificate(entry)
        return builder.sign(issuer.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def _rsa() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _name(common: str, organisation: str = "", email: str = "") -> x509.Name:
    parts = [x509.NameAttribute(NameOID.COUNTRY_NAME, "VN")]
    if organisation:
        parts.append(x509.NameAttribute(NameOID.ORGANIZATION_NAME, organisation))
    parts.append(x509.NameAttribute(NameOID.COMMON_NAME, common))
    if email:
        parts.append(x509.NameAttribute(NameOID.EMAIL_ADDRESS, email))
    return x509.Name(parts)


def _usage(names: Sequence[str]) -> x509.KeyUsage:
    return x509.KeyUsage(**{usage: usage in names for usage in _USAGES})


def _identify(builder: x509.CertificateBuilder, issuer: x509.Certificate | None) -> x509.CertificateBuilder:
    if issuer is None:
        return builder
    key_id = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    authority = x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(key_id)
    return builder.add_extension(authority, critical=False)
