"""The policy's table on trust: what it may say, and what a slip of the pen is answered with."""

from __future__ import annotations

from pathlib import Path

import pytest

from client.config.paths import resources_dir
from client.config.policy_layers import Layer, builtin_policy, load_policy
from client.config.policy_trust import Trust
from client.errors import ConfigInvalid
from tests.fakes.pki import OfficePki

HEAD = 'id = "so"\nversion = "1"\n[trust]\n'


def anchor(pki: OfficePki, fingerprint: str = "", kind: str = "anchors") -> str:
    pem = pki.root.certificate_pem.decode()
    return f'[[trust.{kind}]]\nname = "Gốc"\nfingerprint = "{fingerprint}"\npem = """\n{pem}"""\n'


def load(tmp_path: Path, text: str) -> Trust:
    path = tmp_path / "policy.toml"
    path.write_text(HEAD + text, encoding="utf-8")
    return load_policy(path, layer=Layer.CITY).trust


def test_nobody_is_trusted_and_nobody_is_asked_by_default() -> None:
    assert builtin_policy(resources_dir()).trust == Trust()


def test_a_table_is_read(tmp_path: Path, pki: OfficePki) -> None:
    import hashlib

    sha256 = hashlib.sha256(pki.root.certificate_der).hexdigest()
    lines = 'hosts = ["crl.example.vn:8080"]\ncrl_urls = ["http://crl.example.vn/a.crl"]\n'
    trust = load(tmp_path, lines + anchor(pki, sha256))
    assert trust.anchors[0].der == pki.root.certificate_der
    assert trust.hosts == ("crl.example.vn:8080",)


@pytest.mark.parametrize(
    ("text", "key", "suggestion"),
    [
        ('host = ["a.vn"]', "trust.host", "hosts"),
        ('hosts = ["http://crl.a.vn/x.crl"]', "trust.hosts[0]", "crl.a.vn:80"),
        ('hosts = ["*.a.vn"]', "trust.hosts[0]", ""),
        ('ocsp_hosts = ["a.vn", "b vn"]', "trust.ocsp_hosts[1]", ""),
        ('crl_urls = ["crl.a.vn/x.crl"]', "trust.crl_urls[0]", "http://crl.a.vn/x.crl"),
        ('crl_urls = ["ldap://crl.a.vn/x"]', "trust.crl_urls[0]", ""),
        ("max_crl_mb = 0", "trust.max_crl_mb", "1–200"),
        ('[[trust.anchors]]\nname = "a"\nfingerprint = "0"\npem = "x"', "trust.anchors[0].pem", ""),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, text: str, key: str, suggestion: str) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        load(tmp_path, text + "\n")
    assert caught.value.params["key"] == key
    assert caught.value.params["suggestion"] == suggestion


@pytest.mark.parametrize("fingerprint", ["", "0" * 64, "abc"])
def test_an_anchor_without_its_own_fingerprint_is_refused(
    tmp_path: Path, pki: OfficePki, fingerprint: str
) -> None:
    with pytest.raises(ConfigInvalid) as caught:
        load(tmp_path, anchor(pki, fingerprint))
    # Not suggested: whoever writes the policy has to look it up elsewhere.
    assert caught.value.params["suggestion"] == ""
