"""The command `cleaner`: without a subcommand a pipe filter. Parses arguments, calls, prints; decides nothing."""

from __future__ import annotations

import os
import signal
import sys
import warnings
from collections.abc import Callable
from importlib import import_module

#: Exit codes, the same for every command.
DONE, FAILED, USAGE, BAD_DATA = 0, 1, 2, 3

#: Subcommands and what `cleaner --help` says of them; each is a module here with a `main(argv) -> int`.
COMMANDS = {
    "explain": "show a document with every removal marked and named",
    "restore": "rebuild the originals from the output and the removed text",
    "rules": "list, show, check and start rules",
    "run": "clean a corpus: many files, all cores, resumable",
}


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    name = arguments[0] if arguments and arguments[0] in COMMANDS else None
    module = import_module(f".{name or 'filter'}", __package__)
    command: Callable[[list[str]], int] = module.main
    warnings.showwarning = _say_once
    try:
        code = command(arguments[1:] if name else arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has seen enough. Python would complain again when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + signal.SIGPIPE
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    return code


def _say_once(message: Warning | str, *_: object, **__: object) -> None:
    """Print a warning as a person reads it; `warnings` itself sees to it that each is said once."""
    print(f"cleaner: {message}", file=sys.stderr)
