"""Messages that are wrong on purpose, through every way they can enter: a coded answer, never a crash."""

from __future__ import annotations

from pathlib import Path

import pytest

from client.cli.send import outgoing_of
from client.errors import ClientError
from client.mime.view import make_view
from tests.fakes.commands import Command, told

FROM = b"From: ntlan.snv@tphcm.gov.vn\r\n"
HEAD = b"To: lhnam.stp@tphcm.gov.vn\r\nSubject: thu la\r\nMIME-Version: 1.0\r\n"
NO_FROM = HEAD + b"Content-Type: text/plain\r\n\r\nkhong co nguoi gui\r\n"
BROKEN_CHARSET = (
    FROM + HEAD + b"Content-Type: text/plain; charset=khong-co-bang-ma\r\n"
    b"Content-Transfer-Encoding: base64\r\nSubject: =?x-la?B?////?= =?utf-8?q?=C6?=\r\n\r\n////gICA==\r\n"
)
MANY_HEADERS = FROM + HEAD + b"".join(b"X-So-%d: a\r\n" % number for number in range(10_000)) + b"\r\nthu\r\n"


def nested(depth: int) -> bytes:
    opening = b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level)
        for level in range(depth)
    )
    closing = b"".join(b"\r\n--b%d--\r\n" % level for level in reversed(range(depth)))
    return FROM + HEAD + opening + b"Content-Type: text/plain\r\n\r\nsau lam\r\n" + closing


CASES = {
    "no-from": NO_FROM,
    "broken-charset": BROKEN_CHARSET,
    "many-headers": MANY_HEADERS,
    "nested": nested(60),
}


@pytest.fixture(params=CASES)
def case(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, Path]:
    path = tmp_path / f"{request.param}.eml"
    path.write_bytes(CASES[request.param])
    return request.param, path


def test_check_judges_or_refuses_with_a_code(congthu: Command, case: tuple[str, Path]) -> None:
    name, path = case
    done = congthu("check", "--json", path)
    # Half a message must not pass the rules, nor one that nobody sends.
    refused = {"many-headers": "incomplete", "nested": "incomplete", "no-from": "from-missing"}
    if name in refused:
        assert (done.code, done.only["error"], done.only["params"]) == (
            3, "malformed-message", {"reason": refused[name]},
        )  # fmt: skip
        words = told("malformed-message", reason=refused[name])
        assert f"{words.title}. {words.action} [malformed-message]" in congthu("check", path).err
    else:
        assert done.code in {0, 1, 2}
        assert done.only["findings"]


def test_verify_says_unreadable_or_unsigned_and_goes_on(congthu: Command, case: tuple[str, Path]) -> None:
    name, path = case
    done = congthu("verify", "--json", path, path)
    cut = name in {"many-headers", "nested"}
    assert done.code == (3 if cut else 4)
    for one in done.objects:
        assert one["unreadable"] is cut
        assert one["reasons"] == (["message-unreadable"] if cut else [])
        assert one["display"] == ("UNKNOWN" if cut else "NONE")


def test_the_reading_pane_gets_something_to_show(case: tuple[str, Path]) -> None:
    name, path = case
    view = make_view(path.read_bytes())
    expected = {"many-headers": "too-many-headers", "nested": "nesting-too-deep"}
    assert (
        (expected[name] in view.defects) if name in expected else not view.defects or name == "broken-charset"
    )
    if name == "no-from":
        assert view.envelope.from_ == ()
        assert "khong co nguoi gui" in view.text
    if name == "broken-charset":
        assert view.text
        assert "\x00" not in view.text + view.envelope.subject
    if name == "many-headers":
        assert view.text.strip() == "thu"


def test_sending_such_a_letter_is_refused() -> None:
    reasons = {}
    for name, raw in (CASES | {"empty": b"", "two": FROM + FROM + HEAD + b"\r\nthu\r\n"}).items():
        with pytest.raises(ClientError) as refused:
            outgoing_of(raw, ())
        told(refused.value)
        reasons[name] = refused.value.params.get("reason", refused.value.code)
    assert reasons == {
        "no-from": "from-missing", "many-headers": "incomplete", "nested": "incomplete",
        "empty": "no-headers", "two": "from-ambiguous", "broken-charset": "config-invalid",
    }  # fmt: skip
