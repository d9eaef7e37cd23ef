"""The city's HTTP services on loopback: CRLs, OCSP, issuers' certificates and RFC 3161 time-stamps."""

from __future__ import annotations

import socket

from aiohttp import web
from certomancer.integrations.aiohttp_animator import build_animator_app
from certomancer.registry import ArchLabel

from client.sandbox.pki import DemoPki
from client.sandbox.pki_plan import ARCHITECTURE, AUTHORITIES, SIGNING_CAS


async def start_web(listener: socket.socket, pki: DemoPki) -> web.AppRunner:
    """Serve on ``listener``; end it with the runner's ``cleanup``."""
    # No page for people: its PKCS#12 download would hand out keys to whatever browses this port.
    app = build_animator_app(
        {ArchLabel(ARCHITECTURE): pki.architecture}, with_web_ui=False, allow_time_override=False
    )
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    return runner


def tsa_url(port: int) -> str:
    """Where time-stamps are asked for."""
    return f"http://127.0.0.1:{port}/{ARCHITECTURE}/tsa/tsa"


def crl_urls(port: int) -> tuple[str, ...]:
    """One CRL for each authority."""
    return tuple(f"http://127.0.0.1:{port}/{ARCHITECTURE}/crls/{label}/latest.crl" for label in AUTHORITIES)


def ocsp_urls(port: int) -> tuple[str, ...]:
    """One responder for each authority that issues to signers."""
    return tuple(
        f"http://127.0.0.1:{port}/{ARCHITECTURE}/ocsp/{label.replace('ca-', 'ocsp-', 1)}"
        for label in SIGNING_CAS
    )
