"""The workshop's table of contents: all that is done to untrusted bytes and with keys.

Each function runs in the workshop process. What it needs is imported inside, so that the
window, which names these functions, loads neither a PDF reader nor a cryptographic library.
"""

from __future__ import annotations

from concurrent.futures import Future
from contextlib import suppress
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from client.config.policy import Policy
from client.errors import ClientError, MalformedMessage, WorkshopLost
from client.model.account import Account, Identity, KeyRef
from client.model.anchor import Candidate
from client.model.at_rest import Readable
from client.model.bundle import BundleReport
from client.model.evidence import Gathered
from client.model.finding import CheckReport
from client.model.invitation import Attendance
from client.model.message import MessageView
from client.model.outgoing import Draft, OutgoingMessage
from client.model.revocation import Lacking, Outcome, RevocationFile, Want
from client.model.secret import Secret
from client.model.token import DriverReport, KeyChoice
from client.model.verdict import Coverage, Indication, Reason, SignerInfo, VerificationReport
from client.services.indexing import Arrival
from client.services.requests import KeyUse, SigningTerms, TrustSources, VerifyRequest
from client.services.tasks import Lane

Result = TypeVar("Result")


def warm_up() -> None:
    """Load the libraries ahead of the first message somebody opens."""
    from client.services import checking_received, signing, verification  # noqa: F401


def verify(request: VerifyRequest) -> VerificationReport:
    """Judge a file."""
    from client.services.verification import verify_file

    return verify_file(request)


def gather(request: VerifyRequest) -> Gathered:
    """Judge a message and give up everything that was used."""
    from client.services.gathering import verify_and_gather

    return verify_and_gather(request)


def check_bundle(request: VerifyRequest) -> BundleReport:
    """Whether a bundle of evidence is intact, and what its message is worth verified anew."""
    from client.services.evidence_check import check_bundle as check

    return check(request)


def read_sources(sources: TrustSources, at: datetime) -> None:
    """Try what verifications will rest on; `ConfigInvalid` names the file that cannot be used."""
    from client.services.trust_files import read_demand

    read_demand(sources, at)


def trust_candidates(data: bytes, at: datetime, anchors: tuple[bytes, ...]) -> tuple[Candidate, ...]:
    """Every certificate of a file somebody wants to import; `TrustRefused` where there is none."""
    from client.crypto.trust_import import read_candidates

    return read_candidates(data, at, anchors)


def trust_certificates(
    ders: tuple[bytes, ...], at: datetime, anchors: tuple[bytes, ...]
) -> tuple[Candidate, ...]:
    """The same for certificates at hand; those that cannot be read are left out."""
    from client.crypto.trust_import import judge_certificates

    return judge_certificates(ders, at, anchors)


def standing_addresses(ders: tuple[bytes, ...]) -> tuple[Want, ...]:
    """Where the CRLs about certificates that are trusted, or one's own, are to be had."""
    from client.crypto.wanted import standing_addresses as addresses

    return addresses(ders)


def lacking(request: VerifyRequest) -> Lacking:
    """The revocation data that judging a file wants for."""
    from client.services.revocation_room import lacking as find

    return find(request)


def take_in(arrival: RevocationFile, sources: TrustSources, at: datetime) -> Outcome:
    """Examine revocation data that came in; what is good is put into use."""
    from client.services.revocation_room import take_in as take

    return take(arrival, sources, at)


def check_message(
    raw: bytes, identity: Identity | None, policy: Policy, sources: TrustSources, now: datetime
) -> CheckReport:
    """Hold a finished message against the rules."""
    from client.services.checking import check_message as check_raw
    from client.services.trust_files import read_demand

    return check_raw(raw, identity, policy, now, read_demand(sources, now))


def why_held(
    raw: bytes,
    identity: Identity,
    policy: Policy,
    sources: TrustSources,
    now: datetime,
    accepted: frozenset[str],
) -> str:
    """What stops a message that waited for its hour; ``""``: nothing."""
    from client.services import recheck
    from client.services.trust_files import read_demand

    return recheck.why_held(raw, identity, policy, now, read_demand(sources, now), accepted)


def sign(draft: Draft, use: KeyUse | None, terms: SigningTerms) -> OutgoingMessage:
    """Sign a draft and freeze it."""
    from client.services.signing import sign_draft

    return sign_draft(draft, use, terms)


def sign_file(
    kind: str, content: bytes, use: KeyUse, terms: SigningTerms, name: str, existing: bytes = b""
) -> bytes:
    """Sign one file: ``pdf`` (PAdES), ``file`` (detached CAdES) or ``mail`` (S/MIME).

    ``existing`` is the ``.p7s`` that a file has already: it gets a further signer.
    """
    from client.services import signing

    match kind:
        case "pdf":
            return signing.sign_document(content, use, terms, name)
        case "mail":
            return signing.sign_message_file(content, use, terms)
        case _:
            return signing.sign_any_file(content, use, terms, existing)


def describe_key(use: KeyUse, terms: SigningTerms) -> SignerInfo:
    """Whose key it is, or why it may not sign."""
    from client.services.signing import describe_key as describe

    return describe(use, terms)


def list_token_keys(driver: Path, at: datetime | None = None) -> tuple[KeyChoice, ...]:
    """The certificates one driver's tokens show without a PIN; `DriverUnusable`, `TokenFault`."""
    from client.services.key_room import key_room
    from client.services.token_keys import list_driver_keys

    return list_driver_keys(key_room().tokens, driver, at)


def list_keys(
    own: tuple[Path, ...], keys: tuple[KeyRef, ...], at: datetime | None = None
) -> tuple[KeyChoice, ...]:
    """Key files and every token's certificates at once; `key_listing.find_keys` survives a bad driver."""
    from client.services.key_listing import files_and_tokens
    from client.services.token_drivers import installed_drivers

    found = []
    for driver in installed_drivers(own):
        with suppress(ClientError):
            found.append(list_token_keys(driver, at))
    return files_and_tokens(keys, found)


def look_at_key(use: KeyUse, at: datetime | None = None) -> KeyChoice:
    """The token key that ``use`` names, before its PIN is asked for; see `Tokens.look`."""
    from client.services.key_room import key_room
    from client.services.token_keys import look_at

    return look_at(key_room().tokens, use, at)


def probe_driver(driver: Path) -> DriverReport:
    """Try one PKCS#11 library."""
    from client.services.key_room import key_room
    from client.services.token_keys import try_driver

    return try_driver(key_room().tokens, driver)


def probe_drivers(own: tuple[Path, ...]) -> tuple[DriverReport, ...]:
    """Try the user's own and the known drivers at once; `key_listing.probe` survives a bad one."""
    from client.services.token_drivers import installed_drivers

    return tuple(probe_driver(driver) for driver in installed_drivers(own))


def hold_key(use: KeyUse, terms: SigningTerms) -> SignerInfo:
    """Open a key and keep it for a batch: one login; what forbids signing is said before the PIN is tried."""
    from client.crypto.keys import Purpose
    from client.services.key_room import key_room
    from client.services.signing_documents import may_act
    from client.services.trust_files import read_demand

    return key_room().hold(use, may_act(terms, read_demand(terms.sources, terms.at), Purpose.DOCUMENT))


def release_key() -> None:
    """Let go of the key held, if any."""
    from client.services.key_room import key_room

    key_room().release()


def view(path: Readable) -> MessageView:
    """A message made safe to show; what an opaque signature wraps is unwrapped for showing."""
    from client.services.letters_bench import view_of

    return view_of(path.read_bytes())


def attachment(path: Readable, section: str) -> bytes:
    """The decoded content of one part; `MalformedMessage` when there is no such part."""
    from client.mime.view import attachment_content
    from client.services.reading_bench import shown_bytes

    content = attachment_content(shown_bytes(path.read_bytes()), section)
    if content is None:
        raise MalformedMessage(reason="no-such-part")
    return content


def read_arrival(path: Readable) -> Arrival:
    """The words of the message in ``path`` and of its attachments, and what it reports of sent mail."""
    from client.services.indexing import read_arrival as read

    return read(path.read_bytes())


def write_receipt(
    path: Readable, account: Account, at: datetime, automatic: bool
) -> tuple[str, OutgoingMessage]:
    """The read receipt that the message in ``path`` asks for, and the Message-ID it answers."""
    from client.services.receipt_writing import write_receipt as write

    return write(path.read_bytes(), account, at, automatic=automatic)


def reply(path: Readable, account: Account, empty: Draft, reply_all: bool) -> Draft:
    """A reply to the message in ``path``."""
    from client.services.drafting import reply_to

    return reply_to(path.read_bytes(), account, empty, reply_all=reply_all)


def answer(path: Readable, account: Account, empty: Draft, attendance: Attendance, at: datetime) -> Draft:
    """The answer to the invitation in ``path``."""
    from client.services.drafting import answer_to
    from client.services.reading_bench import shown_bytes

    return answer_to(shown_bytes(path.read_bytes()), account, empty, attendance, at)


def forward(path: Readable, empty: Draft) -> Draft:
    """The message in ``path`` attached whole to a new one."""
    from client.services.drafting import forward_of

    return forward_of(path.read_bytes(), empty)


def extend_pdf(pdf: bytes, terms: SigningTerms, name: str = "", password: Secret | None = None) -> bytes:
    """Take a signed PDF to the level ``terms.profile``."""
    from client.services.extending import extend_document

    return extend_document(pdf, terms, name, password)


def extend_file(path: Path, terms: SigningTerms) -> None:
    """The same for a file on the disk, in place."""
    from client.services.extending import extend_file as extend

    extend(path, terms)


def judge(lane: Lane, request: VerifyRequest) -> Future[VerificationReport]:
    """Have the workshop verify a file; the future always carries a report, never an error.

    A verifier that could not run has concluded nothing: neither "valid" nor "no signature".
    """
    answer: Future[VerificationReport] = Future()
    lane.submit(verify, request).add_done_callback(partial(_conclude, request, answer))
    return answer


def judge_and_gather(lane: Lane, request: VerifyRequest) -> Future[Gathered | VerificationReport]:
    """The same with all that was used; a bare report where the check did not come to its end."""
    answer: Future[Gathered | VerificationReport] = Future()
    lane.submit(gather, request).add_done_callback(partial(_conclude, request, answer))
    return answer


def _conclude(
    request: VerifyRequest, answer: Future[Result | VerificationReport], done: Future[Result]
) -> None:
    error = done.exception()
    if error is None:
        answer.set_result(done.result())
    else:
        lost = isinstance(error, WorkshopLost)
        answer.set_result(no_conclusion(request, Reason.WORKSHOP_LOST if lost else Reason.CHECK_NOT_RUN))


def no_conclusion(request: VerifyRequest, reason: Reason) -> VerificationReport:
    """What is said when the check did not come to its end: nobody is accused, nothing is green."""
    return VerificationReport(
        request.shown_name, Indication.INDETERMINATE, Coverage.UNCLEAR, reasons=(reason,)
    )
