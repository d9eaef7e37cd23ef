"""Names of character sets in mail that Python does not know (WHATWG Encoding, section 4.2)."""

from __future__ import annotations

_NAMES = {
    "utf-8": "unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8 utf8mb4 utf-8mb4",
    "cp1252": "x-user-defined x-cp1252 windows1252 win-1252 cp-1252 iso88591 8859-1 8859_1 ansi",
    "iso8859-6": "csiso88596e csiso88596i iso-8859-6-e iso-8859-6-i",
    "iso8859-7": "sun_eu_greek",
    "iso8859-8": "csiso88598e csiso88598i iso-8859-8-e iso-8859-8-i logical visual",
    "koi8-r": "koi koi8",
    "koi8-u": "koi8-ru",
    "mac-roman": "mac csmacintosh x-mac-roman",
    "mac-cyrillic": "x-mac-cyrillic x-mac-ukrainian",
    "cp874": "windows-874 dos-874",
    "cp850": "cp-850",
    "cp1250": "x-cp1250",
    "cp1251": "x-cp1251 win-1251",
    "cp1253": "x-cp1253",
    "cp1254": "x-cp1254",
    "cp1255": "x-cp1255",
    "cp1256": "x-cp1256",
    "cp1257": "x-cp1257",
    "cp1258": "x-cp1258 cp-1258",
    "gb18030": "csgb2312 gb_2312 gb_2312-80 x-gbk",
    "big5hkscs": "cn-big5 x-x-big5",
    "euc_jp": "cseucpkdfmtjapanese x-euc-jp eucjp-ms",
    "cp932": "windows-31j x-sjis",
    "cp949": "cseuckr csksc56011987 iso-ir-149 ks_c_5601-1989 ksc_5601 windows-949 x-windows-949",
    "iso2022_jp": "iso-2022-jp-ms cp50220 cp50221",
}
CODECS = {name: codec for codec, names in _NAMES.items() for name in names.split()}
"""What Python calls the character set of such a name."""

VIETNAMESE = {
    "viscii": "viscii",
    "csviscii": "viscii",
    "tcvn": "tcvn3",
    "tcvn-5712": "tcvn3",
    "tcvn5712-1": "tcvn3",
    "tcvn5712-1:1993": "tcvn3",
    "x-viet-tcvn5712": "tcvn3",
    "x-viet-tcvn": "tcvn3",
    "vni": "vni",
    "x-viet-vni": "vni",
}
"""Encodings from before Unicode that some letters name: the table for each."""
