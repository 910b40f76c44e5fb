"""The command: `cleaner.cli.main`, and the end of the process."""

from __future__ import annotations

import gc
import sys

from .cli import main


def run() -> int:
    """Run the command line and return its exit code."""
    try:
        return main()
    finally:
        gc.freeze()  # or Python looks through all rules once more before it ends: a tenth of a short call


if __name__ == "__main__":
    sys.exit(run())
