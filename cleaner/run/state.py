"""What a run has finished, so that the same command does only what is left."""

from __future__ import annotations

import contextlib
import errno
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from .tally import Tally
from .target import CONDITIONS, JOURNAL, LOCK
from .work import Outcome


class Changed(ValueError):
    """The output belongs to a run with other rules, options or input."""


class Busy(RuntimeError):
    """Another process is writing to the same output."""


class State:
    """The journal of a run: its conditions, and a line for each finished task. The folder must be locked."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / JOURNAL
        self._places: dict[str, tuple[int, int]] = {}
        self._read()
        self._file = self._path.open("ab", buffering=0)

    def begin(self, conditions: dict[str, Any]) -> None:
        """Note what the run depends on. Raises `Changed` if the journal is one of another run."""
        path = self._folder / CONDITIONS
        if not path.exists():
            temporary = path.with_suffix(".new")
            temporary.write_text(json.dumps(conditions, indent=1), "utf-8")
            temporary.replace(path)
            return
        earlier = json.loads(path.read_text("utf-8"))
        different = [key for key in conditions if earlier.get(key) != conditions[key]]
        if different:
            raise Changed(", ".join(different))

    def __contains__(self, key: str) -> bool:
        return key in self._places

    def outcome(self, key: str) -> Outcome:
        """Return what came of a finished task. The journal is on disk, only the places in it are in memory."""
        start, length = self._places[key]
        with self._path.open("rb") as file:
            file.seek(start)
            row = json.loads(file.read(length))
        return Outcome(key, Tally.from_json(row["tally"]), row["sizes"], row["files"])

    def add(self, outcome: Outcome) -> None:
        """Note a finished task."""
        row = {"key": outcome.key, "sizes": outcome.sizes, "files": outcome.files, "tally": outcome.tally.to_json()}
        line = json.dumps(row).encode() + b"\n"
        place = (self._file.tell(), len(line))
        if self._file.write(line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._path))
        self._places[outcome.key] = place

    def close(self) -> None:
        """Write no more."""
        self._file.close()

    def _read(self) -> None:
        start = 0
        for row, length in _rows(self._path):
            self._places[row["key"]] = (start, length)
            start += length
        with contextlib.suppress(FileNotFoundError):
            os.truncate(self._path, start)


class Past(NamedTuple):
    """What a run depended on, and the names of the files it wrote."""

    conditions: dict[str, Any]
    files: frozenset[str]

    @classmethod
    def of(cls, folder: Path) -> Past | None:
        """Return what is told by the state in a folder; None if there is none."""
        try:
            conditions = json.loads((folder / CONDITIONS).read_text("utf-8"))
        except FileNotFoundError:
            return None
        return cls(conditions, frozenset(name for row, _ in _rows(folder / JOURNAL) for name in row.get("files", ())))

    @property
    def has_removed(self) -> bool:
        """Whether what was removed is among the files."""
        return bool(self.conditions.get("--removed"))

    @property
    def text_field(self) -> str:
        """The field of the texts in what it wrote: tables that it made itself have names of their own."""
        to = self.conditions.get("--to")
        made = to in ("csv", "tsv", "parquet", "arrow") and self.conditions.get("--from") != [to]
        return "text" if made else str(self.conditions.get("--text-field", "text"))


def _rows(path: Path) -> Iterator[tuple[dict[str, Any], int]]:
    """Yield the lines of a journal and their lengths, up to one that a killed run did not finish."""
    if not path.exists():
        return
    with path.open("rb") as file:
        for line in file:
            try:
                row = json.loads(line)
            except ValueError:
                return
            if not line.endswith(b"\n"):
                return
            yield row, len(line)


@contextlib.contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Keep every other run out of a folder. Raises `Busy`."""
    try:
        import fcntl
    except ImportError:  # Windows: a second run is the user's to avoid
        yield
        return
    descriptor = os.open(folder / LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise Busy("another run is writing there") from None
        yield
    finally:
        os.close(descriptor)
