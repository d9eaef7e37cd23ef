"""`congthu send`: send one finished message through the outbox and wait until it is filed."""

from __future__ import annotations

import argparse
from pathlib import Path

from client import app
from client.cli.output import Printer
from client.cli.waiting import EventWaiter
from client.errors import AuthenticationFailed, ConfigInvalid, MalformedMessage
from client.mime.parser import parse_message
from client.mime.splitting import why_unusable, without_bcc
from client.model.account import Account
from client.model.address import same_mailbox
from client.model.event import Event, EventKind
from client.model.outgoing import OutboxEntry, OutboxState, OutgoingMessage, refused_recipients, situation
from client.services.new_draft import new_message_id
from client.services.office import Office

PATIENCE_SECONDS = 600.0
_TAKEN = {OutboxState.FILED, OutboxState.SUBMITTED}
_ENDS = {OutboxState.FILED, OutboxState.REJECTED, OutboxState.UNCERTAIN, OutboxState.CANCELLED}


def configure(parser: argparse.ArgumentParser) -> None:
    """See `client.cli.main.Command`."""
    parser.add_argument("message", type=Path, metavar="MESSAGE.eml")
    parser.add_argument("--data", type=Path, metavar="DIR", help="thư mục dữ liệu · data folder")


def run(arguments: argparse.Namespace, printer: Printer) -> int:
    """See `client.cli.main.Command`."""
    try:
        raw = arguments.message.read_bytes()
    except OSError as error:
        raise MalformedMessage(reason="unreadable") from error
    installation = app.installed(arguments.data)
    message = outgoing_of(raw, installation.settings.accounts)
    account = next(one for one in installation.settings.accounts if one.account_id == message.account_id)
    if installation.secrets.get(account.account_id) is None:
        # Queued without it, the message would wait for a password nobody is asked for.
        raise AuthenticationFailed(host=account.smtp.host, user=account.user_name, reason="no-password")
    with app.OpenOffice(installation) as desk:
        entry = send_and_wait(desk, message)
    _tell(entry, account, printer)
    return 0 if entry.state in _TAKEN else 1


def _tell(entry: OutboxEntry, account: Account, printer: Printer) -> None:
    word = printer.catalogue.text("outbox", situation(entry).value)
    printer.line(f"{'✔' if entry.state in _TAKEN else '✘'} {word.title} {word.action}".rstrip())
    if entry.error_code:
        server = account.imap if entry.state is OutboxState.SUBMITTED else account.smtp
        known = {"host": server.host, "user": account.user_name, "reply": entry.error_text}
        known["reason"] = entry.error_reason
        why = printer.catalogue.text(
            "error", entry.error_code, recipient=", ".join(refused_recipients(entry)), **known
        )
        printer.line(f"  {why.title} {why.action} [{entry.error_code}]")
    printer.json(
        {
            "state": entry.state.value,
            "message_id": entry.message_id,
            "sha256": entry.sha256,
            "code": entry.error_code,
        }
    )


def send_and_wait(desk: Office, message: OutgoingMessage) -> OutboxEntry:
    """Queue a frozen message and wait for the end of its way, or for the first fault on it.

    After a fault it is QUEUED or SUBMITTED still: the next engine goes on with it.
    """
    waiter = EventWaiter(desk)
    problems: list[str] = []

    def note(event: Event) -> None:
        if event.kind is EventKind.ACCOUNT_PROBLEM and event.account_id == message.account_id:
            problems.append(event.code)

    desk.subscribe(note)
    outbox_id = desk.queue(message)

    def ended() -> OutboxEntry | None:
        found = next(entry for entry in desk.outbox() if entry.outbox_id == outbox_id)
        tried = found.state is OutboxState.QUEUED and found.attempts > 0
        unfiled = found.state is OutboxState.SUBMITTED and bool(found.error_code or problems)
        return found if found.state in _ENDS or tried or unfiled else None

    return waiter.until(ended, PATIENCE_SECONDS, "outbox")


def outgoing_of(raw: bytes, accounts: tuple[Account, ...]) -> OutgoingMessage:
    """The envelope a finished message asks for.

    Bcc is taken out of the header and a Message-ID put in where there is none; nothing else is touched.
    """
    parsed = parse_message(raw)
    envelope = parsed.envelope
    problem = why_unusable(parsed) or ("" if len(envelope.from_) == 1 else "from-ambiguous")
    if problem:
        raise MalformedMessage(reason=problem)
    sender = envelope.from_[0].addr_spec
    account = next((one for one in accounts if same_mailbox(one.identity.address.addr_spec, sender)), None)
    if account is None:
        raise ConfigInvalid(path="settings.toml", key=sender, suggestion="")
    recipients = dict.fromkeys(one.addr_spec for one in envelope.to + envelope.cc + envelope.bcc)
    if not recipients:
        raise MalformedMessage(reason="no-recipients")
    message_id, frozen = envelope.message_id, without_bcc(raw)
    if not message_id:
        # The copy in Sent is found by it, and with it that nothing was sent twice.
        message_id = new_message_id(account)
        frozen = f"Message-ID: {message_id}\r\n".encode() + frozen
    return OutgoingMessage(
        account_id=account.account_id,
        message_id=message_id,
        mail_from=sender,
        rcpt_to=tuple(recipients),
        raw=frozen,
        subject=envelope.subject,
    )
