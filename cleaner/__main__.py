"""The command: `cleaner.cli.main`, and the end of the process."""

from __future__ import annotations

import gc
import sys

from .cli import main

#: Objects that are made before Python looks for garbage. By default it looks after every 700, through all rules again
#: and again as they are read, and finds none: a twentieth of a short call.
GARBAGE_AFTER = 50_000


def run() -> int:
    """Run the command line and return its exit code."""
    gc.set_threshold(GARBAGE_AFTER)
    try:
        return main()
    finally:
        gc.freeze()  # or Python looks through all rules once more before it ends: a tenth of a short call


if __name__ == "__main__":
    sys.exit(run())
