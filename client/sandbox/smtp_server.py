"""The city's submission server: aiosmtpd with AUTH, delivering into the maildirs byte for byte."""

from __future__ import annotations

import asyncio
import socket
import ssl
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from client.sandbox.connections import Connections
from client.sandbox.mailboxes import FolderMailboxSet

SIZE_LIMIT = 25 * 1024 * 1024
"""What EHLO announces as SIZE, bytes."""
_NOBODY = "<>"
_CREDENTIALS = ("LOGIN", "PLAIN")


class Submission:
    """Decides who may send what to whom, and delivers."""

    def __init__(self, mailboxes: Mapping[str, FolderMailboxSet], passwords: Mapping[str, str]) -> None:
        self._mailboxes = mailboxes
        self._passwords = passwords

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: object
    ) -> AuthResult:
        """LOGIN and PLAIN against the cast's passwords."""
        if mechanism not in _CREDENTIALS or not isinstance(data, LoginPassword):
            return AuthResult(success=False, handled=False)
        user = data.login.decode("utf-8", "replace").lower()
        known = self._passwords.get(user)
        if known is None or known.encode("utf-8") != data.password:
            return AuthResult(success=False, handled=False)
        return AuthResult(success=True, auth_data=user)

    async def handle_MAIL(  # noqa: N802 - the name aiosmtpd looks for
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """The envelope's sender is the mailbox that signed in, or nobody, as for receipts (RFC 8098)."""
        signed_in: object = session.auth_data
        if address.lower() not in (signed_in, _NOBODY):
            return f"553 5.7.1 Sender {address} does not belong to the authenticated mailbox"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(  # noqa: N802 - the name aiosmtpd looks for
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Only the city's own mailboxes receive: nothing ever leaves this computer."""
        wanted = address.lower()
        if wanted not in self._mailboxes:
            city = {known.rpartition("@")[2] for known in self._mailboxes}
            if wanted.rpartition("@")[2] in city:
                return f"550 5.1.1 No such mailbox here: {address}"
            return f"550 5.7.1 The training city delivers to its own mailboxes only, not to {address}"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 2.1.5 OK"

    async def handle_DATA(  # noqa: N802 - the name aiosmtpd looks for
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        """File the message for each recipient: trace lines before it, its own bytes untouched."""
        now = datetime.now(UTC)
        content = envelope.original_content or b""
        recipients = dict.fromkeys(address.lower() for address in envelope.rcpt_tos)
        for recipient in recipients:
            trace = (
                f"Return-Path: <{(envelope.mail_from or _NOBODY).strip('<>')}>\r\n"
                f"Received: from {session.host_name} by localhost with ESMTPSA\r\n"
                f"\tfor <{recipient}>; {format_datetime(now)}\r\n"
            )
            inbox = self._mailboxes[recipient].mailbox("INBOX")
            inbox.deliver(trace.encode("ascii", "replace") + content, now, "")
        return f"250 2.0.0 Delivered to {len(recipients)} mailboxes"


class _Connection(SMTP):
    """aiosmtpd's protocol, known to the city while it lasts."""

    def __init__(self, clients: Connections, handler: Submission, **settings: Any) -> None:
        super().__init__(handler, **settings)
        self._clients = clients

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Called for the plain and again for the TLS transport."""
        self._clients.add(transport)
        super().connection_made(transport)


async def start_smtp(
    listener: socket.socket,
    context: ssl.SSLContext,
    mailboxes: Mapping[str, FolderMailboxSet],
    passwords: Mapping[str, str],
    clients: Connections,
) -> asyncio.Server:
    """Serve submission (RFC 6409) with mandatory STARTTLS and AUTH on ``listener``."""
    loop = asyncio.get_running_loop()
    handler = Submission(mailboxes, passwords)

    def connection() -> _Connection:
        return _Connection(
            clients,
            handler,
            data_size_limit=SIZE_LIMIT,
            hostname="localhost",
            ident="Cong Thu DEMO",
            tls_context=context,
            require_starttls=True,
            auth_required=True,
            authenticator=handler.authenticate,
            loop=loop,
        )

    return await loop.create_server(connection, sock=listener)
