"""Everything that can go wrong in the world around the client, as one tree.

An error carries a ``code`` and plain parameters, never display text: the words
belong to ``resources/i18n`` and are put together at the edge (window, command line).
Judgements (a bad signature, a broken rule, a refused recipient list) are values
of ``client.model`` and are never raised.

::

    ClientError
    ├─ TransientError            try again later, with back-off
    │  ├─ ConnectionLost  TimedOut       unreachable or broken; no answer within the limit
    │  ├─ ServerBusy  TimestampUnavailable       asked to come back (4xx, NO [INUSE]); no authority answered
    │  ├─ RevocationSourceUnreachable  RevocationDataMissing
    │  └─ WorkshopLost  StoreBusy      a process died under the work; another one holds the database
    ├─ NeedsUserError            only a person can go on
    │  ├─ AuthenticationFailed  TlsUntrusted     password refused; certificate unknown, expired, another's
    │  ├─ KeyPasswordIncorrect   the PKCS#12 file is fine, the password is not
    │  ├─ TokenAbsent  PinIncorrect  PinLocked  PinLengthInvalid
    │  ├─ TokenFault  DriverUnusable     it failed and says nothing of the PIN; the library cannot be loaded
    │  ├─ QuotaExceeded  MailboxMissing  the mailbox on the server is full, or is not there
    │  ├─ StorageFull  StorageFailed     the local disk is full, or refuses to read or write
    │  ├─ KeyringUnavailable  DirectoryRefused   the system's password store, the directory will not answer
    │  └─ AlreadyRunning         another instance owns this data folder
    ├─ RejectedError             back to the draft
    │  ├─ RecipientRefused  SubmissionRejected  MessageTooLarge
    │  ├─ SigningRefused         our own signer will not sign this (``reason``)
    │  ├─ SendingBlocked  MessageFrozen  the rules do not let it pass; a secrecy marking holds it where it is
    │  └─ OutboxConflict         the outbox entry is no longer in a state that allows this
    └─ DataError                 what we were given cannot be used
       ├─ MalformedMessage  MessageNotOpened  MalformedDocument  DocumentEncrypted  KeyFileInvalid
       ├─ ImageUnusable  TrustRefused    no hand signature or seal; no trust anchor
       ├─ StoreCorrupt  ConversionFailed
       └─ ConfigInvalid  PolicySignatureInvalid  PolicyRefused
    Cancelled                    not an error: the user changed their mind
"""

from __future__ import annotations

from typing import ClassVar

Param = str | int | float | bool | None


class ClientError(Exception):
    """Root of the tree; ``code`` is stable and has a text in every language."""

    code: ClassVar[str] = "client-error"

    def __init__(self, **params: Param) -> None:
        super().__init__(self.code)
        self.params: dict[str, Param] = params

    def __reduce__(self) -> tuple[object, ...]:
        # Exceptions cross process borders; the default pickling loses keyword arguments.
        return (_rebuild, (type(self), self.params))

    def __str__(self) -> str:
        shown = ", ".join(f"{name}={value!r}" for name, value in self.params.items())
        return f"{self.code}({shown})"


def _rebuild(kind: type[ClientError], params: dict[str, Param]) -> ClientError:
    return kind(**params)


class TransientError(ClientError):
    """Worth another try without asking anybody."""

    code = "transient"


class ConnectionLost(TransientError):
    """The server cannot be reached or the link broke (``host``, ``port``)."""

    code = "connection-lost"


class TimedOut(TransientError):
    """No answer within the limit (``host``, ``seconds``)."""

    code = "timed-out"


class ServerBusy(TransientError):
    """The server asked us to come back later (``host``, ``reply``)."""

    code = "server-busy"


class TimestampUnavailable(TransientError):
    """No RFC 3161 time-stamp authority answered (``url``); nothing was signed."""

    code = "timestamp-unavailable"


class RevocationSourceUnreachable(TransientError):
    """A CRL or OCSP source named by the policy did not answer (``url``)."""

    code = "revocation-source-unreachable"


class RevocationDataMissing(TransientError):
    """A long-term signature cannot carry its proof yet (``certificate``, ``issuer``, ``reason``: a code)."""

    code = "revocation-data-missing"


class WorkshopLost(TransientError):
    """The workshop process ended while it held this piece of work."""

    code = "workshop-lost"


class StoreBusy(TransientError):
    """Another process held the local database for longer than the busy timeout (``path``)."""

    code = "store-busy"


class NeedsUserError(ClientError):
    """Only a person can resolve this."""

    code = "needs-user"


class AuthenticationFailed(NeedsUserError):
    """The mail server refused name or password (``host``, ``user``)."""

    code = "authentication-failed"


class TlsUntrusted(NeedsUserError):
    """Not to be trusted (``host``, ``reason``: unknown-issuer, wrong-name, expired, no-tls, other)."""

    code = "tls-untrusted"


class KeyPasswordIncorrect(NeedsUserError):
    """The key file is readable but its password is not this one (``path``)."""

    code = "key-password-incorrect"


class TokenAbsent(NeedsUserError):
    """The token or smart card is not plugged in, or was pulled out meanwhile (``token``: its label)."""

    code = "token-absent"


class PinIncorrect(NeedsUserError):
    """Wrong PIN (``tries_left`` or None where the token does not tell)."""

    code = "pin-incorrect"


class PinLocked(NeedsUserError):
    """The token locked itself after too many wrong PINs."""

    code = "pin-locked"


class PinLengthInvalid(NeedsUserError):
    """A PIN this token can never have (``minimum``, ``maximum`` in bytes); it was not tried."""

    code = "pin-length-invalid"


class TokenFault(NeedsUserError):
    """The token or its driver failed (``fault``: the PKCS#11 return value's name); never a wrong PIN."""

    code = "token-fault"


class DriverUnusable(NeedsUserError):
    """A PKCS#11 library cannot be used (``path``, ``reason``: driver-missing, -not-loadable, …)."""

    code = "driver-unusable"


class QuotaExceeded(NeedsUserError):
    """The mailbox on the server is full (``mailbox``)."""

    code = "quota-exceeded"


class MailboxMissing(NeedsUserError):
    """The server has no mailbox with this role and refused to make one (``host``, ``role``)."""

    code = "mailbox-missing"


class StorageFull(NeedsUserError):
    """The local disk is full; what was on disk before is untouched (``path``)."""

    code = "storage-full"


class StorageFailed(NeedsUserError):
    """The local disk refuses to read or write: rights, removed drive, fault (``path``, ``reason``)."""

    code = "storage-failed"


class DirectoryRefused(NeedsUserError):
    """The directory does not do what the policy asks (``host``, ``reply``; ``reason``: LDAP's number)."""

    code = "directory-refused"


class KeyringUnavailable(NeedsUserError):
    """The operating system's password store does not answer or is locked (``reason``)."""

    code = "keyring-unavailable"


class AlreadyRunning(NeedsUserError):
    """Another instance works on the same data folder (``path``)."""

    code = "already-running"


class RejectedError(ClientError):
    """The message goes back to its author."""

    code = "rejected"


class RecipientRefused(RejectedError):
    """The server refuses a recipient (``recipient``, ``reply``)."""

    code = "recipient-refused"


class SubmissionRejected(RejectedError):
    """The server refuses the message for good (``reply``)."""

    code = "submission-rejected"


class MessageTooLarge(RejectedError):
    """The message exceeds the server's SIZE (``size``, ``limit``, bytes)."""

    code = "message-too-large"


class SigningRefused(RejectedError):
    """Our own signer refuses (``reason`` is itself a code with a text)."""

    code = "signing-refused"


class SendingBlocked(RejectedError):
    """The rules do not let the message pass (``gate``: blocked or confirm; ``rules``)."""

    code = "sending-blocked"


class MessageFrozen(RejectedError):
    """A received message carries a secrecy marking: it is neither answered nor passed on."""

    code = "message-frozen"


class OutboxConflict(RejectedError):
    """The outbox entry is no longer in a state that allows this (``outbox_id``, ``state``, ``wanted``)."""

    code = "outbox-conflict"


class DataError(ClientError):
    """What we were given cannot be used."""

    code = "data-error"


class MalformedMessage(DataError):
    """An RFC 5322 message that cannot be read (``reason``)."""

    code = "malformed-message"


class MalformedDocument(DataError):
    """A document that cannot be read (``name``, ``reason``: corrupt, not-pdf, empty)."""

    code = "malformed-document"


class MessageNotOpened(DataError):
    """An encrypted letter does not open (``reason``: other-recipient, unsupported, damaged …)."""

    code = "message-not-opened"


class DocumentEncrypted(DataError):
    """A document that needs a password to be opened (``name``)."""

    code = "document-encrypted"


class ImageUnusable(DataError):
    """A picture that cannot be a hand signature or a seal (``reason`` is itself a code with a text)."""

    code = "image-unusable"


class KeyFileInvalid(DataError):
    """Not a usable PKCS#12 file (``path``, ``reason``: unreadable, corrupt, no-key)."""

    code = "key-file-invalid"


class ConversionFailed(DataError):
    """A remedy could not make its file; what was attached is as it was."""

    code = "conversion-failed"


class TrustRefused(DataError):
    """A certificate, or a file of them, that is not trusted (``reason`` is itself a code with a text)."""

    code = "trust-refused"


class StoreCorrupt(DataError):
    """A local database failed its check (``path``)."""

    code = "store-corrupt"


class ConfigInvalid(DataError):
    """A setting or policy value is wrong (``path``, ``key``, ``suggestion``)."""

    code = "config-invalid"


class PolicySignatureInvalid(DataError):
    """A policy file whose operator signature does not hold (``path``, ``reason``)."""

    code = "policy-signature-invalid"


class PolicyRefused(DataError):
    """A policy file that is not taken: it loosens, or is old (``path``, ``key``, ``known``, ``reason``)."""

    code = "policy-refused"


class Cancelled(Exception):
    """The user changed their mind."""
