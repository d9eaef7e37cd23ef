"""A bundle of evidence that was touched anywhere is never called intact."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from client.cli.output import Printer
from client.cli.verify_bundle import print_bundle
from client.config.catalogue import Catalogue
from client.config.paths import resources_dir
from client.crypto.seals import make_seal
from client.crypto.timestamps import Timestamper
from client.documents.stored_zip import pack, unpack
from client.model.bundle import BundleProblem, BundleReport
from client.model.evidence import digest_of, row_hash
from client.model.verdict import Display, Indication, Reason
from client.services.evidence_bundle import MANIFEST, SEAL, SUMS, sums_of
from client.services.evidence_check import check_bundle
from client.services.requests import TrustSources, VerifyRequest
from tests.fakes.evidence import EvidenceRoom, signed_letter
from tests.fakes.pki import OfficePki

Files = dict[str, bytes]


@dataclass
class Case:
    """A sound bundle with two rows about a letter and one about another letter between them."""

    room: EvidenceRoom
    bundle: bytes

    def check(self, bundle: bytes, sources: TrustSources | None = None) -> BundleReport:
        path = self.room.folder / "bundle.zip"
        path.write_bytes(bundle)
        return check_bundle(VerifyRequest(path, sources or self.room.sources, self.room.pki.now))

    def files(self) -> Files:
        return dict(unpack(self.bundle).files)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Case]:
    pki = OfficePki()
    room = EvidenceRoom(tmp_path_factory.mktemp("room"), pki)
    room.record()
    room.record(signed_letter(pki))  # another letter: only its hash may leave with the bundle
    room.write_crls(pki.crls(pki.now))  # newer lists: another row on the same letter
    room.record()
    yield Case(room, room.bundle())
    room.close()


def rewritten(files: Files, change: Callable[[Any], None]) -> bytes:
    """The manifest changed and its digest made to fit: what somebody does who knows the format."""
    manifest = json.loads(files[MANIFEST])
    change(manifest)
    text = json.dumps(manifest, ensure_ascii=False).encode()
    return pack({**files, MANIFEST: text, SUMS: sums_of(text)})


def test_the_sound_bundle_is_intact_and_verifies_again(case: Case) -> None:
    report = case.check(case.bundle)
    assert report.intact
    assert [row.agrees for row in report.rows] == [True, True]
    assert [anchor.trusted_here for anchor in report.anchors] == [True]
    assert report.verdict().display is Display.VALID


def test_the_other_letter_is_not_in_it(case: Case) -> None:
    manifest = json.loads(case.files()[MANIFEST])
    assert [row["evidence_id"] for row in manifest["rows"]] == [1, 3]
    assert [set(link) for link in manifest["links"]] == [{"evidence_id", "row_hash"}]
    assert len([one for one in manifest["files"] if one["kind"] == "message"]) == 1


def test_a_bundle_is_no_reason_to_trust_its_own_anchors(case: Case) -> None:
    report = case.check(case.bundle, TrustSources())
    assert report.intact
    assert [anchor.trusted_here for anchor in report.anchors] == [False]
    assert report.verdict().display is Display.UNKNOWN
    assert Reason.UNTRUSTED_ISSUER in {one for sign in report.verdict().signatures for one in sign.reasons}


def test_a_flipped_byte_is_never_intact(case: Case) -> None:
    step = max(1, len(case.bundle) // 400)
    for place in [*range(0, len(case.bundle), step), *range(len(case.bundle) - 200, len(case.bundle))]:
        touched = bytearray(case.bundle)
        touched[place] ^= 0x20
        report = case.check(bytes(touched))
        assert not report.intact, place
        assert report.verdict().display in {Display.INVALID, Display.UNKNOWN}


def test_each_file_missing_changed_or_twice_shows(case: Case) -> None:
    for name in case.files():
        left = {one: content for one, content in case.files().items() if one != name}
        assert not case.check(pack(left)).intact, name
        changed = {one: content + b"\n" if one == name else content for one, content in case.files().items()}
        assert not case.check(pack(changed)).intact, name
        twice = io.BytesIO(case.bundle)
        with zipfile.ZipFile(twice, "a") as archive, pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr(name, b"another")
        assert not case.check(twice.getvalue()).intact, name


def test_a_file_more_shows(case: Case) -> None:
    report = case.check(pack({**case.files(), "files/more.txt": b"x"}))
    assert BundleProblem.FILE_UNKNOWN in {one.problem for one in report.problems}


def test_other_order_of_files_shows(case: Case) -> None:
    files = case.files()
    assert not case.check(pack(dict(reversed(files.items())))).intact


def drop_first(manifest: Any) -> None:
    del manifest["rows"][0]
    manifest["links"] = []


def drop_middle(manifest: Any) -> None:
    manifest["links"] = []


def hide_first(manifest: Any) -> None:
    first = manifest["rows"].pop(0)
    manifest["links"].insert(0, {"evidence_id": first["evidence_id"], "row_hash": first["row_hash"]})


def drop_last(manifest: Any) -> None:
    """Only the material it alone named is left over then."""
    del manifest["rows"][1]
    manifest["links"] = []
    manifest["head"] = {"evidence_id": 1, "row_hash": manifest["rows"][0]["row_hash"]}
    manifest["head"]["row_hash"] = "0" * 64


def reorder(manifest: Any) -> None:
    manifest["rows"].reverse()


def other_time(manifest: Any) -> None:
    manifest["rows"][0]["recorded_at"] = "2020-01-01T00:00:00.000000+00:00"


def other_verdict(manifest: Any) -> None:
    row = manifest["rows"][1]
    row["entry"] = row["entry"].replace("TOTAL-PASSED", "TOTAL-FAILED")


def other_verdict_rehashed(manifest: Any) -> None:
    row = manifest["rows"][0]
    row["entry"] = row["entry"].replace("TOTAL-PASSED", "TOTAL-FAILED")
    _rehash(row)


def other_link(manifest: Any) -> None:
    manifest["links"][0]["row_hash"] = "0" * 64


def other_head(manifest: Any) -> None:
    manifest["head"] = {"evidence_id": 3, "row_hash": "0" * 64}


def far_numbers(manifest: Any) -> None:
    manifest["rows"][1]["evidence_id"] = 10**15
    _rehash(manifest["rows"][1])


def twice(manifest: Any) -> None:
    manifest["rows"].append(manifest["rows"][1])


def foreign(manifest: Any) -> None:
    manifest["rows"][1]["subject_sha256"] = "0" * 64
    _rehash(manifest["rows"][1])


def other_subject(manifest: Any) -> None:
    manifest["subject_sha256"] = "0" * 64


def no_file_list(manifest: Any) -> None:
    manifest["files"] = [one for one in manifest["files"] if one["kind"] in {"message", "text"}]


def other_kind(manifest: Any) -> None:
    next(one for one in manifest["files"] if one["kind"] == "crl")["kind"] = "ocsp"


def no_rows(manifest: Any) -> None:
    manifest["rows"] = []


def nonsense_time(manifest: Any) -> None:
    manifest["rows"][0]["recorded_at"] = "yesterday"


def other_format(manifest: Any) -> None:
    manifest["format"] = "congthu-evidence/9"


def naive_time(manifest: Any) -> None:
    row = manifest["rows"][1]
    entry = json.loads(row["entry"])
    entry["record"]["basis"]["at"] = "2026-11-23T08:00:00"
    row["entry"] = json.dumps(entry)
    _rehash(row)


def _rehash(row: dict[str, Any]) -> None:
    names = ("evidence_id", "recorded_at", "subject_sha256", "entry", "software", "policy", "previous_hash")
    row["row_hash"] = row_hash([row[name] for name in names])


EDITS = [
    drop_first,
    drop_middle,
    hide_first,
    drop_last,
    reorder,
    other_time,
    other_verdict,
    other_verdict_rehashed,
    other_link,
    other_head,
    far_numbers,
    twice,
    foreign,
    other_subject,
    no_file_list,
    other_kind,
    no_rows,
    nonsense_time,
    other_format,
    naive_time,
]


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_manifest_shows_even_with_its_digest_made_to_fit(
    case: Case, edit: Callable[[Any], None]
) -> None:
    report = case.check(rewritten(case.files(), edit))
    assert not report.intact
    assert report.here is None  # nothing in an altered bundle is worth verifying
    assert report.verdict().display is Display.INVALID


def test_an_edited_manifest_shows_by_its_digest(case: Case) -> None:
    files = case.files()
    files[MANIFEST] = files[MANIFEST].replace(b"exported_at", b"exported_At", 1)
    assert not case.check(pack(files)).intact
    files = case.files()
    files[MANIFEST] += b" "
    report = case.check(pack(files))
    assert BundleProblem.MANIFEST_CHANGED in {one.problem for one in report.problems}


def rehash_all(files: Files, change: Callable[[dict[str, Any]], None]) -> bytes:
    """Everything written anew, hashes and all: what no chain without an anchor outside can show."""

    def forge(manifest: Any) -> None:
        previous = ""
        manifest["rows"] = manifest["rows"][:1]
        manifest["links"] = []
        for row in manifest["rows"]:
            entry = json.loads(row["entry"])
            change(entry)
            row["entry"] = json.dumps(entry)
            row["previous_hash"] = previous
            _rehash(row)
            previous = row["row_hash"]
        manifest["head"] = {"evidence_id": manifest["rows"][-1]["evidence_id"], "row_hash": previous}

    return rewritten(files, forge)


def test_a_verdict_written_anew_throughout_is_found_by_verifying_again(case: Case) -> None:
    def worse(entry: dict[str, Any]) -> None:
        entry["report"]["indication"] = "TOTAL-FAILED"

    report = case.check(rehash_all(case.files(), worse))
    assert report.intact  # by hash alone nothing can be said
    assert [row.agrees for row in report.rows] == [False]
    assert Reason.EVIDENCE_DIFFERS in report.verdict().reasons
    assert report.verdict().display is Display.UNKNOWN


def test_another_message_written_in_throughout_does_not_become_valid(case: Case) -> None:
    files = case.files()
    altered = files["files/message.eml"].replace(b"Kinh gui Uy ban", b"Kinh gui ai do.", 1)
    files["files/message.eml"] = altered

    def forge(manifest: Any) -> None:
        manifest["subject_sha256"] = digest_of(altered)
        for one in manifest["files"]:
            if one["kind"] == "message":
                one["sha256"] = digest_of(altered)
        row = manifest["rows"][0]
        row["subject_sha256"] = digest_of(altered)
        manifest["rows"], manifest["links"] = [row], []
        _rehash(row)
        manifest["head"] = {"evidence_id": 1, "row_hash": row["row_hash"]}

    report = case.check(rewritten(files, forge))
    assert report.verdict().indication is Indication.TOTAL_FAILED
    assert report.verdict().display is Display.INVALID


def test_names_in_a_bundle_cannot_write_on_the_terminal(
    case: Case, capsys: pytest.CaptureFixture[str]
) -> None:
    def paint(manifest: Any) -> None:
        manifest["files"].append({"name": "\x1b[2JHop le\r", "kind": "crl", "size": 1, "sha256": "0" * 64})
        manifest["rows"][0]["software"] = "\x1b]0;x\x07\u202e"

    report = case.check(rewritten(case.files(), paint))
    print_bundle(report, Printer(Catalogue.load(resources_dir(), "vi"), as_json=False))
    said = capsys.readouterr().out
    assert "Hop le" in said
    assert not set(said) & set("\x1b\x07\r\u202e")


def test_bombs_and_strange_containers_are_not_even_opened(case: Case) -> None:
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(MANIFEST, b"[" * 50_000_000)
    assert not case.check(bomb.getvalue()).intact
    for name in ("../evidence.json", "/evidence.json", "files/../evidence.json"):
        strange = io.BytesIO()
        with zipfile.ZipFile(strange, "w") as archive:
            archive.writestr(name, case.files()[MANIFEST])
        assert case.check(strange.getvalue()).unreadable


@pytest.mark.parametrize("text", [b"", b"{}", b"null", b"[" * 100_000, b'{"format": 1}', b"\xff\xfe"])
def test_a_manifest_of_nonsense_is_said_to_be_unreadable(case: Case, text: bytes) -> None:
    report = case.check(pack({MANIFEST: text, SUMS: sums_of(text)}))
    assert [one.problem for one in report.problems] == [BundleProblem.MANIFEST_UNREADABLE]
    assert report.verdict().display is Display.INVALID


def test_what_is_no_bundle_is_unreadable_and_not_altered(case: Case, tmp_path: Path) -> None:
    assert case.check(b"PK\x03\x04 something else").unreadable
    missing = check_bundle(VerifyRequest(tmp_path / "none.zip", TrustSources(), case.room.pki.now))
    assert missing.unreadable
    assert missing.verdict().display is Display.UNKNOWN


def sealed(case: Case) -> bytes:
    """The sound bundle under the time-stamp of the office's own authority."""
    collected = case.room.collected()
    stamper = Timestamper(("http://tsa.test",), case.room.pki.post_timestamp)
    return collected.packed(make_seal(collected.manifest, stamper))


def test_a_trusted_seal_tells_since_when_all_of_it_exists(case: Case) -> None:
    report = case.check(sealed(case))
    assert report.intact
    assert report.sealed_at == case.room.pki.now
    assert case.check(case.bundle).sealed_at is None


def test_what_was_written_anew_throughout_loses_its_seal(case: Case) -> None:
    """The one thing that no hash inside can show."""
    files = dict(unpack(sealed(case)).files)

    def cut(manifest: Any) -> None:
        manifest["exported_at"] = "2020-01-01T00:00:00Z"

    report = case.check(rewritten(files, cut))
    assert [one.problem for one in report.problems] == [BundleProblem.SEAL_INVALID]
    assert report.sealed_at is None


def test_a_strangers_seal_is_no_seal(case: Case) -> None:
    collected = case.room.collected()
    other = OfficePki(case.room.pki.now)
    stranger = make_seal(collected.manifest, Timestamper(("http://tsa.test",), other.post_timestamp))
    report = case.check(collected.packed(stranger))
    assert report.intact  # it fits, and nobody here trusts whoever made it
    assert report.sealed_at is None


@pytest.mark.parametrize("junk", [b"x", b"", b"0\x80", b"\x30\x03\x02\x01\x01"])
def test_junk_in_the_place_of_a_seal_shows(case: Case, junk: bytes) -> None:
    files = case.files()
    head = {MANIFEST: files.pop(MANIFEST), SUMS: files.pop(SUMS), SEAL: junk}
    assert not case.check(pack({**head, **files})).intact
