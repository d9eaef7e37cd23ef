"""A private Postfix that takes submissions and delivers into a private Dovecot."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from client.model.account import Endpoint, TlsMode
from tests.fakes.dovecot import Dovecot, is_root, mail_user
from tests.fakes.processes import free_ports, running, server_folder

SIZE_LIMIT = 20_000_000

_MAIN = """
compatibility_level = 3.6
queue_directory = {folder}/queue
data_directory = {folder}/data
command_directory = /usr/sbin
daemon_directory = /usr/lib/postfix/sbin
mail_owner = postfix
setgid_group = postdrop
maillog_file = {folder}/postfix-messages.log
maillog_file_prefixes = {folder}
myhostname = localhost
mydestination =
local_transport = error:no local mail
alias_maps =
alias_database =
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mynetworks =
virtual_mailbox_domains = regexp:{folder}/domains
virtual_mailbox_maps = regexp:{folder}/mailboxes
virtual_transport = dovecot
dovecot_destination_recipient_limit = 1
message_size_limit = {size}
smtpd_tls_chain_files = {dovecot}/server.key, {dovecot}/server.pem
smtpd_tls_auth_only = yes
smtpd_sasl_auth_enable = yes
smtpd_sasl_type = dovecot
smtpd_sasl_path = {auth_socket}
smtpd_relay_restrictions = permit_sasl_authenticated, reject
smtpd_recipient_restrictions =
 check_recipient_access regexp:{folder}/recipients, permit_sasl_authenticated, reject
smtpd_peername_lookup = no
smtpd_error_sleep_time = 0
smtpd_client_connection_count_limit = 0
smtpd_client_connection_rate_limit = 0
"""
_MASTER = """
127.0.0.1:{tls_port} inet n - n - - smtpd -o smtpd_tls_wrappermode=yes
127.0.0.1:{plain_port} inet n - n - - smtpd -o smtpd_tls_security_level=encrypt
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
tlsmgr unix - - n 1000? 1 tlsmgr
proxymap unix - - n - - proxymap
anvil unix - - n - 1 anvil
scache unix - - n - 1 scache
error unix - - n - - error
retry unix - - n - - error
discard unix - - n - - discard
postlog unix-dgram n - n - 1 postlogd
dovecot unix - n n - 4 pipe flags=DR user={mail}:{group} argv={lda} -c {config} -d ${{recipient}}
"""
_MAILBOXES = """
if !/^khong-co/
/./ ok
endif
"""


@dataclass(frozen=True)
class Postfix:
    """A running server. Recipients ``khong-co…@`` are refused for good, ``ban…@`` for now."""

    folder: Path
    smtp_endpoint: Endpoint
    smtp_starttls_endpoint: Endpoint


def why_no_postfix() -> str:
    """The reason why Postfix cannot run here, or nothing."""
    if not shutil.which("postfix", path="/usr/sbin:/usr/bin:/sbin"):
        return "Postfix is not installed"
    return "" if is_root() else "Postfix starts as root only"


@contextlib.contextmanager
def run_postfix(dovecot: Dovecot) -> Iterator[Postfix]:
    """Start a Postfix of our own and take it down again."""
    with server_folder("ctp") as folder:
        plain_port, tls_port = free_ports(2)
        _write_config(folder, dovecot, plain_port, tls_port)
        command = ["/usr/sbin/postfix", "-c", str(folder / "etc"), "start-fg"]
        pid_file = folder / "queue" / "pid" / "master.pid"
        with running(command, folder / "postfix.log", [plain_port, tls_port], pid_file=pid_file):
            yield Postfix(
                folder,
                Endpoint("localhost", tls_port, TlsMode.IMPLICIT),
                Endpoint("localhost", plain_port, TlsMode.STARTTLS),
            )


def _write_config(folder: Path, dovecot: Dovecot, plain_port: int, tls_port: int) -> None:
    mail, group = mail_user()
    lda = next(
        path
        for path in map(Path, ("/usr/lib/dovecot/dovecot-lda", "/usr/libexec/dovecot/dovecot-lda"))
        if path.exists()
    )
    values = {
        "folder": folder, "dovecot": dovecot.folder,
        "auth_socket": dovecot.auth_socket, "config": dovecot.config,
        "size": SIZE_LIMIT, "plain_port": plain_port, "tls_port": tls_port, "mail": mail,
        "group": group, "lda": lda,
    }  # fmt: skip
    for name in ("etc", "queue", "data"):
        (folder / name).mkdir()
    shutil.chown(folder / "data", "postfix")
    (folder / "etc" / "main.cf").write_text(_MAIN.format(**values), "utf-8")
    (folder / "etc" / "master.cf").write_text(_MASTER.format(**values), "utf-8")
    (folder / "domains").write_text("/./ ok\n", "ascii")
    (folder / "mailboxes").write_text(_MAILBOXES, "ascii")
    (folder / "recipients").write_text("/^ban/ 450 4.2.0 busy\n", "ascii")
