"""The time-stamps around a CMS signature: over its content, over the signature, over the archive.

Each token is a signature of its own and is judged like one; only a trusted one proves a time.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice, pairwise

from asn1crypto import cms, tsp

from client.crypto import cms_attributes as attribute
from client.crypto.archive_timestamps import ArchiveStamp, archive_stamps, read_archive_stamp
from client.crypto.examination import UNREADABLE_ERRORS, Digest, Examine, Task
from client.crypto.integrity import WEAK_HASHES, digest_of
from client.crypto.keys import Purpose
from client.model.verdict import Indication, Reason, SubIndication

_CLOCKS_DIFFER = timedelta(minutes=10)
"""Between this computer and an authority; two authorities are held to a minute."""
_ORDER = timedelta(minutes=1)
_MOST = 10


@dataclass(frozen=True, slots=True)
class Stamp:
    """The best of several time-stamps of one kind."""

    time: datetime | None = None
    """When it is trusted."""
    reason: Reason | None = None
    """Why there is no time, although there is a token."""
    present: bool = False


@dataclass(frozen=True, slots=True)
class Times:
    """All that is proven about when a signature was made."""

    signature: Stamp = Stamp()
    content: Stamp = Stamp()
    archive: Stamp = Stamp()

    @property
    def proven(self) -> datetime | None:
        """The earliest time the signature is proven to have existed at."""
        known = [stamp.time for stamp in (self.signature, self.archive) if stamp.time is not None]
        return min(known, default=None)

    @property
    def reasons(self) -> tuple[Reason, ...]:
        """What is wrong with the tokens, once each."""
        found = (stamp.reason for stamp in (self.signature, self.content, self.archive))
        return tuple(dict.fromkeys(reason for reason in found if reason is not None))

    @property
    def in_order(self) -> bool:
        """Content before signature before archive (EN 319 102-1 section 5.6.2.4)."""
        known = [one.time for one in (self.content, self.signature, self.archive) if one.time is not None]
        return all(first <= later + _ORDER for first, later in pairwise(known))


def read_times(
    signed_data: cms.SignedData, signer_info: cms.SignerInfo, content: Digest, task: Task, examine: Examine
) -> Times:
    """Judge every time-stamp of a signer; a token within a token proves nothing and would never end."""
    if task.purpose is Purpose.TIMESTAMP:
        return Times()
    archive, newest = _archive(signed_data, signer_info, content, task, examine)
    later = replace(task, proven=_earlier(task.proven, archive.time))
    signature = _signature(signer_info, (task, later, newest), examine)
    before = replace(task, proven=_earlier(later.proven, signature.time))
    return Times(signature, _content(signer_info, content, before, examine), archive)


def judge_token(
    token: cms.SignedData, digest: Digest, task: Task, examine: Examine
) -> tuple[datetime | None, Reason | None]:
    """The time of a trusted RFC 3161 token over ``digest``, or the reason why it is none."""
    try:
        encapsulated = token["encap_content_info"]["content"]
        info = encapsulated.parsed
        if not isinstance(info, tsp.TSTInfo):
            return None, Reason.TIMESTAMP_INVALID
        imprint = info["message_imprint"]
        algorithm = imprint["hash_algorithm"]["algorithm"].native
        if digest(algorithm) != imprint["hashed_message"].native or len(token["signer_infos"]) != 1:
            return None, Reason.TIMESTAMP_INVALID
        content = bytes(encapsulated)
        time: datetime = info["gen_time"].native
        signer = token["signer_infos"][0]
    except UNREADABLE_ERRORS:
        return None, Reason.TIMESTAMP_INVALID
    if task.demand.notes is not None:
        task.demand.notes.token_judged(token)
    tsa = Task(task.demand, Purpose.TIMESTAMP, task.pool, task.proven)
    found = examine(token, signer, lambda name: digest_of(name, content), tsa)
    if found.indication is Indication.TOTAL_FAILED and found.sub_indication is not SubIndication.REVOKED:
        return None, Reason.TIMESTAMP_INVALID
    if algorithm in WEAK_HASHES or Reason.WEAK_ALGORITHM in found.reasons:
        return None, Reason.TIMESTAMP_WEAK
    if Reason.KEY_USAGE_NOT_ALLOWED in found.reasons:
        return None, Reason.TIMESTAMP_WRONG_USAGE
    if found.indication is not Indication.TOTAL_PASSED or time > task.demand.at + _CLOCKS_DIFFER:
        return None, Reason.TIMESTAMP_UNTRUSTED
    return time, None


def _signature(
    signer_info: cms.SignerInfo, tasks: tuple[Task, Task, ArchiveStamp | None], examine: Examine
) -> Stamp:
    """The earliest trusted signature time-stamp (EN 319 122-1 section 5.3), else what is wrong."""
    plain, archived, newest = tasks
    signed = signer_info["signature"].native
    best = Stamp()
    carried = attribute.encoded(signer_info["unsigned_attrs"], attribute.SIGNATURE_TIME_STAMP)
    for one, value in islice(carried, _MOST):
        covered = newest is not None and newest.covers(one, value)
        task = archived if covered else plain
        best = _better(best, _judge_value(value, lambda name: digest_of(name, signed), task, examine))
    return best


def _content(signer_info: cms.SignerInfo, content: Digest, task: Task, examine: Examine) -> Stamp:
    """The latest content time-stamp (section 5.2.8): what was signed existed, the signature did not yet.

    A token over something else is a fault of the signer, whatever others there are.
    """
    found = [
        _judge_value(value, content, task, examine)
        for _, value in islice(
            attribute.encoded(signer_info["signed_attrs"], attribute.CONTENT_TIME_STAMP), _MOST
        )
    ]
    wrong = next((reason for _, reason in found if reason is Reason.TIMESTAMP_INVALID), None)
    if wrong is not None:
        return Stamp(None, wrong, present=True)
    latest = max((time for time, _ in found if time is not None), default=None)
    return Stamp(latest, None if latest else next((why for _, why in found), None), present=bool(found))


def _archive(
    signed_data: cms.SignedData, signer_info: cms.SignerInfo, content: Digest, task: Task, examine: Examine
) -> tuple[Stamp, ArchiveStamp | None]:
    """From the newest to the oldest: each vouches for the authority of the one it covers."""
    best, read = Stamp(), []
    for one, value in archive_stamps(signer_info):
        try:
            stamp = read_archive_stamp(value)
            if stamp is not None and stamp.complete(signed_data, signer_info):
                read.append((stamp.stated_time, one, value, stamp))
                continue
        except UNREADABLE_ERRORS:
            pass
        best = Stamp(None, Reason.TIMESTAMP_INVALID, present=True)
    last: ArchiveStamp | None = None
    for _, one, value, stamp in sorted(read, key=lambda entry: entry[0], reverse=True):
        covered = last is not None and last.covers(one, value)
        asked = replace(task, proven=_earlier(task.proven, best.time)) if covered else task
        judged = judge_token(stamp.token, _imprint(stamp, signed_data, signer_info, content), asked, examine)
        best = _better(best, judged)
        last = stamp if judged[0] is not None else last
    return best, last


def _judge_value(
    value: bytes, digest: Digest, task: Task, examine: Examine
) -> tuple[datetime | None, Reason | None]:
    try:
        token = cms.ContentInfo.load(value)["content"]
    except UNREADABLE_ERRORS:
        return None, Reason.TIMESTAMP_INVALID
    return judge_token(token, digest, task, examine)


def _imprint(
    stamp: ArchiveStamp, signed_data: cms.SignedData, signer_info: cms.SignerInfo, content: Digest
) -> Digest:
    return lambda name: stamp.imprint(signed_data, signer_info, content, name)


def _better(best: Stamp, judged: tuple[datetime | None, Reason | None]) -> Stamp:
    time, reason = judged
    if time is not None and (best.time is None or time < best.time):
        return Stamp(time, None, present=True)
    if time is None and best.time is None:
        return Stamp(None, reason, present=True)
    return best


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)
