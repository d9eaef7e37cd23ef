"""Turn a draft into frozen bytes: sign the documents, then the message, and verify both.

Runs in the workshop. Nothing leaves this module that our own verifier does not accept,
and the bytes it returns are the bytes that are sent and filed.
"""

from __future__ import annotations

from dataclasses import replace

from client.crypto import smime
from client.crypto.keys import Purpose, SigningKey, preflight, with_issuers
from client.errors import SigningRefused
from client.mime import builder, splitting
from client.model.outgoing import Draft, DraftAttachment, OutgoingMessage
from client.model.trust import VerificationDemand
from client.model.verdict import SignerInfo
from client.services.key_room import key_room, may_sign
from client.services.requests import KeyUse, SigningTerms
from client.services.signing_documents import accept, may_act, sign_one_file, sign_one_pdf
from client.services.trust_files import read_demand


def describe_key(use: KeyUse, terms: SigningTerms) -> SignerInfo:
    """Whose key it is; raises what `KeyRoom.lend` and the checks before signing raise."""
    with key_room().lend(use, may_act(terms, read_demand(terms.sources, terms.at), Purpose.DOCUMENT)) as key:
        return key.signer_info


def sign_document(pdf: bytes, use: KeyUse, terms: SigningTerms, name: str = "") -> bytes:
    """A PAdES signature on one PDF, verified before it is handed out."""
    demand = read_demand(terms.sources, terms.at)
    with key_room().lend(use, may_act(terms, demand, Purpose.DOCUMENT)) as key:
        return sign_one_pdf(pdf, key, terms, demand, name)


def sign_any_file(content: bytes, use: KeyUse, terms: SigningTerms, existing: bytes = b"") -> bytes:
    """A detached CAdES signature (DER) on any other file, verified before it is handed out.

    ``existing`` is the file's ``.p7s`` so far: it gets a further signer.
    """
    demand = read_demand(terms.sources, terms.at)
    with key_room().lend(use, may_act(terms, demand, Purpose.DOCUMENT)) as key:
        return sign_one_file(content, key, terms, demand, existing)


def sign_draft(draft: Draft, use: KeyUse | None, terms: SigningTerms) -> OutgoingMessage:
    """Sign what the draft asks for and freeze it.

    Without a key nothing may be marked for signing; raises `SigningRefused` then, and every
    error of the steps. Nothing has left when it raises.
    """
    wanted = draft.sign_message or any(attachment.sign for attachment in draft.attachments)
    if draft.sender is None:
        raise SigningRefused(reason="from-missing")
    if not wanted:
        headers = builder.build_headers(draft, terms.at)
        return _outgoing(draft, builder.assemble(headers, builder.build_entity(draft)))
    if use is None:
        raise SigningRefused(reason="no-key")
    demand = read_demand(terms.sources, terms.at)
    purposes = [Purpose.DOCUMENT] if any(one.sign for one in draft.attachments) else []
    purposes += [Purpose.MAIL] if draft.sign_message else []
    with key_room().lend(use, may_act(terms, demand, *purposes)) as key:
        signed = _sign_attachments(draft, key, terms, demand)
        return _outgoing(signed, _sign_message(signed, key, terms, demand))


def sign_message_file(raw: bytes, use: KeyUse, terms: SigningTerms) -> bytes:
    """Sign a finished message as it stands: its header stays, its body becomes the signed entity."""
    headers, entity = splitting.split_message(raw)
    demand = read_demand(terms.sources, terms.at)
    sender = splitting.only_sender(raw)
    if sender is None:
        raise SigningRefused(reason="from-ambiguous")
    with key_room().lend(use, may_sign(demand, Purpose.MAIL)) as key:
        return _sign_entity(headers, entity, sender, key, terms, demand)


def _sign_attachments(
    draft: Draft, key: SigningKey, terms: SigningTerms, demand: VerificationDemand
) -> Draft:
    done: list[DraftAttachment] = []
    for attachment in draft.attachments:
        if not attachment.sign:
            done.append(attachment)
        elif attachment.content[:1024].find(b"%PDF-") >= 0:
            wanted = terms.for_attachment(attachment.name)
            pdf = sign_one_pdf(attachment.content, key, wanted, demand, attachment.name)
            done.append(replace(attachment, content=pdf, sign=False))
        else:
            der = sign_one_file(attachment.content, key, terms, demand)
            done.append(replace(attachment, sign=False))
            done.append(DraftAttachment(f"{attachment.name}.p7s", "application/pkcs7-signature", der))
    return replace(draft, attachments=tuple(done))


def _sign_message(draft: Draft, key: SigningKey, terms: SigningTerms, demand: VerificationDemand) -> bytes:
    entity = builder.build_entity(draft)
    headers = builder.build_headers(draft, terms.at)
    if not draft.sign_message:
        return builder.assemble(headers, entity)
    sender = draft.sender.addr_spec if draft.sender else ""
    return _sign_entity(headers, entity, sender, key, terms, demand)


def _sign_entity(
    headers: bytes,
    entity: bytes,
    sender: str,
    key: SigningKey,
    terms: SigningTerms,
    demand: VerificationDemand,
) -> bytes:
    preflight(key, demand, Purpose.MAIL)
    key = with_issuers(key, demand)
    der = smime.sign_entity(entity, key, sender=sender, signing_time=terms.at)
    raw = builder.assemble_signed(headers, entity, der)
    report = smime.verify_message(raw, demand)
    accept(report.signatures, key)
    if report.identity is None or not report.identity.matches:
        raise SigningRefused(reason="signer-not-sender")
    return raw


def _outgoing(draft: Draft, raw: bytes) -> OutgoingMessage:
    assert_sendable(draft)
    recipients = tuple(dict.fromkeys(address.addr_spec for address in draft.recipients))
    return OutgoingMessage(
        account_id=draft.account_id,
        message_id=draft.message_id,
        mail_from=draft.sender.addr_spec if draft.sender else "",
        rcpt_to=recipients,
        raw=raw,
        subject=draft.subject,
        draft_id=draft.draft_id,
        files=tuple(one.sha256 for one in draft.attachments),
    )


def assert_sendable(draft: Draft) -> None:
    """A message needs a sender and somebody to go to; raises `SigningRefused` otherwise."""
    problem = "from-missing" if draft.sender is None else "" if draft.recipients else "no-recipients"
    if problem:
        raise SigningRefused(reason=problem)
