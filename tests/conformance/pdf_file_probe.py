"""Judge one PDF in a process of its own: 1 GB of memory, ten seconds of the processor, no network.

``python pdf_file_probe.py FILE MOMENT`` prints one JSON object. Every certificate found in the file
is made an anchor and revocation is left aside, so that distrust cannot hide a missed manipulation.
"""

from __future__ import annotations

import io
import json
import logging
import sys
from datetime import datetime
from pathlib import Path

from tests.fakes.limits import confine


def anchors_in(pdf: bytes) -> tuple[bytes, ...]:
    """All certificates of all signatures; none where the file cannot be read."""
    from pyhanko.pdf_utils.reader import PdfFileReader

    found: set[bytes] = set()
    try:
        reader = PdfFileReader(io.BytesIO(pdf), strict=False)
        for signature in reader.embedded_signatures:
            for choice in signature.signed_data["certificates"]:
                found.add(choice.chosen.dump())
    except Exception:  # noqa: BLE001 - a file that cannot be read has no anchors to offer
        return tuple(found)
    return tuple(found)


def main() -> None:
    """See above."""
    file, moment = sys.argv[1:]
    confine()
    logging.disable()

    from client.crypto.pades_validation import verify_pdf
    from client.model.trust import RevocationDemand, TrustMaterial, VerificationDemand

    pdf = Path(file).read_bytes()
    trust = TrustMaterial(anchors_in(pdf))
    report = verify_pdf(
        pdf, VerificationDemand(trust, datetime.fromisoformat(moment), RevocationDemand.IGNORE)
    )
    found = {
        "verdict": report.indication.value,
        "display": report.display.value,
        "unreadable": report.unreadable,
        "reasons": [reason.value for reason in report.reasons],
        "signatures": [
            {
                "where": one.where,
                "coverage": one.coverage.value,
                "sub": one.sub_indication.value if one.sub_indication is not None else "",
                "reasons": [reason.value for reason in one.reasons],
                "changes": list(one.changes_after_signing),
            }
            for one in report.signatures
        ],
    }
    sys.stdout.write(f"{json.dumps(found)}\n")


if __name__ == "__main__":
    main()
