#!/usr/bin/env bash
# Writes the two lock files anew from pyproject.toml (needs .venv with the development tools).
#   installer/locked.txt      what the product runs on
#   installer/locked-dev.txt  the same versions, with the tools of the tests
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
compile=(.venv/bin/uv pip compile -q --universal --generate-hashes --no-header --no-annotate --python-version 3.11)
"${compile[@]}" "$@" pyproject.toml -o installer/locked.txt
"${compile[@]}" pyproject.toml --group dev --constraint installer/locked.txt -o installer/locked-dev.txt
