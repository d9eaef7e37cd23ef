"""What one driver shows without a PIN. Runs in the workshop."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

from client.crypto.certificates import describe, load_certificate
from client.crypto.keys import Purpose, usage_allowed
from client.crypto.pkcs11 import Tokens
from client.crypto.pkcs11_objects import TokenCertificate
from client.crypto.pkcs11_uri import address_of
from client.errors import ClientError, PinLocked, TokenAbsent
from client.model.account import KeyRef
from client.model.token import DriverReport, KeyChoice, PinState, TokenInfo
from client.model.verdict import Reason
from client.services.requests import KeyUse
from client.services.token_drivers import installed_drivers, name_of


def list_driver_keys(tokens: Tokens, driver: Path, at: datetime | None) -> tuple[KeyChoice, ...]:
    """Every certificate of an end entity on the driver's tokens; raises what `Tokens.list_tokens` does.

    ``at`` is the moment its validity is judged for; None leaves that to whoever signs.
    """
    choices: list[KeyChoice] = []
    for token in tokens.list_tokens(driver):
        try:
            certificates = tokens.list_certificates(driver, token.serial)
        except TokenAbsent:
            # Pulled out between the two questions.
            continue
        choices += [_choice(token, one, at) for one in certificates if not one.is_authority]
    return tuple(choices)


def try_driver(tokens: Tokens, driver: Path) -> DriverReport:
    """Load a library and look into its slots; what goes wrong is told, not raised."""
    name, found = name_of(driver), driver.is_file()
    try:
        present = tokens.list_tokens(driver)
        own_name = tokens.describe_driver(driver)
    except ClientError as error:
        return DriverReport(str(driver), name, found, problem=error.code)
    return DriverReport(str(driver), name if name != driver.name else own_name or name, found, True, present)


def look_at(tokens: Tokens, use: KeyUse, at: datetime | None) -> KeyChoice:
    """The one key that ``use`` names; raises what `Tokens.look` raises, and `PinLocked`."""
    drivers = installed_drivers(use.drivers)
    token, certificate = tokens.look(use.key.location, drivers, chosen=use.certificate_der)
    if token.pin is PinState.LOCKED:
        raise PinLocked
    return replace(_choice(token, certificate, at), key=use.key)


def _choice(token: TokenInfo, certificate: TokenCertificate, at: datetime | None) -> KeyChoice:
    parsed = load_certificate(certificate.der)
    info = describe(parsed)
    problem = ""
    if token.pin is PinState.LOCKED:
        problem = PinLocked.code
    elif token.pin is PinState.NOT_SET:
        problem = "pin-not-set"
    elif certificate.has_other_key:
        problem = "key-mismatch"
    elif at is not None and info.not_after is not None and at > info.not_after:
        problem = Reason.CERTIFICATE_EXPIRED
    elif at is not None and info.not_before is not None and at < info.not_before:
        problem = Reason.CERTIFICATE_NOT_YET_VALID
    elif not any(usage_allowed(parsed, purpose) for purpose in (Purpose.DOCUMENT, Purpose.MAIL)):
        problem = Reason.KEY_USAGE_NOT_ALLOWED
    address = address_of(token, certificate.cka_id, certificate.label)
    return KeyChoice(KeyRef("pkcs11", str(address)), info, certificate.der, token, str(problem))
