"""Words of a stranger that pass themselves off as a result of the program (Johnny class "UI redressing")."""

from __future__ import annotations

import re
import unicodedata

from client.model.address import canonical_addr_spec, domain_of

_MARKS = frozenset("✓✔☑✅🗸🗹⍻√🔏🔐🔒🔓🛡🏅🎖✪⚠✗✘❌☒")
_CLAIMS = re.compile(
    r"hợp\s*lệ|đã\s*(?:được\s*)?(?:xác\s*(?:thực|minh)|ký\s*số|kiểm\s*tra)|chữ\s*ký\s*số"
    r"|\bverified\b|\bvalid\b|\bdigitally\s+signed\b",
    re.IGNORECASE,
)


def has_marks(text: str) -> bool:
    """A check mark, lock or shield: signs that belong to the program's own panel."""
    return any(char in _MARKS for char in text)


def claims_a_result(name: str) -> bool:
    """A display name that says what only a verification can say."""
    plain = "".join(
        char for char in unicodedata.normalize("NFKC", name) if unicodedata.category(char) != "Cf"
    )
    return has_marks(name) or bool(_CLAIMS.search(unicodedata.normalize("NFC", plain)))


def seen(addr_spec: str) -> str:
    """An address with what is not seen made visible (``‹U+200D›``), and the domain as it is on the wire."""
    shown = "".join(char if char.isprintable() else f"‹U+{ord(char):04X}›" for char in addr_spec)
    domain = domain_of(addr_spec)
    if domain.isascii():
        return shown
    wire = canonical_addr_spec(addr_spec).rpartition("@")[2]
    return f"{shown} ({wire})" if wire != domain else shown


def has_foreign_letters(addr_spec: str) -> bool:
    """Letters of another script than Latin: "а" of Cyrillic looks like "a", in another mailbox."""
    return any(char.isalpha() and not unicodedata.name(char, "").startswith("LATIN") for char in addr_spec)
