"""Files that the commands read and write. Errors name them: what has no name went wrong at standard output."""

from __future__ import annotations

import contextlib
import io
import os
import signal
import stat
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

#: Bytes written to a disk at once.
BUFFER = 1 << 18


def opened(name: str) -> contextlib.AbstractContextManager[BinaryIO]:
    """Open a file to read; "-" is stdin. Raises `OSError`."""
    if name == "-":
        return contextlib.nullcontext(sys.stdin.buffer)
    return Path(name).open("rb")


@contextlib.contextmanager
def written(name: str) -> Iterator[BinaryIO]:
    """Open a file to write that appears under its name when all went well, and not at all otherwise; "-" is stdout.

    A link stays, and what it leads to is written; into pipes and devices goes what comes, as it comes. Raises
    `OSError`.
    """
    if name == "-":
        yield sys.stdout.buffer
        return
    path = Path(name)
    mode = path.stat().st_mode if path.exists() else None
    if mode is None or stat.S_ISREG(mode):
        with _replaced(path.resolve(), name, mode) as file:
            yield file
    else:
        with io.BufferedWriter(_Named(path, "w", name), BUFFER) as file:
            yield file


#: Files being written, under the names they have until they are whole.
_unfinished: set[Path] = set()


@contextlib.contextmanager
def _replaced(path: Path, name: str, mode: int | None) -> Iterator[BinaryIO]:
    """Open a file beside `path` that takes its place, and its permissions where it had some."""
    unfinished = path.with_name(f".{path.name}.{os.urandom(8).hex()}")
    _unfinished.add(unfinished)
    try:
        with io.BufferedWriter(_Named(unfinished, "x", name), BUFFER) as file:
            if mode is not None:
                unfinished.chmod(stat.S_IMODE(mode))
            yield file
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    finally:
        _unfinished.discard(unfinished)


class _Named(io.FileIO):
    """A file to write whose errors have the name that the user knows it by."""

    def __init__(self, path: Path, mode: str, shown: str) -> None:
        self._shown = shown
        with self._named():
            super().__init__(str(path), mode)

    def write(self, data: Any) -> int:
        with self._named():
            return super().write(data)

    @contextlib.contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            error.filename = self._shown
            raise


def leave_at_signals() -> None:
    """From now on end at once when told to, and leave no half file.

    Raised inside a library that expects no exception, one could crash it.
    """
    with contextlib.suppress(ValueError):  # not in the main thread
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, _leave)


def _leave(number: int, _: object) -> None:
    for path in _unfinished:
        path.unlink(missing_ok=True)
    os._exit(128 + number)
