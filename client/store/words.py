"""What the full-text index makes of a text beyond folding it."""

from __future__ import annotations

import re
from functools import lru_cache

from client.model.text import fold, nfc

_WORD = re.compile(r"[^\W_]+")
_SYMBOL = r"[a-z][a-z&.]{0,14}(?:-[a-z][a-z&.\d]{0,14}){0,3}"
_NUMBER = re.compile(
    rf"(?<![\w/.-])\d{{1,5}}[a-z]?/(?:(?:19|20)\d\d/)?{_SYMBOL}(?![\w/])"
    r"|(?<![\w/.-])\d{1,4}-[a-z]{2,4}/[a-z]{2,12}(?![\w/])"
)
"""``123/QĐ-UBND``, ``41/2011/QĐ-UBND``, ``23/SNV-TCHC``, ``15-QĐ/TU`` in folded text."""
_MOST_NUMBERS = 200
_I_OR_Y = re.compile(r"(h|k|l|m|s|t|v|qu)([iy])")
_PLACEMENTS = {
    old + second: first + new
    for first, second, olds, news in (
        ("o", "a", "òóõỏọ", "àáãảạ"),
        ("o", "e", "òóõỏọ", "èéẽẻẹ"),
        ("u", "y", "ùúũủụ", "ỳýỹỷỵ"),
    )
    for old, new in zip(olds, news, strict=True)
}


def words_of(text: str) -> list[str]:
    """Runs of letters and digits, as the index's tokenizer splits them."""
    return _WORD.findall(text)


def either_spelling(word: str) -> tuple[str, ...]:
    """A folded syllable, and as others write it: ``ky`` and ``ki``, ``quy`` and ``qui`` are the same word."""
    found = _I_OR_Y.fullmatch(word)
    return (word, found[1] + ("i" if found[2] == "y" else "y")) if found else (word,)


def marked_words(text: str) -> str:
    """The words of ``text`` that carry marks, each once, in lower case and one tone placement."""
    # Most of a text is words it has had before, or none with marks: what is left is little to look through.
    pieces = [piece for piece in dict.fromkeys(nfc(text).split()) if not piece.isascii()]
    words = _WORD.findall(" ".join(pieces).lower())
    found = [word for word in dict.fromkeys(words) if not word.isascii()]
    return " ".join(dict.fromkeys(map(_one_tone_placement, found)))


def document_numbers(text: str) -> str:
    """Số, ký hiệu of the documents that ``text`` names, folded, and apart: no phrase joins two of them."""
    return numbers_in(fold(text))


def numbers_in(folded: str) -> str:
    """`document_numbers` of what is folded already."""
    # There is no number without a stroke, and none has white space in it.
    with_stroke = " ".join(word for word in folded.split() if "/" in word) if "/" in folded else ""
    found = [one.rstrip(".&") for one in _NUMBER.findall(with_stroke)]
    return " zz ".join(list(dict.fromkeys(found))[:_MOST_NUMBERS])


def as_written(number: str, text: str) -> str:
    """A folded number with the letters it has in ``text``."""
    words = (word.strip(",;:()[]“”\"'") for word in text.split())
    return next((word for word in words if document_numbers(word) == number), number.upper())


@lru_cache(maxsize=16_384)
def _one_tone_placement(word: str) -> str:
    """``hòa`` as ``hoà``, ``thủy`` as ``thuỷ``: both are right, and who types one means the other."""
    return word[:-2] + _PLACEMENTS.get(word[-2:], word[-2:])
