"""Give signed documents what proves them for years; runs in the workshop.

The queue that calls this in the course of time is `client.services.extension_queue`.
"""

from __future__ import annotations

from pathlib import Path

from client.crypto.pades_extension import extend
from client.crypto.timestamps import Timestamper
from client.errors import StorageFailed
from client.model.secret import Secret
from client.net.http import post_timestamp
from client.services.requests import SigningTerms
from client.services.trust_files import read_demand
from client.store.atomic import write_atomically
from client.store.faults import mapped_faults


def extend_document(pdf: bytes, terms: SigningTerms, name: str = "", password: Secret | None = None) -> bytes:
    """``pdf`` at ``terms.profile``, verified; raises what `pades_extension.extend` raises."""
    stamper = Timestamper(terms.tsa_urls, post_timestamp) if terms.tsa_urls else None
    demand = read_demand(terms.sources, terms.at)
    return extend(pdf, demand, stamper, terms.profile, name=name, password=password)


def extend_file(path: Path, terms: SigningTerms) -> None:
    """The same for a file, which is whole at every moment: the old one or the new one.

    `StorageFailed` (``changed-meanwhile``) when somebody else wrote to it during the work: theirs stays.
    """
    with mapped_faults(path):
        pdf = path.read_bytes()
    extended = extend_document(pdf, terms, path.name)
    with mapped_faults(path):
        unchanged = path.read_bytes() == pdf
    if not unchanged:
        raise StorageFailed(path=str(path), reason="changed-meanwhile")
    write_atomically(path, extended)
