"""Whether the signer of a message is its sender (RFC 8550 section 3)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace

from client.crypto import verdicts
from client.mime.words import clean, decode_words
from client.model.address import MailAddress, same_mailbox
from client.model.message import Envelope, ParsedMessage
from client.model.verdict import IdentityMatch, Indication, Reason, SignatureVerdict

_LOOKS_LIKE_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"\\@]+@[^\s<>()\[\],;:\"\\@]+")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who the message says it is from."""

    envelope: Envelope
    several: bool
    """More than one From field, or more than one mailbox in it."""
    names_another: bool
    """There is a second address in the field that is no mailbox of its own, or one that can be misread."""

    @classmethod
    def of(cls, parsed: ParsedMessage) -> Sender:
        """The sender of a parsed message."""
        written = [decode_words(one.value) for one in parsed.headers if one.name.lower() == "from"]
        envelope = parsed.envelope
        several = envelope.from_count > 1 or len(envelope.from_) > 1
        return cls(
            envelope,
            several,
            any(_names_another(clean(text), envelope.from_) or _hides_letters(text) for text in written),
        )


def doubts_about(verdict: SignatureVerdict, sender: Sender) -> tuple[Reason, ...]:
    """Why this signer cannot be taken for the sender."""
    if verdict.signer is None or verdict.countersigns:
        return ()  # who confirms a signature need not be who sent the message
    envelope = sender.envelope
    if envelope.from_count == 0 or not envelope.from_:
        return (Reason.FROM_MISSING,)
    if sender.several:
        return (Reason.FROM_AMBIGUOUS,)
    if not verdict.signer.emails:
        return (Reason.CERTIFICATE_WITHOUT_ADDRESS,)
    address = envelope.from_[0].addr_spec
    if not any(same_mailbox(email, address) for email in verdict.signer.emails):
        return (Reason.SIGNER_NOT_SENDER,)
    return (Reason.FROM_AMBIGUOUS,) if sender.names_another else ()


def identity_doubts(sender: Sender, own: tuple[SignatureVerdict, ...]) -> tuple[Reason, ...]:
    """The doubts about all signers of the message, and other fields that name somebody else."""
    if not own:
        return ()
    found = [reason for verdict in own for reason in doubts_about(verdict, sender)]
    if _others(sender.envelope.sender, sender.envelope.from_):
        found.append(Reason.SENDER_FIELD_DIFFERS)
    if _others(sender.envelope.reply_to, sender.envelope.from_):
        found.append(Reason.REPLY_TO_DIFFERS)
    return tuple(dict.fromkeys(found))


def match_identity(sender: Sender, own: tuple[SignatureVerdict, ...]) -> IdentityMatch | None:
    """Sender and certificate addresses side by side; None where no signer is known."""
    own = tuple(verdict for verdict in own if not verdict.countersigns)
    signers = [verdict.signer for verdict in own if verdict.signer is not None]
    if not signers:
        return None
    from_ = sender.envelope.from_
    addresses = tuple(dict.fromkeys(email for signer in signers for email in signer.emails))
    return IdentityMatch(
        from_[0].addr_spec if from_ else "",
        addresses,
        all(not doubts_about(verdict, sender) for verdict in own if verdict.signer),
        next(iter(_others(sender.envelope.sender, from_)), ""),
        _others(sender.envelope.reply_to, from_),
    )


def add_doubts(verdict: SignatureVerdict, reasons: tuple[Reason, ...]) -> SignatureVerdict:
    """Add identity reasons; a passed verdict becomes INDETERMINATE, a worse one stays what it is."""
    if not reasons:
        return verdict
    told = tuple(dict.fromkeys((*verdict.reasons, *reasons)))
    if verdict.indication is not Indication.TOTAL_PASSED:
        return replace(verdict, reasons=told)
    judgement = verdicts.of_identity(reasons[0])
    return replace(
        verdict, indication=judgement.indication, sub_indication=judgement.sub_indication, reasons=told
    )


def _names_another(text: str, senders: tuple[MailAddress, ...]) -> bool:
    """A From field with a second address in it, be it in the display name, a comment or as junk.

    Readers disagree on which of them they show (Johnny class "display name").
    """
    shown = unicodedata.normalize("NFKC", text)
    return any(
        not any(same_mailbox(found, sender.addr_spec) for sender in senders)
        for found in _LOOKS_LIKE_ADDRESS.findall(shown)
    )


def _hides_letters(text: str) -> bool:
    """An address with characters that are not seen: one reader compares them, another leaves them out."""
    found = _LOOKS_LIKE_ADDRESS.findall(text)
    return any(unicodedata.category(char) == "Cf" for address in found for char in address)


def _others(named: tuple[MailAddress, ...], senders: tuple[MailAddress, ...]) -> tuple[str, ...]:
    """The addresses of ``named`` that are none of the sender's."""
    return tuple(
        dict.fromkeys(
            other.addr_spec
            for other in named
            if not any(same_mailbox(other.addr_spec, sender.addr_spec) for sender in senders)
        )
    )
