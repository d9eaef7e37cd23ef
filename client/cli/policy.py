"""`congthu policy`: what IT does with a policy before and while it is rolled out."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path

from client.cli import policy_site, policy_trial
from client.cli.keys import add_key_argument
from client.cli.output import Printer
from client.cli.policy_files import add_layer_arguments, add_site_argument, read_stack
from client.config.paths import resources_dir
from client.config.policy import Policy
from client.config.policy_diff import Bearing, differences
from client.config.policy_layers import Layer, builtin_policy, load_policy
from client.errors import ClientError

EXIT_SOUND, EXIT_FAULTY, EXIT_USAGE = 0, 1, 3
_MARKS = {Bearing.TIGHTER: "▲", Bearing.LOOSER: "▼", Bearing.NEUTRAL: "•", Bearing.OTHER: "•"}
_LONGEST = 100
"""Characters of a value on a line."""


def configure(parser: argparse.ArgumentParser) -> None:
    """See `client.cli.main.Command`."""
    acts = parser.add_subparsers(dest="act", required=True, metavar="VIỆC", parser_class=type(parser))
    lint = acts.add_parser("lint", help="đọc thử · can it be used, and by whom")
    lint.add_argument("files", nargs="+", type=Path, metavar="POLICY.toml")
    add_layer_arguments(lint)
    diff = acts.add_parser("diff", help="so sánh · what it has otherwise")
    diff.add_argument("files", nargs="+", type=Path, metavar="[OLD] NEW")
    sign = acts.add_parser("sign", help="ký (cơ quan vận hành) · sign, as the operator")
    sign.add_argument("file", type=Path, metavar="POLICY.toml")
    sign.add_argument("-o", "--output", type=Path, metavar="POLICY.toml.p7s")
    add_key_argument(sign)
    verify = acts.add_parser("verify", help="kiểm tra chữ ký · check the signature")
    install = acts.add_parser("install", help="cài cho cả máy · install for the machine")
    for one in (verify, install):
        one.add_argument("file", type=Path, metavar="POLICY.toml")
        one.add_argument("--signature", type=Path, metavar="POLICY.toml.p7s")
    verify.add_argument("--operator", type=Path, action="append", default=[], metavar="CERT")
    rollback = acts.add_parser("rollback", help="quay lại bản trước · go back to the one before")
    trial = acts.add_parser("test", help="chạy thử trên thư mẫu · try it on example letters")
    trial.add_argument("folder", type=Path, metavar="DIR")
    trial.add_argument("--policy", type=Path, metavar="FILE")
    add_layer_arguments(trial)
    for one in (verify, install, rollback):
        add_site_argument(one)
    for one in (lint, diff, sign, verify, install, rollback, trial):
        # Said after the act as well: who tries `policy lint F --json` means what he says.
        one.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help=argparse.SUPPRESS)


def run(arguments: argparse.Namespace, printer: Printer) -> int:
    """See `client.cli.main.Command`."""
    acts: dict[str, Callable[[argparse.Namespace, Printer], int]] = {
        "lint": _lint_all,
        "diff": _diff,
        "sign": policy_site.sign,
        "verify": policy_site.verify,
        "install": policy_site.install,
        "rollback": policy_site.rollback,
        "test": policy_trial.run,
    }
    return acts[arguments.act](arguments, printer)


def _lint_all(arguments: argparse.Namespace, printer: Printer) -> int:
    shipped = builtin_policy(resources_dir())
    layer = Layer(arguments.layer) if arguments.layer else None
    sound = [_lint(path, layer, arguments.site, shipped, printer) for path in arguments.files]
    return EXIT_SOUND if all(sound) else EXIT_FAULTY


def _lint(path: Path, layer: Layer | None, site: Path, shipped: Policy, printer: Printer) -> bool:
    try:
        stack = read_stack(path, layer, site)
    except ClientError as error:
        printer.error(error, str(path))
        return False
    policy, whose = stack.policy, stack.heads[-1].layer
    changes = differences(shipped, policy)
    looser = [one.key for one in changes if one.bearing is Bearing.LOOSER]
    head = {"path": str(path), "id": policy.id, "version": policy.version, "layer": whose.value}
    printer.json({**head, "sound": True, "changes": len(changes), "looser": looser})
    told = f"{policy.id} {policy.version} ({whose.value})"
    printer.line(f"✔ {path}: {told}, {len(changes)} mục khác bản gốc · entries differ")
    for key in looser:
        printer.line(f"    ▼ {key}: nhẹ hơn bản gốc · weaker than the shipped policy")
    return True


def _diff(arguments: argparse.Namespace, printer: Printer) -> int:
    if len(arguments.files) > 2:
        problem = "diff: một hoặc hai tệp · one file or two"
        printer.usage(problem)
        return EXIT_USAGE
    shipped = builtin_policy(resources_dir())
    try:
        old, new = [shipped, *(load_policy(path, layer=Layer.CITY) for path in arguments.files)][-2:]
    except ClientError as error:
        printer.error(error)
        return EXIT_USAGE
    changes = differences(old, new)
    printer.line(f"{old.id} {old.version} → {new.id} {new.version}")
    for one in changes:
        printer.json({"key": one.key, "old": one.old, "new": one.new, "bearing": one.bearing.value})
        printer.line(f"  {_MARKS[one.bearing]} {one.key}: {_shown(one.old)} → {_shown(one.new)}")
    if not changes:
        printer.line("  không khác gì · no difference")
    if any(one.bearing in {Bearing.TIGHTER, Bearing.LOOSER} for one in changes):
        printer.line("▲ chặt hơn · tighter    ▼ nhẹ hơn · weaker")
    return EXIT_SOUND


def _shown(value: object) -> str:
    text = "–" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
