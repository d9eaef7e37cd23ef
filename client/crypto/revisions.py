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

_Rules = tuple[MDPPerm | None, str]
_Outcome = DiffResult | SuspiciousModification


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
    no rule when seen from the signed revision. Then pyHanko's own comparison decides.
    """

    _done: dict[tuple[int, _Rules], _Outcome] = field(default_factory=dict)

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
            outcome = self._step(reader, revision, field_mdp_spec, doc_mdp)
            if isinstance(outcome, SuspiciousModification):
                return DEFAULT_DIFF_POLICY.review_file(reader, base_revision, field_mdp_spec, doc_mdp)
            level = max(level, outcome.modification_level)
            changed |= outcome.changed_form_fields
        return DiffResult(level, changed)

    def _step(
        self, reader: PdfFileReader, revision: int, spec: FieldMDPSpec | None, permitted: MDPPerm | None
    ) -> _Outcome:
        key = (revision, (permitted, "" if spec is None else repr(spec.as_pdf_object())))
        if key not in self._done:
            old, new = (reader.get_historical_resolver(number) for number in (revision - 1, revision))
            try:
                self._done[key] = self.apply(old, new, spec, permitted)
            except SuspiciousModification as error:
                self._done[key] = error
        return self._done[key]
