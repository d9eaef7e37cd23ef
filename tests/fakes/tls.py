"""A certificate authority for servers on loopback, and certificates that are wrong on purpose."""

from __future__ import annotations

import ssl
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

import trustme


@dataclass(frozen=True)
class ServerIdentity:
    """A server certificate and who issued it."""

    authority: trustme.CA
    certificate: trustme.LeafCert

    @property
    def anchors_pem(self) -> tuple[bytes, ...]:
        return (self.authority.cert_pem.bytes(),)

    def server_context(self) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.certificate.configure_cert(context)
        return context

    def write(self, folder: Path) -> tuple[Path, Path]:
        """Certificate chain and key as files for a daemon."""
        chain, key = folder / "server.pem", folder / "server.key"
        chain.write_bytes(b"".join(blob.bytes() for blob in self.certificate.cert_chain_pems))
        key.write_bytes(self.certificate.private_key_pem.bytes())
        return chain, key


@dataclass
class ServerAuthority:
    """Issues server certificates."""

    ca: trustme.CA = field(default_factory=trustme.CA)

    def issue(self, *names: str, expired: bool = False) -> ServerIdentity:
        end = datetime.now(UTC) - timedelta(days=1) if expired else None
        return ServerIdentity(
            self.ca, self.ca.issue_cert(*(names or ("localhost", "127.0.0.1")), not_after=end)
        )
