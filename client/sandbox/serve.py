"""Inside the city's process: make what is missing, open the ports, serve until told to stop."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import shutil
import socket
import ssl
from datetime import datetime
from pathlib import Path

from client.model.account import Endpoint, TlsMode
from client.model.secret import Secret
from client.sandbox import web_server
from client.sandbox.connections import Connections
from client.sandbox.imap_server import start_imap
from client.sandbox.info import CityInfo, DemoMailbox, Pipe
from client.sandbox.mailboxes import FolderMailboxSet
from client.sandbox.people import Cast, Person, load_cast
from client.sandbox.pki import DemoPki, is_current, open_pki
from client.sandbox.pki_plan import SIGNING_CAS, seal_label
from client.sandbox.smtp_server import start_smtp

_POLL_S = 0.2
_FILLED = "thu-mau.json"


def serve(folder: Path, connection: Pipe, now: datetime) -> None:
    """Run the city of ``folder``; returns when the other end of ``connection`` is closed."""
    # aiosmtpd announces its own deprecations there at every sign-in.
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    cast = load_cast()
    listeners = _listeners(folder)
    # Before the event loop runs: signing the letters starts loops of its own.
    pki = _prepare(folder, cast, now, listeners["http"])
    asyncio.run(_serve(folder, connection, cast, pki, listeners))


async def _serve(
    folder: Path, connection: Pipe, cast: Cast, pki: DemoPki, listeners: dict[str, socket.socket]
) -> None:
    mailboxes = {cast.address(one.person_id): _open_mailbox(folder, one) for one in cast.people}
    passwords = dict.fromkeys(mailboxes, cast.mail_password)
    context = _tls_context(pki)
    clients = Connections()
    imap = await start_imap(listeners["imap"], context, mailboxes, passwords, clients)
    smtp = await start_smtp(listeners["smtp"], context, mailboxes, passwords, clients)
    web = await web_server.start_web(listeners["http"], pki)
    try:
        connection.send(_info(cast, pki, {name: _port(one) for name, one in listeners.items()}))
        await _until_closed(connection)
    finally:
        imap.close()
        smtp.close()
        await web.cleanup()
        await clients.end()


def _prepare(folder: Path, cast: Cast, now: datetime, http: socket.socket) -> DemoPki:
    pki_folder, mail_folder = folder / "pki", folder / "mail"
    if not is_current(pki_folder, now):
        # The letters are signed with the old keys: both are made anew together.
        shutil.rmtree(pki_folder, ignore_errors=True)
        shutil.rmtree(mail_folder, ignore_errors=True)
    pki_folder.mkdir(parents=True, exist_ok=True)
    pki = open_pki(pki_folder, cast, now, lambda: _port(http))
    if not (mail_folder / _FILLED).exists():
        from client.sandbox.filling import fill_mailboxes

        shutil.rmtree(mail_folder, ignore_errors=True)
        mail_folder.mkdir(parents=True)
        manifest = fill_mailboxes(mail_folder, cast, pki)
        (mail_folder / _FILLED).write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")
    return pki


def _open_mailbox(folder: Path, person: Person) -> FolderMailboxSet:
    path = folder / "mail" / person.person_id
    path.mkdir(parents=True, exist_ok=True)
    return FolderMailboxSet(path)


def _listeners(folder: Path) -> dict[str, socket.socket]:
    """Three sockets on loopback: the ports of last time where they are free, else any."""
    record = folder / "ports.json"
    folder.mkdir(parents=True, exist_ok=True)
    try:
        wanted = json.loads(record.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        wanted = {}
    opened = {name: _listen(int(wanted.get(name, 0))) for name in ("imap", "smtp", "http")}
    record.write_text(json.dumps({name: _port(one) for name, one in opened.items()}), encoding="utf-8")
    return opened


def _listen(port: int) -> socket.socket:
    for attempt in (port, 0):
        one = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        if os.name == "posix":
            # The last run's connections may be in TIME_WAIT; on Windows this would let others take the port.
            one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            one.bind(("127.0.0.1", attempt))
        except OSError:
            one.close()
            if attempt == 0:
                raise
            continue
        one.listen(64)
        one.setblocking(False)
        return one
    raise AssertionError


def _port(listener: socket.socket) -> int:
    return int(listener.getsockname()[1])


def _tls_context(pki: DemoPki) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(pki.folder / "may-chu.pem", pki.folder / "keys" / "may-chu.pem")
    return context


def _info(cast: Cast, pki: DemoPki, ports: dict[str, int]) -> CityInfo:
    return CityInfo(
        imap=Endpoint("127.0.0.1", ports["imap"], TlsMode.IMPLICIT),
        smtp=Endpoint("127.0.0.1", ports["smtp"], TlsMode.STARTTLS),
        tsa_url=web_server.tsa_url(ports["http"]),
        crl_urls=web_server.crl_urls(ports["http"]),
        ocsp_urls=web_server.ocsp_urls(ports["http"]),
        anchors_pem=(pki.folder / "goc-tin-cay-DEMO.pem").read_bytes(),
        intermediates_pem=b"".join((pki.folder / f"{label}.crt.pem").read_bytes() for label in SIGNING_CAS),
        mailboxes=tuple(_mailbox(cast, pki, one) for one in cast.people),
    )


def _mailbox(cast: Cast, pki: DemoPki, person: Person) -> DemoMailbox:
    return DemoMailbox(
        address=cast.address(person.person_id),
        display_name=person.name,
        title=person.title,
        unit=person.unit,
        kind=person.kind,
        role=person.role,
        password=Secret(cast.mail_password),
        personal_key=pki.key_path(person.person_id) if person.has_key else None,
        seal_key=pki.key_path(seal_label(person.seal)) if person.seal else None,
        key_password=Secret(cast.key_password),
        phone=person.phone,
        hand_image=person.hand_image,
        seal_image=person.seal_image,
    )


async def _until_closed(connection: Pipe) -> None:
    # Polled: asyncio cannot wait on a Windows pipe handle of multiprocessing.
    while True:
        try:
            if connection.poll():
                connection.recv()
        except (EOFError, OSError):
            return
        await asyncio.sleep(_POLL_S)
