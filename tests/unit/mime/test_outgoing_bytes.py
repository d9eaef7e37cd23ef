"""Anything a draft can hold becomes bytes that two independent readers read back the same."""

from __future__ import annotations

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import unquote

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from client.mime.builder import assemble, assemble_signed, build_entity, build_headers
from client.mime.headers import safe_filename
from client.mime.parser import attachments, body_parts, parse_message, part_content, part_text
from client.mime.words import clean
from client.mime.writing import ascii_addr_spec, one_line
from client.model.address import MailAddress
from client.model.message import ParsedMessage
from client.model.outgoing import Draft, DraftAttachment, OutgoingMessage, correlation_id
from client.model.text import nfc
from client.net import smtp

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
TEXT = st.one_of(
    st.text(st.characters(codec="utf-8"), max_size=120),
    st.text(st.sampled_from('aễ đ\r\n.=?\t "\\,<>@;:\u0323\u0302\U0001f511'), max_size=120),
    st.sampled_from(
        ["x" * 2000, "Tờ trình " * 200, "=?utf-8?B?xx?=", "From a", ".", "..", "a\r\n.\r\nb", "\r\n.\r\n"]
    ),
)
ADDRESSES = st.builds(
    MailAddress,
    st.builds(
        "{}@{}".format,
        st.from_regex(r"[a-z0-9!#$%&'*+/=?^_`{|}~-]{1,20}(\.[a-z0-9]{1,20}){0,2}", fullmatch=True),
        st.sampled_from(["sonoivu.hcm.example", "thànhphố.example", "x" * 60 + ".example", "Bücher.example"]),
    ),
    TEXT,
)
FILES = st.builds(
    DraftAttachment,
    name=TEXT,
    media_type=st.sampled_from(["application/pdf", "text/plain", "message/rfc822", "nonsense"]),
    content=st.binary(max_size=200),
)
PEOPLE = st.lists(ADDRESSES, max_size=4).map(tuple)
DRAFTS = st.builds(
    Draft,
    draft_id=st.just("d"),
    account_id=st.just("a"),
    message_id=st.just("<m1@tphcm.example>"),
    sender=ADDRESSES,
    to=PEOPLE,
    cc=PEOPLE,
    bcc=st.just((MailAddress("giau-kin@bcc.example", "Người giấu kín"),)),
    subject=TEXT,
    body=TEXT,
    attachments=st.lists(FILES, max_size=3).map(tuple),
    in_reply_to=st.sampled_from(["", "<r1@x>", "r1@x"]),
    references=st.lists(st.integers(0, 10**30).map("<{}@x>".format), max_size=40).map(tuple),
    urgent=st.booleans(),
    want_receipt=st.booleans(),
)


def built(draft: Draft, *, signed: bool) -> bytes:
    headers, entity = build_headers(draft, NOW), build_entity(draft)
    return assemble_signed(headers, entity, b"0\x03sig") if signed else assemble(headers, entity)


def text_of(body: str) -> str:
    """Line breaks as they travel, the last line ended."""
    lines = nfc(body).replace("\r\n", "\n").replace("\r", "\n")
    return lines if not lines or lines.endswith("\n") else lines + "\n"


FAST = (Phase.explicit, Phase.reuse, Phase.generate)
"""What fails is large; making it smaller would take minutes."""


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, phases=FAST)
@given(DRAFTS, st.booleans())
def test_what_a_draft_holds_is_what_two_readers_read(draft: Draft, signed: bool) -> None:
    raw = built(draft, signed=signed)
    _travels(draft, raw)
    parsed = parse_message(raw)
    if all(one.media_type != "message/rfc822" for one in draft.attachments):
        # Octets that only are called a message have defects of their own.
        assert parsed.defects == ()
    theirs = email.message_from_bytes(raw, policy=email.policy.SMTP)
    assert isinstance(theirs, EmailMessage)
    _same_header(draft, parsed, theirs)
    _same_content(draft, raw, parsed, theirs)


def _travels(draft: Draft, raw: bytes) -> None:
    """What RFC 5321 and 5322 ask of it, and that no server can find another message in it."""
    people = tuple(one.addr_spec for one in draft.recipients)
    # The very look that every submission begins with; it raises.
    smtp._check_message(OutgoingMessage("a", draft.message_id, "a@x.example", people, raw))
    assert max(map(len, raw.split(b"\r\n"))) <= 76 or _has_long_address(draft)
    assert b"\r\n.\r\n" not in raw
    assert smtp.dot_stuffed(raw) == raw
    for secret in (b"giau-kin", b"bcc.example", b"\r\nbcc:"):
        assert secret not in raw.lower()


def _has_long_address(draft: Draft) -> bool:
    """An address is a word that cannot be folded."""
    return any(len(ascii_addr_spec(one.addr_spec)) > 70 for one in (draft.sender, *draft.recipients) if one)


def _joined(name: str) -> str:
    """Python leaves in the folds between encoded words of a phrase (RFC 2047 section 6.2: gone)."""
    return "".join(name.split())


def _same_header(draft: Draft, parsed: ParsedMessage, theirs: EmailMessage) -> None:
    envelope = parsed.envelope
    assert envelope.subject == clean(one_line(draft.subject))
    assert theirs["Subject"] == one_line(draft.subject)
    assert envelope.message_id == theirs["Message-ID"] == draft.message_id
    assert theirs["X-CongThu-Id"] == correlation_id(draft.message_id)
    assert envelope.references == draft.references
    assert draft.sender is not None
    for name, read, written in (
        ("From", envelope.from_, (draft.sender,)),
        ("To", envelope.to, draft.to),
        ("Cc", envelope.cc, draft.cc),
    ):
        wanted = [(one_line(one.display_name), ascii_addr_spec(one.addr_spec)) for one in written]
        # Our own reader shows no name with letters in it that are not seen.
        shown = [(" ".join(clean(name).split()), address) for name, address in wanted]
        assert [(one.display_name, ascii_addr_spec(one.addr_spec)) for one in read] == shown
        found: tuple[Address, ...] = theirs[name].addresses if theirs[name] is not None else ()
        theirs_read = [(_joined(one.display_name), one.addr_spec) for one in found]
        assert theirs_read == [(_joined(said), address) for said, address in wanted]


def _same_content(draft: Draft, raw: bytes, parsed: ParsedMessage, theirs: EmailMessage) -> None:
    plain, _ = body_parts(parsed)
    assert plain is not None
    assert part_text(raw, plain) == text_of(draft.body)
    body = theirs.get_body(("plain",))
    assert isinstance(body, EmailMessage)
    assert body.get_content().replace("\r\n", "\n") == text_of(draft.body)
    ours = [(part.filename, part_content(raw, part)) for part in attachments(parsed)]
    assert [content for _, content in ours] == [one.content for one in draft.attachments]
    names = [one_line(one.name) or "tep-dinh-kem" for one in draft.attachments]
    assert [name for name, _ in ours] == [safe_filename(name) for name in names]
    files = [one for one in theirs.walk() if one.get_content_disposition() == "attachment"]
    told = [(one.get_filename(), one.get_payload(decode=True)) for one in files]
    told = [pair for pair in told if pair[0] != "smime.p7s"]
    # The other reader takes <…> around a whole name for quotation marks, and blanks within them for nothing.
    assert [(name or "").strip() for name, _ in told] == [unquote(name).strip() for name in names]


def test_five_hundred_recipients_and_a_subject_of_ten_thousand_letters() -> None:
    people = tuple(MailAddress(f"nguoi{n}@sonoivu.hcm.example", f"Nguyễn Văn {n}") for n in range(500))
    draft = Draft(
        "d", "a", "<m1@x>", people[0], people[:250], people[250:], subject="Về việc " * 1250, body="x"
    )  # fmt: skip
    raw = built(draft, signed=True)
    _travels(draft, raw)
    parsed = parse_message(raw)
    theirs = email.message_from_bytes(raw, policy=email.policy.SMTP)
    assert isinstance(theirs, EmailMessage)
    _same_header(draft, parsed, theirs)
    assert parsed.defects == ()


@pytest.mark.parametrize(
    ("name", "marks"),
    [
        ("Tờ trình số 15.pdf", ('name="=?utf-8?B?', "filename*=utf-8''T%E1%BB%9D")),
        ("dài " * 40 + ".pdf", ('name="=?utf-8?B?', "filename*0*=utf-8''")),
        ("bao cao.pdf", ('name="bao cao.pdf"', 'filename="bao cao.pdf"')),
    ],
)
def test_a_file_name_is_written_for_old_and_new_readers(name: str, marks: tuple[str, ...]) -> None:
    draft = Draft(
        "d", "a", "<m1@x>", MailAddress("a@x.example"), attachments=(DraftAttachment(name, "a/b", b""),)
    )
    raw = built(draft, signed=False).decode("ascii")
    assert all(mark in raw for mark in marks)


@pytest.mark.parametrize(("name", "read"), [("=?0?B?00?=", "=?0?B?00?="), (" \t", "tep-dinh-kem")])
def test_a_name_that_looks_like_something_else_is_read_as_it_is(name: str, read: str) -> None:
    file = DraftAttachment(name, "application/pdf", b"x")
    raw = built(Draft("d", "a", "<m1@x>", MailAddress("a@x.example"), attachments=(file,)), signed=False)
    (part,) = attachments(parse_message(raw))
    assert part.original_filename == read


def test_a_long_name_of_a_person_makes_no_line_that_no_server_takes() -> None:
    draft = Draft("d", "a", "<m1@x>", MailAddress("a@x.example", "x" * 1100), body="x")
    _travels(replace(draft, to=(MailAddress("b@x.example"),)), built(draft, signed=False))
