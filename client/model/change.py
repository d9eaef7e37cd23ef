"""What became of a document after it was signed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ChangeKind(StrEnum):
    """What kind of thing is not what it was; words in the family ``change``."""

    CHANGED = "changed-after-signing"
    """Something no signer permitted; the others say what."""
    NONSTANDARD = "nonstandard-coverage"
    PAGE_CONTENT = "page-content"
    PAGES_ADDED = "pages-added"
    PAGES_REMOVED = "pages-removed"
    NOTES = "notes"
    FIELDS_ON_PAGE = "fields-on-page"
    FORM_SETTINGS = "form-settings"
    XFA = "xfa"
    SIGNATURE_FIELD = "signature-field"
    LATER_SIGNATURE = "later-signature"
    ACTIONS = "actions"
    EMBEDDED_FILES = "embedded-files"
    LAYERS = "layers"
    VIEW_SETTINGS = "view-settings"
    PAGE_LABELS = "page-labels"
    PERMISSIONS = "permissions"
    STRUCTURE = "structure"
    VALIDATION_DATA = "validation-data"
    METADATA = "metadata"
    CATALOG = "catalog"


@dataclass(frozen=True, slots=True)
class ChangedPlace:
    """Where a page looks different from the signed one; points from the lower left of the page as shown.

    A box without extent stands for the whole page: one of the two revisions does not have it.
    """

    page: int
    """1 is the first."""
    left: float
    bottom: float
    right: float
    top: float


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A form field that is not what it was when the document was signed."""

    name: str
    """Its full name (ISO 32000-1 section 12.7.3.2)."""
    before: str
    """The value that was signed, as people read it; ``""`` for none."""
    after: str
    looks: bool = False
    """It is drawn otherwise than it was, whatever its value."""
    page: int = 0
    """1 is the first; 0 where that is not known."""
