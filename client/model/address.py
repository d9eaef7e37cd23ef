"""Mail addresses as RFC 5322 writes them and as people compare them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from email.utils import getaddresses
from inspect import signature

# Python before 3.11.10 and 3.12.6 has no such keyword and is lenient anyway.
_LENIENT = {"strict": False} if "strict" in signature(getaddresses).parameters else {}
_DEVIATIONS = frozenset("ßς\u200c\u200d")
"""Characters IDNA 2003 maps away and IDNA 2008 keeps (UTS 46 section 7): other domains."""
_SPECIALS = frozenset('()<>[]:;@\\,."')
_ADDR_SPEC = re.compile(r"[^\s@<>()\[\],;:\\\"]+@[^\s@<>()\[\],;:\\\".]+(?:\.[^\s@<>()\[\],;:\\\".]+)+")


@dataclass(frozen=True, slots=True)
class MailAddress:
    """One mailbox: ``addr_spec`` (``local@domain``) and an optional display name.

    The display name is what the sender chose to be called; it proves nothing.
    """

    addr_spec: str
    display_name: str = ""

    @property
    def domain(self) -> str:
        """The part after the last ``@`` in lower case, ``""`` when there is none."""
        return domain_of(self.addr_spec)

    def __str__(self) -> str:
        return f"{quote_name(self.display_name)} <{self.addr_spec}>" if self.display_name else self.addr_spec


def domain_of(addr_spec: str) -> str:
    """The domain of ``addr_spec`` in lower case, ``""`` when there is none."""
    local, at, domain = addr_spec.strip().rpartition("@")
    return domain.rstrip(".").lower() if at and local else ""


def canonical_addr_spec(addr_spec: str) -> str:
    """The form two addresses are compared in: IDNA A-label domain, lower case.

    RFC 5321 section 2.4 lets the local part be case-sensitive; no system in use relies on it,
    and certificate issuers write it in either case. Letters beyond ASCII are compared as they
    are: folding makes one of "ß" and "ss", two mailboxes of two people.
    """
    local, at, domain = addr_spec.strip().rpartition("@")
    if not at:
        return addr_spec.strip().casefold()
    ascii_domain = domain.rstrip(".")
    if _DEVIATIONS.isdisjoint(ascii_domain):
        with suppress(UnicodeError):
            ascii_domain = ascii_domain.encode("idna").decode("ascii")
    return f"{local.lower() if local.isascii() else local}@{ascii_domain.lower()}"


def same_mailbox(one: str, other: str) -> bool:
    """Whether two addr-specs name the same mailbox (see `canonical_addr_spec`)."""
    return canonical_addr_spec(one) == canonical_addr_spec(other)


def is_addr_spec(text: str) -> bool:
    """Whether ``text`` is ``local@domain`` as mail in use has it: unquoted, with a dot in the domain."""
    return _ADDR_SPEC.fullmatch(text) is not None


def parse_addresses(texts: Iterable[str]) -> tuple[MailAddress, ...]:
    """The mailboxes in already decoded header values; groups are flattened, junk is dropped."""
    found = getaddresses(list(texts), **_LENIENT)
    return tuple(MailAddress(addr.strip(), " ".join(name.split())) for name, addr in found if "@" in addr)


def quote_name(name: str) -> str:
    """``name`` as a phrase or quoted-string (RFC 5322 section 3.2.4), still in Unicode."""
    if _SPECIALS.isdisjoint(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
