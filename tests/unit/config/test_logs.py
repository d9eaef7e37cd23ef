from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from client.config.logs import start_log

CANARY = "chim-hoang-yen"


@pytest.fixture(autouse=True)
def handlers() -> Iterator[None]:
    root = logging.getLogger()
    before = list(root.handlers)
    yield
    for one in [one for one in root.handlers if one not in before]:
        root.removeHandler(one)
        one.close()


def fail() -> None:
    try:
        raise ValueError(CANARY)
    except ValueError as error:
        raise RuntimeError(CANARY) from error


def test_a_fault_is_logged_with_its_kinds_and_places_and_none_of_its_words(tmp_path: Path) -> None:
    start_log(tmp_path / "logs", "window")
    try:
        fail()
    except RuntimeError:
        logging.getLogger("client.ui").critical("unexpected fault", exc_info=True)
    text = (tmp_path / "logs" / "window.log").read_text("utf-8")
    assert "RuntimeError" in text
    assert "ValueError" in text
    assert "test_logs.py" in text
    assert CANARY not in text


def test_what_libraries_say_of_a_file_is_kept_nowhere(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    start_log(tmp_path, "workshop")
    logging.getLogger("pyhanko.sign").warning("%s", CANARY)
    assert (tmp_path / "workshop.log").read_text("utf-8") == ""
    assert CANARY not in capsys.readouterr().err


def test_starting_again_writes_every_line_once(tmp_path: Path) -> None:
    start_log(tmp_path, "engine")
    start_log(tmp_path, "engine")
    logging.getLogger("client.services").error("once")
    assert (tmp_path / "engine.log").read_text("utf-8").count("once") == 1


def test_a_folder_that_cannot_be_made_costs_the_log_alone(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    start_log(tmp_path / "file" / "logs", "window")
    logging.getLogger("client").error("unheard")
