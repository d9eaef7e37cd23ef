"""Every code has its words in both languages, and no words are kept for codes that do not exist."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from enum import StrEnum

import pytest

from client.cli import main_job
from client.config.catalogue import LANGUAGES, Catalogue
from client.config.paths import resources_dir
from client.errors import ClientError
from client.mime import tree
from client.model import at_rest, oauth, server_certificate
from client.model.bundle import BundleProblem
from client.model.change import ChangeKind
from client.model.discovery import DiscoverySource
from client.model.finding import Gate, Severity
from client.model.mailbox import SpecialUse
from client.model.outgoing import Situation
from client.model.receipt import ReceiptKind
from client.model.verdict import Coverage, Display, Reason, SubIndication
from client.net import session

ENUMS: dict[str, type[StrEnum]] = {
    "reason": Reason,
    "sub_indication": SubIndication,
    "display": Display,
    "coverage": Coverage,
    "change": ChangeKind,
    "outbox": Situation,
    "gate": Gate,
    "mailbox": SpecialUse,
    "receipt": ReceiptKind,
    "discovery": DiscoverySource,
    "bundle": BundleProblem,
}
SOURCES = resources_dir().parent / "client"
MUST_ADVISE = ("error", "reason", "sub_indication", "unchecked", "display")
# Codes of an outbox row, of an event and of a waiting change, never raised.
EXTRA_ERRORS = {
    "given-up",
    "schedule-refused",
    "sent-copy-missing",
    "submission-interrupted",
    "engine-fault",
    "message-gone",
    "not-expunged",
    "program-fault",
}
STEPS = {"city", "compose", "check", "sign", "send", "receive", "verify", "compare", "done"}


@pytest.fixture(params=LANGUAGES)
def catalogue(request: pytest.FixtureRequest) -> Catalogue:
    return Catalogue.load(resources_dir(), request.param)


def error_kinds(kind: type[ClientError] = ClientError) -> set[type[ClientError]]:
    return {kind}.union(*(error_kinds(below) for below in kind.__subclasses__()))


def error_codes() -> set[str]:
    elsewhere: tuple[type[ClientError], ...] = (
        main_job.CheckFailed,
        oauth.SignInNeeded,
        server_certificate.CertificateRefused,
        at_rest.DataKeyLocked,
        at_rest.DataKeyMissing,
        at_rest.DataKeyWrong,
        session.ChangeForbidden,
    )
    return {kind.code for kind in (*error_kinds(), *elsewhere)}


def written_reasons() -> Iterator[str]:
    """Every literal that an error class is given as ``reason`` anywhere in the client."""
    names = {kind.__name__ for kind in error_kinds()}
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                values = [keyword.value for keyword in node.keywords if keyword.arg == "reason"]
                yield from (code for value in values for code in literals(value))


def literals(value: ast.expr) -> Iterator[str]:
    if isinstance(value, ast.IfExp):
        yield from (*literals(value.body), *literals(value.orelse))
    elif isinstance(value, ast.Constant) and isinstance(value.value, str):
        yield value.value


@pytest.mark.parametrize("family", ENUMS)
def test_every_member_of_an_enum_has_a_text_and_no_text_is_orphaned(
    catalogue: Catalogue, family: str
) -> None:
    assert catalogue.families()[family] == {member.value for member in ENUMS[family] if member.value}


def test_every_error_has_a_text_and_no_text_is_orphaned(catalogue: Catalogue) -> None:
    ours = {code for code in error_codes() if not code.startswith("test-")}
    assert catalogue.families()["error"] == ours | EXTRA_ERRORS


def test_every_reason_an_error_is_raised_with_has_words(catalogue: Catalogue) -> None:
    raised = set(written_reasons())
    assert len(raised) > 20
    known = catalogue.families()["detail"] | catalogue.families()["reason"]
    assert raised <= known, raised - known


def test_no_detail_is_orphaned(catalogue: Catalogue) -> None:
    written = "".join(path.read_text(encoding="utf-8") for path in SOURCES.rglob("*.py"))
    assert [code for code in catalogue.families()["detail"] if f'"{code}"' not in written] == []


def test_every_step_of_the_main_job_has_a_text(catalogue: Catalogue) -> None:
    assert catalogue.families()["step"] == STEPS


def test_every_severity_has_a_text(catalogue: Catalogue) -> None:
    assert catalogue.families()["severity"] == {severity.word for severity in Severity}


def test_every_defect_the_parser_notes_has_a_text(catalogue: Catalogue) -> None:
    sources = [resources_dir().parent / "client" / "mime" / name for name in ("tree.py", "fields.py")]
    written = "".join(path.read_text(encoding="utf-8") for path in sources)
    known = catalogue.families()["defect"]
    noted = {code for code in known if f'"{code}"' in written or code.endswith("-repeated")}
    assert known == noted
    for line in re.findall(r"(?:self\._note\(|defects?\.append\(|defect = ).*", written):
        codes = set(re.findall(r'"([a-z]+(?:-[a-z]+)+)"', line))
        assert codes <= known, line
    assert known >= tree.CUTS


def test_both_languages_have_the_same_codes_and_parameters() -> None:
    vietnamese, english = (Catalogue.load(resources_dir(), language) for language in LANGUAGES)
    assert vietnamese.families() == english.families()
    for family, codes in vietnamese.families().items():
        for code in codes:
            one, other = vietnamese.text(family, code), english.text(family, code)
            assert bool(one.action) == bool(other.action), (family, code)


@pytest.mark.parametrize("family", MUST_ADVISE)
def test_what_happened_comes_with_what_to_do(catalogue: Catalogue, family: str) -> None:
    silent = [code for code in catalogue.families()[family] if not catalogue.text(family, code).action]
    assert silent == []


def test_no_title_is_empty_and_every_format_string_can_be_filled(catalogue: Catalogue) -> None:
    for family, codes in catalogue.families().items():
        for code in codes:
            text = catalogue.text(family, code)
            assert text.title
            assert "{" not in text.title + text.action


def test_vietnamese_keeps_to_the_glossary() -> None:
    catalogue = Catalogue.load(resources_dir(), "vi")
    unwanted = re.compile("tin nhắn|tập tin|hoá|chứng chỉ|xoá", re.IGNORECASE)
    for family, codes in catalogue.families().items():
        for code in codes:
            text = catalogue.text(family, code)
            assert not unwanted.search(text.title + text.action), (family, code)
