"""What a run has finished, so that the same command does only what is left."""

from __future__ import annotations

import errno
import json
import os
from pathlib import Path
from typing import Any

from .tally import Tally
from .work import Outcome


class Changed(ValueError):
    """The output belongs to a run with other rules, options or input."""


class Busy(RuntimeError):
    """Another process is writing to the same output."""


class State:
    """The journal of a run: its conditions in `run.json`, a line for each finished task in `journal.jsonl`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._path = folder / "journal.jsonl"
        self._places: dict[str, tuple[int, int]] = {}
        self._lock = _lock(folder / "lock")
        self._read()
        self._file = self._path.open("ab", buffering=0)

    def begin(self, conditions: dict[str, Any]) -> None:
        """Note what the run depends on. Raises `Changed` if the journal is one of another run."""
        path = self._folder / "run.json"
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

    def __len__(self) -> int:
        return len(self._places)

    def outcome(self, key: str) -> Outcome:
        """Return what came of a finished task. The journal is on disk, only the places in it are in memory."""
        start, length = self._places[key]
        with self._path.open("rb") as file:
            file.seek(start)
            row = json.loads(file.read(length))
        return Outcome(key, Tally.from_json(row["tally"]), row["sizes"])

    def add(self, outcome: Outcome) -> None:
        """Note a finished task."""
        row = {"key": outcome.key, "sizes": outcome.sizes, "tally": outcome.tally.to_json()}
        line = json.dumps(row).encode() + b"\n"
        place = (self._file.tell(), len(line))
        if self._file.write(line) != len(line):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self._path))
        self._places[outcome.key] = place

    def close(self) -> None:
        """Let another process write to the output."""
        self._file.close()
        if self._lock is not None:
            os.close(self._lock)

    def _read(self) -> None:
        if not self._path.exists():
            return
        start = 0
        with self._path.open("rb+") as file:
            for line in file:
                try:
                    key = json.loads(line)["key"]
                except ValueError:
                    break  # the run was killed while it wrote this line
                if not line.endswith(b"\n"):
                    break
                self._places[key] = (start, len(line))
                start += len(line)
            file.truncate(start)


def _lock(path: Path) -> int | None:
    """Keep every other run out of a folder until this process ends. Raises `Busy`."""
    try:
        import fcntl
    except ImportError:  # Windows: a second run is the user's to avoid
        return None
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        raise Busy("another run is writing there") from None
    return descriptor
