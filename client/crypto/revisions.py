"""What each revision of a PDF changed in the one before it, found out once for all its signatures."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from pyhanko.pdf_utils.reader import HistoricalResolver, PdfFileReader
from pyhanko.sign.diff_analysis import (
    DEFAULT_DIFF_POLICY,
    DiffPolicy,
    DiffResult,
    ModificationLevel,
    SuspiciousModification,
)
from pyhanko.sign.fields import FieldMDPSpec, MDPPerm

from client.crypto.change_kinds import only_evidence
from client.crypto.form_changes import field_count
from client.crypto.pages import PageLooks
from client.crypto.pdf_files import PDF_ERRORS
from client.crypto.update_shape import UpdateShapes

_Rules = tuple[MDPPerm | None, str]
_Outcome = DiffResult | SuspiciousModification


_MOST_WORK = 250_000
"""Objects times revisions, some 15 seconds: more than documents have, less than a file made to stall."""
_FIELD_WORK = 6
"""A form field costs as much as so many other objects."""


def comparable(reader: PdfFileReader) -> bool:
    """Whether comparing all revisions of a file ends in a time somebody would wait for."""
    revisions = int(reader.xrefs.total_revisions)
    objects = sum(len(reader.xrefs.explicit_refs_in_revision(one)) for one in range(revisions))
    if revisions * objects > _MOST_WORK:
        return False
    try:
        return revisions * (objects + _FIELD_WORK * field_count(reader.root)) <= _MOST_WORK
    except PDF_ERRORS:
        # A broken form is for each signature's own comparison to stumble over.
        return True


def remember_introductions(reader: PdfFileReader) -> None:
    """Have ``reader`` look up once which revision brought an object; the file does not change any more.

    The comparisons ask for the same object thousands of times, and each answer walks all revisions.
    """
    reader.xrefs.get_introducing_revision = cache(reader.xrefs.get_introducing_revision)  # type: ignore[method-assign] # the same function, remembered


@dataclass(slots=True)
class RevisionSteps(DiffPolicy):
    """pyHanko's rules, applied to each revision and the one before; made anew for every document.

    pyHanko compares every revision with the signed one, which for n signatures takes n² comparisons.
    When every step from one revision to the next is permitted, so are all of them together. A step
    that is not says less: software that tidies up the validation data of its own last step breaks
    no rule when seen from the signed revision. Then the step from there to here decides.
    """

    looks: PageLooks = field(default_factory=PageLooks)
    """What the pages show, for whoever draws the revisions."""
    shapes: UpdateShapes = field(default_factory=UpdateShapes)
    """How the updates are written."""
    _done: dict[tuple[int, int, _Rules], _Outcome] = field(default_factory=dict)

    def apply(
        self,
        old: HistoricalResolver,
        new: HistoricalResolver,
        field_mdp_spec: FieldMDPSpec | None = None,
        doc_mdp: MDPPerm | None = None,
    ) -> DiffResult:
        """See `DiffPolicy.apply`."""
        return DEFAULT_DIFF_POLICY.apply(old, new, field_mdp_spec, doc_mdp)

    def review_file(
        self,
        reader: PdfFileReader,
        base_revision: int | HistoricalResolver,
        field_mdp_spec: FieldMDPSpec | None = None,
        doc_mdp: MDPPerm | None = None,
    ) -> DiffResult | SuspiciousModification:
        """See `DiffPolicy.review_file`; ``reader`` is the same at every call."""
        first = base_revision if isinstance(base_revision, int) else base_revision.revision
        level, changed = ModificationLevel.NONE, set[str]()
        for revision in range(first + 1, reader.xrefs.total_revisions):
            outcome = self._step(reader, revision - 1, revision, field_mdp_spec, doc_mdp)
            if isinstance(outcome, SuspiciousModification):
                outcome = self._step(reader, first, revision, field_mdp_spec, doc_mdp)
            if isinstance(outcome, SuspiciousModification):
                return outcome
            level = max(level, outcome.modification_level)
            changed |= outcome.changed_form_fields
        return DiffResult(level, changed)

    def _step(
        self,
        reader: PdfFileReader,
        first: int,
        second: int,
        spec: FieldMDPSpec | None,
        permitted: MDPPerm | None,
    ) -> _Outcome:
        key = (first, second, (permitted, "" if spec is None else repr(spec.as_pdf_object())))
        if key not in self._done:
            old, new = (reader.get_historical_resolver(number) for number in (first, second))
            self._done[key] = self._judged(old, new, spec, permitted)
        return self._done[key]

    def _judged(
        self,
        old: HistoricalResolver,
        new: HistoricalResolver,
        spec: FieldMDPSpec | None,
        permitted: MDPPerm | None,
    ) -> _Outcome:
        """By the rules; where they break off or object, long-term data alone is no change all the same.

        Other software overwrites its validation data, or leaves stale references: nobody reads either.
        """
        try:
            return self.apply(old, new, spec, permitted)
        except (SuspiciousModification, *PDF_ERRORS) as error:
            if only_evidence(old.root, new.root):
                return DiffResult(ModificationLevel.LTA_UPDATES, set())
            if isinstance(error, SuspiciousModification):
                return error
            raise
