"""The state of all that verdicts rest on, in short: a verdict found on another is not of now."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from pathlib import Path

from client.model.known_verdict import Ground
from client.services.requests import TrustSources

Stamp = tuple[tuple[str, int, int], ...]
"""Path, size and time of change of every file."""
_BLOCK = 1 << 20


class GroundKeeper:
    """`now` reads what changed; `peek` only looks whether anything did, and may be asked by the window."""

    def __init__(self, sources: TrustSources, software: str, policy: str) -> None:
        self._places = (sources.anchors, sources.intermediates, sources.crls)
        self._software, self._policy = software, policy
        self._lock = threading.Lock()
        self._digests: dict[tuple[str, int, int], bytes] = {}
        self._known: tuple[Stamp, str] | None = None

    def now(self) -> Ground:
        """The state; reads files that are new or changed, so on a thread that may wait."""
        stamps = [tuple(_stamps(places)) for places in self._places]
        digest = hashlib.sha256(self._policy.encode())
        read: dict[tuple[str, int, int], bytes] = {}
        for stamp in stamps:
            for one in stamp:
                read[one] = self._digests.get(one) or _digest(Path(one[0]))
            # By content and role alone: the same list under another name or date changes nothing.
            digest.update(b"\0" + b"".join(sorted(read[one] for one in stamp)))
        material = digest.hexdigest()
        with self._lock:
            self._digests, self._known = read, (sum(stamps, ()), material)
        return Ground(self._software, material)

    def peek(self) -> Ground:
        """The same without reading a file; of no known material where something changed since `now`."""
        stamp: Stamp = tuple(one for places in self._places for one in _stamps(places))
        with self._lock:
            known = self._known
        same = known is not None and known[0] == stamp
        return Ground(self._software, known[1] if known is not None and same else "")


def _stamps(places: tuple[Path, ...]) -> Iterator[tuple[str, int, int]]:
    for place in places:
        try:
            files = sorted(place.iterdir()) if place.is_dir() else [place]
        except OSError:
            continue
        for file in files:
            try:
                status = file.stat()
            except OSError:
                continue
            if file.is_file():
                yield str(file), status.st_size, status.st_mtime_ns


def _digest(path: Path) -> bytes:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                digest.update(block)
    except OSError:
        return b"unreadable"
    return digest.digest()
