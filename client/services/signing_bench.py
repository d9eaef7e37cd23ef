"""What the workshop does for the signing window: pages, stamps, certificates, files.

Runs in the workshop; as in `client.services.workshop`, what a function needs is imported inside.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from client.errors import KeyFileInvalid, MalformedDocument, SigningRefused, StorageFailed, TokenAbsent
from client.model.account import KeyRef
from client.model.certificate import CertificateDetails
from client.model.secret import Secret
from client.model.signing import Appearance, PageImage, Placement, SigningRole
from client.model.token import KeyChoice
from client.model.verdict import Profile, Reason, SignerInfo
from client.services import workshop
from client.services.requests import KeyUse, SigningTerms
from client.services.signing_desk import Document, StampView

_MARGIN = 57.0
"""Points between a stamp that nothing in the text asks for and the edges of the last page (20 mm)."""
_POINTS = 72.0


def content_of(document: Document) -> bytes:
    """The bytes of a document; `StorageFailed` (``file-missing``, ``access``) for one that cannot be read."""
    if isinstance(document, bytes):
        return document
    try:
        return document.read_bytes()
    except FileNotFoundError as error:
        raise StorageFailed(path=str(document), reason="file-missing") from error
    except OSError as error:
        raise StorageFailed(path=str(document), reason="access") from error


def page(document: Document, number: int, width: int, password: Secret | None) -> PageImage:
    """A page about ``width`` pixels wide; raises `DocumentEncrypted`, `MalformedDocument`."""
    from client.documents.page_image import read_frame, render_page

    content = content_of(document)
    points = read_frame(content, number, password).width
    return render_page(content, number, width * _POINTS / max(points, 1.0), password)


def stamp(
    document: Document, appearance: Appearance, at: datetime, signer: str, password: Secret | None
) -> StampView:
    """The drawing that goes into the file, and where; without a place found, one to start from."""
    from client.crypto import appearance as drawing

    content = content_of(document)
    place, found = appearance.placement, True
    if place is None:
        place = drawing.propose_place(content, appearance, at, signer=signer, password=password)
        if place is None:
            place, found = _somewhere(content, appearance, at, password), False
    made = drawing.make_stamp(content, appearance, place, at, signer=signer, password=password)
    return StampView(place, drawing.preview(made), found, image_concerns(appearance))


def _somewhere(content: bytes, appearance: Appearance, at: datetime, password: Secret | None) -> Placement:
    """Under the text, else lower right of the last page; upper right of page 1 for a line of text."""
    from client.crypto.appearance import natural_size
    from client.documents.page_image import read_frame
    from client.documents.placement import find_room

    width, height = natural_size(appearance, at)
    shown = appearance.role.shows_image
    room = find_room(content, (width, height), password) if shown else None
    if room is not None:
        return room
    first = read_frame(content, 1, password)
    frame = read_frame(content, first.pages, password) if shown and first.pages > 1 else first
    right = max(frame.width - _MARGIN, width)
    bottom = 2 * _MARGIN if shown else max(frame.height - _MARGIN / 2 - height, 0.0)
    return Placement(frame.number, right - width, bottom, right, bottom + height)


def image_concerns(appearance: Appearance) -> tuple[str, ...]:
    """What is not as the Decree has it although the image can be used; raises `ImageUnusable`."""
    if not appearance.role.shows_image:
        return ()
    return _concerns(appearance.image, appearance.role, appearance.seal_diameter_mm)


@lru_cache(maxsize=4)
def _concerns(image: bytes, role: SigningRole, diameter_mm: float) -> tuple[str, ...]:
    # Asked with every drawing while the stamp is moved about; the image stays the same.
    from client.documents.stamp_image import concerns

    return concerns(image, role, diameter_mm)


def read_picture(path: Path) -> bytes:
    """A picture that is fit for the page; raises `ImageUnusable`, `StorageFailed`."""
    from client.documents.stamp_image import read_image

    content = content_of(path)
    read_image(content)
    return content


def certificate(der: bytes) -> CertificateDetails:
    """What a certificate says; raises `KeyFileInvalid` for what is none."""
    from client.crypto.certificate_details import read_details

    try:
        return read_details(der)
    except ValueError as error:
        raise KeyFileInvalid(path="", reason="corrupt") from error


def certificate_of(use: KeyUse) -> bytes:
    """The certificate (DER) of the key held."""
    from client.services.key_room import key_room

    with key_room().lend(use) as key:
        return key.certificate_der


def with_known(
    choices: tuple[KeyChoice, ...], own: tuple[KeyRef, ...], known: Mapping[str, bytes], at: datetime
) -> tuple[KeyChoice, ...]:
    """Key files with what is known of them from the last time, and own tokens that are not plugged in."""
    listed = {one.key for one in choices}
    away = tuple(_away(key, known.get(str(key))) for key in own if key.scheme != "p12" and key not in listed)
    return (
        tuple(_known(one, known.get(str(one.key)), at) if one.token is None else one for one in choices)
        + away
    )


def _away(key: KeyRef, der: bytes | None) -> KeyChoice:
    return KeyChoice(key, _signer(der), der or b"", None, TokenAbsent.code)


def _signer(der: bytes | None) -> SignerInfo | None:
    from client.crypto.certificates import signer_info

    if der is None:
        return None
    try:
        return signer_info(der)
    except ValueError:
        return None


def _known(choice: KeyChoice, der: bytes | None, at: datetime) -> KeyChoice:
    if not Path(choice.key.location).is_file():
        return replace(choice, problem="key-file-missing")
    info = _signer(der)
    if info is None:
        return choice
    return replace(choice, signer=info, certificate_der=der or b"", problem=_problem(info, at))


def _problem(info: SignerInfo, at: datetime) -> str:
    # What was seen last time may be out of date: a new key in the same file is found when it is opened.
    if info.not_after is not None and at > info.not_after:
        return Reason.CERTIFICATE_EXPIRED.value
    return ""


def sign_into(source: Path, target: Path, use: KeyUse, terms: SigningTerms) -> Path:
    """Sign one file into another; nothing half is left, and no file that is there is replaced."""
    from client.store.atomic import write_atomically

    if source.resolve() == target.resolve():
        raise SigningRefused(reason="target-is-source")
    content = content_of(source)
    if not content:
        raise MalformedDocument(name=source.name, reason="empty")
    kind = "pdf" if b"%PDF-" in content[:1024] else "file"
    write_atomically(target, workshop.sign_file(kind, content, use, terms, source.name), new=True)
    return target


def look_first(document: Document, name: str, terms: SigningTerms) -> None:
    """What the signatures already there forbid, said before anybody is asked for a PIN.

    Raises `SigningRefused` (personal-signature-missing, seal-came-first, earlier-signature-broken).
    """
    from client.crypto.pades_before import earlier_signatures
    from client.services.authority import refuse_out_of_order
    from client.services.trust_files import read_demand

    content = content_of(document)
    role = terms.appearance.role if terms.appearance is not None else None
    signed = b"/ByteRange" in content
    if b"%PDF-" not in content[:1024] or not (signed or role is SigningRole.ISSUE):
        return
    demand, password = read_demand(terms.sources, terms.at), terms.document_password
    refuse_out_of_order(role, earlier_signatures(content, demand, name=name, password=password))


def extend_into(source: Path, target: Path, profile: Profile, terms: SigningTerms) -> Path:
    """Long-term data for a PDF's signatures, into another file; raises what `pades_extension.extend` does."""
    from client.crypto.pades_extension import extend
    from client.services.signing_documents import timestamper_for
    from client.services.trust_files import read_demand
    from client.store.atomic import write_atomically

    if source.resolve() == target.resolve():
        raise SigningRefused(reason="target-is-source")
    demand = read_demand(terms.sources, terms.at)
    timestamper = timestamper_for(terms.tsa_urls)
    extended = extend(content_of(source), demand, timestamper, profile, name=source.name)
    write_atomically(target, extended, new=True)
    return target
