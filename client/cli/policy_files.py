"""Reading a policy file on the command line: whose it is, and what it is laid over."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from client.config.paths import Paths, SitePaths, signature_of, site_dir
from client.config.policy_layers import Layer, LayerFile, Stack, read_policy_file, stacked
from client.services.policy_keeper import InstalledPolicy, SignedFile, city_stack, find_policy, verified

LAYERS = (Layer.CITY.value, Layer.OFFICE.value)


def add_layer_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare ``--layer`` and ``--site``."""
    parser.add_argument(
        "--layer",
        choices=LAYERS,
        help="thử như bản của ai; không ghi: có chữ ký là của Thành phố, không có là của đơn vị"
        " · whose it is; else a signed file is the city's, another an office's",
    )
    add_site_argument(parser)


def add_site_argument(parser: argparse.ArgumentParser) -> None:
    """Declare ``--site``."""
    parser.add_argument(
        "--site", type=Path, default=site_dir(), metavar="DIR", help="thư mục chung của máy · machine-wide"
    )


def policy_in_use(site: Path) -> InstalledPolicy:
    """What this user's window would use now."""
    return find_policy(Paths.for_user(), SitePaths(site), datetime.now(UTC))


def read_stack(path: Path, layer: Layer | None, site: Path) -> Stack:
    """``path`` on what lies below it: the shipped rules, and the city's installed policy below an office's.

    Without ``layer`` a signed file is the city's and its signature has to hold. Raises
    `PolicySignatureInvalid`, `PolicyRefused`, `ConfigInvalid`.
    """
    if layer is None and signature_of(path).is_file():
        file, now = SignedFile.read(path), datetime.now(UTC)
        verified(file, SitePaths(site), now)
        return city_stack(file, now)
    chosen = layer or Layer.OFFICE
    below = policy_in_use(site).files if chosen is Layer.OFFICE else ()
    city = [one for one in below if one.layer is Layer.CITY]
    return stacked([*city, LayerFile(chosen, str(path), read_policy_file(path))])
