"""A private OpenLDAP server with a small city in it."""

from __future__ import annotations

import base64
import contextlib
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from client.model.account import Endpoint, TlsMode
from tests.fakes.processes import free_ports, running, server_folder
from tests.fakes.tls import ServerAuthority

BASE = "dc=tphcm,dc=example"
PEOPLE = f"ou=people,{BASE}"
_SLAPD = "/usr/sbin/slapd"
_CONFIG = """
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
pidfile {folder}/slapd.pid
modulepath /usr/lib/ldap
moduleload back_mdb
TLSCertificateFile {chain}
TLSCertificateKeyFile {key}
security simple_bind=128
sizelimit size.soft=200 size.hard=200 size.prtotal=unlimited
database mdb
maxsize 33554432
suffix "{base}"
rootdn "cn=admin,{base}"
rootpw admin
directory {folder}/db
access to attrs=userPassword by anonymous auth by * none
access to dn.subtree="ou=kin,{base}" by users read by * none
access to * by * read
"""


@dataclass(frozen=True)
class Person:
    """An entry to put in."""

    uid: str
    name: str
    mail: tuple[str, ...] = ()
    title: str = ""
    unit: str = ""
    phone: str = ""
    password: str = ""
    where: str = PEOPLE

    def ldif(self) -> str:
        pairs = [("cn", self.name), ("sn", self.name.split()[-1]), *(("mail", one) for one in self.mail)]
        pairs += [("title", self.title), ("ou", self.unit), ("telephoneNumber", self.phone)]
        pairs += [("userPassword", self.password)]
        head = f"dn: uid={self.uid},{self.where}\nobjectClass: inetOrgPerson\nuid: {self.uid}\n"
        return head + "".join(
            f"{name}:: {base64.b64encode(value.encode()).decode()}\n" for name, value in pairs if value
        )


@dataclass(frozen=True)
class Slapd:
    """A running server."""

    endpoint: Endpoint
    starttls_endpoint: Endpoint
    anchors_pem: tuple[bytes, ...]


def why_no_slapd() -> str:
    """The reason why OpenLDAP cannot run here, or nothing."""
    return "" if shutil.which("slapd") or Path(_SLAPD).exists() else "slapd is not installed"


@contextlib.contextmanager
def run_slapd(authority: ServerAuthority, people: Iterable[Person]) -> Iterator[Slapd]:
    """Start a server of our own, filled, and take it down again."""
    with server_folder("cts") as folder:
        plain_port, tls_port = free_ports(2)
        chain, key = authority.issue().write(folder)
        (folder / "db").mkdir()
        config = folder / "slapd.conf"
        config.write_text(_CONFIG.format(folder=folder, chain=chain, key=key, base=BASE), "utf-8")
        ldif = folder / "city.ldif"
        ldif.write_text(_tree() + "\n".join(one.ldif() for one in people), "utf-8")
        subprocess.run([_SLAPD, "-T", "add", "-f", str(config), "-l", str(ldif)], check=True)
        places = f"ldap://127.0.0.1:{plain_port}/ ldaps://127.0.0.1:{tls_port}/"
        command = [_SLAPD, "-d", "0", "-f", str(config), "-h", places]
        with running(command, folder / "slapd.log", [plain_port, tls_port]):
            yield Slapd(
                Endpoint("localhost", tls_port, TlsMode.IMPLICIT),
                Endpoint("localhost", plain_port, TlsMode.STARTTLS),
                (authority.ca.cert_pem.bytes(),),
            )


def _tree() -> str:
    return (
        f"dn: {BASE}\nobjectClass: dcObject\nobjectClass: organization\ndc: tphcm\no: Thanh pho\n\n"
        f"dn: {PEOPLE}\nobjectClass: organizationalUnit\nou: people\n\n"
        f"dn: ou=kin,{BASE}\nobjectClass: organizationalUnit\nou: kin\n\n"
        f"dn: cn=noi khac,{PEOPLE}\nobjectClass: referral\nobjectClass: extensibleObject\n"
        "ref: ldap://127.0.0.1:1/dc=noi-khac\ncn: noi khac\n\n"
    )
