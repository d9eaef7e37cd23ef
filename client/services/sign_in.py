"""Signing in at the organisation's authorisation server, in a process that may open sockets."""

from __future__ import annotations

from concurrent.futures import Future

from client.model.oauth import AuthorisationServer, DeviceCode, Tokens
from client.net import oauth
from client.services.futures import then
from client.services.tasks import EndableLane


class LaneSignIn:
    """See `client.services.account_desk.SignIn`. The process asks, waits and asks again; it lives as long."""

    def __init__(self, server: AuthorisationServer, anchors: tuple[bytes, ...], lane: EndableLane) -> None:
        self._server, self._anchors, self._lane = server, anchors, lane
        self._code = lane.submit(oauth.begin, server, anchors)

    @property
    def code(self) -> Future[DeviceCode]:
        """See `SignIn.code`."""
        return self._code

    def tokens(self) -> Future[Tokens]:
        """See `SignIn.tokens`."""
        answer = then(
            self._code, lambda code: self._lane.submit(oauth.wait, self._server, code, self._anchors)
        )
        answer.add_done_callback(lambda _: self._lane.close())
        return answer

    def cancel(self) -> None:
        """See `SignIn.cancel`."""
        self._lane.abandon()
        self._lane.close()
