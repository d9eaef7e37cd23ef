"""Which keys there are to sign with, and how the drivers of tokens fare; no PIN is asked for.

`find_keys` and `probe` ask the workshop about one driver after the other: one that brings the
process down costs its own answer and no other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from client.errors import ClientError, WorkshopLost
from client.model.account import KeyRef
from client.model.token import DriverReport, KeyChoice
from client.services import workshop
from client.services.futures import call, then
from client.services.tasks import Lane
from client.services.token_drivers import installed_drivers, name_of

Answer = TypeVar("Answer")


def find_keys(
    lane: Lane, own: Sequence[Path], keys: Sequence[KeyRef], at: datetime
) -> Future[tuple[KeyChoice, ...]]:
    """The key files among ``keys``, then every certificate of the tokens that are plugged in.

    A driver that cannot be used has no keys; `probe` says why.
    """
    asked = _in_turn(
        installed_drivers(own),
        lambda path: lane.submit(workshop.list_token_keys, path, at),
        lambda path, error: (),
    )
    return then(asked, lambda found: call(lambda: files_and_tokens(keys, found)))


def probe(lane: Lane, own: Sequence[Path]) -> Future[tuple[DriverReport, ...]]:
    """The user's own drivers, there or not, and the known ones that are installed."""
    return _in_turn(installed_drivers(own), lambda path: lane.submit(workshop.probe_driver, path), _lost)


def files_and_tokens(keys: Iterable[KeyRef], found: Iterable[tuple[KeyChoice, ...]]) -> tuple[KeyChoice, ...]:
    """One list; a token that several drivers show is there once, by the first of them."""
    choices = {str(key): KeyChoice(key, None) for key in keys if key.scheme == "p12"}
    for choice in (choice for one_driver in found for choice in one_driver):
        serial = choice.token.serial if choice.token else ""
        choices.setdefault(f"{serial}/{choice.certificate_der.hex()}", choice)
    return tuple(choices.values())


def _lost(path: Path, error: BaseException) -> DriverReport:
    code = error.code if isinstance(error, ClientError) else ClientError.code
    found = isinstance(error, WorkshopLost) or path.is_file()
    return DriverReport(str(path), name_of(path), found, problem=code)


def _in_turn(
    paths: Sequence[Path],
    ask: Callable[[Path], Future[Answer]],
    instead: Callable[[Path, BaseException], Answer],
) -> Future[tuple[Answer, ...]]:
    """One question after the other, because those that wait behind a crash are lost with it."""
    outer: Future[tuple[Answer, ...]] = Future()
    answers: list[Answer] = []

    def go_on() -> None:
        if len(answers) == len(paths):
            outer.set_result(tuple(answers))
            return
        try:
            ask(paths[len(answers)]).add_done_callback(take)
        except ClientError as error:
            # The lane is closed: there is nobody left to ask.
            outer.set_exception(error)

    def take(done: Future[Answer]) -> None:
        error = done.exception()
        answers.append(done.result() if error is None else instead(paths[len(answers)], error))
        go_on()

    go_on()
    return outer
