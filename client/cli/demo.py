"""`congthu demo`: the training city, with the window on it or the main job run once."""

from __future__ import annotations

import argparse
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

from msgspec.structs import replace

from client import app
from client.cli.main_job import MainJob, choose_parties, letter_of_the_office
from client.cli.output import Printer
from client.cli.screen import has_screen
from client.config.paths import Paths, resources_dir
from client.config.policy_layers import builtin_policy
from client.config.policy_trust import PolicyCertificate, Trust
from client.config.settings import Settings
from client.errors import ClientError
from client.sandbox.city import City
from client.sandbox.info import CityInfo
from client.store.atomic import write_atomically
from client.store.secrets import MemorySecrets

_PEM_END = "-----END CERTIFICATE-----"
_OF_SERVERS = "/ca-may-chu/"
"""The authority of the city's servers issues to nobody who signs."""


def configure(parser: argparse.ArgumentParser) -> None:
    """See `client.cli.main.Command`."""
    parser.add_argument("--headless", action="store_true", help="chạy quy trình chính một lần · run once")
    parser.add_argument("--data", type=Path, metavar="DIR", help="thư mục dữ liệu · data folder")


def run(arguments: argparse.Namespace, printer: Printer) -> int:
    """See `client.cli.main.Command`."""
    paths = Paths(arguments.data) if arguments.data else Paths.for_demo()
    paths.data.mkdir(parents=True, exist_ok=True)
    start = time.perf_counter()
    headless = arguments.headless or arguments.json or not has_screen()
    with ThreadPoolExecutor(1) as beside:
        starting = beside.submit(City.start, paths.data / "city")
        if not headless:
            app.load_window()
        running = starting.result()
    with running as city:
        info = city.info
        seconds = round(time.perf_counter() - start, 3)
        _tell(printer, "city", seconds, f"IMAP :{info.imap.port}, SMTP :{info.smtp.port}")
        installation = installation_of(info, paths, arguments.language)
        if headless:
            return _run_once(installation, info, printer, start)
        return app.open_window(installation, arguments.language)


def _run_once(installation: app.Installation, info: CityInfo, printer: Printer, start: float) -> int:
    leader_password = info.mailboxes[0].key_password
    try:
        with app.OpenOffice(installation) as desk:
            parties = choose_parties(desk.accounts(), leader_password, letter_of_the_office())
            for step in MainJob(desk, parties).run():
                _tell(printer, step.code, step.seconds, step.detail)
    except ClientError as error:
        printer.error(error)
        printer.json({"ok": False, "error": error.code, "params": error.params})
        return 1
    total = round(time.perf_counter() - start, 3)
    printer.line(f"✔ {printer.catalogue.text('step', 'done').title} ({total:.2f} s)")
    printer.json({"ok": True, "seconds": total})
    return 0


def _tell(printer: Printer, code: str, seconds: float, detail: str) -> None:
    title = printer.catalogue.text("step", code).title
    printer.line(f"✔ {title:<32} {seconds:6.2f} s   {detail}")
    printer.json({"step": code, "ok": True, "seconds": seconds, "detail": detail})


def installation_of(info: CityInfo, paths: Paths, language: str) -> app.Installation:
    """The client set up for every mailbox of the city; the demo root is in the demo's policy only."""
    accounts = tuple(info.account(mailbox.address) for mailbox in info.mailboxes)
    passwords = {
        account.account_id: mailbox.password
        for account, mailbox in zip(accounts, info.mailboxes, strict=True)
    }
    _lay_out_images(info, paths)
    settings = Settings(language=language, accounts=accounts, tsa_urls=(info.tsa_url,))
    policy = replace(builtin_policy(resources_dir()), trust=trust_of(info))
    secrets = MemorySecrets(passwords)
    return app.Installation(paths, settings, policy, secrets, (info.anchors_pem,), is_demo=True)


def trust_of(info: CityInfo) -> Trust:
    """The policy's table on trust as the city has it."""
    host = urlsplit(info.crl_urls[0]).netloc
    return Trust(
        anchors=_named(info.anchors_pem),
        intermediates=_named(info.intermediates_pem),
        crl_urls=tuple(url for url in info.crl_urls if _OF_SERVERS not in url),
        hosts=(host,),
        ocsp_hosts=(host,),
    )


def _named(pems: bytes) -> tuple[PolicyCertificate, ...]:
    """Every certificate of a PEM text, vouched for by the city itself."""
    ends = pems.decode("ascii").split(_PEM_END)[:-1]
    named = (PolicyCertificate("Công Thư DEMO", "", f"{one}{_PEM_END}\n") for one in ends)
    return tuple(replace(one, fingerprint=one.sha256) for one in named)


def _lay_out_images(info: CityInfo, paths: Paths) -> None:
    """Specimens of hand signatures and seals, where nobody has chosen another picture."""
    paths.image("", seal=False).parent.mkdir(parents=True, exist_ok=True)
    for mailbox in info.mailboxes:
        account = info.account(mailbox.address).account_id
        for seal, source in ((False, mailbox.hand_image), (True, mailbox.seal_image)):
            target = paths.image(account, seal=seal)
            if source is not None and not target.exists():
                write_atomically(target, source.read_bytes())
