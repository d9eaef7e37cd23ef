"""The workshop's table of contents for checks; as in `client.services.workshop` all is imported inside."""

from __future__ import annotations

from client.model.at_rest import Readable
from client.model.finding import CheckReport, Finding
from client.model.outgoing import DraftAttachment
from client.services.check_orders import CheckOrder, Reading, ReadingOrder


def check(order: CheckOrder) -> CheckReport:
    """Hold a draft against the rules; `FilesWanted` names files that have to come with it."""
    from client.services.checking_received import check_order

    return check_order(order)


def received(order: ReadingOrder) -> Reading:
    """The documents of a received message, for the register."""
    from client.services.checking_received import read_received

    return read_received(order)


def remedies() -> frozenset[str]:
    """The remedies that make files and can be done on this computer."""
    from client.services.file_fixes import available

    return available()


def make_file(attachment: DraftAttachment, finding: Finding) -> DraftAttachment:
    """Do one of them."""
    from client.services.file_fixes import make

    return make(attachment, finding)


def original(path: Readable) -> DraftAttachment:
    """A received message as an attachment."""
    from client.services.file_fixes import original as attached

    return attached(path)
