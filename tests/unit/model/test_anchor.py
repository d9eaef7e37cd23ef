"""The comparison of fingerprints: only the whole of it counts, however it is written."""

from __future__ import annotations

import pytest

from client.model.anchor import FingerprintMatch, compare_fingerprint, grouped

PRINT = "0123456789ABCDEF" * 4
COLONS = ":".join(PRINT[at : at + 2] for at in range(0, 64, 2))


@pytest.mark.parametrize(
    ("entered", "match"),
    [
        (PRINT, FingerprintMatch.EQUAL),
        (PRINT.lower(), FingerprintMatch.EQUAL),
        (COLONS, FingerprintMatch.EQUAL),
        (f"SHA256 Fingerprint={COLONS}", FingerprintMatch.EQUAL),
        (f"sha-256: {grouped(PRINT)}\n", FingerprintMatch.EQUAL),
        (f"{PRINT[:32]}\n{PRINT[32:]}", FingerprintMatch.EQUAL),
        ("", FingerprintMatch.EMPTY),
        (" : ", FingerprintMatch.EMPTY),
        (PRINT[:63], FingerprintMatch.INCOMPLETE),
        (PRINT[:8], FingerprintMatch.INCOMPLETE),
        (PRINT[:40], FingerprintMatch.SHA1),
        (f"{PRINT}0", FingerprintMatch.UNREADABLE),
        ("đúng rồi", FingerprintMatch.UNREADABLE),
        (PRINT.replace("0", "Ø"), FingerprintMatch.UNREADABLE),
        (PRINT.replace("0", "٠"), FingerprintMatch.UNREADABLE),
        (f"F{PRINT[1:]}", FingerprintMatch.DIFFERENT),
        (f"{PRINT[:-1]}0", FingerprintMatch.DIFFERENT),
    ],
)
def test_only_the_whole_fingerprint_is_equal(entered: str, match: FingerprintMatch) -> None:
    assert compare_fingerprint(entered, PRINT) is match
