"""Find an address's servers and prove it by logging in: profile, SRV, autoconfig, usual names.

Runs where sockets may be opened, never in the window. A password goes only to a server whose
certificate is good for its name, and never to a host outside the address's own domain unless the
organisation or the user has named it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from client.errors import AuthenticationFailed, ClientError
from client.model.account import Endpoint
from client.model.discovery import Attempt, Discovery, DiscoverySource, FoundServers, ServerPlan
from client.model.secret import Secret
from client.net import autoconfig, http, imap, smtp_login
from client.net.imap_login import Patience

_PATIENCE = Patience(connect=5.0, read=15.0)
_HTTP_SECONDS = 8.0
_PLACE_PARAMS = ("host", "reason", "user")
LogIn = Callable[[Endpoint, str, Secret, tuple[bytes, ...]], object]


@dataclass(frozen=True, slots=True)
class DiscoveryQuestion:
    """An address and what is known about it."""

    address: str
    password: Secret
    anchors: tuple[bytes, ...] = ()
    profile: ServerPlan | None = None
    """What the policy names for the domain."""
    by_hand: ServerPlan | None = None


@dataclass(frozen=True, slots=True)
class Doors:
    """The ways out, handed in so that each can be stood in for."""

    look_up: autoconfig.LookUp
    get: Callable[[str], bytes]
    imap: LogIn
    smtp: LogIn


def real_doors(anchors: tuple[bytes, ...]) -> Doors:
    """The network."""
    return Doors(
        autoconfig.look_up_srv,
        lambda url: http.get(url, _HTTP_SECONDS, autoconfig.MAX_XML, anchors),
        lambda endpoint, user, password, trusted: imap.connect(
            endpoint, user, password, trusted, patience=_PATIENCE
        ).logout(),
        smtp_login.check_login,
    )


def discover(question: DiscoveryQuestion) -> Discovery:
    """Try until servers take the password, or the right servers refuse it; whatever happens is told."""
    return discover_with(question, real_doors(question.anchors))


def discover_with(question: DiscoveryQuestion, doors: Doors) -> Discovery:
    """`discover` through ``doors``."""
    search = _Search(question, doors)
    for source, plan in search.plans():
        found = search.try_plan(source, plan)
        if found is not None or search.refused:
            return Discovery(found, tuple(search.attempts))
    return Discovery(None, tuple(search.attempts))


class _Search:
    """One discovery under way."""

    def __init__(self, question: DiscoveryQuestion, doors: Doors) -> None:
        self._question, self._doors = question, doors
        self._domain = question.address.rpartition("@")[2].lower()
        self.attempts: list[Attempt] = []
        self.refused = False
        """A server said that the password is wrong: no other is asked."""

    def plans(self) -> Iterator[tuple[DiscoverySource, ServerPlan]]:
        question = self._question
        if question.by_hand is not None:
            yield DiscoverySource.BY_HAND, question.by_hand
            return
        if question.profile is not None:
            yield DiscoverySource.PROFILE, question.profile
            return
        yield DiscoverySource.SRV, self._from_srv()
        for url in autoconfig.autoconfig_urls(self._domain):
            yield DiscoverySource.AUTOCONFIG, self._from_autoconfig(url)
        yield (
            DiscoverySource.PROBE,
            autoconfig.plan_from_names(self._domain, question.address),
        )

    def try_plan(self, source: DiscoverySource, plan: ServerPlan) -> FoundServers | None:
        if source in {DiscoverySource.SRV, DiscoverySource.AUTOCONFIG}:
            plan = self._at_home(source, plan)
        for user in plan.user_names:
            received = self._first(source, plan.imap, user, self._doors.imap)
            if received is not None:
                self.refused = False
                sent = self._first(source, plan.smtp, user, self._doors.smtp)
                return FoundServers(source, received, sent, user) if sent is not None else None
            if not self.refused:
                return None  # nobody was there to refuse a name: another name would not help
        return None

    def _first(
        self, source: DiscoverySource, endpoints: tuple[Endpoint, ...], user: str, log_in: LogIn
    ) -> Endpoint | None:
        for endpoint in dict.fromkeys(endpoints):
            place = f"{endpoint.host}:{endpoint.port}"
            try:
                log_in(endpoint, user, self._question.password, self._question.anchors)
            except ClientError as error:
                self._note(source, place, error)
                if isinstance(error, AuthenticationFailed):
                    self.refused = True
                    return None
                continue
            self.attempts.append(Attempt(source, place, ok=True, params=(("user", user),)))
            return endpoint
        return None

    def _from_srv(self) -> ServerPlan:
        plan = autoconfig.plan_from_srv(self._domain, self._question.address, self._doors.look_up)
        if not plan.imap and not plan.smtp:
            place = autoconfig.service_names(self._domain)[0]
            self.attempts.append(Attempt(DiscoverySource.SRV, place, ok=False, code="nothing-there"))
        return plan

    def _from_autoconfig(self, url: str) -> ServerPlan:
        try:
            return autoconfig.plan_from_autoconfig(self._doors.get(url), self._question.address)
        except (ClientError, ValueError):
            self.attempts.append(Attempt(DiscoverySource.AUTOCONFIG, url, ok=False, code="nothing-there"))
            return ServerPlan((), (), ())

    def _at_home(self, source: DiscoverySource, plan: ServerPlan) -> ServerPlan:
        """Without the hosts of other domains: whoever answers for DNS must not be sent a password."""
        kept: list[tuple[Endpoint, ...]] = []
        for endpoints in (plan.imap, plan.smtp):
            for endpoint in endpoints:
                if not autoconfig.is_within(endpoint.host, self._domain):
                    place = f"{endpoint.host}:{endpoint.port}"
                    self.attempts.append(Attempt(source, place, ok=False, code="another-domain"))
            kept.append(tuple(one for one in endpoints if autoconfig.is_within(one.host, self._domain)))
        return ServerPlan(kept[0], kept[1], plan.user_names)

    def _note(self, source: DiscoverySource, place: str, error: ClientError) -> None:
        params = tuple((name, str(error.params[name])) for name in _PLACE_PARAMS if name in error.params)
        self.attempts.append(Attempt(source, place, ok=False, code=error.code, params=params))
