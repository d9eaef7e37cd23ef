"""Judge one message in a process of its own: 1 GB of memory, no network.

``python smime_probe.py FILE ANCHOR.pem MOMENT KEY.p12 PASSWORD`` prints one JSON object.
"""

from __future__ import annotations

import json
import sys
from datetime import datetime
from pathlib import Path

from tests.fakes.limits import confine


def main() -> None:
    """See above."""
    file, anchor, moment, key, password = sys.argv[1:]
    confine()

    from client.model.account import KeyRef
    from client.model.secret import Secret
    from client.model.trust import RevocationDemand
    from client.services.requests import KeyUse, TrustSources, VerifyRequest
    from client.services.verification import verify_file

    request = VerifyRequest(
        Path(file),
        TrustSources((Path(anchor),)),
        datetime.fromisoformat(moment),
        RevocationDemand.IGNORE,
        key=KeyUse(KeyRef("p12", key), Secret(password)),
    )
    report = verify_file(request)
    found = {
        "verdict": report.indication.value,
        "display": report.display.value,
        "encrypted": report.encryption is not None,
        "opened": report.encryption is not None and report.encryption.opened,
        "reasons": [reason.value for reason in report.reasons],
        "signatures": [[reason.value for reason in one.reasons] for one in report.signatures],
    }
    sys.stdout.write(f"{json.dumps(found)}\n")


if __name__ == "__main__":
    main()
