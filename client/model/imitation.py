"""Words of a stranger that pass themselves off as a result of the program (Johnny class "UI redressing")."""

from __future__ import annotations

import re
import unicodedata

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


def _is_format(char: str) -> bool:
    return unicodedata.category(char) == "Cf"
