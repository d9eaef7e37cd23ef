"""`python -m client` and the console script `congthu`."""

from __future__ import annotations

import multiprocessing
import sys


def main() -> int:
    """Run a command, or open the window when none is named."""
    multiprocessing.freeze_support()
    # Imported here: a spawned process imports this module again and must not load the window.
    from client.cli.main import run

    return run(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
