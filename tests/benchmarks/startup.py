"""How long `echo x | cleaner` takes."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from .corpus import Article
from .timing import fastest

#: Starts of each program, taken in turns.
STARTS = 15


def rows(corpus: list[Article], folder: Path, args: argparse.Namespace) -> Iterator[str]:
    """Yield the table: medians, and the ratio."""
    _start("-m", "cleaner")  # the first one reads the rules
    nothing, ours = [], []
    for _ in range(STARTS):
        nothing.append(fastest(lambda: _start("-c", "pass"), 1))
        ours.append(fastest(lambda: _start("-m", "cleaner"), 1))
    yield f"python -c pass     {median(nothing) * 1000:7.1f} ms"
    yield f"echo x | cleaner   {median(ours) * 1000:7.1f} ms   {median(ours) / median(nothing):.1f} x"


def _start(*arguments: str) -> None:
    """Start a program as it starts where it is installed: with its modules compiled."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    command = [sys.executable, *arguments]
    subprocess.run(command, input=b"x\n", stdout=subprocess.DEVNULL, check=True, env=environment)
