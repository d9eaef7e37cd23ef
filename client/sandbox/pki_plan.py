"""The city's PKI as a declaration that certomancer turns into certificates, CRLs, OCSP and time-stamps.

Every subject carries "DEMO", so that no certificate of the city can be taken for a real one.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from client.sandbox.people import Cast

ARCHITECTURE = "demo"
LIFETIME_DAYS = 900
AUTHORITIES = ("root", "ca-ca-nhan", "ca-co-quan", "ca-may-chu")
SIGNING_CAS = ("ca-ca-nhan", "ca-co-quan")
_ORGANISATION = "Công Thư DEMO - chỉ dùng để diễn tập"

Plan = dict[str, object]


def seal_label(office: str) -> str:
    """Label of an office's seal certificate and key."""
    return f"con-dau-{office}"


def key_labels(cast: Cast) -> tuple[str, ...]:
    """The keys this PKI needs, one a label."""
    people = [person.person_id for person in cast.people if person.has_key]
    seals = [seal_label(office) for office in cast.offices]
    flawed = [one.label for one in cast.flawed]
    return (*AUTHORITIES, "tsa", "ocsp-ca-nhan", "ocsp-co-quan", "may-chu", *people, *seals, *flawed)


def plan(cast: Cast, born: datetime, url_prefix: str) -> Plan:
    """The whole declaration; ``born`` is the city's first start (aware), dates count from it."""
    return {
        "external-url-prefix": url_prefix,
        "keysets": {
            ARCHITECTURE: {
                "path-prefix": "keys",
                "keys": {label: {"path": f"{label}.pem"} for label in key_labels(cast)},
            }
        },
        "pki-architectures": {
            ARCHITECTURE: {
                "keyset": ARCHITECTURE,
                "entity-defaults": {"country-name": "VN", "organization-name": _ORGANISATION},
                "entities": _entities(cast),
                "certs": _certificates(cast, born),
                "services": _services(),
            }
        },
    }


def _entities(cast: Cast) -> Plan:
    entities: Plan = {
        "root": {"common-name": "Công Thư DEMO Root CA"},
        "ca-ca-nhan": {"common-name": "Công Thư DEMO CA cá nhân"},
        "ca-co-quan": {"common-name": "Công Thư DEMO CA cơ quan"},
        "ca-may-chu": {"common-name": "Công Thư DEMO CA máy chủ"},
        "tsa": {"common-name": "Công Thư DEMO TSA"},
        "ocsp-ca-nhan": {"common-name": "Công Thư DEMO OCSP cá nhân"},
        "ocsp-co-quan": {"common-name": "Công Thư DEMO OCSP cơ quan"},
        "may-chu": {"common-name": "localhost", "organizational-unit-name": "DEMO"},
    }
    for person in cast.people:
        if person.has_key:
            entities[person.person_id] = _natural(cast.offices[person.office], person.name, person.title)
    for symbol, name in cast.offices.items():
        entities[seal_label(symbol)] = {
            "common-name": name,
            "organization-name": name,
            "organizational-unit-name": "DEMO - con dấu",
        }
    for one in cast.flawed:
        entities[one.label] = _natural(cast.offices[one.office], one.name, one.title)
    return entities


def _natural(office: str, name: str, title: str) -> Plan:
    return {
        "common-name": name,
        "title": title,
        "organization-name": office,
        "organizational-unit-name": "DEMO",
    }


def _certificates(cast: Cast, born: datetime) -> Plan:
    certificates: Plan = {
        "root": _authority("root", "root", born, None),
        "ca-ca-nhan": _authority("ca-ca-nhan", "root", born, "root"),
        "ca-co-quan": _authority("ca-co-quan", "root", born, "root"),
        "ca-may-chu": _authority("ca-may-chu", "root", born, "root"),
        "tsa": _leaf("tsa", "root", born, ["digital_signature"], eku="time_stamping", critical_eku=True),
        "ocsp-ca-nhan": _responder("ocsp-ca-nhan", "ca-ca-nhan", born),
        "ocsp-co-quan": _responder("ocsp-co-quan", "ca-co-quan", born),
        "may-chu": _leaf(
            "may-chu",
            "ca-may-chu",
            born,
            ["digital_signature", "key_encipherment"],
            eku="server_auth",
            names=[{"type": "dns_name", "value": "localhost"}, {"type": "ip_address", "value": "127.0.0.1"}],
        ),
    }
    for person in cast.people:
        if person.has_key:
            address = cast.address(person.person_id)
            certificates[person.person_id] = _signer(person.person_id, "ca-ca-nhan", born, address)
    for symbol in cast.offices:
        label = seal_label(symbol)
        certificates[label] = _signer(label, "ca-co-quan", born, cast.address(symbol))
    for one in cast.flawed:
        entry = _signer(one.label, "ca-ca-nhan", born, cast.address(one.person_id))
        entry["validity"] = _validity(born, one.valid_from_days, one.valid_to_days)
        if one.revoked_days is not None:
            revoked = (born + timedelta(days=one.revoked_days)).isoformat()
            entry["revocation"] = {"revoked-since": revoked, "reason": "key_compromise"}
        certificates[one.label] = entry
    return certificates


def _validity(born: datetime, start: int, end: int) -> Plan:
    return {
        "valid-from": (born + timedelta(days=start)).isoformat(),
        "valid-to": (born + timedelta(days=end)).isoformat(),
    }


def _authority(subject: str, issuer: str, born: datetime, repository: str | None) -> Plan:
    extensions: list[Plan] = [
        {"id": "basic_constraints", "critical": True, "value": {"ca": True}},
        _usage(["key_cert_sign", "crl_sign"]),
    ]
    if repository is not None:
        extensions.append(_distribution(repository))
    return {
        "subject": subject,
        "issuer": issuer,
        "issuer-cert": issuer,
        "validity": _validity(born, -1500, 3000),
        "extensions": extensions,
    }


def _leaf(
    subject: str,
    issuer: str,
    born: datetime,
    usage: list[str],
    *,
    eku: str = "",
    critical_eku: bool = False,
    names: list[dict[str, str]] | None = None,
) -> Plan:
    extensions: list[Plan] = [_usage(usage), _distribution(issuer)]
    if eku:
        extensions.append({"id": "extended_key_usage", "critical": critical_eku, "value": [eku]})
    if names:
        smart = {"schema": "general-names", "params": names}
        extensions.append({"id": "subject_alt_name", "smart-value": smart})
    return {
        "subject": subject,
        "issuer": issuer,
        # Certificates must reach back behind the oldest letter of the sample mail.
        "validity": _validity(born, -180, LIFETIME_DAYS),
        "extensions": extensions,
    }


def _signer(subject: str, issuer: str, born: datetime, address: str) -> Plan:
    entry = _leaf(
        subject,
        issuer,
        born,
        ["digital_signature", "non_repudiation"],
        eku="email_protection",
        names=[{"type": "email", "value": address}],
    )
    extensions = entry["extensions"]
    assert isinstance(extensions, list)  # noqa: S101 - narrows the type of our own plan
    params = {"ocsp-responder-names": [_responder_of(issuer)], "ca-issuer-links": [{"repo": issuer}]}
    extensions.append(
        {"id": "authority_information_access", "smart-value": {"schema": "aia-urls", "params": params}}
    )
    return entry


def _responder(subject: str, issuer: str, born: datetime) -> Plan:
    entry = _leaf(subject, issuer, born, ["digital_signature"], eku="ocsp_signing")
    entry["extensions"] = [
        _usage(["digital_signature"]),
        {"id": "extended_key_usage", "value": ["ocsp_signing"]},
        {"id": "ocsp_no_check", "value": None},
    ]
    return entry


def _responder_of(issuer: str) -> str:
    return issuer.replace("ca-", "ocsp-", 1)


def _usage(bits: list[str]) -> Plan:
    smart = {"schema": "key-usage", "params": bits}
    return {"id": "key_usage", "critical": True, "smart-value": smart}


def _distribution(repository: str) -> Plan:
    smart = {"schema": "crl-dist-url", "params": {"crl-repo-names": [repository]}}
    return {"id": "crl_distribution_points", "smart-value": smart}


def _services() -> Plan:
    return {
        "ocsp": {
            _responder_of(label): {"for-issuer": label, "responder-cert": _responder_of(label)}
            for label in SIGNING_CAS
        },
        "crl-repo": {
            label: {"for-issuer": label, "signing-key": label, "simulated-update-schedule": "P7D"}
            for label in AUTHORITIES
        },
        "cert-repo": {label: {"for-issuer": label} for label in AUTHORITIES},
        "time-stamping": {"tsa": {"signing-key": "tsa", "signing-cert": "tsa"}},
    }
