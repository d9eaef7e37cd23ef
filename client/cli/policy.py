"""`congthu policy`: what IT does with an office's policy before it is rolled out."""

from __future__ import annotations

import argparse
from pathlib import Path

from client.cli.output import Printer
from client.config.paths import resources_dir
from client.config.policy import Policy
from client.config.policy_diff import Bearing, differences
from client.config.policy_layers import Layer, builtin_policy, load_policy
from client.errors import ConfigInvalid, PolicyRefused

EXIT_SOUND, EXIT_FAULTY, EXIT_USAGE = 0, 1, 3
_MARKS = {Bearing.TIGHTER: "▲", Bearing.LOOSER: "▼", Bearing.OTHER: "•"}
_LONGEST = 100
"""Characters of a value on a line."""


def configure(parser: argparse.ArgumentParser) -> None:
    """See `client.cli.main.Command`."""
    parser.add_argument("act", choices=["lint", "diff"], help="lint: đọc thử · diff: so sánh")
    parser.add_argument("files", nargs="+", type=Path, metavar="POLICY.toml")
    parser.add_argument(
        "--layer",
        choices=[Layer.CITY.value, Layer.OFFICE.value],
        default=Layer.OFFICE.value,
        help="của ai; đơn vị chỉ được chặt hơn · whose it is; an office may only tighten",
    )


def run(arguments: argparse.Namespace, printer: Printer) -> int:
    """See `client.cli.main.Command`."""
    shipped = builtin_policy(resources_dir())
    if arguments.act == "lint":
        sound = [_lint(path, Layer(arguments.layer), shipped, printer) for path in arguments.files]
        return EXIT_SOUND if all(sound) else EXIT_FAULTY
    if len(arguments.files) > 2:
        problem = "diff: một hoặc hai tệp · one file or two"
        printer.line(problem)
        printer.json({"error": "usage", "message": problem})
        return EXIT_USAGE
    old, new = [shipped, *(load_policy(path, layer=Layer.CITY) for path in arguments.files)][-2:]
    return _diff(old, new, printer)


def _lint(path: Path, layer: Layer, shipped: Policy, printer: Printer) -> bool:
    try:
        policy = load_policy(path, layer=layer)
    except (ConfigInvalid, PolicyRefused) as error:
        printer.error(error, str(path))
        return False
    changes = differences(shipped, policy)
    looser = [one.key for one in changes if one.bearing is Bearing.LOOSER]
    head = {"path": str(path), "id": policy.id, "version": policy.version}
    printer.json({**head, "sound": True, "changes": len(changes), "looser": looser})
    printer.line(f"✔ {path}: {policy.id} {policy.version}, {len(changes)} mục khác bản gốc · entries differ")
    for key in looser:
        printer.line(f"    ▼ {key}: nhẹ hơn bản gốc · weaker than the shipped policy")
    return True


def _diff(old: Policy, new: Policy, printer: Printer) -> int:
    changes = differences(old, new)
    printer.line(f"{old.id} {old.version} → {new.id} {new.version}")
    for one in changes:
        printer.json({"key": one.key, "old": one.old, "new": one.new, "bearing": one.bearing.value})
        printer.line(f"  {_MARKS[one.bearing]} {one.key}: {_shown(one.old)} → {_shown(one.new)}")
    if not changes:
        printer.line("  không khác gì · no difference")
    if any(one.bearing is not Bearing.OTHER for one in changes):
        printer.line("▲ chặt hơn · tighter    ▼ nhẹ hơn · weaker")
    return EXIT_SOUND


def _shown(value: object) -> str:
    text = "–" if value is None else str(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
