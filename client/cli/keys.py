"""Where a command takes a key and its password from: never from an argument."""

from __future__ import annotations

import argparse
import getpass
import os
import sys

from client.errors import Cancelled, ConfigInvalid
from client.model.account import KeyRef
from client.model.secret import Secret
from client.services.requests import KeyUse

PASSWORD_VARIABLE = "CONGTHU_KEY_PASSWORD"  # noqa: S105 - the variable's name, not a password


def add_key_argument(parser: argparse.ArgumentParser) -> None:
    """Declare ``--key``."""
    parser.add_argument("--key", required=True, metavar="p12:PATH|pkcs11:URI")


def key_use(text: str) -> KeyUse:
    """The key named on the command line with the password from the environment or a prompt."""
    try:
        key = KeyRef.parse(text)
    except ValueError as error:
        raise ConfigInvalid(path="--key", key=text.partition(":")[0], suggestion="p12:PATH") from error
    from_environment = os.environ.get(PASSWORD_VARIABLE)
    if from_environment is not None:
        return KeyUse(key, Secret(from_environment))
    if not sys.stdin.isatty():
        raise ConfigInvalid(path="environment", key=PASSWORD_VARIABLE, suggestion="")
    try:
        return KeyUse(key, Secret(getpass.getpass("Mật khẩu khóa / key password: ")))
    except EOFError as error:
        raise Cancelled from error
