"""The command `cleaner`: without a subcommand a pipe filter. Parses arguments, calls, prints; decides nothing."""

from __future__ import annotations

import errno
import io
import os
import signal
import sys
import warnings
from collections.abc import Callable
from importlib import import_module
from typing import NoReturn

#: Exit codes, the same for every command.
DONE, FAILED, USAGE, BAD_DATA = 0, 1, 2, 3

#: Subcommands and what `cleaner --help` says of them; each is a module here with a `main(argv) -> int`.
COMMANDS = {
    "explain": "show a document with every removal marked and named",
    "restore": "rebuild the originals from the output and the removed text",
    "rules": "list, show, check and start rules",
    "run": "clean a corpus: many files, all cores, resumable",
}

#: What a disk may say of a file that was opened: no fault of who named it.
_DISK = {errno.EIO, errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


def main(argv: list[str] | None = None) -> int:
    """Run the command line and return its exit code."""
    arguments = sys.argv[1:] if argv is None else argv
    name = arguments[0] if arguments and arguments[0] in COMMANDS else None
    warnings.showwarning = _say_once
    _replace_closed()
    try:
        try:
            command: Callable[[list[str]], int] = import_module(f".{name or 'filter'}", __package__).main
            return command(arguments[1:] if name else arguments)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # Whoever read our output has seen enough.
        _discard_output()
        return 128 + signal.SIGPIPE
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except OSError as error:
        if error.filename is None:
            _discard_output()
        reason = "closed" if isinstance(error, io.UnsupportedOperation) else error.strerror or error
        code = FAILED if error.filename is None or error.errno in _DISK else USAGE
        fail(f"cleaner: {error.filename or 'standard output'}: {reason}", code)


def fail(message: str, code: int = USAGE) -> NoReturn:
    """Say what is wrong on stderr and end the program."""
    print(message, file=sys.stderr)
    raise SystemExit(code)


def _replace_closed() -> None:
    """Put a file in the place of each standard stream that is closed, which Python has none for.

    It is open the wrong way round: who reads or writes it gets an `OSError`, as from any other.
    """
    sys.stdin = sys.stdin or open(os.devnull, "w")  # noqa: PTH123, SIM115 - they stay open
    sys.stdout = sys.stdout or open(os.devnull)  # noqa: PTH123, SIM115
    sys.stderr = sys.stderr or open(os.devnull, "w")  # noqa: PTH123, SIM115 - words may go nowhere


def _discard_output() -> None:
    """Let what cannot be written go nowhere: Python would complain again when it flushes at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _say_once(message: Warning | str, *_: object, **__: object) -> None:
    """Print a warning as a person reads it; `warnings` itself sees to it that each is said once."""
    print(f"cleaner: {message}", file=sys.stderr)
