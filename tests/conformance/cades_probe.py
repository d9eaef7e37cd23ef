"""Judge one CMS file in a process of its own: 1 GB of memory, no network.

``python cades_probe.py FILE MOMENT [CONTENT]`` prints one JSON object. Every certificate in the file and in
its time-stamps is an anchor and revocation is left aside, so that distrust cannot hide a missed forgery.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.fakes.limits import confine


def certificates(der: bytes) -> Iterator[bytes]:
    """The certificates of a SignedData and of the tokens in it."""
    from asn1crypto import cms, core

    from client.crypto.giants import has_giant_identifier

    try:
        info = None if has_giant_identifier(der) else cms.ContentInfo.load(der)
        if info is None or info["content_type"].native != "signed_data":
            return
        signed = info["content"]
        for choice in signed["certificates"] if signed["certificates"] is not core.VOID else ():
            yield choice.chosen.dump()
        for value in values(signed):
            yield from certificates(value)
    except (ValueError, TypeError, KeyError, AttributeError, IndexError):
        return


def values(signed: Any) -> Iterator[bytes]:
    """Every value of every attribute of every signer."""
    from asn1crypto import core

    for signer in signed["signer_infos"]:
        for side in ("signed_attrs", "unsigned_attrs"):
            for attribute in signer[side] or ():
                for value in core.SetOf.load(attribute["values"].dump(), spec=core.Any):
                    yield value.dump()


def main() -> None:
    """See above."""
    file, moment, *content = sys.argv[1:]
    confine()

    import pyhanko.sign  # noqa: F401 - before any asn1crypto CMS type is used

    from client.model.trust import RevocationDemand, TrustMaterial, VerificationDemand
    from client.services.requests import TrustSources, VerifyRequest
    from client.services.verification import verify_bytes

    data = Path(file).read_bytes()
    anchors = tuple(dict.fromkeys(certificates(data)))
    at = datetime.fromisoformat(moment)
    demand = VerificationDemand(TrustMaterial(anchors), at, RevocationDemand.IGNORE)
    request = VerifyRequest(
        Path(file), TrustSources(), at, RevocationDemand.IGNORE, content=Path(content[0]) if content else None
    )
    start = time.process_time()
    report = verify_bytes(data, request, demand)
    found = {
        "seconds": time.process_time() - start,
        "display": report.display.value,
        "reasons": [reason.value for reason in report.reasons],
        "signatures": [
            {
                "display": one.display.value,
                "sub": one.sub_indication.value if one.sub_indication else "",
                "level": one.level,
                "counter": bool(one.countersigns),
                "reasons": [reason.value for reason in one.reasons],
            }
            for one in report.signatures
        ],
    }
    sys.stdout.write(f"{json.dumps(found)}\n")


if __name__ == "__main__":
    main()
