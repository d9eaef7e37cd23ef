"""A private Dovecot (2.3 and 2.4), as root or as a normal user."""

from __future__ import annotations

import contextlib
import getpass
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from client.model.account import Endpoint, TlsMode
from tests.fakes.processes import free_ports, running, server_folder
from tests.fakes.tls import ServerAuthority

_COMMON = """
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/dovecot-messages.log
protocols = imap
listen = 127.0.0.1
ssl = required
default_internal_user = {internal}
default_internal_group = {internal_group}
default_login_user = {login}
mail_uid = {mail}
mail_gid = {mail_group}
first_valid_uid = 1
first_valid_gid = 1
mail_max_userip_connections = 100
service imap-login {{
  chroot =
  service_count = 0
  inet_listener imap {{
    port = {plain_port}
  }}
  inet_listener imaps {{
    port = {tls_port}
    ssl = yes
  }}
}}
service anvil {{
  chroot =
}}
service auth {{
  unix_listener auth-client {{
    mode = 0666
  }}
  unix_listener auth-userdb {{
    mode = 0777
  }}
}}
service stats {{
  chroot =
  unix_listener stats-writer {{
    mode = 0666
  }}
}}
"""
_NAMESPACE = """
namespace inbox {{
  inbox = yes
  separator = /
  mailbox Drafts {{
    auto = create
    special_use = \\Drafts
  }}
  mailbox "{sent}" {{
    auto = create
    special_use = \\Sent
  }}
  mailbox Trash {{
    auto = create
    special_use = \\Trash
  }}
}}
"""
_V23 = """
auth_mechanisms = plain login
auth_failure_delay = 0
mail_location = maildir:~/Maildir
ssl_cert = <{chain}
ssl_key = <{key}
passdb {{
  driver = passwd-file
  args = {folder}/users/%u
}}
userdb {{
  driver = static
  args = home={folder}/mail/%u
}}
protocol lda {{
  postmaster_address = postmaster@localhost
}}
"""
_V24 = """
auth_mechanisms = plain login
auth_failure_delay = 0
mail_driver = maildir
mail_path = ~/Maildir
ssl_server_cert_file = {chain}
ssl_server_key_file = {key}
passdb passwd-file {{
  passwd_file_path = {folder}/users/%{{user}}
}}
userdb static {{
  fields {{
    home = {folder}/mail/%{{user}}
  }}
}}
protocol lda {{
  postmaster_address = postmaster@localhost
}}
"""


@dataclass(frozen=True)
class Dovecot:
    """A running server."""

    folder: Path
    anchors_pem: tuple[bytes, ...]
    imap_endpoint: Endpoint
    imap_starttls_endpoint: Endpoint

    @property
    def config(self) -> Path:
        return self.folder / "dovecot.conf"

    @property
    def auth_socket(self) -> Path:
        return self.folder / "run" / "auth-client"

    def add_user(self, address: str, password: str) -> None:
        # A file each: of one for all, Dovecot notices a change only from one second to the next.
        # Hexadecimal, so that a password may hold any character.
        entry = f"{address}:{{PLAIN.HEX}}{password.encode().hex()}\n"
        (self.folder / "users" / address).write_text(entry, "ascii")

    def maildir(self, address: str) -> Path:
        return self.folder / "mail" / address / "Maildir"


def why_no_dovecot() -> str:
    """The reason why Dovecot cannot run here, or nothing."""
    return "" if shutil.which("dovecot") else "Dovecot is not installed"


def version() -> tuple[int, ...]:
    """Of the Dovecot that is installed: 2.4 is configured otherwise than 2.3."""
    return tuple(int(part) for part in _version().split(".")[:2])


def _version() -> str:
    done = subprocess.run(["dovecot", "--version"], capture_output=True, text=True, check=True)
    return done.stdout.split()[0]


@contextlib.contextmanager
def run_dovecot(authority: ServerAuthority, more: str = "") -> Iterator[Dovecot]:
    """Start a Dovecot of our own and take it down again; ``more`` is added to its configuration."""
    with server_folder("ctd") as folder:
        plain_port, tls_port = free_ports(2)
        _write_config(folder, authority, plain_port, tls_port)
        with (folder / "dovecot.conf").open("a", encoding="utf-8") as config:
            config.write(more)
        server = Dovecot(
            folder,
            (authority.ca.cert_pem.bytes(),),
            Endpoint("localhost", tls_port, TlsMode.IMPLICIT),
            Endpoint("localhost", plain_port, TlsMode.STARTTLS),
        )
        command = ["dovecot", "-F", "-c", str(server.config)]
        with running(command, folder / "dovecot.log", [plain_port, tls_port]):
            yield server


def _write_config(folder: Path, authority: ServerAuthority, plain_port: int, tls_port: int) -> None:
    modern, told = version() >= (2, 4), _version()
    chain, key = authority.issue().write(folder)
    mail, group = mail_user()
    root = is_root()
    values = {
        "folder": folder, "chain": chain, "key": key, "plain_port": plain_port, "tls_port": tls_port,
        "mail": mail, "mail_group": group,
        "internal": "dovecot" if root else mail, "internal_group": "dovecot" if root else group,
        "login": "dovenull" if root else mail, "sent": "Sent",
    }  # fmt: skip
    head = f"dovecot_config_version = {told}\ndovecot_storage_version = {told}\n" if modern else ""
    text = (_COMMON + (_V24 if modern else _V23) + _NAMESPACE).format(**values)
    (folder / "dovecot.conf").write_text(head + text, "utf-8")
    (folder / "users").mkdir()
    log = folder / "dovecot-messages.log"
    log.touch()
    log.chmod(0o666)  # dovecot-lda writes to it as the owner of the mail
    (folder / "mail").mkdir()
    (folder / "mail").chmod(0o777)


def mail_user() -> tuple[str, str]:
    """User and group that own the mail: not root, which Dovecot refuses."""
    if is_root():
        return "nobody", "nogroup"
    if sys.platform != "win32":
        import grp

        group = grp.getgrgid(os.getegid()).gr_name
    else:
        group = ""
    return getpass.getuser(), group


def is_root() -> bool:
    """Whether this process may change users."""
    return sys.platform != "win32" and os.geteuid() == 0
