"""`congthu verify --online`: fetched from hosts the policy names, and from no others."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from client.cli import verify_online
from client.cli.verify import EXIT_INDETERMINATE, EXIT_PASSED
from client.config.paths import resources_dir
from client.config.policy_layers import builtin_policy
from client.sandbox.city import City
from tests.fakes.commands import Command


@pytest.fixture
def anchor(city: City, tmp_path: Path) -> Path:
    path = tmp_path / "root.pem"
    path.write_bytes(city.info.anchors_pem)
    return path


@pytest.fixture
def signed(
    congthu: Command, city: City, trust: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Path:
    document, output = tmp_path / "a.txt", tmp_path / "a.txt.p7s"
    document.write_bytes(b"x")
    owner = next(one for one in city.info.mailboxes if one.personal_key is not None)
    monkeypatch.setenv("CONGTHU_KEY_PASSWORD", owner.key_password.reveal())
    done = congthu(
        "sign", "file", document, "-o", output, "--key", f"p12:{owner.personal_key}", "--profile", "B-B",
        "--trust", trust, "--crl", trust, "--json",
    )  # fmt: skip
    assert done.code == 0, done
    return output


@pytest.fixture
def naming(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Let the installation's policy name whom to ask; only its operator's signed file can do that."""

    def name(**changes: tuple[str, ...]) -> None:
        base = builtin_policy(resources_dir())
        asked = replace(base, trust=replace(base.trust, **changes))
        monkeypatch.setattr(verify_online, "installed_policy", lambda _: asked)

    return name


def host(city: City) -> str:
    return city.info.crl_urls[0].split("/")[2]


def test_without_a_named_host_nothing_is_asked_and_it_says_so(
    congthu: Command, signed: Path, anchor: Path
) -> None:
    done = congthu("verify", "--online", "--trust", anchor, "--json", signed)
    assert done.code == EXIT_INDETERMINATE
    found = done.only["online"]
    assert found
    assert {(one["result"], one["reason"]) for one in found} == {("refused", "host-not-in-policy")}
    words = congthu("verify", "--online", "--trust", anchor, signed)
    assert "chính sách không cho phép hỏi máy chủ này" in words.out


def test_lists_of_a_named_host_make_the_verdict(
    congthu: Command, city: City, signed: Path, anchor: Path, naming: Callable[..., None]
) -> None:
    naming(hosts=(host(city),))
    offline = congthu("verify", "--trust", anchor, "--json", signed)
    assert offline.code == EXIT_INDETERMINATE
    assert "online" not in offline.only
    done = congthu("verify", "--online", "--trust", anchor, "--json", signed)
    assert done.code == EXIT_PASSED, done
    results = {(one["kind"], one["result"]) for one in done.only["online"]}
    assert ("crl", "used") in results
    assert ("ocsp", "used") not in results
    revocation = done.only["signatures"][0]["revocation"]
    assert revocation["source"] == "crl"
    assert revocation["next_update"] > revocation["as_of"]
    words = congthu("verify", "--online", "--trust", anchor, signed)
    assert "còn hiệu lực đến" in words.out


def test_where_only_the_responder_is_named_it_is_asked(
    congthu: Command, city: City, signed: Path, anchor: Path, naming: Callable[..., None]
) -> None:
    naming(ocsp_hosts=(host(city),), crl_urls=(city.info.crl_urls[0],))
    done = congthu("verify", "--online", "--trust", anchor, "--json", signed)
    by_kind = {(one["kind"], one["result"], one["reason"]) for one in done.only["online"]}
    assert ("ocsp", "used", None) in by_kind or done.code == EXIT_PASSED
    assert done.code == EXIT_PASSED, done


def test_nothing_is_asked_where_nothing_is_lacking(
    congthu: Command, city: City, signed: Path, trust: Path, naming: Callable[..., None]
) -> None:
    naming(hosts=(host(city),))
    done = congthu("verify", "--online", "--trust", trust, "--crl", trust, "--json", signed)
    assert (done.code, done.only["online"]) == (EXIT_PASSED, [])


def test_a_host_that_does_not_answer_is_said(
    congthu: Command, city: City, signed: Path, anchor: Path, naming: Callable[..., None]
) -> None:
    naming(crl_urls=("http://127.0.0.1:9/a.crl",))
    done = congthu("verify", "--online", "--trust", anchor, "--json", signed)
    first = done.only["online"][0]
    assert (first["result"], first["reason"]) == ("failed", "service-unreachable")
    assert done.code == EXIT_INDETERMINATE
