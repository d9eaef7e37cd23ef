"""RFC 3161 time-stamps over a transport that is handed in."""

from __future__ import annotations

from collections.abc import Callable

from asn1crypto import cms, tsp
from pyhanko.sign.timestamps import TimeStamper
from pyhanko.sign.timestamps.common_utils import TimestampRequestError, handle_tsp_response

from client.errors import ClientError, TimestampUnavailable

Post = Callable[[str, bytes, float], bytes]
"""``post(url, body, timeout_seconds) -> answer``; raises `ClientError` or OSError."""

_TIMEOUT = 15.0


class Timestamper(TimeStamper):
    """Asks several authorities in turn and takes the first sound answer.

    Keep one for a batch: the first answer is also used to measure how much room a token needs.
    """

    def __init__(self, urls: tuple[str, ...], post: Post, timeout: float = _TIMEOUT) -> None:
        super().__init__()  # type: ignore[no-untyped-call] # pyHanko has no types here
        self._urls = urls
        self._post = post
        self._timeout = timeout

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        """A token over ``message_digest``; raises `TimestampUnavailable` when nobody gives one."""
        last: Exception | None = None
        for url in self._urls:
            try:
                return self._ask(url, message_digest, md_algorithm)
            except (ClientError, OSError, ValueError, TypeError, KeyError, AttributeError) as error:
                last = error
            except TimestampRequestError as error:
                last = error
        raise TimestampUnavailable(url=", ".join(self._urls)) from last

    def _ask(self, url: str, message_digest: bytes, md_algorithm: str) -> cms.ContentInfo:
        nonce, request = self.request_cms(  # type: ignore[no-untyped-call] # pyHanko has no types here
            message_digest, md_algorithm
        )
        answer = tsp.TimeStampResp.load(self._post(url, request.dump(), self._timeout))
        token = handle_tsp_response(answer, nonce)
        imprint = token["content"]["encap_content_info"]["content"].parsed["message_imprint"]
        if imprint["hashed_message"].native != message_digest:
            raise TimestampRequestError
        return token
