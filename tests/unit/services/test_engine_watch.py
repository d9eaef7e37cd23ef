from __future__ import annotations

import itertools
import threading

import pytest

from client.services.engine_trust import ServerTrust
from client.services.engine_watch import Clocks, SleepWatch, has_jumped


@pytest.mark.parametrize(
    ("wall", "steady", "jumped"),
    [
        (5, 5, False),
        (20, 20, False),  # a busy computer
        (3605, 5, True),  # slept; the steady clock of Linux stands still
        (3605, 3605, True),  # slept; that of Windows goes on
        (-3600, 5, True),  # the clock was set
        (4, 5, False),  # corrected
    ],
)
def test_a_sleep_is_told_by_either_clock(wall: float, steady: float, jumped: bool) -> None:
    assert has_jumped(Clocks(1000, 50), Clocks(1000 + wall, 50 + steady)) is jumped


def test_the_watch_tells_once_for_each_sleep() -> None:
    moments = iter([Clocks(0, 0), Clocks(0.01, 0.01), Clocks(7200, 0.02), Clocks(7200.01, 0.03)])
    rest = (Clocks(7200.02 + n / 100, 0.04 + n / 100) for n in itertools.count())
    woken, enough = [], threading.Event()

    def clocks() -> Clocks:
        found = next(moments, None)
        if found is None:
            enough.set()
        return found or next(rest)

    watch = SleepWatch(lambda: woken.append(1), clocks, tick=0.01)
    watch.start()
    assert enough.wait(30)
    watch.stop()
    assert woken == [1]


def test_one_broken_promise_is_forgiven_more_are_not() -> None:
    trust = ServerTrust(frozenset({"LIST-STATUS"}))
    trust.broke("modseq-went-back")
    assert trust.without == {"LIST-STATUS"}
    trust.broke("vanished-untold")
    assert trust.without == {"LIST-STATUS", "QRESYNC"}
    for _ in range(2):
        trust.broke("uidnext-went-back")
    assert trust.without == {"LIST-STATUS", "QRESYNC", "CONDSTORE"}
