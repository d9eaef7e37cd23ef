"""From nothing to an authenticated submission connection (RFC 6409): TCP, TLS, EHLO, AUTH."""

from __future__ import annotations

import base64
import binascii
import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass, replace

from client.errors import AuthenticationFailed, ClientError, ServerBusy, TlsUntrusted
from client.model.account import Endpoint, TlsMode
from client.model.oauth import SignInNeeded
from client.model.outgoing import SubmitOutcome, SubmitResult
from client.model.secret import AccessToken, Secret
from client.net.bearer import bearer_exchange
from client.net.pace import cut_off
from client.net.tls import client_context, explain
from client.net.trace import Trace
from client.net.wire import shown


@dataclass(frozen=True, slots=True)
class SmtpPatience:
    """Seconds; the reply to the final dot may take long, and giving up early makes it uncertain."""

    connect: float = 15.0
    command: float = 120.0
    final_reply: float = 600.0
    """RFC 5321 section 4.5.3.2.6."""


class Refused(Exception):
    """The server or we ourselves ended it before the final dot; carries what to answer."""

    def __init__(self, outcome: SubmitOutcome) -> None:
        super().__init__(outcome.code)
        self.outcome = outcome


def check_login(
    endpoint: Endpoint,
    user: str,
    password: Secret,
    anchors: tuple[bytes, ...] = (),
    *,
    patience: SmtpPatience | None = None,
    trace: Trace | None = None,
) -> int:
    """Log in and leave; answers with the size limit the server announces (0: none).

    Raises `AuthenticationFailed`, `TlsUntrusted`, `ServerBusy`, `ConnectionLost` …"""
    smtp: smtplib.SMTP | None = None
    try:
        smtp = open_smtp(endpoint, anchors, patience or SmtpPatience(connect=5.0, command=15.0), trace)
        authenticate(smtp, user, password)
        return announced_size(smtp)
    except Refused as refused:
        told = {"host": endpoint.host, "reply": refused.outcome.reply}
        if refused.outcome.code == SignInNeeded.code:
            raise SignInNeeded(user=user, host=endpoint.host, reason=refused.outcome.reason) from None
        if refused.outcome.code == AuthenticationFailed.code:
            raise AuthenticationFailed(user=user, **told) from None
        raise ServerBusy(**told) from None
    except (smtplib.SMTPException, OSError) as error:
        raise explain_smtp(error, endpoint.host) from error
    finally:
        close_smtp(smtp)


_LONGEST_REPLY = 2.0
"""How many times the socket's patience a whole reply may take: its lines may be many, and trickle."""


class _Traced(smtplib.SMTP):
    """Keeps what is said, without addresses and credentials."""

    trace: Trace | None = None

    def putcmd(self, cmd: str, args: str = "") -> None:
        if self.trace is not None:
            self.trace.smtp_sent(f"{cmd} {args}")
        super().putcmd(cmd, args)

    def getreply(self) -> tuple[int, bytes]:
        patience = self.sock.gettimeout() if self.sock is not None else None
        if self.sock is None or patience is None:
            raise smtplib.SMTPServerDisconnected("closed")
        with cut_off(self.sock, _LONGEST_REPLY * patience):
            code, text = super().getreply()
        if self.trace is not None:
            self.trace.smtp_came(code, text)
        return code, text


class _TracedSsl(_Traced, smtplib.SMTP_SSL):
    """The same with TLS from the first byte."""


def open_smtp(
    endpoint: Endpoint,
    anchors: tuple[bytes, ...],
    patience: SmtpPatience,
    trace: Trace | None = None,
) -> smtplib.SMTP:
    """A protected connection after EHLO."""
    context = client_context(anchors)
    # The name is fixed: smtplib would ask the DNS for one, and tell the server about the office's network.
    name = "[127.0.0.1]"
    smtp: _Traced
    if endpoint.tls is TlsMode.IMPLICIT:
        smtp = _TracedSsl(endpoint.host, endpoint.port, name, timeout=patience.connect, context=context)
    else:
        smtp = _Traced(endpoint.host, endpoint.port, name, timeout=patience.connect)
    smtp.trace = trace
    try:
        _hello(smtp)
        if endpoint.tls is TlsMode.STARTTLS:
            _start_tls(smtp, context, endpoint.host)
            _hello(smtp)
    except BaseException:
        close_smtp(smtp)
        raise
    if smtp.sock is not None:
        smtp.sock.settimeout(patience.command)
    return smtp


def _hello(smtp: smtplib.SMTP) -> None:
    code, reply = smtp.ehlo()
    if code != 250:
        raise Refused(outcome_of(code, reply, "submission-rejected"))


def _start_tls(smtp: smtplib.SMTP, context: ssl.SSLContext, host: str) -> None:
    try:
        code, _ = smtp.starttls(context=context)
    except smtplib.SMTPNotSupportedError as error:
        raise TlsUntrusted(host=host, reason="no-tls") from error
    if code != 220:
        raise TlsUntrusted(host=host, reason="no-tls")


def authenticate(smtp: smtplib.SMTP, user: str, password: Secret) -> None:
    """AUTH PLAIN or LOGIN in UTF-8 (RFC 4954, RFC 4616); smtplib's own would refuse a letter beyond ASCII."""
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    secret = password.reveal()
    if isinstance(password, AccessToken):
        _by_token(smtp, user, password, offered)
        return
    if "PLAIN" in offered:
        code, reply = smtp.docmd("AUTH", "PLAIN " + _base64(f"\0{user}\0{secret}"))
    elif "LOGIN" in offered:
        code, reply = smtp.docmd("AUTH", "LOGIN")
        for answer in (user, secret):
            if code == 334:
                code, reply = smtp.docmd(_base64(answer))
    else:
        raise rejected("submission-rejected", "no AUTH")
    if code != 235:
        kept = reply.replace(secret.encode(), b"...") if secret else reply
        raise Refused(outcome_of(code, kept, "authentication-failed"))


def _by_token(smtp: smtplib.SMTP, user: str, token: AccessToken, offered: list[str]) -> None:
    """AUTH with an access token (RFC 7628); the error challenge is answered, so that the reply comes."""
    try:
        exchange = bearer_exchange("", user, token, offered)
    except AuthenticationFailed as error:
        reason = str(error.params.get("reason", ""))
        raise Refused(SubmitOutcome(SubmitResult.REJECTED, error.code, reason=reason)) from None
    code, reply = smtp.docmd("AUTH", f"{exchange.mechanism} " + _base64(exchange.answer(b"")))
    if code == 334:
        code, reply = smtp.docmd(_base64(exchange.answer(_decoded(reply))))
    if code != 235:
        outcome = outcome_of(code, reply.replace(token.reveal().encode(), b"..."), SignInNeeded.code)
        is_refusal = outcome.code == SignInNeeded.code
        raise Refused(replace(outcome, reason="token-refused") if is_refusal else outcome)


def peer_certificate(smtp: smtplib.SMTP) -> bytes:
    """What the server showed, DER."""
    protected = smtp.sock
    return protected.getpeercert(binary_form=True) or b"" if isinstance(protected, ssl.SSLSocket) else b""


def announced_size(smtp: smtplib.SMTP) -> int:
    """SIZE of the EHLO answer in octets; 0 where there is none (RFC 1870)."""
    size = smtp.esmtp_features.get("size", "").strip()
    return int(size) if size.isdigit() and len(size) < 16 else 0


def outcome_of(code: int, reply: bytes, refused_code: str) -> SubmitOutcome:
    """4xx: later; 5xx: never; anything else is no SMTP and may be better next time."""
    text = f"{code} {shown(reply)}"
    if 500 <= code <= 599:
        return SubmitOutcome(SubmitResult.REJECTED, refused_code, text)
    return SubmitOutcome(SubmitResult.RETRY_LATER, "server-busy", text)


def explain_smtp(error: BaseException, host: str) -> ClientError:
    """The error of ours for a fault of the library or the system."""
    return ServerBusy(host=host) if isinstance(error, smtplib.SMTPConnectError) else explain(error, host)


def rejected(code: str, reply: str) -> Refused:
    """We ourselves, or what the server offers, end it before the final dot."""
    return Refused(SubmitOutcome(SubmitResult.REJECTED, code, reply))


def _base64(text: str | bytes) -> str:
    raw = text.encode() if isinstance(text, str) else text
    return base64.b64encode(raw).decode("ascii")


def _decoded(challenge: bytes) -> bytes:
    try:
        return base64.b64decode(challenge)
    except binascii.Error:
        return b""


def close_smtp(smtp: smtplib.SMTP | None) -> None:
    """Say goodbye and close; never raises."""
    if smtp is None:
        return
    with suppress(smtplib.SMTPException, OSError):
        if smtp.sock is not None:
            # QUIT is a courtesy: the outcome is known, a slow server must not hold it back.
            smtp.sock.settimeout(5)
            smtp.quit()
    with suppress(OSError):
        smtp.close()
