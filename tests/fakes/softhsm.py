"""Real PKCS#11 tokens in a folder: SoftHSM 2, told where by SOFTHSM2_CONF.

::

    with SoftHsm.start(folder) as hsm:
        token = hsm.add_token("An", "123456")
        token.put(holder, b"\\x01", "Ky so")
        uri = f"serial={token.serial};id=%01"
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pkcs11
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from pkcs11 import Attribute
from pkcs11.util.ec import decode_ec_private_key, decode_ec_public_key
from pkcs11.util.rsa import decode_rsa_private_key, decode_rsa_public_key
from pkcs11.util.x509 import decode_x509_certificate

from client.config.paths import resources_dir
from client.services.token_drivers import known_drivers
from tests.fakes.pki import Holder

SO_PIN = "87654321"


def find_softhsm() -> Path | None:
    """The library, by the same data file as the product finds it."""
    known = (driver.path for driver in known_drivers(resources_dir()) if driver.name == "SoftHSM 2")
    return next((path for path in known if path.is_file()), None)


def why_no_softhsm() -> str:
    """ "" where the tests can run."""
    if find_softhsm() is None or shutil.which("softhsm2-util") is None:
        return "SoftHSM 2 is not installed (package softhsm2)"
    return ""


@dataclass(frozen=True)
class SoftToken:
    """One token and its PIN."""

    driver: Path
    label: str
    serial: str
    pin: str
    folder: Path
    """Where SoftHSM keeps it."""

    def pull_out(self) -> None:
        """Its files are gone; SoftHSM answers as for a token that was pulled out."""
        self.folder.rename(self._aside)

    def put_in(self) -> None:
        """The same token again."""
        self._aside.rename(self.folder)

    @property
    def _aside(self) -> Path:
        return self.folder.parent.parent / self.folder.name

    def put(
        self,
        holder: Holder,
        cka_id: bytes,
        label: str,
        *,
        with_key: bool = True,
        with_public: bool = True,
        opens: bool = False,
        signs: bool = True,
    ) -> None:
        """Write a certificate and its keys; ``opens``: the private key decrypts, or agrees on a key."""
        with self._writer() as session:
            session.create_object(_certificate(holder.certificate_der, cka_id, label))
            if with_key:
                rsa_key = isinstance(holder.key, rsa.RSAPrivateKey)
                opening = Attribute.DECRYPT if rsa_key else Attribute.DERIVE
                private = _key_attributes(holder, cka_id, label, private=True)
                session.create_object(private | {opening: opens, Attribute.SIGN: signs})
            if with_public:
                session.create_object(_key_attributes(holder, cka_id, label, private=False))

    def put_certificate(self, der: bytes, cka_id: bytes, label: str) -> None:
        """Write a certificate alone."""
        with self._writer() as session:
            session.create_object(_certificate(der, cka_id, label))

    @contextmanager
    def _writer(self) -> Iterator[pkcs11.Session]:
        library = pkcs11.lib(str(self.driver.resolve()))
        library.reinitialize()
        token = next(one for one in library.get_tokens() if one.serial.decode() == self.serial)
        with token.open(rw=True, user_pin=self.pin) as session:
            yield session


class SoftHsm:
    """A folder of tokens that this process and its children see."""

    def __init__(self, driver: Path, folder: Path) -> None:
        self.driver = driver
        self.folder = folder

    @classmethod
    @contextmanager
    def start(cls, folder: Path) -> Iterator[SoftHsm]:
        """Point SOFTHSM2_CONF at ``folder`` for the length of a block."""
        driver = find_softhsm()
        assert driver is not None
        (folder / "tokens").mkdir(parents=True)
        configuration = folder / "softhsm2.conf"
        configuration.write_text(
            f"directories.tokendir = {folder / 'tokens'}\nobjectstore.backend = file\nlog.level = ERROR\n",
            "utf-8",
        )
        before = os.environ.get("SOFTHSM2_CONF")
        os.environ["SOFTHSM2_CONF"] = str(configuration)
        try:
            yield cls(driver, folder / "tokens")
        finally:
            os.environ.pop("SOFTHSM2_CONF")
            if before is not None:
                os.environ["SOFTHSM2_CONF"] = before

    def add_token(self, label: str, pin: str = "123456") -> SoftToken:
        """A new, empty token."""
        serials, folders = set(self._serials()), set(self.folder.iterdir())
        _util("--init-token", "--free", "--label", label, "--so-pin", SO_PIN, "--pin", pin)
        (serial,) = set(self._serials()) - serials
        (folder,) = set(self.folder.iterdir()) - folders
        return SoftToken(self.driver, label, serial, pin, folder)

    def _serials(self) -> list[str]:
        return re.findall(r"Serial number:\s+([0-9a-f]{16})", _util("--show-slots"))


def _util(*arguments: str) -> str:
    done = subprocess.run(["softhsm2-util", *arguments], capture_output=True, text=True, check=True)
    return done.stdout


def _certificate(der: bytes, cka_id: bytes, label: str) -> dict[Attribute, object]:
    return decode_x509_certificate(der, extended_set=True) | {
        Attribute.TOKEN: True,
        Attribute.PRIVATE: False,
        Attribute.ID: cka_id,
        Attribute.LABEL: label,
    }


def _key_attributes(holder: Holder, cka_id: bytes, label: str, *, private: bool) -> dict[Attribute, object]:
    attributes = _private(holder) if private else _public(holder)
    return attributes | {
        Attribute.TOKEN: True,
        Attribute.PRIVATE: private,
        Attribute.ID: cka_id,
        Attribute.LABEL: label,
        (Attribute.SIGN if private else Attribute.VERIFY): True,
    }


def _private(holder: Holder) -> dict[Attribute, object]:
    plain = serialization.NoEncryption()
    form = serialization.PrivateFormat.TraditionalOpenSSL
    der = holder.key.private_bytes(serialization.Encoding.DER, form, plain)
    return (
        decode_rsa_private_key(der)
        if isinstance(holder.key, rsa.RSAPrivateKey)
        else decode_ec_private_key(der)
    )


def _public(holder: Holder) -> dict[Attribute, object]:
    public, encoding = holder.key.public_key(), serialization.Encoding.DER
    if isinstance(public, rsa.RSAPublicKey):
        return decode_rsa_public_key(public.public_bytes(encoding, serialization.PublicFormat.PKCS1))
    return decode_ec_public_key(
        public.public_bytes(encoding, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
