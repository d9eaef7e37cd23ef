"""What a part is called where it can be saved."""

from __future__ import annotations

from client.model.message import BodyPart

EXTERNAL = "message/external-body"
_APPLE_HALF = "application/applefile"
_OFFICE = "application/vnd.openxmlformats-officedocument."
_EXTENSIONS = {
    "message/rfc822": "eml", "message/global": "eml", "text/plain": "txt", "text/html": "html",
    "text/calendar": "ics", "application/ics": "ics", "text/csv": "csv", "text/xml": "xml", "text/rtf": "rtf",
    "application/rtf": "rtf", "application/pdf": "pdf", "application/zip": "zip", "application/xml": "xml",
    "application/msword": "doc", "application/vnd.ms-excel": "xls", "application/vnd.ms-powerpoint": "ppt",
    f"{_OFFICE}wordprocessingml.document": "docx", f"{_OFFICE}spreadsheetml.sheet": "xlsx",
    f"{_OFFICE}presentationml.presentation": "pptx", "application/vnd.oasis.opendocument.text": "odt",
    "application/pkcs7-signature": "p7s", "application/pkcs7-mime": "p7m", "image/png": "png",
    "image/jpeg": "jpg", "image/jpg": "jpg", "image/pjpeg": "jpg", "image/gif": "gif", "image/bmp": "bmp",
    "image/webp": "webp", "image/tiff": "tif", "image/svg+xml": "svg", "image/x-wmf": "wmf",
    "image/x-emf": "emf",
    "message/delivery-status": "txt", "message/disposition-notification": "txt", "text/rfc822-headers": "txt",
}  # fmt: skip
"""What no program would run by its name; anything else is saved as ``bin``."""


def display_name(part: BodyPart) -> str:
    """The part's safe file name, or one made of its section where it has none."""
    if part.content_type == EXTERNAL:
        # Words on where a file is, under the name of that file, would look like the file.
        return f"{part.filename or f'part-{part.section}'}.txt"
    if part.filename:
        # The Mac's half of a file (RFC 1740) has the file's own name: told apart as the Mac itself does.
        return f"._{part.filename}" if part.content_type == _APPLE_HALF else part.filename
    return f"part-{part.section or '1'}.{_EXTENSIONS.get(part.content_type, 'bin')}"
