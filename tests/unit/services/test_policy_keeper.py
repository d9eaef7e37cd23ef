"""The operator's signature, roll-back protection, and what holds while a policy file is faulty."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from asn1crypto import cms

from client.config.paths import Paths, SitePaths, resources_dir, signature_of
from client.config.policy_layers import Layer, builtin_policy
from client.crypto import policy_signature
from client.crypto.cms import sign_detached
from client.crypto.keys import SigningKey
from client.crypto.pkcs12 import open_pkcs12
from client.errors import PolicyRefused, PolicySignatureInvalid, StorageFull
from client.model.finding import Severity
from client.model.policy_state import Instead
from client.model.secret import Secret
from client.model.verdict import Profile
from client.services import policy_install
from client.services.policy_install import install, roll_back
from client.services.policy_keeper import SignedFile, find_policy, verified
from tests.fakes.pki import Holder, OfficePki
from tests.fakes.policies import layer_text

NOW = datetime(2026, 11, 26, 3, 0, tzinfo=UTC)
PKI = OfficePki(NOW)
OPERATOR = PKI.person("Trung tâm Chuyển đổi số", "vanhanh@tphcm.gov.vn")
STRANGER = PKI.person("Người Lạ", "nguoila@example.vn")
LOOSENED = '[rules.subject-empty]\nseverity = "warn"\n'


def key_of(holder: Holder) -> SigningKey:
    return open_pkcs12(holder.pkcs12("p"), Secret("p"), "k.p12")


def signed(content: bytes, holder: Holder = OPERATOR, at: datetime = NOW) -> bytes:
    return policy_signature.sign_policy(content, key_of(holder), at)


def city(version: str, text: str = LOOSENED) -> bytes:
    return layer_text(text, policy_id="tphcm", version=version)


class Place:
    """A machine with the operator pinned, and a user on it."""

    def __init__(self, folder: Path) -> None:
        self.site, self.paths, self._inbox = SitePaths(folder / "site"), Paths(folder / "data"), folder / "in"
        self.site.operators.mkdir(parents=True)
        self._inbox.mkdir()
        (self.site.operators / "operator.pem").write_bytes(OPERATOR.certificate_pem)

    def file(self, content: bytes, signature: bytes | None = None) -> SignedFile:
        return SignedFile(
            self._inbox / "policy.toml", content, signed(content) if signature is None else signature
        )

    def install(self, content: bytes, at: datetime = NOW) -> None:
        install(self.file(content), self.site, at)

    def found(self, at: datetime = NOW) -> tuple[str, list[tuple[str, Instead]]]:
        """Version in use, and what was refused."""
        state = find_policy(self.paths, self.site, at, remember=True)
        return state.policy.version, [
            (str(one.error.params["reason"]), one.instead) for one in state.problems
        ]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


SHIPPED = builtin_policy(resources_dir()).version


def test_the_operators_policy_may_loosen_and_says_who_signed_it(place: Place) -> None:
    place.install(city("1"))
    state = find_policy(place.paths, place.site, NOW)
    assert state.policy.severity("subject-empty") is Severity.WARN
    assert state.signature is not None
    assert (state.signature.name, state.signature.signed_at) == ("Trung tâm Chuyển đổi số", NOW)
    assert [head.layer for head in state.stack.heads] == [Layer.CITY]
    assert state.problems == ()


def altered(content: bytes) -> bytes:
    return content.replace(b'"warn"', b'"info"')


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: (altered(city("1")), signed(city("1"))), "policy-altered"),
        (lambda: (city("1") + b"\n", signed(city("1"))), "policy-altered"),
        (lambda: (city("1"), signed(city("1"), STRANGER)), "policy-wrong-signer"),
        (lambda: (city("1"), b""), "policy-signature-unreadable"),
        (lambda: (city("1"), signed(city("1"))[:-40]), "policy-signature-unreadable"),
        (lambda: (city("1"), signed(city("1")) + b"\0"), "policy-signature-unreadable"),
        (lambda: (city("1"), b"\x30\x80" * 5000), "policy-signature-unreadable"),
        (
            lambda: (
                city("1"),
                sign_detached(city("1"), key_of(OPERATOR), signing_time=NOW, profile=Profile.B_B),
            ),
            "policy-signature-kind",
        ),
        (lambda: (city("1"), signed(city("1"), at=NOW + timedelta(days=3))), "policy-certificate-time"),
        (lambda: (city("1"), signed(city("1"), at=NOW - timedelta(days=900))), "policy-certificate-time"),
    ],
)
def test_a_signature_that_does_not_hold_is_refused(place: Place, make, reason: str) -> None:  # type: ignore[no-untyped-def] # a pair of bytes
    content, signature = make()
    with pytest.raises(PolicySignatureInvalid) as caught:
        install(place.file(content, signature), place.site, NOW)
    assert caught.value.params["reason"] == reason
    assert not place.site.city.exists()


def test_a_certificate_of_the_same_authority_and_name_is_not_the_pinned_one(place: Place) -> None:
    twin = PKI.person("Trung tâm Chuyển đổi số", "vanhanh@tphcm.gov.vn")
    with pytest.raises(PolicySignatureInvalid) as caught:
        verified(place.file(city("1"), signed(city("1"), twin)), place.site, NOW)
    assert caught.value.params["reason"] == "policy-wrong-signer"


def test_the_authority_pinned_by_mistake_lends_its_power_to_nobody(place: Place) -> None:
    (place.site.operators / "operator.pem").write_bytes(PKI.issuing.certificate_pem)
    with pytest.raises(PolicySignatureInvalid) as caught:
        verified(place.file(city("1")), place.site, NOW)
    assert caught.value.params["reason"] == "policy-wrong-signer"


def test_the_content_must_not_hide_inside_the_signature(place: Place) -> None:
    info = cms.ContentInfo.load(signed(city("1")))
    info["content"]["encap_content_info"]["content"] = b"other"
    with pytest.raises(PolicySignatureInvalid) as caught:
        verified(place.file(city("1"), info.dump(force=True)), place.site, NOW)
    assert caught.value.params["reason"] == "policy-signature-kind"


def test_a_policy_outlives_the_certificate_it_was_signed_with(place: Place) -> None:
    place.install(city("1"))
    assert place.found(NOW + timedelta(days=1500)) == ("1", [])


def test_openssl_makes_and_reads_the_same_signature(place: Place, tmp_path: Path) -> None:
    content, files = city("1"), {name: tmp_path / name for name in ("p.toml", "c.pem", "k.pem", "p.p7s")}
    files["p.toml"].write_bytes(content)
    files["c.pem"].write_bytes(OPERATOR.certificate_pem)
    files["k.pem"].write_bytes(OPERATOR.key_pem)
    subprocess.run(
        [
            "openssl", "cms", "-sign", "-binary", "-md", "sha256", "-outform", "DER",
            "-econtent_type", policy_signature.CONTENT_TYPE, "-in", files["p.toml"],
            "-signer", files["c.pem"], "-inkey", files["k.pem"], "-out", files["p.p7s"],
        ],
        check=True,
    )  # fmt: skip
    now = datetime.now(UTC)
    assert verified(place.file(content, files["p.p7s"].read_bytes()), place.site, now).name
    files["p.p7s"].write_bytes(signed(content))
    done = subprocess.run(
        [
            "openssl", "cms", "-verify", "-binary", "-inform", "DER", "-noverify",
            "-in", files["p.p7s"], "-content", files["p.toml"], "-out", tmp_path / "out",
        ],
        check=False, capture_output=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out").read_bytes() == content


def test_older_ones_and_others_of_the_same_number_do_not_come_back(place: Place) -> None:
    place.install(city("2026.11.9"))
    place.install(city("2026.11.10"))
    for content, reason in (
        (city("2026.11.9"), "policy-older"),
        (city("2025.12"), "policy-older"),
        (city("2026.11.10", ""), "policy-version-reused"),
        (city("2027-1"), "policy-version-unclear"),
    ):
        with pytest.raises(PolicyRefused) as caught:
            place.install(content)
        assert (caught.value.params["reason"], caught.value.params["known"]) == (reason, "2026.11.10")
    place.install(city("2026.11.10"))  # the very same file once more is nothing new
    assert place.found() == ("2026.11.10", [])


def test_an_older_file_laid_there_by_hand_is_refused_and_the_last_good_one_used(place: Place) -> None:
    place.install(city("1"))
    old = (place.site.city.read_bytes(), signature_of(place.site.city).read_bytes())
    place.install(city("2"))
    assert place.found() == ("2", [])
    place.site.city.write_bytes(old[0])
    signature_of(place.site.city).write_bytes(old[1])
    place.site.record.unlink()  # the user's own memory is enough
    assert place.found() == ("2", [("policy-older", Instead.PREVIOUS)])


def test_somebody_who_may_write_the_machines_folder_can_go_back(place: Place) -> None:
    with pytest.raises(PolicyRefused) as caught:
        roll_back(place.site, NOW)
    assert caught.value.params["reason"] == "policy-nothing-to-go-back-to"
    place.install(city("1"))
    place.install(city("2"))
    assert place.found() == ("2", [])
    assert roll_back(place.site, NOW).version == "1"
    assert place.found() == ("1", [])
    assert roll_back(place.site, NOW).version == "2"
    roll_back(place.site, NOW)
    place.install(city("3"))
    assert place.found() == ("3", [])
    with pytest.raises(PolicyRefused):
        place.install(city("1"))


@pytest.mark.parametrize(
    ("dates", "reason"),
    [
        ("valid_from = 2026-01-01\nvalid_until = 2026-11-25\n", "policy-expired"),
        ("valid_from = 2026-12-01\n", "policy-not-yet-valid"),
    ],
)
def test_a_policy_holds_on_its_days_only(place: Place, dates: str, reason: str) -> None:
    with pytest.raises(PolicyRefused) as caught:
        place.install(city("1", dates))
    assert caught.value.params["reason"] == reason


def test_one_that_expires_while_installed_gives_way_to_the_shipped_rules(place: Place) -> None:
    place.install(city("1", "valid_until = 2026-12-31\n"))
    assert place.found() == ("1", [])
    assert place.found(NOW + timedelta(days=60)) == (SHIPPED, [("policy-expired", Instead.LOWER)])


def test_a_file_cut_in_half_is_refused_and_the_last_good_one_used(place: Place) -> None:
    place.install(city("1"))
    assert place.found() == ("1", [])
    place.site.city.write_bytes(place.site.city.read_bytes()[:30])
    assert place.found() == ("1", [("policy-altered", Instead.PREVIOUS)])
    signature_of(place.site.city).unlink()
    assert place.found() == ("1", [("policy-unsigned", Instead.PREVIOUS)])
    fresh = find_policy(Paths(place.paths.data.parent / "other"), place.site, NOW)
    assert (fresh.policy.version, fresh.problems[0].instead) == (SHIPPED, Instead.LOWER)


def test_what_was_kept_is_believed_no_more_than_what_is_installed(place: Place) -> None:
    place.install(city("1"))
    assert place.found() == ("1", [])
    place.site.city.write_bytes(b"id = ")
    kept = place.paths.kept_policies / "city.toml"
    kept.write_bytes(altered(kept.read_bytes()))
    assert place.found() == (SHIPPED, [("policy-altered", Instead.LOWER)])


def test_taking_the_pin_out_revokes_the_operator(place: Place) -> None:
    place.install(city("1"))
    (place.site.operators / "operator.pem").unlink()
    assert place.found() == (SHIPPED, [("policy-no-operator", Instead.LOWER)])


@pytest.mark.parametrize("written", range(5))
def test_an_installation_stopped_half_way_leaves_one_that_holds(
    place: Place, written: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.install(city("1"))
    place.install(city("2"))
    publish, left = policy_install.publish, iter([True] * written)

    def stopping(path: Path, content: bytes) -> None:
        if not next(left, False):
            raise StorageFull(path=str(path))
        publish(path, content)

    monkeypatch.setattr(policy_install, "publish", stopping)
    with pytest.raises(StorageFull):
        place.install(city("3"))
    version, problems = place.found()
    assert version == ("3" if written == 4 else "2")
    assert bool(problems) == (written == 3)


def test_an_offices_file_tightens_and_a_faulty_one_stops_nothing(place: Place) -> None:
    place.install(city("1"))
    place.paths.office_policy.parent.mkdir(parents=True, exist_ok=True)
    place.paths.office_policy.write_bytes(layer_text('[rules.no-sender-block]\nseverity = "block"\n'))
    state = find_policy(place.paths, place.site, NOW, remember=True)
    assert [head.layer for head in state.stack.heads] == [Layer.CITY, Layer.OFFICE]
    assert state.policy.severity("no-sender-block") is Severity.BLOCK
    place.paths.office_policy.write_bytes(layer_text("[rules.no-sender-block]\nenabled = false\n"))
    assert place.found() == ("3", [("policy-only-operator", Instead.PREVIOUS)])
    place.paths.office_policy.write_bytes(b"\xff\xfe")
    kept = find_policy(place.paths, place.site, NOW)
    assert kept.policy.severity("no-sender-block") is Severity.BLOCK
    assert kept.problems[0].error.code == "config-invalid"
    place.paths.office_policy.unlink()
    assert place.found() == ("1", [])


def test_a_loosening_office_file_never_kept_before_leaves_the_rules_below(place: Place) -> None:
    place.paths.office_policy.parent.mkdir(parents=True, exist_ok=True)
    place.paths.office_policy.write_bytes(layer_text(LOOSENED))
    assert place.found() == (SHIPPED, [("policy-only-operator", Instead.LOWER)])
    place.site.office.write_bytes(layer_text(LOOSENED))
    assert [one[0] for one in place.found()[1]] == ["policy-only-operator", "policy-only-operator"]


def test_every_user_of_the_machine_can_read_what_was_installed(place: Place) -> None:
    place.install(city("1"))
    for path in (place.site.city, signature_of(place.site.city), place.site.record):
        assert path.stat().st_mode & 0o444 == 0o444


def test_a_folder_this_user_may_not_enter_is_told_and_stops_nothing(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.install(city("1"))
    for name in ("exists", "is_file", "open", "iterdir"):
        original = getattr(Path, name)

        def refuse(
            path: Path, *args: object, known: Callable[..., object] = original, **given: object
        ) -> object:
            if place.site.folder in (path, *path.parents):
                raise PermissionError(13, "denied", str(path))
            return known(path, *args, **given)

        monkeypatch.setattr(Path, name, refuse)
    state = find_policy(place.paths, place.site, NOW)
    assert state.policy.version == SHIPPED
    assert {one.error.code for one in state.problems} == {"storage-failed"}


def test_a_data_folder_that_cannot_be_written_stops_nothing(place: Place) -> None:
    place.install(city("1"))
    place.paths.data.write_bytes(b"a file where the folder belongs")
    assert find_policy(place.paths, place.site, NOW, remember=True).policy.version == "1"
