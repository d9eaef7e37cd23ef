"""The workshop lane: work in another process that may die without taking anything with it."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from client.errors import MalformedDocument, WorkshopLost
from client.model.verdict import Display, Indication, Reason
from client.services import workshop
from client.services.requests import TrustSources, VerifyRequest
from client.services.tasks import ImmediateLane, Lane, WorkshopLane

PATIENCE = 60


@pytest.fixture(params=["immediate", "workshop"])
def lane(request: pytest.FixtureRequest) -> Iterator[Lane]:
    lane: Lane = ImmediateLane() if request.param == "immediate" else WorkshopLane()
    yield lane
    lane.close()


@pytest.fixture
def real_lane() -> Iterator[WorkshopLane]:
    lane = WorkshopLane()
    yield lane
    lane.close()


def test_work_is_answered(lane: Lane) -> None:
    assert lane.submit(len, "Công Thư").result(PATIENCE) == 8


def test_an_error_arrives_with_its_parameters(lane: Lane) -> None:
    with pytest.raises(MalformedDocument) as caught:
        lane.submit(refuse, "giấy mời.pdf").result(PATIENCE)
    assert caught.value.params == {"name": "giấy mời.pdf", "reason": "corrupt"}


def test_the_workshop_is_another_process(real_lane: WorkshopLane) -> None:
    assert real_lane.submit(os.getpid).result(PATIENCE) != os.getpid()


def test_a_killed_workshop_fails_the_work_at_hand_and_is_replaced(real_lane: WorkshopLane) -> None:
    first = real_lane.submit(os.getpid).result(PATIENCE)
    held = real_lane.submit(time.sleep, PATIENCE)
    os.kill(first, signal.SIGTERM)
    with pytest.raises(WorkshopLost):
        held.result(PATIENCE)
    second = real_lane.submit(os.getpid).result(PATIENCE)
    assert second != first


def test_an_abandoned_workshop_fails_what_it_did_and_is_replaced(real_lane: WorkshopLane) -> None:
    held, waiting = (real_lane.submit(time.sleep, PATIENCE) for _ in range(2))
    first = real_lane.process_ids()
    real_lane.abandon()
    for work in (held, waiting):
        with pytest.raises(WorkshopLost):
            work.result(PATIENCE)
    assert real_lane.submit(os.getpid).result(PATIENCE) not in first


def test_killing_the_workshop_during_a_verification_concludes_nothing(
    real_lane: WorkshopLane, tmp_path: Path
) -> None:
    document = tmp_path / "cong-van.pdf"
    document.write_bytes(b"%PDF-1.7\n%%EOF\n")
    process = real_lane.submit(os.getpid).result(PATIENCE)
    real_lane.submit(time.sleep, PATIENCE)
    report = workshop.judge(real_lane, VerifyRequest(document, TrustSources(), datetime.now(UTC)))
    os.kill(process, signal.SIGTERM)
    found = report.result(PATIENCE)
    assert found.indication is Indication.INDETERMINATE
    assert found.display is Display.UNKNOWN
    assert found.reasons == (Reason.WORKSHOP_LOST,)


def test_a_verification_that_fails_itself_concludes_nothing(tmp_path: Path) -> None:
    missing_anchor = TrustSources(anchors=(tmp_path / "no-such-folder",))
    document = tmp_path / "cong-van.pdf"
    document.write_bytes(b"%PDF-1.7\n%%EOF\n")
    request = VerifyRequest(document, missing_anchor, datetime.now(UTC))
    found = workshop.judge(ImmediateLane(), request).result(PATIENCE)
    assert found.reasons == (Reason.CHECK_NOT_RUN,)
    assert found.display is Display.UNKNOWN


def test_a_closed_workshop_takes_no_more_work(real_lane: WorkshopLane) -> None:
    real_lane.close()
    with pytest.raises(WorkshopLost):
        real_lane.submit(os.getpid)


def test_callers_on_many_threads_share_one_workshop(real_lane: WorkshopLane) -> None:
    answers: set[int] = set()
    threads = [
        threading.Thread(target=lambda: answers.add(real_lane.submit(os.getpid).result(PATIENCE)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert len(answers) == 1


def refuse(name: str) -> None:
    raise MalformedDocument(name=name, reason="corrupt")


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has classes of priority")
def test_a_calm_workshop_stands_back() -> None:
    calm, other = WorkshopLane(calm=True), WorkshopLane()
    try:
        if sys.platform != "win32":
            assert calm.submit(os.nice, 0).result(60) >= other.submit(os.nice, 0).result(60) + 10
    finally:
        calm.close()
        other.close()
