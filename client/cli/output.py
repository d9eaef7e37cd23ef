"""How commands print: words for people, or one JSON object a line for programs."""

from __future__ import annotations

import errno
import json
import os
import sys
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict
from datetime import datetime
from typing import TextIO

from client.config.catalogue import Catalogue
from client.errors import ClientError
from client.model.finding import CheckReport
from client.model.verdict import IdentityMatch, SignatureVerdict, SignerInfo, VerificationReport

JsonObject = Mapping[str, object]
_CLOSED = frozenset({errno.EPIPE, errno.EINVAL})
"""What writing into a pipe that nobody reads any more gives; Windows says EINVAL."""


class OutputClosed(Exception):
    """Whoever read the output has seen enough (``congthu … | head``): not an error, and nothing to say."""


class Printer:
    """Prints results to standard output and complaints to standard error."""

    def __init__(self, catalogue: Catalogue, *, as_json: bool) -> None:
        self.catalogue = catalogue
        self.as_json = as_json

    def line(self, text: str = "") -> None:
        """A line for people; nothing in JSON mode."""
        if not self.as_json:
            _write(text, sys.stdout)

    def json(self, value: JsonObject) -> None:
        """One JSON object on one line; nothing for people."""
        if self.as_json:
            _write(json.dumps(value, ensure_ascii=False), sys.stdout)

    def usage(self, problem: str) -> None:
        """What was asked for does not make sense: said on standard output, before anything is done."""
        self.line(problem)
        self.json({"error": "usage", "message": problem})

    def error(self, error: ClientError, path: str = "") -> None:
        """A coded error: what happened, what to do, the code."""
        text = self.catalogue.text("error", error.code, **error.params)
        if self.as_json:
            self.json(
                {"path": path or None, "error": error.code, "params": error.params, "message": text.title}
            )
            return
        place = f"{path}: " if path else ""
        _write(f"{place}{text.whole} [{error.code}]", sys.stderr)

    def notice(self, error: ClientError, path: str) -> None:
        """What could not be done beside the work that was; nothing in JSON mode, where the result tells."""
        if not self.as_json:
            self.error(error, path)

    def fault(self, kind: str) -> None:
        """A fault of the program itself, by the name of its exception."""
        text = self.catalogue.text("error", "program-fault", kind=kind)
        self.json({"error": "program-fault", "params": {"kind": kind}, "message": text.title})
        if not self.as_json:
            _write(f"{text.whole} [program-fault]", sys.stderr)


def _write(text: str, stream: TextIO) -> None:
    try:
        print(text, file=stream, flush=True)
    except OSError as error:
        if error.errno not in _CLOSED:
            raise
        # What is still in the buffer would be written once more at exit, and complained about.
        with suppress(OSError, ValueError):
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
        raise OutputClosed from error


def use_utf8() -> None:
    """Vietnamese must come out whole, whatever code page the console claims to have."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None:
            reconfigure(encoding="utf-8", errors="backslashreplace")


def verification_json(report: VerificationReport) -> JsonObject:
    """The contract's object for one verified file; ``encryption`` is there for what came encrypted."""
    sealed = {} if report.encryption is None else {"encryption": asdict(report.encryption)}
    return {
        "path": report.path,
        "verdict": report.indication.value,
        "display": report.display.value,
        "coverage": report.coverage.value,
        "signatures": [signature_json(signature) for signature in report.signatures],
        "identity": None if report.identity is None else identity_json(report.identity),
        "reasons": [reason.value for reason in report.reasons],
        "unreadable": report.unreadable,
        "document_timestamps": [time.isoformat() for time in report.document_timestamps],
        **sealed,
    }


def identity_json(identity: IdentityMatch) -> JsonObject:
    """The contract's object for the sender; ``sender`` and ``reply_to`` where they name somebody else."""
    others: dict[str, object] = {}
    if identity.sender:
        others["sender"] = identity.sender
    if identity.reply_to:
        others["reply_to"] = list(identity.reply_to)
    return {
        "from": identity.from_address,
        "certificate": list(identity.certificate_addresses),
        "matches": identity.matches,
        **others,
    }


def signature_json(verdict: SignatureVerdict) -> JsonObject:
    """The contract's object for one signature."""
    return {
        "format": verdict.format.value,
        "level": verdict.level or None,
        "where": verdict.where,
        "indication": verdict.indication.value,
        "sub_indication": verdict.sub_indication.value if verdict.sub_indication else None,
        "display": verdict.display.value,
        "signer": signer_json(verdict.signer),
        "claimed_time": _moment(verdict.claimed_time),
        "timestamp_time": _moment(verdict.timestamp_time),
        "revocation": {
            "source": verdict.revocation.source,
            "as_of": _moment(verdict.revocation.as_of),
            "next_update": _moment(verdict.revocation.next_update),
        },
        "coverage": verdict.coverage.value,
        "changes_after_signing": list(verdict.changes_after_signing),
        "changed_places": [
            {"page": place.page, "box": [place.left, place.bottom, place.right, place.top]}
            for place in verdict.changed_places
        ],
        "changed_fields": [
            {"name": one.name, "before": one.before, "after": one.after, "looks": one.looks, "page": one.page}
            for one in verdict.changed_fields
        ],
        "order": verdict.order or None,
        "revision_bytes": verdict.revision_bytes or None,
        "reasons": [reason.value for reason in verdict.reasons],
        "countersigns": verdict.countersigns or None,
    }


def signer_json(signer: SignerInfo | None) -> JsonObject | None:
    """The contract's object for a signer."""
    if signer is None:
        return None
    return {
        "name": signer.name,
        "organisation": signer.organisation,
        "email": signer.email or None,
        "serial": signer.serial,
        "issuer": signer.issuer,
        "kind": signer.kind.value,
    }


def gate_json(report: CheckReport) -> JsonObject:
    """The frame of the contract's object for a check; the findings come from the command."""
    return {"gate": report.gate.value, "policy": {"id": report.policy_id, "version": report.policy_version}}


def _moment(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment is not None else None
