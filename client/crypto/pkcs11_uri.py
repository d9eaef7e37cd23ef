"""The address of a key on a token: a PKCS#11 URI (RFC 7512)."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from urllib.parse import quote, unquote_to_bytes

from client.errors import SigningRefused
from client.model.token import TokenInfo

_PATH = {"token", "manufacturer", "serial", "model", "object", "type", "id"}
_OTHER_PATH = {
    "library-manufacturer",
    "library-version",
    "library-description",
    "slot-manufacturer",
    "slot-description",
    "slot-id",
}
"""Known to the RFC and read over: a slot or a library's version is nothing to know a key by."""
_QUERY = {"module-name", "module-path"}
_SECRETS = {"pin-value", "pin-source"}
_TYPES = {"", "cert", "private", "public"}
_NAME = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*")
_TEXT = re.compile(r"(?:[A-Za-z0-9\-._~:\[\]@!$'()*+,=&/?|]|%[0-9A-Fa-f]{2})*")
"""Unreserved and sub-delimiters as RFC 7512 section 2.3 allows them, and percent escapes."""
_SAFE = "-._~:[]@!$'()*+,="


@dataclass(frozen=True, slots=True)
class TokenUri:
    """What a URI asks for; an empty field asks for nothing."""

    token: str = ""
    manufacturer: str = ""
    serial: str = ""
    model: str = ""
    object: str = ""
    id: bytes = b""
    type: str = ""
    module_path: str = ""
    module_name: str = ""

    @classmethod
    def parse(cls, text: str) -> TokenUri:
        """Read ``token=…;id=%01?module-path=…``, with or without ``pkcs11:`` before it.

        Raises `SigningRefused` with ``key-address-invalid``, or ``secret-in-key-address`` for
        ``pin-value`` and ``pin-source``: an address is kept in settings and shell histories.
        """
        path, _, query = text.removeprefix("pkcs11:").partition("?")
        found = _attributes(path, ";", _PATH | _OTHER_PATH) | _attributes(query, "&", _QUERY)
        texts = {name.replace("-", "_"): _decoded(value) for name, value in found.items() if name != "id"}
        if texts.get("type", "") not in _TYPES:
            raise SigningRefused(reason="key-address-invalid")
        known = {field.name for field in fields(cls)}
        return cls(
            id=unquote_to_bytes(found.get("id", "")),
            **{name: value for name, value in texts.items() if name in known},
        )

    def names_token(self, info: TokenInfo) -> bool:
        """Whether this may be the token; where a serial is asked for, nothing else decides."""
        if self.serial:
            return self.serial == info.serial
        asked = (
            (self.token, info.label),
            (self.manufacturer, info.manufacturer),
            (self.model, info.model),
        )
        return all(not wanted or wanted == there for wanted, there in asked)

    def names_object(self, cka_id: bytes, label: str) -> bool:
        """Whether this may be the certificate."""
        return (not self.id or self.id == cka_id) and (not self.object or self.object == label)

    def __str__(self) -> str:
        parts = [
            f"{name}={quote(value, safe=_SAFE)}"
            for name in ("token", "manufacturer", "serial", "model", "object", "type")
            if (value := str(getattr(self, name)))
        ]
        if self.id:
            parts.append("id=" + "".join(f"%{byte:02X}" for byte in self.id))
        query = [
            f"{name}={quote(value, safe=_SAFE + '/')}"
            for name, value in (("module-path", self.module_path), ("module-name", self.module_name))
            if value
        ]
        return ";".join(parts) + ("?" + "&".join(query) if query else "")


def address_of(info: TokenInfo, cka_id: bytes, label: str) -> TokenUri:
    """The address of one certificate: serial number and id; the label is there for the eye."""
    return TokenUri(
        token=info.label,
        serial=info.serial,
        object="" if cka_id else label,
        id=cka_id,
        module_path=info.driver,
    )


def _attributes(text: str, separator: str, known: set[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in filter(None, text.split(separator)):
        name, equals, value = part.partition("=")
        if name in _SECRETS:
            raise SigningRefused(reason="secret-in-key-address")
        # Vendor attributes are allowed anywhere (section 2.3); a name of the RFC may stand only once.
        broken = not equals or not _NAME.fullmatch(name) or name in found or not _TEXT.fullmatch(value)
        vendor = name.startswith("x-") or (name not in known and name not in _PATH | _QUERY | _OTHER_PATH)
        if broken or (not vendor and name not in known):
            raise SigningRefused(reason="key-address-invalid")
        found[name] = value
    return found


def _decoded(value: str) -> str:
    try:
        return unquote_to_bytes(value).decode("utf-8")
    except UnicodeDecodeError as error:
        raise SigningRefused(reason="key-address-invalid") from error
