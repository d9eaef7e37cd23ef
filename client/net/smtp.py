"""Submission (RFC 6409), step by step, so that it is always known how far it came.

The one moment that matters is the final dot: before it was sent nothing has been delivered,
after it and before the reply nobody can know.
"""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace

from client.errors import ClientError, ConnectionLost
from client.model.account import Endpoint
from client.model.outgoing import OutgoingMessage, SubmitOutcome, SubmitResult
from client.model.secret import Secret
from client.net.smtp_login import (
    Refused,
    SmtpPatience,
    announced_size,
    authenticate,
    close_smtp,
    explain_smtp,
    open_smtp,
    outcome_of,
    peer_certificate,
    rejected,
)
from client.net.wire import AT_ONCE, shown

_ADDRESS = re.compile(r"[!-;=?-~]+@[!-;=?-~]+")
_BARE_LINE_BREAK = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)
_MAX_LINE = 998
"""Octets without CRLF (RFC 5322 section 2.1.1)."""


def submit(
    endpoint: Endpoint,
    user: str,
    password: Secret,
    message: OutgoingMessage,
    anchors: tuple[bytes, ...] = (),
    *,
    before_data: Callable[[], None],
    patience: SmtpPatience | None = None,
) -> SubmitOutcome:
    """Send ``message.raw`` unchanged to all of its recipients, or to none.

    ``before_data`` is called when every recipient has been accepted and nothing has been
    delivered yet; what it raises ends the submission and goes through. Nothing else is raised.
    UNCERTAIN means that the final dot was sent and no answer came.
    """
    patience = patience or SmtpPatience()
    smtp: smtplib.SMTP | None = None
    try:
        _check_message(message)
        smtp = open_smtp(endpoint, anchors, patience)
        authenticate(smtp, user, password)
        _check_size(smtp, message)
        _envelope(smtp, message)
        shown_one = peer_certificate(smtp)
    except Refused as refused:
        close_smtp(smtp)
        return refused.outcome
    except (ClientError, smtplib.SMTPException, OSError) as error:
        close_smtp(smtp)
        return _unreached(error, endpoint.host)
    try:
        before_data()
        return replace(_data(smtp, message.raw, patience, endpoint.host), certificate=shown_one)
    finally:
        close_smtp(smtp)


def dot_stuffed(raw: bytes) -> bytes:
    """``raw`` with each leading dot doubled (RFC 5321 section 4.5.2)."""
    return _LEADING_DOT.sub(b"..", raw)


def _check_message(message: OutgoingMessage) -> None:
    """Refuse what could not arrive byte for byte, or would end the message early (smuggling)."""
    raw = message.raw
    if not raw.endswith(b"\r\n") or _BARE_LINE_BREAK.search(raw):
        raise rejected("malformed-message", "line breaks are not CRLF")
    if not raw.isascii() or b"\0" in raw:
        raise rejected("malformed-message", "not 7-bit")
    if any(len(line) > _MAX_LINE for line in raw.split(b"\r\n")):
        raise rejected("malformed-message", "line too long")
    unusable = tuple(address for address in message.rcpt_to if not _ADDRESS.fullmatch(_ascii(address)))
    if unusable or not message.rcpt_to:
        raise Refused(SubmitOutcome(SubmitResult.REJECTED, "recipient-refused", refused=unusable))
    # The null path is what a report is sent under, so that no report comes back for it (RFC 5321 4.5.5).
    if message.mail_from and not _ADDRESS.fullmatch(_ascii(message.mail_from)):
        raise rejected("submission-rejected", "sender address")


def _check_size(smtp: smtplib.SMTP, message: OutgoingMessage) -> None:
    limit = announced_size(smtp)
    if 0 < limit < len(message.raw):
        raise rejected("message-too-large", f"SIZE {limit}")


def _envelope(smtp: smtplib.SMTP, message: OutgoingMessage) -> None:
    """MAIL and every RCPT; one refused recipient and nobody gets anything."""
    options = [f"SIZE={len(message.raw)}"] if smtp.has_extn("size") else []
    reports = smtp.has_extn("dsn") and _wants_receipt(message.raw)
    if reports:
        options += ["RET=HDRS", f"ENVID={_xtext(message.message_id)}"]
    code, reply = smtp.mail(_ascii(message.mail_from), options)
    if code != 250:
        raise Refused(outcome_of(code, reply, "message-too-large" if code == 552 else "submission-rejected"))
    answers = [
        (address, *smtp.rcpt(_ascii(address), _notify(address) if reports else ()))
        for address in message.rcpt_to
    ]
    for lowest, highest in ((500, 599), (0, 249), (252, 499)):
        bad = [(address, code, reply) for address, code, reply in answers if lowest <= code <= highest]
        if bad:
            with suppress(smtplib.SMTPException, OSError):  # it may hang up after a refusal, which counts
                smtp.rset()
            outcome = outcome_of(bad[0][1], bad[0][2], "recipient-refused")
            refused = tuple(address for address, _, _ in bad)
            raise Refused(SubmitOutcome(outcome.result, outcome.code, outcome.reply, refused))


def _wants_receipt(raw: bytes) -> bool:
    header = raw.partition(b"\r\n\r\n")[0]
    return b"\r\ndisposition-notification-to:" in header.lower()


def _notify(address: str) -> list[str]:
    return ["NOTIFY=SUCCESS,DELAY,FAILURE", f"ORCPT=rfc822;{_xtext(_ascii(address))}"]


def _xtext(text: str) -> str:
    """RFC 3461 section 4."""
    plain = range(33, 127)
    return "".join(
        chr(byte) if byte in plain and byte not in b"+=" else f"+{byte:02X}" for byte in text.encode("utf-8")
    )


def _data(smtp: smtplib.SMTP, raw: bytes, patience: SmtpPatience, host: str) -> SubmitOutcome:
    try:
        code, reply = smtp.docmd("DATA")
        if code != 354:
            return outcome_of(code, reply, "submission-rejected")
        _send(smtp, dot_stuffed(raw))
        if early := _early_reply(smtp):
            return _judged_early(*early, host)
        _send(smtp, b".\r\n")
    except (ClientError, smtplib.SMTPException, OSError) as error:
        # No goodbye: before it TLS would write the rest of a record that got stuck, the final dot perhaps.
        smtp.close()
        return _unreached(error, host)
    try:
        if smtp.sock is not None:
            smtp.sock.settimeout(patience.final_reply)
        code, reply = smtp.getreply()
    except (smtplib.SMTPException, OSError):
        return SubmitOutcome(SubmitResult.UNCERTAIN, "connection-lost")
    if code == 250:
        return SubmitOutcome(SubmitResult.ACCEPTED, reply=shown(reply))
    if code < 400:
        return SubmitOutcome(SubmitResult.UNCERTAIN, "connection-lost", shown(reply))
    return outcome_of(code, reply, "message-too-large" if code == 552 else "submission-rejected")


def _send(smtp: smtplib.SMTP, data: bytes) -> None:
    if smtp.sock is None:
        raise smtplib.SMTPServerDisconnected("closed")
    view = memoryview(data)
    for start in range(0, len(view), AT_ONCE):
        smtp.sock.sendall(view[start : start + AT_ONCE])


def _early_reply(smtp: smtplib.SMTP) -> tuple[int, bytes] | None:
    """A server has nothing to say before the final dot: if it does, it has given up.

    Found out here it is a plain loss or a refusal; found out after the dot it would be UNCERTAIN.
    """
    sock, file = smtp.sock, smtp.file
    if sock is None or file is None:
        return None
    patience = sock.gettimeout()
    sock.setblocking(False)
    try:
        waiting = file.peek(1) is not None
    except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
        waiting = False
    sock.settimeout(patience)
    return smtp.getreply() if waiting else None


def _judged_early(code: int, reply: bytes, host: str) -> SubmitOutcome:
    """Nothing was delivered, whatever it says; what is refused for good is not tried again."""
    if code < 500:
        return replace(_unreached(ConnectionLost(host=host), host), reply=f"{code} {shown(reply)}")
    return outcome_of(code, reply, "message-too-large" if code == 552 else "submission-rejected")


def _unreached(error: BaseException, host: str) -> SubmitOutcome:
    """Nothing was delivered."""
    if isinstance(error, smtplib.SMTPConnectError):
        reply = error.smtp_error if isinstance(error.smtp_error, bytes) else str(error.smtp_error).encode()
        return SubmitOutcome(SubmitResult.RETRY_LATER, "server-busy", f"{error.smtp_code} {shown(reply)}")
    found = explain_smtp(error, host)
    return SubmitOutcome(SubmitResult.RETRY_LATER, found.code, reason=str(found.params.get("reason", "")))


def _ascii(address: str) -> str:
    """The address with an A-label domain (RFC 5891); SMTPUTF8 is not used."""
    local, at, domain = address.rpartition("@")
    try:
        return f"{local}{at}{domain.encode('idna').decode('ascii')}"
    except UnicodeError:
        return address
