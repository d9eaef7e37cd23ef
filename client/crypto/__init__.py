"""Signing and verification; the only home of pyHanko, asn1crypto and cryptography.

pyHanko registers CMS attribute types with asn1crypto when it is imported. Had anyone used those
types before, signing would fail with ``ValueError: signing_certificate_v2``; hence the order here.
"""

import pyhanko.sign  # noqa: F401 - see above
