"""The one door to TLS: every protected connection of the client is made with a context from here.

There is no "if available" mode and no switch that turns a check off. The system's own trust
store decides; an organisation (or the training city) may add anchors to it, never replace it.
"""

from __future__ import annotations

import platform
import ssl
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import truststore

from client.errors import ClientError, ConnectionLost, TimedOut, TlsUntrusted

_EXPIRED = {9, 10, 0x800B0101}
_WRONG_NAME = {62, 64, 0x800B010F}
_UNKNOWN_ISSUER = {2, 18, 19, 20, 21, 24, 0x800B0109, 0x800B010A, 0x800B0112}
"""X509_V_ERR_* of OpenSSL; truststore gives the CERT_E_* of Windows in the same place."""

_NOT_TLS = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "UNKNOWN_PROTOCOL", "RECORD_LAYER_FAILURE")
_TOO_OLD = ("UNSUPPORTED_PROTOCOL", "TLSV1_ALERT_PROTOCOL_VERSION", "NO_PROTOCOLS_AVAILABLE")
_BROKEN_LINK = ("UNEXPECTED_EOF_WHILE_READING", "PROTOCOL_IS_SHUTDOWN", "APPLICATION_DATA_AFTER_CLOSE_NOTIFY")


def client_context(extra_anchors_pem: tuple[bytes, ...] = ()) -> ssl.SSLContext:
    """A context that checks chain and host name and speaks TLS 1.2 or newer (RFC 8996, RFC 8314).

    ``extra_anchors_pem`` are PEM texts of certificates trusted beside the system's. The context may be
    shared with other connections: it is not to be changed.
    Raises ValueError for a text that holds no certificate.
    """
    places = _system_anchors()
    if places:
        return _context_of_files(extra_anchors_pem, places)
    return _prepared(truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT), extra_anchors_pem)


_Place = tuple[str, int, int, int, int]


def _system_anchors() -> tuple[_Place, ...]:
    """Where OpenSSL reads the system's anchors, with what tells each from its successor: it may be replaced.

    Empty where the system itself is asked (Windows, macOS), OpenSSL was built for other places, or they
    are being replaced this moment.
    """
    if platform.system() in {"Windows", "Darwin"}:
        return ()
    paths = ssl.get_default_verify_paths()
    found = []
    for path in filter(None, (paths.cafile, paths.capath)):
        try:
            told = Path(path).stat()
        except OSError:
            return ()
        # The time of writing is what whoever replaces a file sets; the last two nobody can.
        found.append((path, told.st_mtime_ns, told.st_size, told.st_ino, told.st_ctime_ns))
    return tuple(found) if paths.cafile else ()


@lru_cache(maxsize=4)
def _context_of_files(extra_anchors_pem: tuple[bytes, ...], _places: tuple[_Place, ...]) -> ssl.SSLContext:
    """Reading some 150 anchors takes 20 ms: done once for as long as they are the same."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.set_default_verify_paths()
    return _prepared(context, extra_anchors_pem)


def _prepared(context: ssl.SSLContext, extra_anchors_pem: tuple[bytes, ...]) -> ssl.SSLContext:
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    for pem in extra_anchors_pem:
        try:
            context.load_verify_locations(cadata=pem.decode("ascii"))
        except ssl.SSLError as error:
            raise ValueError("not a PEM certificate") from error
    return context


def explain(error: BaseException, host: str) -> ClientError:
    """The error of ours that stands for a socket's or TLS library's ``error`` with ``host``.

    `TlsUntrusted` where the server's identity or protection is in doubt, `TimedOut`,
    otherwise `ConnectionLost`.
    """
    for cause in _chain(error):
        if isinstance(cause, ClientError):
            return cause
        if isinstance(cause, ssl.SSLCertVerificationError):
            return TlsUntrusted(host=host, reason=_certificate_reason(cause))
        if isinstance(cause, ssl.SSLError):
            return _protocol_error(cause, host)
        if isinstance(cause, TimeoutError):
            return TimedOut(host=host)
    return ConnectionLost(host=host)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """``error`` and what it was raised from: libraries wrap the error that tells the reason."""
    seen: BaseException | None = error
    while seen is not None:
        yield seen
        seen = seen.__cause__ or seen.__context__


def _certificate_reason(error: ssl.SSLCertVerificationError) -> str:
    code = getattr(error, "verify_code", 0) & 0xFFFFFFFF
    text = f"{getattr(error, 'verify_message', '')} {error}".lower()
    # macOS reports a text only, hence the words beside the numbers.
    if code in _WRONG_NAME or "hostname mismatch" in text or "doesn't match" in text:
        return "wrong-name"
    if code in _EXPIRED or "expired" in text:
        return "expired"
    if code in _UNKNOWN_ISSUER or "not trusted" in text or "unable to get local issuer" in text:
        return "unknown-issuer"
    return "other"


def _protocol_error(error: ssl.SSLError, host: str) -> ClientError:
    reason = f"{error.reason or ''} {error}"
    if isinstance(error, ssl.SSLEOFError | ssl.SSLZeroReturnError) or any(
        word in reason for word in _BROKEN_LINK
    ):
        return ConnectionLost(host=host)
    if any(word in reason for word in _NOT_TLS + _TOO_OLD):
        return TlsUntrusted(host=host, reason="no-tls")
    return TlsUntrusted(host=host, reason="other")
