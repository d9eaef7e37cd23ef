"""Time-stamps: which answers count, who is asked next, and how long one waits."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from itertools import pairwise

import pyhanko.sign  # noqa: F401 - before any asn1crypto CMS type is used
import pytest
from asn1crypto import algos, cms, tsp

from client.crypto.timestamps import BATCH_SPACING, PATIENCE, Timestamper
from client.errors import ConnectionLost, TimestampUnavailable
from tests.fakes.pki import OfficePki

DIGEST = hashlib.sha256(b"chu ky").digest()
GOOD, OTHER = "http://good.test", "http://other.test"
Answer = Callable[[str, bytes, float], bytes]


class Clock:
    """A clock that moves only when somebody waits."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waited: list[float] = []

    def read(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.waited.append(seconds)
        self.now += seconds


@pytest.fixture
def clock() -> Clock:
    return Clock()


def _stamp(stamper: Timestamper) -> cms.ContentInfo:
    return asyncio.run(stamper.async_timestamp(DIGEST, "sha256"))


def _timestamper(urls: tuple[str, ...], answer: Answer, clock: Clock, spacing: float = 0.0) -> Timestamper:
    return Timestamper(urls, answer, spacing=spacing, clock=clock.read, wait=clock.wait)


def _altered(answer: bytes) -> bytes:
    """The same answer with another byte in its signature."""
    response = tsp.TimeStampResp.load(answer)
    signature = bytearray(response["time_stamp_token"]["content"]["signer_infos"][0]["signature"].native)
    return answer.replace(bytes(signature), bytes([signature[0] ^ 1, *signature[1:]]))


def _redated(answer: bytes) -> bytes:
    """The same signature over another time."""
    at = answer.index(b"\x18\x0f2") if b"\x18\x0f2" in answer else answer.index(b"\x18\x132")
    return answer[: at + 2] + b"1" + answer[at + 3 :]


def _without_token(**status: object) -> bytes:
    body: bytes = tsp.PKIStatusInfo(status).dump()
    return bytes([0x30, len(body)]) + body


def _refusal(failure: str) -> bytes:
    return _without_token(status="rejection", fail_info={failure})


def _for_other(pki: OfficePki, *, digest: bytes | None = None, nonce: int | None = None) -> Answer:
    def answer(url: str, body: bytes, timeout: float) -> bytes:
        request = tsp.TimeStampReq.load(body)
        if nonce is not None:
            request["nonce"] = nonce
        if digest is not None:
            imprint = {
                "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
                "hashed_message": digest,
            }
            request["message_imprint"] = tsp.MessageImprint(imprint)
        return pki.post_timestamp(url, request.dump(force=True), timeout)

    return answer


def _fails(error: Exception) -> Answer:
    def answer(url: str, body: bytes, timeout: float) -> bytes:
        raise error

    return answer


def _bad_answers(pki: OfficePki) -> dict[str, tuple[Answer, str]]:
    def good(url: str, body: bytes, timeout: float) -> bytes:
        return pki.post_timestamp(url, body, timeout)

    return {
        "html": (lambda *_: b"<html>Please log in</html>", "no-timestamp-in-answer"),
        "empty": (lambda *_: b"", "no-timestamp-in-answer"),
        "cut short": (lambda *asked: good(*asked)[:-40], "no-timestamp-in-answer"),
        "something behind it": (lambda *asked: good(*asked) + b"\0", "no-timestamp-in-answer"),
        "no token though granted": (
            lambda *_: _without_token(status="granted"),
            "no-timestamp-in-answer",
        ),
        "refusal": (lambda *_: _refusal("bad_alg"), "timestamp-refused"),
        "other nonce": (_for_other(pki, nonce=7), "timestamp-other-nonce"),
        "other digest": (_for_other(pki, digest=bytes(32)), "timestamp-other-document"),
        "wrong signature": (lambda *asked: _altered(good(*asked)), "timestamp-wrongly-signed"),
        "other time": (lambda *asked: _redated(good(*asked)), "timestamp-wrongly-signed"),
        "late": (_fails(TimestampUnavailable(url=OTHER, reason="service-too-slow")), "service-too-slow"),
        "no line": (_fails(ConnectionLost(host="x")), "service-unreachable"),
        "no socket": (_fails(OSError()), "service-unreachable"),
    }


@pytest.mark.parametrize("kind", _bad_answers(OfficePki.__new__(OfficePki)))
def test_a_bad_answer_is_refused_with_its_reason_and_the_next_address_is_asked(
    pki: OfficePki, clock: Clock, kind: str
) -> None:
    bad, reason = _bad_answers(pki)[kind]
    with pytest.raises(TimestampUnavailable) as failed:
        _stamp(_timestamper((OTHER,), bad, clock))
    assert failed.value.params == {"url": OTHER, "reason": reason, "detail": f"{OTHER}: {reason}"}
    assert clock.waited == [], "what is wrong stays wrong; asking again at once is no use"

    def mixed(url: str, body: bytes, timeout: float) -> bytes:
        return (pki.post_timestamp if url == GOOD else bad)(url, body, timeout)

    token = _stamp(_timestamper((OTHER, GOOD), mixed, clock))
    assert token["content"]["encap_content_info"]["content"].parsed["gen_time"].native == pki.now


def test_each_address_is_given_the_full_patience(pki: OfficePki, clock: Clock) -> None:
    given: list[float] = []

    def slow(url: str, body: bytes, timeout: float) -> bytes:
        given.append(timeout)
        raise TimestampUnavailable(url=url, reason="service-too-slow")

    with pytest.raises(TimestampUnavailable):
        _stamp(_timestamper((OTHER, GOOD), slow, clock))
    assert given == [PATIENCE, PATIENCE]
    assert PATIENCE == 180.0


@pytest.mark.parametrize("failure", ["system_failure", "time_not_available"])
def test_an_authority_that_is_busy_is_asked_again_later_and_later(
    pki: OfficePki, clock: Clock, failure: str
) -> None:
    asked: list[float] = []

    def busy(url: str, body: bytes, timeout: float) -> bytes:
        asked.append(clock.now)
        return _refusal(failure) if len(asked) < 4 else pki.post_timestamp(url, body, timeout)

    _stamp(_timestamper((GOOD,), busy, clock))
    pauses = [later - earlier for earlier, later in pairwise(asked)]
    assert pauses == sorted(pauses)
    assert pauses[0] > 0
    assert pauses[-1] >= 4 * pauses[0]


def test_patience_with_busy_authorities_ends(clock: Clock) -> None:
    busy = _fails(TimestampUnavailable(url="", reason="service-busy"))
    with pytest.raises(TimestampUnavailable) as failed:
        _stamp(_timestamper((OTHER, GOOD), busy, clock))
    assert failed.value.params["reason"] == "service-busy"
    assert 0 < clock.now - 1000 <= PATIENCE + 10


def test_a_batch_keeps_its_distance_and_more_of_it_once_told_to_wait(pki: OfficePki, clock: Clock) -> None:
    asked: list[float] = []
    turned_away = False

    def answer(url: str, body: bytes, timeout: float) -> bytes:
        nonlocal turned_away
        asked.append(clock.now)
        if len(asked) == 4 and not turned_away:
            turned_away = True
            raise TimestampUnavailable(url=url, reason="service-busy")
        return pki.post_timestamp(url, body, timeout)

    stamper = _timestamper((GOOD,), answer, clock, spacing=BATCH_SPACING)
    for _ in range(5):
        _stamp(stamper)
    pauses = [later - earlier for earlier, later in pairwise(asked)]
    assert pauses[:3] == [BATCH_SPACING] * 3
    assert all(pause > BATCH_SPACING for pause in pauses[3:])


def test_no_authority_at_all_says_so(clock: Clock) -> None:
    with pytest.raises(TimestampUnavailable) as failed:
        _stamp(_timestamper((), _fails(OSError()), clock))
    assert failed.value.params["reason"] == "no-timestamp-authority"


def test_nobody_is_asked_how_large_a_token_is(pki: OfficePki, clock: Clock) -> None:
    pki.timestamp_requests.clear()
    stamper = _timestamper((GOOD,), pki.post_timestamp, clock)
    placeholder = asyncio.run(stamper.async_dummy_response("sha256"))
    assert pki.timestamp_requests == []
    assert len(placeholder.dump()) > len(_stamp(stamper).dump())
