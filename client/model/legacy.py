"""Vietnamese from before Unicode: TCVN3 (.Vn fonts) and VNI, told apart and converted."""

from __future__ import annotations

import re
import unicodedata

_UNICODE = re.compile("[ăđơưĂĐƠƯ\u1ea0-\u1ef9]")
_TCVN3 = re.compile("[A-Za-z][µ¶·¸¹»¼½¾©®ª«¬\u00ad¨§÷ø×]|[µ¶·¸¹»¼½¾©®ª«¬\u00ad¨÷ø×][A-Za-z]")
_VNI = re.compile("[aeouyAEOUY][ùøûõïâáàåãäêéèúüë]|[ôöÔÖ][ùøûõïÙØÛÕÏ]|[ñÑ][aeiouyöô]")
_NOT_UNICODE = re.compile("[ÄÅÆÇËÎÏÑÖØÛÜÞßäåæçëîïñöøûüþÿ]")
"""Western letters that Vietnamese in Unicode has not, while both tables use them for its own."""
_LETTER = re.compile(r"[^\W\d_]")
_ENOUGH_UNICODE = 5.0
_ENOUGH_LEGACY = 4.0
_SAMPLE = 20_000


def detect_legacy(text: str) -> str:
    """``"tcvn3"``, ``"vni"`` or ``""``; by hits per 100 letters as for rule 49."""
    sample = text[:_SAMPLE]
    if sample.isascii():
        return ""
    modern = len(_UNICODE.findall(sample))
    # Most texts: counted by all characters there are enough already, and the letters need not be counted.
    if modern * 100.0 >= _ENOUGH_UNICODE * len(sample):
        return ""
    letters = len(_LETTER.findall(sample))
    if letters == 0:
        return ""
    share = 100.0 / letters
    if modern * share >= _ENOUGH_UNICODE:
        return ""
    tcvn3 = len(_TCVN3.findall(sample)) * share
    vni = len(_VNI.findall(sample)) * share
    if tcvn3 >= _ENOUGH_LEGACY and tcvn3 >= vni:
        return "tcvn3"
    return "vni" if vni >= _ENOUGH_LEGACY else ""


def has_vietnamese(text: str) -> bool:
    """Whether there are letters in ``text`` that only Unicode has: no old encoding writes them."""
    return _UNICODE.search(text) is not None


def convert_line(text: str, encoding: str) -> str:
    """A subject beside a text in ``encoding``, read by the same table; what was Unicode stays as it is.

    Where the text is in none, a subject may still be by itself.
    """
    if text.isascii() or has_vietnamese(text):
        return text
    own = detect_legacy(text)
    if encoding and own != encoding and not _NOT_UNICODE.search(text):
        return text
    return convert_legacy(text, encoding or own)


def convert_legacy(text: str, encoding: str) -> str:
    """``text`` in Unicode NFC, read as ``"tcvn3"``, ``"vni"`` or ``"viscii"``; else as it is."""
    if encoding == "tcvn3":
        return text.translate(_FROM_TCVN3)
    if encoding == "vni":
        return _VNI_LETTER.sub(lambda match: _FROM_VNI[match.group()], text)
    return text.translate(_FROM_VISCII) if encoding == "viscii" else text


# TCVN 5712:1993 (VN3). Capitals with marks come from separate ".VnTimeH" fonts over the same codes.
_TCVN3_CODES = (
    "A1Ă A2Â A3Ê A4Ô A5Ơ A6Ư A7Đ A8ă A9â AAê ABô ACơ ADư AEđ "
    "B5à B6ả B7ã B8á B9ạ BBằ BCẳ BDẵ BEắ C6ặ C7ầ C8ẩ C9ẫ CAấ CBậ "
    "CCè CEẻ CFẽ D0é D1ẹ D2ề D3ể D4ễ D5ế D6ệ D7ì D8ỉ DCĩ DDí DEị "
    "DFò E1ỏ E2õ E3ó E4ọ E5ồ E6ổ E7ỗ E8ố E9ộ EAờ EBở ECỡ EDớ EEợ "
    "EFù F1ủ F2ũ F3ú F4ụ F5ừ F6ử F7ữ F8ứ F9ự FAỳ FBỷ FCỹ FDý FEỵ"
)
_FROM_TCVN3 = {int(entry[:2], 16): entry[2:] for entry in _TCVN3_CODES.split()}

# VISCII 1.1 (RFC 1456): codes 80 to FF, and the six capitals that took the place of controls.
_VISCII = (
    "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ"
    "ÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"
    "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡư"
    "àáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"
)
_FROM_VISCII = dict(enumerate(_VISCII, 0x80)) | {2: "Ẳ", 5: "Ẵ", 6: "Ẫ", 0x14: "Ỷ", 0x19: "Ỹ", 0x1E: "Ỵ"}

_GRAVE, _ACUTE, _HOOK, _TILDE, _DOT = "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"
_CIRCUMFLEX, _BREVE, _HORN = "\u0302", "\u0306", "\u031b"
_VNI_TONES = {"ù": _ACUTE, "ø": _GRAVE, "û": _HOOK, "õ": _TILDE, "ï": _DOT}
_VNI_SHAPES = {
    "â": _CIRCUMFLEX,
    "á": _CIRCUMFLEX + _ACUTE,
    "à": _CIRCUMFLEX + _GRAVE,
    "å": _CIRCUMFLEX + _HOOK,
    "ã": _CIRCUMFLEX + _TILDE,
    "ä": _CIRCUMFLEX + _DOT,
}
_VNI_BREVES = {
    "ê": _BREVE,
    "é": _BREVE + _ACUTE,
    "è": _BREVE + _GRAVE,
    "ú": _BREVE + _HOOK,
    "ü": _BREVE + _TILDE,
    "ë": _BREVE + _DOT,
}
_VNI_ALONE = {"ô": "ơ", "ö": "ư", "ñ": "đ", "í": "í", "ì": "ì", "æ": "ỉ", "ó": "ĩ", "ò": "ị", "î": "ỵ"}


def _vni_table() -> dict[str, str]:
    """VNI writes a vowel and then a code for its marks; capitals have capital codes."""
    table = dict(_VNI_ALONE)
    marks = {"a": _VNI_TONES | _VNI_SHAPES | _VNI_BREVES}
    marks |= {vowel: _VNI_TONES | _VNI_SHAPES for vowel in "eo"}
    marks |= {vowel: _VNI_TONES for vowel in "uyôö"}
    for vowel, codes in marks.items():
        base = _VNI_ALONE.get(vowel, vowel)
        table |= {
            vowel + code: unicodedata.normalize("NFC", base + accents) for code, accents in codes.items()
        }
    capitals = {key.upper(): letter.upper() for key, letter in table.items()}
    titled = {key[0].upper() + key[1]: letter.upper() for key, letter in table.items() if len(key) == 2}
    return titled | capitals | table


_FROM_VNI = _vni_table()
_VNI_LETTER = re.compile("|".join(sorted(map(re.escape, _FROM_VNI), key=len, reverse=True)))
