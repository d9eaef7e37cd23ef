"""Text to be read otherwise: TCVN3 and VNI (their tables: `client.model.legacy`), UTF-8 encoded twice."""

from client.model.legacy import convert_legacy, detect_legacy, has_vietnamese
from client.model.text import nfc

__all__ = ["convert_legacy", "detect_legacy", "read_otherwise"]

_MOST = 2_000_000


def read_otherwise(text: str) -> tuple[str, str]:
    """``"tcvn3"``, ``"vni"`` or ``"utf-8"`` and ``text`` read that way; both empty where it needs none."""
    once = _read_once(text)
    if once:
        return "utf-8", once
    legacy = detect_legacy(text)
    return (legacy, convert_legacy(text, legacy)) if legacy else ("", "")


def _read_once(text: str) -> str:
    """Vietnamese that a gateway took for Western letters and encoded a second time; ``""`` for any other.

    What decodes as UTF-8 without one fault was UTF-8: Western words hardly ever do, by chance.
    """
    if text.isascii() or len(text) > _MOST:
        return ""
    try:
        once = nfc(b"".join(map(_octet, text)).decode("utf-8"))
    except UnicodeError:
        return ""
    return once if has_vietnamese(once) else ""


def _octet(letter: str) -> bytes:
    """As WHATWG's windows-1252 has it: the five codes it leaves open are themselves."""
    return letter.encode("latin-1" if letter < "\xa0" and letter > "\x7f" else "cp1252")
