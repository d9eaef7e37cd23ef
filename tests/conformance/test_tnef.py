"""winmail.dat files of other writers, where they lie beside the checkout."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from client.mime.tnef import read_tnef

CORPUS = Path(__file__).parents[3] / "shared" / "corpora" / "tnef-tnefparse"
pytestmark = [
    pytest.mark.conformance,
    pytest.mark.skipif(not CORPUS.is_dir(), reason="the corpus is not beside the checkout"),
]


def rows() -> list[tuple[str, str]]:
    manifest = CORPUS / "manifest.tsv"
    lines = manifest.read_text(encoding="utf-8").splitlines()[1:] if manifest.is_file() else []
    return [(line.split("\t")[0], line.split("\t")[1]) for line in lines]


@pytest.mark.parametrize(("file", "expected"), rows())
def test_attachments_and_body_are_found(file: str, expected: str) -> None:
    found = read_tnef((CORPUS / file).read_bytes())
    names = re.search(r"ATTACH=(\[.*?\]) BODY=(\S+)", expected)
    if names is None:
        return  # the row states nothing more than that it can be read
    assert [each.original_name or "unknown.dat" for each in found.attachments] == ast.literal_eval(names[1])
    body = {
        "'htmlbody'": bool(found.html),
        "'rtfbody'": bool(found.rtf),
        "'body'": bool(found.text or found.html),
    }
    assert body.get(names[2], True)
