"""The city's IMAP server: pymap over TLS, logins from the cast, mailboxes from our maildirs."""

from __future__ import annotations

import asyncio
import socket
import ssl
from argparse import Namespace
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import Config, Identity, Login
from pymap.backend.dict.filter import FilterSet
from pymap.backend.session import BaseSession
from pymap.config import BackendCapability
from pymap.exceptions import InvalidAuth
from pymap.imap import IMAPServer
from pymap.interfaces.login import IdentityInterface
from pymap.interfaces.token import TokenCredentials
from pymap.selected import SelectedMailbox
from pymap.user import UserMetadata
from pysasl.creds.server import ServerCredentials
from pysasl.hashing import Cleartext

from client.sandbox.connections import Connections
from client.sandbox.mailboxes import SPECIAL_FOLDERS, FolderMailboxSet, FolderMessage

_Listing = tuple[Iterable[tuple[str, str | None, Sequence[bytes]]], SelectedMailbox | None]


class CityConfig(Config):
    """pymap's settings for the city; passwords are public on purpose and kept in the clear."""

    def __init__(self, context: ssl.SSLContext, mailboxes: Mapping[str, FolderMailboxSet]) -> None:
        super().__init__(
            Namespace(passlib_cfg=None, proxy_protocol=None),
            demo_data=False,
            demo_user="",
            demo_password="",
            host="127.0.0.1",
            port=0,
            ssl_context=context,
            tls_enabled=False,
            hash_context=Cleartext(),
            invalid_user_sleep=0.0,
        )
        self.mailboxes = mailboxes

    @property
    def backend_capability(self) -> BackendCapability:
        """What this back end can do beyond RFC 3501."""
        return BackendCapability(idle=True, object_id=True, multi_append=True, custom=[b"SPECIAL-USE"])


class CitySession(BaseSession[FolderMessage]):
    """One signed-in connection; the mailboxes are shared by all connections of an account."""

    def __init__(self, owner: str, config: CityConfig) -> None:
        super().__init__(owner)
        self._config = config
        self._filter_set = FilterSet()

    @property
    def config(self) -> CityConfig:
        """The server's settings."""
        return self._config

    @property
    def mailbox_set(self) -> FolderMailboxSet:  # type: ignore[override] # pymap's dict back end does the same
        """This account's mailboxes."""
        return self._config.mailboxes[self.owner]

    @property
    def filter_set(self) -> FilterSet:
        """No filters are set: delivery goes to INBOX."""
        return self._filter_set

    async def list_mailboxes(
        self,
        ref_name: str,
        filter_: str,
        subscribed: bool = False,
        selected: SelectedMailbox | None = None,
    ) -> _Listing:
        """LIST with RFC 6154 attributes, which pymap does not know."""
        entries, selected = await super().list_mailboxes(ref_name, filter_, subscribed, selected)
        marked = [(name, delimiter, _with_use(name, found)) for name, delimiter, found in entries]
        return marked, selected


class CityIdentity(Identity):
    """A user of the cast."""

    @asynccontextmanager
    async def new_session(self) -> AsyncIterator[Any]:
        """A session on the account's own mailboxes."""
        assert isinstance(self.config, CityConfig)  # noqa: S101 - CityLogin is made with nothing else
        yield CitySession(self.name, self.config)


class CityLogin(Login):
    """Checks passwords against the cast's."""

    def __init__(self, config: CityConfig, passwords: Mapping[str, str]) -> None:
        super().__init__(config)
        for user, password in passwords.items():
            self.users_dict[user] = UserMetadata(config, user, password=password)

    async def authenticate(self, credentials: ServerCredentials) -> Identity:
        """Raises pymap's InvalidAuth for a wrong name or password."""
        try:
            checked = await super().authenticate(credentials)
        except TypeError as error:
            # pysasl compares in constant time, which is defined for ASCII alone.
            raise InvalidAuth from error
        token = credentials.identifier if isinstance(credentials, TokenCredentials) else None
        return CityIdentity(checked.name, self, token, checked.roles)

    async def authorize(self, authenticated: IdentityInterface, authzid: str) -> Identity:
        """Nobody acts for somebody else here."""
        allowed = await super().authorize(authenticated, authzid)
        return CityIdentity(allowed.name, self, None, allowed.roles)


async def start_imap(
    listener: socket.socket,
    context: ssl.SSLContext,
    mailboxes: Mapping[str, FolderMailboxSet],
    passwords: Mapping[str, str],
    clients: Connections,
) -> asyncio.Server:
    """Serve IMAP with TLS from the first byte on ``listener``; keys of both maps are user names."""
    config = CityConfig(context, mailboxes)
    config.apply_context()
    server = IMAPServer(CityLogin(config, passwords), config)
    callback = ProxyProtocolReader(config.proxy_protocol).get_callback(server)

    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        clients.add(writer.transport)
        await callback(reader, writer)

    return await asyncio.start_server(connected, sock=listener, ssl=context)


def _with_use(name: str, found: Sequence[bytes]) -> Sequence[bytes]:
    use = SPECIAL_FOLDERS.get(name)
    # pymap writes the backslash itself.
    return found if use is None else [*found, use.lstrip(b"\\")]
