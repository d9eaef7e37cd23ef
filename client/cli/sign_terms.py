"""How a document is to be signed, read from the arguments of `congthu sign` and `congthu extend`."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from client.cli.trust_sources import sources_of
from client.config.paths import Paths, SitePaths, site_dir
from client.config.settings import Settings, load_settings
from client.errors import ConfigInvalid
from client.model.secret import Secret
from client.model.signing import Appearance, Placement, SigningRole, lacking
from client.model.verdict import Profile
from client.services.policy_keeper import find_policy
from client.services.requests import Authority, SigningTerms

_LACKING = {
    "number": "cần --number SỐ của văn bản chính · needs the number of the main document",
    "office": "cần --office CƠ QUAN sao · needs the office that copies",
}


def add_trust_arguments(parser: argparse.ArgumentParser) -> None:
    """Authorities: who is trusted, what is revoked, who stamps the time."""
    parser.add_argument("--tsa", action="append", default=[], metavar="URL")
    parser.add_argument("--trust", type=Path, action="append", default=[], metavar="DIR|PEM")
    parser.add_argument("--crl", type=Path, action="append", default=[], metavar="DIR|FILE")
    parser.add_argument("--password-file", type=Path, metavar="FILE", help="first line opens encrypted PDFs")


def add_appearance_arguments(parser: argparse.ArgumentParser) -> None:
    """What is done to the document, and what is seen of it (Decree 30/2020, Appendix I)."""
    parser.add_argument(
        "--as", dest="role", choices=[role.value for role in SigningRole], help="việc ký · the act"
    )
    parser.add_argument("--image", type=Path, metavar="PNG", help="chữ ký tay, con dấu · signature or seal")
    parser.add_argument("--number", default="", help="số, ký hiệu văn bản chính · for an annex")
    parser.add_argument("--office", default="", help="cơ quan sao · for a copy")
    parser.add_argument("--seal-mm", type=float, default=36.0, metavar="MM", help="đường kính con dấu")
    parser.add_argument("--page", type=int, metavar="N", help="1 là trang đầu · 1 is the first")
    parser.add_argument("--box", type=_box, metavar="X1,Y1,X2,Y2", help="points from the lower left")
    parser.add_argument("--field", default="", metavar="NAME", help="ô ký có sẵn · an empty signature field")
    parser.add_argument("--reason", default="", help="lý do ký")


def appearance_problem(arguments: argparse.Namespace) -> str:
    """What does not go together; "" where all does."""
    role = SigningRole(arguments.role) if arguments.role else None
    if role is None:
        lonely = arguments.image or arguments.page or arguments.box
        return "--image, --page, --box: cần --as · need --as" if lonely else ""
    if arguments.kind != "pdf":
        return "--as: chỉ dùng cho PDF · for PDF only"
    if role.shows_image and arguments.image is None:
        return f"--as {role.value}: cần --image PNG · needs --image PNG"
    lacks = lacking(role, arguments.number, arguments.office)
    if lacks:
        return f"--as {role.value}: {_LACKING[lacks]}"
    if (arguments.page is None) != (arguments.box is None):
        return "--page và --box đi cùng nhau · --page and --box go together"
    return ""


def read_terms(arguments: argparse.Namespace, appearance: Appearance | None = None) -> SigningTerms:
    """Arguments first, then the user's own settings and policy; raises `ConfigInvalid`."""
    own = Paths.for_user()
    settings = load_settings(own.settings)
    return SigningTerms(
        sources_of(arguments),
        datetime.now(UTC),
        Profile(arguments.profile),
        tuple(arguments.tsa) or settings.tsa_urls,
        appearance,
        read_secret(arguments.password_file) if arguments.password_file is not None else None,
        getattr(arguments, "field", ""),
        getattr(arguments, "reason", ""),
        _authority(own, settings),
    )


def read_appearance(arguments: argparse.Namespace) -> Appearance | None:
    """What is to be seen; raises `ConfigInvalid` for an image that cannot be read."""
    if not arguments.role:
        return None
    place = None
    if arguments.page is not None:
        place = Placement(arguments.page, *arguments.box)
    return Appearance(
        SigningRole(arguments.role),
        _read(arguments.image, "--image") if arguments.image is not None else b"",
        place,
        arguments.number,
        arguments.office,
        arguments.seal_mm,
    )


def read_secret(path: Path) -> Secret:
    """The first line of a file; raises `ConfigInvalid`."""
    try:
        return Secret(_read(path, "--password-file").decode("utf-8-sig").splitlines()[0])
    except (UnicodeDecodeError, IndexError) as error:
        raise ConfigInvalid(path=str(path), key="--password-file", suggestion="") from error


def _authority(own: Paths, settings: Settings) -> Authority:
    policy = find_policy(own, SitePaths(site_dir()), datetime.now(UTC)).policy
    accounts = settings.accounts
    user = accounts[0].identity.address.addr_spec if len(accounts) == 1 else ""
    return Authority(user, policy.seal_holders(datetime.now().astimezone().date()), policy.seal_keys)


def _read(path: Path, option: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ConfigInvalid(path=str(path), key=option, suggestion="") from error


def _box(text: str) -> tuple[float, float, float, float]:
    left, bottom, right, top = (float(part) for part in text.split(","))
    if not (left < right and bottom < top):
        raise ValueError(text)
    return left, bottom, right, top
