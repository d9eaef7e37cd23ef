"""RFC 3161 time-stamps over a transport that is handed in."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator
from typing import ClassVar

from asn1crypto import cms, core, tsp
from pyhanko.sign.general import extract_certificate_info, extract_signer_info
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.validation.errors import SignatureValidationError
from pyhanko.sign.validation.generic_cms import validate_sig_integrity

from client.crypto.keys import may_stamp
from client.crypto.signed_data import UNREADABLE_ERRORS
from client.errors import ClientError, TimestampUnavailable

Post = Callable[[str, bytes, float], bytes]
"""``post(url, body, timeout_seconds) -> answer``; raises `ClientError` or OSError."""

PATIENCE = 180.0
"""Seconds. The national authority was measured to take between 2 and 131."""
BATCH_SPACING = 0.5
"""Seconds between requests of a batch: some authorities shut out whoever asks too fast."""
_FIRST_PAUSE = 2.0
_ROOM = 10 * 1024
"""Bytes; a token with the certificates of its authority takes 3 to 8 kB."""
_BUSY = "service-busy"


class _Answer(core.Sequence):  # type: ignore[misc] # asn1crypto has no types
    """RFC 3161 section 2.4.2; asn1crypto's own class does not know that a refusal has no token."""

    _fields: ClassVar = [
        ("status", tsp.PKIStatusInfo),
        ("time_stamp_token", cms.ContentInfo, {"optional": True}),
    ]


class Timestamper(TimeStamper):
    """Asks several authorities in turn and takes the first sound answer.

    An address that cannot be reached, answers nonsense or answers what does not hold is given up for
    this time-stamp and the next one is asked; one that is busy is asked again, later and later, for
    ``patience`` seconds in all. Keep one object for a batch: it keeps its distance between requests,
    and remembers how large the tokens are. Not a byte is asked for to find that out.
    """

    def __init__(
        self,
        urls: tuple[str, ...],
        post: Post,
        *,
        patience: float = PATIENCE,
        spacing: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # pyHanko has no types here
        self.room = _ROOM
        """Bytes kept free for a token; grows to the largest one seen."""
        self._urls = urls
        self._post = post
        self._patience = patience
        self._spacing = dict.fromkeys(urls, spacing)
        self._asked: dict[str, float] = {}
        self._clock = clock
        self._wait = wait

    async def async_dummy_response(self, md_algorithm: str) -> cms.ContentInfo:
        """Something as large as a token; asking for a real one would double the wait for every signature."""
        return cms.ContentInfo({"content_type": "data", "content": core.OctetString(bytes(self.room))})

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """A token over ``message_digest``; raises `TimestampUnavailable` when nobody gives one.

        Its ``reason`` is that of the last authority asked, ``detail`` has every address with its own.
        """
        refused: dict[str, str] = {}
        for url in self._turns(refused):
            try:
                token = self._ask(url, message_digest, md_algorithm)
            except TimestampUnavailable as error:
                refused[url] = str(error.params.get("reason") or "service-unreachable")
            except (ClientError, OSError):
                refused[url] = "service-unreachable"
            else:
                self.room = max(self.room, len(token.dump()) + 512)
                return token
        raise TimestampUnavailable(
            url=", ".join(self._urls),
            reason=next(reversed(refused.values()), "no-timestamp-authority"),
            detail="; ".join(f"{url}: {reason}" for url, reason in refused.items()),
        )

    def _turns(self, refused: dict[str, str]) -> Iterator[str]:
        """Every address once, then those that were busy until patience ends."""
        end = self._clock() + self._patience
        pause, turn = _FIRST_PAUSE, self._urls
        while turn:
            for url in turn:
                self._keep_distance(url)
                yield url
            turn = tuple(url for url in turn if refused.get(url) == _BUSY)
            if self._clock() + pause >= end:
                return
            if turn:
                self._wait(pause)
                pause *= 2

    def _keep_distance(self, url: str) -> None:
        asked = self._asked.get(url)
        if asked is not None:
            early = asked + self._spacing[url] - self._clock()
            if early > 0:
                self._wait(early)
        self._asked[url] = self._clock()

    def _ask(self, url: str, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        nonce, request = self.request_cms(  # type: ignore[no-untyped-call] # pyHanko has no types here
            message_digest, md_algorithm
        )
        try:
            answer = self._post(url, request.dump(), self._patience)
        except TimestampUnavailable as error:
            if error.params.get("reason") == _BUSY:
                self._spacing[url] = max(2 * self._spacing[url], BATCH_SPACING)
            raise
        return read_answer(answer, message_digest, nonce, url)


def read_answer(answer: bytes, message_digest: bytes, nonce: int | None, url: str = "") -> cms.ContentInfo:
    """The token in an RFC 3161 answer; `TimestampUnavailable` with the reason why there is none.

    Besides nonce and digest its signature is checked with the certificate it brings: whether that
    is a trusted one is for the verifier to say.
    """
    try:
        response = _Answer.load(answer, strict=True)
        status = response["status"]["status"].native
        failure = response["status"]["fail_info"].native or set()
        granted = status in {"granted", "granted_with_mods"}
        token = response["time_stamp_token"] if granted else None
        info = token["content"]["encap_content_info"]["content"].parsed if token is not None else None
        found = (
            None if info is None else (info["nonce"].native, info["message_imprint"]["hashed_message"].native)
        )
    except UNREADABLE_ERRORS as error:
        raise TimestampUnavailable(url=url, reason="no-timestamp-in-answer") from error
    if token is None or found is None:
        busy = failure & {"system_failure", "time_not_available"} or status == "waiting"
        raise TimestampUnavailable(url=url, reason="service-busy" if busy else "timestamp-refused")
    if nonce is not None and found[0] != nonce:
        raise TimestampUnavailable(url=url, reason="timestamp-other-nonce")
    if found[1] != message_digest:
        raise TimestampUnavailable(url=url, reason="timestamp-other-document")
    if not _holds(token["content"]):
        raise TimestampUnavailable(url=url, reason="timestamp-wrongly-signed")
    return token


def _holds(token: cms.SignedData) -> bool:
    """Whether the certificate it brings is a time-stamping one and made this signature (RFC 3161, 2.4.2)."""
    try:
        signer = extract_signer_info(token)
        certificate = extract_certificate_info(token).signer_cert
        content = bytes(token["encap_content_info"]["content"])
        digest = hashlib.new(signer["digest_algorithm"]["algorithm"].native, content).digest()
        intact, sound = validate_sig_integrity(signer, certificate, "tst_info", digest)
    except (*UNREADABLE_ERRORS, SignatureValidationError):
        return False
    return bool(intact and sound) and may_stamp(certificate)
