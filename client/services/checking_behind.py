"""The workshop's part of checking signatures in the background."""

from __future__ import annotations

import re
from contextlib import suppress

from client.model.at_rest import Readable
from client.model.evidence import Gathered
from client.model.verdict import Indication
from client.services.check_orders import ReadingOrder
from client.services.requests import VerifyRequest

_SIGNS = re.compile(rb"pkcs7|\.p7[smc]\b|application/pdf|\.pdf\b|%PDF-|JVBERi0", re.IGNORECASE)
"""What a message with anything to verify in it cannot do without; the last is ``%PDF-`` in base64."""


def promising(paths: tuple[Readable, ...]) -> tuple[bool, ...]:
    """Which of these messages are worth verifying; one that cannot be read is not."""
    return tuple(map(_promises, paths))


def _promises(path: Readable) -> bool:
    with suppress(OSError):
        return _SIGNS.search(path.read_bytes()) is not None
    return False


def judge_behind(request: VerifyRequest, order: ReadingOrder) -> Gathered | None:
    """Judge a message and give up what was used; None for one that carries a secrecy marking.

    Nothing of such a message is kept or told, as when somebody opens it. What has no signature leaves
    nothing behind in any case, so that it need not be read for markings here.
    """
    from client.services.checking_received import read_received
    from client.services.gathering import verify_and_gather

    found = verify_and_gather(request)
    if found.report.indication is Indication.NONE:
        return found
    return None if read_received(order).holds_secret else found
