"""Figures of checking mail: a message of 1 MB in a warm workshop beside an ``openssl cms -verify`` process.

Printed, never asserted as times: run with ``bash installer/dev.sh bench``. Ours does more: it parses the
message, compares sender and certificate, demands fresh CRLs and looks through the attachment.
"""

from __future__ import annotations

import base64
import random
import statistics
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from client.crypto.smime import sign_entity
from client.mime import builder
from client.model.trust import RevocationDemand
from client.model.verdict import Display
from client.services.requests import TrustSources, VerifyRequest
from client.services.tasks import WorkshopLane
from client.services.workshop import judge
from tests.fakes.pki import OfficePki
from tests.fakes.signing import key_of

pytestmark = pytest.mark.bench
ROUNDS = 25
AN = "an@example.gov.vn"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    pki = OfficePki()
    noise = random.Random(1).randbytes(760_000)  # noqa: S311 - the same message every time
    entity = (
        b"Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n"
        b"Content-Disposition: attachment; filename=a.bin\r\n\r\n"
        + base64.encodebytes(noise).replace(b"\n", b"\r\n")
    )
    key = key_of(pki.person("Nguyễn Văn An", AN))
    headers = f"From: {AN}\r\nTo: binh@example.gov.vn\r\nSubject: thu\r\n".encode()
    der = sign_entity(entity, key, sender=AN, signing_time=pki.now)
    (tmp_path / "mail.eml").write_bytes(builder.assemble_signed(headers, entity, der))
    (tmp_path / "root.pem").write_bytes(pki.root.certificate_pem)
    for number, crl in enumerate(pki.crls()):
        (tmp_path / f"{number}.crl").write_bytes(crl)
    return tmp_path


def one(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - start)


def test_a_message_of_a_megabyte_beside_an_openssl_process(folder: Path) -> None:
    from datetime import UTC, datetime

    lists = tuple(sorted(folder.glob("*.crl")))
    request = VerifyRequest(
        folder / "mail.eml",
        TrustSources((folder / "root.pem",), lists),
        datetime.now(UTC),
        RevocationDemand.REQUIRE,
    )
    command = [
        "openssl",
        "cms",
        "-verify",
        "-in",
        str(folder / "mail.eml"),
        "-CAfile",
        str(folder / "root.pem"),
    ]
    command += ["-out", "/dev/null"]
    lane = WorkshopLane()

    def ours() -> None:
        assert judge(lane, request).result().display is Display.VALID

    def peer() -> None:
        subprocess.run(command, check=True, capture_output=True)

    try:
        ours()
        pairs = [(one(ours), one(peer)) for _ in range(ROUNDS)]
    finally:
        lane.close()
    mine, theirs = (statistics.median(times) for times in zip(*pairs, strict=True))
    least = (min(pair[side] for pair in pairs) for side in (0, 1))
    print(
        f"\nS/MIME, 1 MB: warm workshop {mine:.1f} ms, openssl process {theirs:.1f} ms: {mine / theirs:.2f}x"
        f" (medians of {ROUNDS}; least {next(least):.1f} and {next(least):.1f} ms)"
    )
