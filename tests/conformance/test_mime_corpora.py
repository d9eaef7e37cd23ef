"""Broken and odd messages of other projects, where they lie beside the checkout."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from client.mime.parser import parse_message, part_content
from client.mime.smime import ShapeKind, find_shape
from client.mime.view import make_view

CORPORA = Path(__file__).parents[3] / "shared" / "corpora"
MIME4J = CORPORA / "mime-mime4j" / "core" / "src" / "test" / "resources" / "mimetools-testmsgs"
THUNDERBIRD = CORPORA / "smime-thunderbird"
KNOWN_TO_DIFFER = frozenset(
    {
        "badbound.msg",  # no boundary line occurs: mime4j reports an empty multipart, we show it as text
        "multi-2gifs-base64.msg",  # a multipart in base64, which RFC 2045 section 6.4 forbids, is not opened
    }
)
pytestmark = pytest.mark.conformance


@pytest.mark.skipif(not MIME4J.is_dir(), reason="the corpus is not beside the checkout")
def test_trees_agree_with_mime4j() -> None:
    agree: list[str] = []
    differ: list[str] = []
    for file in sorted(MIME4J.glob("*.msg")):
        raw = file.read_bytes()
        make_view(raw)
        expected = file.with_suffix(".xml")
        if expected.is_file():
            same = shape_of(raw) == expected_shape(expected.read_bytes())
            (agree if same else differ).append(file.name)
    print(f"mime4j: {len(agree)} trees agree, {len(differ)} differ: {differ}")  # noqa: T201 - the counts are what a conformance run is for
    assert set(differ) <= KNOWN_TO_DIFFER


@pytest.mark.skipif(not MIME4J.is_dir(), reason="the corpus is not beside the checkout")
def test_decoded_leaves_agree_with_mime4j() -> None:
    agree, differ = 0, []
    for file in sorted(MIME4J.glob("*.msg")):
        raw = file.read_bytes()
        contents = {normal(part_content(raw, part)) for part in parse_message(raw).root.walk()}
        for leaf in sorted(MIME4J.glob(f"{file.stem}_decoded_*.*")):
            if normal(leaf.read_bytes()) in contents:
                agree += 1
            else:
                differ.append(leaf.name)
    print(f"mime4j: {agree} decoded leaves agree, {len(differ)} differ: {differ}")  # noqa: T201 - the counts are what a conformance run is for
    assert agree > len(differ) * 5


@pytest.mark.skipif(not THUNDERBIRD.is_dir(), reason="the corpus is not beside the checkout")
def test_smime_shapes_agree_with_thunderbird() -> None:
    counts: dict[str, int] = {}
    for line in (THUNDERBIRD / "manifest.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        name, expected = line.split("\t")[:2]
        if not name.endswith(".eml") or "SIGNED" not in expected:
            continue
        raw = (THUNDERBIRD / name).read_bytes()
        kind = find_shape(raw, parse_message(raw)).kind
        counts[f"{expected} {kind}"] = counts.get(f"{expected} {kind}", 0) + 1
        if expected.startswith("ENCRYPTED"):
            # The corpus also names messages by what stands encrypted inside a signature.
            signed_around = (".env." in name and "sig" in name.partition(".env.")[2]) or "outer-smime" in name
            around = (ShapeKind.OPAQUE, ShapeKind.DETACHED) if signed_around else (ShapeKind.ENCRYPTED,)
            assert kind in around, name
        else:
            assert kind in (ShapeKind.DETACHED, ShapeKind.OPAQUE), name
    print(f"thunderbird: {counts}")  # noqa: T201 - the counts are what a conformance run is for


def shape_of(raw: bytes) -> list[str]:
    parsed = parse_message(raw)
    return ["multipart" if part.content_type.startswith("multipart/") and part.children else
            "message" if part.children else "body" for part in parsed.root.walk()]  # fmt: skip


def expected_shape(xml: bytes) -> list[str]:
    """The same list from the event tree; the inner root of an attached message follows its part."""
    tags = re.findall(rb"<(multipart|body|message)>", xml)
    return [tag.decode() for tag in tags[1:]]


def normal(data: bytes) -> bytes:
    return data.replace(b"\r\n", b"\n").strip(b"\n")
