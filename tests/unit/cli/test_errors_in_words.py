"""How a command tells an error: what happened, why, what to do, the code; one object for programs."""

from __future__ import annotations

import json

import pytest

from client.cli.main import run
from client.cli.output import Printer
from client.config.catalogue import Catalogue
from client.config.paths import resources_dir
from client.errors import (
    ConfigInvalid,
    DocumentEncrypted,
    KeyFileInvalid,
    MalformedDocument,
    SigningRefused,
    StorageFailed,
)


def printer(language: str = "vi", *, as_json: bool = False) -> Printer:
    return Printer(Catalogue.load(resources_dir(), language), as_json=as_json)


def test_people_get_words_for_the_reason_and_the_code(capsys: pytest.CaptureFixture[str]) -> None:
    printer().error(KeyFileInvalid(path="toi.p12", reason="no-key"), "a.pdf")
    written = capsys.readouterr()
    assert written.out == ""
    assert written.err.startswith("a.pdf: ")
    assert "toi.p12: không có khóa ký" in written.err
    assert written.err.endswith("[key-file-invalid]\n")


def test_what_to_do_is_a_sentence_of_its_own(capsys: pytest.CaptureFixture[str]) -> None:
    printer().error(StorageFailed(path="a.pdf", reason="file-missing"))
    assert capsys.readouterr().err.startswith("Không đọc hoặc ghi được trên đĩa: a.pdf. Kiểm tra")


def test_who_forbids_is_named_where_it_is_known(capsys: pytest.CaptureFixture[str]) -> None:
    for reason in ("document-certified", "field-locked", "certified-no-new-drawing"):
        printer().error(SigningRefused(reason=reason, signer="Võ Thị Mai Anh", date=""))
        assert "(người ký: Võ Thị Mai Anh)." in capsys.readouterr().err
        printer().error(SigningRefused(reason=reason, signer="", date=""))
        assert "người ký:" not in capsys.readouterr().err


def test_a_document_without_a_name_leaves_no_gap(capsys: pytest.CaptureFixture[str]) -> None:
    printer().error(DocumentEncrypted(name=""))
    assert capsys.readouterr().err.startswith("Tài liệu có mật khẩu bảo vệ.")
    printer().error(MalformedDocument(name="", reason="corrupt"))
    assert "tài liệu:" in capsys.readouterr().err


def test_programs_get_the_code_and_the_reason_as_a_code(capsys: pytest.CaptureFixture[str]) -> None:
    printer("en", as_json=True).error(SigningRefused(reason="signer-not-sender"))
    told = json.loads(capsys.readouterr().out)
    assert (told["path"], told["error"], told["params"]) == (
        None, "signing-refused", {"reason": "signer-not-sender"},
    )  # fmt: skip
    assert "signer-not-sender" not in told["message"]


def test_a_suggestion_is_made_only_where_there_is_one(capsys: pytest.CaptureFixture[str]) -> None:
    printer().error(ConfigInvalid(path="settings.toml", key="langage", suggestion="language"))
    assert "Có phải ý bạn là language?" in capsys.readouterr().err
    printer().error(ConfigInvalid(path="settings.toml", key="x", suggestion=""))
    assert "Có phải" not in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["verify", "--help"], ["sign", "--help"]])
def test_help_can_be_had(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        run(arguments)
    assert left.value.code == 0
    assert capsys.readouterr().out
