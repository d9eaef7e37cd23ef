"""Signing a policy as the operator, checking, installing and taking back one on this machine."""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from client.cli.keys import key_use
from client.cli.output import Printer
from client.config.paths import SitePaths, signature_of
from client.config.policy_layers import Head, Layer, LayerFile, read_policy_file, stacked
from client.errors import ClientError, ConfigInvalid, PolicyRefused, StorageFailed
from client.model.policy_state import OperatorSignature
from client.services import policy_bench
from client.services.policy_install import install as install_policy
from client.services.policy_install import roll_back
from client.services.policy_keeper import SignedFile, city_stack, verified
from client.services.tasks import WorkshopLane
from client.store.atomic import write_atomically

EXIT_DONE, EXIT_REFUSED, EXIT_USAGE = 0, 1, 3


def sign(arguments: argparse.Namespace, printer: Printer) -> int:
    """Sign a file that could be used as the city's; nothing else is worth the operator's name."""
    path: Path = arguments.file
    content = read_policy_file(path)
    head = stacked([LayerFile(Layer.CITY, str(path), content)]).heads[-1]
    if head.number is None:
        raise PolicyRefused(path=str(path), known=head.version, reason="policy-version-unclear")
    use, target = key_use(arguments.key), arguments.output or signature_of(path)
    if target.resolve() == path.resolve():
        raise StorageFailed(path=str(target), reason="target-is-source")
    lane = WorkshopLane()
    try:
        signature, certificate = lane.submit(
            policy_bench.sign_policy, content, use, datetime.now(UTC)
        ).result()
    except ClientError as error:
        printer.error(error, str(path))
        return EXIT_REFUSED
    finally:
        lane.close()
    write_atomically(target, signature)
    fingerprint = hashlib.sha256(certificate).hexdigest().upper()
    printer.line(f"✔ {path} → {target}")
    printer.line(f"  SHA-256 của chứng thư số · of the certificate to pin: {fingerprint}")
    printer.json({**_head_json(head), "output": str(target), "certificate_sha256": fingerprint})
    return EXIT_DONE


def verify(arguments: argparse.Namespace, printer: Printer) -> int:
    """Whether a file is the operator's and in force; says nothing of what is installed."""
    site, now = SitePaths(arguments.site), datetime.now(UTC)
    file = SignedFile.read(arguments.file, arguments.signature)
    try:
        signer = _by(arguments.operator, file, now) if arguments.operator else verified(file, site, now)
        head = city_stack(file, now).heads[-1]
    except ClientError as error:
        printer.error(error, str(arguments.file))
        return EXIT_REFUSED
    printer.line(f"✔ {arguments.file}: {head.policy_id} {head.version}")
    printer.line(f"  ký bởi · signed by: {signer.shown} ({signer.serial}), {_moment(signer)}")
    printer.json(
        {
            **_head_json(head),
            "signer": signer.shown,
            "serial": signer.serial,
            "signed_at": signer.signed_at.isoformat() if signer.signed_at else None,
        }
    )
    return EXIT_DONE


def install(arguments: argparse.Namespace, printer: Printer) -> int:
    """Make a signed file the policy of the machine."""
    site = SitePaths(arguments.site)
    file = SignedFile.read(arguments.file, arguments.signature)
    return _done(lambda now: install_policy(file, site, now), str(arguments.file), site, printer)


def rollback(arguments: argparse.Namespace, printer: Printer) -> int:
    """Make the policy before the present one the policy of the machine."""
    site = SitePaths(arguments.site)
    return _done(lambda now: roll_back(site, now), str(site.previous), site, printer)


def _done(act: Callable[[datetime], Head], path: str, site: SitePaths, printer: Printer) -> int:
    try:
        head = act(datetime.now(UTC))
    except ClientError as error:
        printer.error(error, path)
        return EXIT_REFUSED
    printer.line(f"✔ {site.city}: {head.policy_id} {head.version}")
    printer.line("  có hiệu lực khi mở lại Công Thư · in force when Công Thư is started anew")
    printer.json({**_head_json(head), "installed": str(site.city)})
    return EXIT_DONE


def _by(certificates: list[Path], file: SignedFile, now: datetime) -> OperatorSignature:
    """Against certificates named on the command line instead of the pinned ones."""
    from client.crypto.policy_signature import pinned_certificates, verify_policy

    try:
        pinned = pinned_certificates([path.read_bytes() for path in certificates])
    except OSError as error:
        raise ConfigInvalid(path=str(error.filename), key="--operator", suggestion="") from error
    return verify_policy(file.content, file.signature, pinned, now, str(file.path))


def _head_json(head: Head) -> dict[str, object]:
    return {
        "path": head.path,
        "id": head.policy_id,
        "version": head.version,
        "issued_by": head.issued_by,
        "valid_from": head.valid_from.isoformat() if head.valid_from else None,
        "valid_until": head.valid_until.isoformat() if head.valid_until else None,
    }


def _moment(signer: OperatorSignature) -> str:
    return f"{signer.signed_at:%Y-%m-%d %H:%M %z}" if signer.signed_at else "?"
