"""What a CAdES archive time-stamp covers (ats-v3, EN 319 122-1 section 5.5.3), computed byte by byte."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from asn1crypto import algos, cms, core

from client.crypto import cms_attributes as attribute
from client.crypto.encoding import encoding, inside_of, split
from client.crypto.examination import Digest
from client.crypto.integrity import digest_of

_INDEX_V3 = "0.4.0.19122.1.5"
_INDEX_V1 = "0.4.0.1733.2.5"
_MOST = 10


@dataclass(frozen=True)
class ArchiveStamp:
    """One archive time-stamp token with the index of what it covers besides the signature."""

    token: cms.SignedData
    index: bytes
    algorithm: str
    listed: frozenset[bytes]
    by_value: bool
    """The index lists attribute values one by one (v3), not whole attributes (v1)."""

    @property
    def stated_time(self) -> datetime:
        """What the token says; nothing about whether it may be believed."""
        time: datetime = self.token["encap_content_info"]["content"].parsed["gen_time"].native
        return time

    def imprint(
        self, signed_data: cms.SignedData, signer_info: cms.SignerInfo, digest: Digest, name: str
    ) -> bytes:
        """The digest this token has to be over, under hash ``name``."""
        found = hashlib.new(name)
        found.update(encoding(signed_data["encap_content_info"]["content_type"]))
        found.update(digest(name))
        for part in (
            "version",
            "sid",
            "digest_algorithm",
            "signed_attrs",
            "signature_algorithm",
            "signature",
        ):
            if signer_info[part] is not core.VOID:
                found.update(encoding(signer_info[part]))
        found.update(self.index)
        return found.digest()

    def covers(self, one: cms.CMSAttribute, value: bytes) -> bool:
        """Whether this value of an unsigned attribute was there when the time-stamp was made."""
        return self._hash(self._entry(one, value)) in self.listed

    def complete(self, signed_data: cms.SignedData, signer_info: cms.SignerInfo) -> bool:
        """Whether everything the index lists is still there: certificates, CRLs, unsigned attributes."""
        present = {self._hash(entry) for entry in self._present(signed_data, signer_info)}
        return self.listed <= present

    def _present(self, signed_data: cms.SignedData, signer_info: cms.SignerInfo) -> Iterator[bytes]:
        for part in ("certificates", "crls"):
            for choice in signed_data[part] if signed_data[part] is not core.VOID else ():
                yield encoding(choice)
        for one in signer_info["unsigned_attrs"] or ():
            for _, value in attribute.encoded((one,), one["type"].dotted):
                yield self._entry(one, value)

    def _entry(self, one: cms.CMSAttribute, value: bytes) -> bytes:
        whole: bytes = encoding(one["type"]) + value if self.by_value else encoding(one)
        return whole

    def _hash(self, data: bytes) -> bytes:
        return digest_of(self.algorithm, data)


def archive_stamps(signer_info: cms.SignerInfo) -> Iterator[tuple[cms.CMSAttribute, bytes]]:
    """Attribute and value of every archive time-stamp of the present form."""
    return islice(attribute.encoded(signer_info["unsigned_attrs"], attribute.ARCHIVE_TIME_STAMP_V3), _MOST)


def read_archive_stamp(value: bytes) -> ArchiveStamp | None:
    """The token in an attribute's value; None where its index is missing or of no known form."""
    token = cms.ContentInfo.load(value)["content"]
    attributes = token["signer_infos"][0]["unsigned_attrs"]
    for oid in (_INDEX_V3, _INDEX_V1):
        found = [value for _, value in attribute.encoded(attributes, oid)]
        if len(found) == 1:
            parts = split(inside_of(found[0]))
            # hashIndAlgorithm has a default: three parts then, not four.
            stated = parts.pop(0) if len(parts) == 4 else None
            name = "sha256" if stated is None else _hash_name(stated)
            listed = frozenset(entry.native for part in parts for entry in _entries(part))
            return ArchiveStamp(token, found[0], name, listed, by_value=oid == _INDEX_V3)
    return None


def _hash_name(stated: bytes) -> str:
    name: str = algos.DigestAlgorithm.load(stated)["algorithm"].native
    return name


def _entries(part: bytes) -> Iterator[core.OctetString]:
    yield from core.SequenceOf.load(part, spec=core.OctetString)
