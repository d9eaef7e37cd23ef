"""Where a domain says its mail servers are: SRV records, ``config-v1.1.xml``, usual names.

Neither DNS nor a web page is proof: what comes from here is only tried, over TLS, with the
server's name checked against its certificate, and only within the address's own domain.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from xml.etree import ElementTree

import dns.exception
import dns.resolver

from client.model.account import Endpoint, TlsMode
from client.model.discovery import ServerPlan

MAX_XML = 64 * 1024
LookUp = Callable[[str], tuple[tuple[int, int, str, int], ...]]
"""SRV records of a name: priority, weight, host, port."""
_SECONDS = 5.0
_SERVICES = (
    ("_imaps._tcp", TlsMode.IMPLICIT, True),
    ("_imap._tcp", TlsMode.STARTTLS, True),
    ("_submissions._tcp", TlsMode.IMPLICIT, False),
    ("_submission._tcp", TlsMode.STARTTLS, False),
)
_MODES = {"SSL": TlsMode.IMPLICIT, "STARTTLS": TlsMode.STARTTLS}
_HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63})*", re.IGNORECASE)


def look_up_srv(name: str) -> tuple[tuple[int, int, str, int], ...]:
    """Ask the system's resolvers; nothing where there is no record or no answer in time."""
    try:
        answer = dns.resolver.resolve(name, "SRV", lifetime=_SECONDS)
    except dns.exception.DNSException:
        return ()
    return tuple((one.priority, one.weight, str(one.target).rstrip(".").lower(), one.port) for one in answer)


def service_names(domain: str) -> tuple[str, ...]:
    """The DNS names that are asked for."""
    return tuple(f"{service}.{domain}" for service, _, _ in _SERVICES)


def plan_from_srv(domain: str, address: str, look_up: LookUp) -> ServerPlan:
    """Servers by priority and weight (RFC 2782); a target ``.`` says that there is none."""
    imap: list[Endpoint] = []
    smtp: list[Endpoint] = []
    for service, mode, is_imap in _SERVICES:
        records = sorted(look_up(f"{service}.{domain}"), key=lambda one: (one[0], -one[1]))
        found = [Endpoint(host, port, mode) for _, _, host, port in records if host and 0 < port < 65536]
        (imap if is_imap else smtp).extend(found)
    return ServerPlan(tuple(imap), tuple(smtp), user_names(address))


def autoconfig_urls(domain: str) -> tuple[str, ...]:
    """Where the file may lie; the address itself is not told to anybody."""
    return (
        f"https://autoconfig.{domain}/mail/config-v1.1.xml",
        f"https://{domain}/.well-known/autoconfig/mail/config-v1.1.xml",
    )


def plan_from_autoconfig(xml: bytes, address: str) -> ServerPlan:
    """What the file names; ValueError for what is no such file. Servers without TLS are passed over."""
    if len(xml) > MAX_XML or b"<!" in xml.replace(b"<!--", b""):
        raise ValueError  # no document type: nothing may be defined or fetched
    try:
        root = ElementTree.fromstring(xml)  # noqa: S314 - small, and without a document type
    except ElementTree.ParseError as error:
        raise ValueError from error
    if root.tag != "clientConfig":
        raise ValueError
    imap = [one for one in root.iter("incomingServer") if one.get("type") == "imap"]
    smtp = list(root.iter("outgoingServer"))
    names = [_filled(one.findtext("username") or "", address) for one in imap]
    usual = user_names(address)
    return ServerPlan(
        _endpoints(imap), _endpoints(smtp), tuple(dict.fromkeys([*filter(None, names), *usual]))
    )


def plan_from_names(domain: str, address: str) -> ServerPlan:
    """Usual host names on the registered ports."""
    imap_hosts = [f"imap.{domain}", f"mail.{domain}", domain]
    smtp_hosts = [f"smtp.{domain}", f"mail.{domain}", domain]
    return ServerPlan(
        tuple(
            Endpoint(host, port, mode)
            for host in imap_hosts
            for port, mode in ((993, TlsMode.IMPLICIT), (143, TlsMode.STARTTLS))
        ),
        tuple(
            Endpoint(host, port, mode)
            for host in smtp_hosts
            for port, mode in ((465, TlsMode.IMPLICIT), (587, TlsMode.STARTTLS))
        ),
        user_names(address),
    )


def user_names(address: str) -> tuple[str, ...]:
    """The whole address, then the part before the @."""
    return tuple(dict.fromkeys((address, address.rpartition("@")[0])))


def is_within(host: str, domain: str) -> bool:
    """The domain itself or a host below it."""
    host, domain = host.rstrip(".").lower(), domain.lower()
    return host == domain or host.endswith(f".{domain}")


def _endpoints(servers: Iterable[ElementTree.Element]) -> tuple[Endpoint, ...]:
    found = []
    for server in servers:
        host = (server.findtext("hostname") or "").strip()
        port = (server.findtext("port") or "").strip()
        mode = _MODES.get((server.findtext("socketType") or "").strip().upper())
        if mode is not None and _HOST.fullmatch(host) and port.isdecimal() and 0 < int(port) < 65536:
            found.append(Endpoint(host.lower(), int(port), mode))
    return tuple(found)


def _filled(pattern: str, address: str) -> str:
    local, _, domain = address.rpartition("@")
    for mark, value in (
        ("%EMAILADDRESS%", address),
        ("%EMAILLOCALPART%", local),
        ("%EMAILDOMAIN%", domain),
    ):
        pattern = pattern.replace(mark, value)
    return "" if "%" in pattern else pattern.strip()
