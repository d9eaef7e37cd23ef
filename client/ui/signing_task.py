"""What is to be signed and what the user chose for it, as values; no Qt."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from client.model.account import Account, KeyRef, MailboxKind, Role
from client.model.outgoing import Draft
from client.model.secret import Secret
from client.model.signing import Appearance, Placement, SigningRole, lacking
from client.model.verdict import Profile
from client.services.signing_desk import Document, SigningImages
from client.ui.compose_model import is_pdf


@dataclass(frozen=True, slots=True)
class TaskDocument:
    """One document to be signed."""

    name: str
    content: Document
    pdf: bool
    """Others get a detached signature: there is no page to show anything on."""
    role: SigningRole | None = None
    before: Appearance | None = None
    """What was chosen for it in an attempt that was refused."""


@dataclass(frozen=True, slots=True)
class SigningTask:
    """What one press of "sign" is to sign."""

    documents: tuple[TaskDocument, ...]
    message: bool = False
    """The whole letter as well (S/MIME)."""
    sends: bool = True
    """The letter leaves afterwards."""


@dataclass(frozen=True, slots=True)
class DocumentChoice:
    """What the user chose for one document."""

    role: SigningRole | None = None
    number: str = ""
    office: str = ""
    placement: Placement | None = None
    password: Secret | None = None

    @property
    def lacks(self) -> str:
        """See `client.model.signing.lacking`."""
        return lacking(self.role, self.number, self.office)

    def appearance(self, images: SigningImages) -> Appearance | None:
        """What will be seen; None for a signature that is not."""
        if self.role is None or not can_be_shown(self.role, images):
            return None
        image = image_for(self.role, images) if self.role.shows_image else b""
        return Appearance(self.role, image, self.placement, self.number, self.office)


@dataclass(frozen=True, slots=True)
class SigningChoice:
    """What the signing dialog ends with; it keeps nothing of it."""

    key: KeyRef
    secret: Secret
    profile: Profile = Profile.B_T
    tsa_urls: tuple[str, ...] = ()
    appearances: tuple[tuple[str, Appearance], ...] = ()
    passwords: tuple[tuple[str, Secret], ...] = field(default=())


def task_of(draft: Draft, account: Account) -> SigningTask:
    """What the letter asks to be signed."""
    usual = usual_role(account)
    documents = tuple(
        TaskDocument(one.name, one.content, pdf, (one.role or usual) if pdf else None)
        for one in draft.attachments
        if one.sign
        for pdf in (is_pdf(one.name, one.media_type),)
    )
    return SigningTask(documents, draft.sign_message)


def file_task(path: Path, account: Account | None) -> SigningTask:
    """One file of the disk."""
    pdf = is_pdf(path.name, "")
    role = usual_role(account) if pdf and account is not None else None
    return SigningTask((TaskDocument(path.name, path, pdf, role),), sends=False)


def as_before(task: SigningTask, appearances: Iterable[tuple[str, Appearance]]) -> SigningTask:
    """The same task with what was chosen last time: a refused attempt costs nobody their work."""
    known = dict(appearances)
    documents = tuple(
        replace(one, role=known[one.name].role, before=known[one.name]) if one.name in known else one
        for one in task.documents
    )
    return replace(task, documents=documents)


def first_choice(document: TaskDocument, office: str) -> DocumentChoice:
    """What the dialog begins with for a document."""
    if document.before is None:
        return DocumentChoice(document.role, office=office)
    before = document.before
    return DocumentChoice(before.role, before.number, before.office or office, before.placement)


def usual_role(account: Account) -> SigningRole | None:
    """What this account usually does to a document: leaders approve, records clerks issue."""
    if account.identity.kind is MailboxKind.AGENCY or account.identity.role is Role.CLERK:
        return SigningRole.ISSUE
    return SigningRole.APPROVE if account.identity.role is Role.LEADER else None


def usual_key(account: Account, role: SigningRole | None) -> KeyRef | None:
    """The key that goes with an act: the seal for acts of the office, the personal one otherwise."""
    seal_first = role.uses_seal if role is not None else account.identity.kind is MailboxKind.AGENCY
    ordered = (account.seal_key, account.personal_key)
    return next((key for key in (ordered if seal_first else ordered[::-1]) if key is not None), None)


def image_for(role: SigningRole, images: SigningImages) -> bytes:
    """The picture an act shows."""
    return images.seal if role.uses_seal else images.hand


def can_be_shown(role: SigningRole, images: SigningImages) -> bool:
    """Whether everything for the visible form is there."""
    return not role.shows_image or bool(image_for(role, images))


def signed_name(path: Path, *, pdf: bool, mark: str = "da-ky", promised: Collection[Path] = ()) -> Path:
    """Where a signed file goes when nobody says otherwise: beside its source, under a name not yet taken.

    ``promised`` are names given to others that are not on the disk yet.
    """
    if not pdf:
        return _free(path.with_name(f"{path.name}.p7s"), promised)
    stem = path.stem.removesuffix(f"-{mark}")
    return _free(path.with_name(f"{stem}-{mark}{path.suffix}"), promised)


def targets_in(folder: Path | None, sources: Iterable[Path]) -> tuple[Path, ...]:
    """`signed_name` for each, beside it or in ``folder``; no two of them the same."""
    targets: list[Path] = []
    for source in sources:
        path = source if folder is None else folder / source.name
        targets.append(signed_name(path, pdf=is_pdf(source.name, ""), promised=targets))
    return tuple(targets)


def _free(path: Path, promised: Collection[Path]) -> Path:
    # Two names that differ in case alone are one file on Windows.
    taken = {str(one).casefold() for one in promised}
    candidate, number = path, 1
    while candidate.exists() or str(candidate).casefold() in taken:
        number += 1
        candidate = path.with_name(f"{path.stem} ({number}){path.suffix}")
    return candidate
