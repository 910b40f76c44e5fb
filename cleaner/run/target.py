"""Where a run writes: finished files under their names, unfinished ones where nobody mistakes them for results."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

from .. import cache
from ..formats import files, remote

#: The folder of unfinished work in the output folder, and what of a run's state is in it.
WORK = ".cleaner-run"
CONDITIONS = "run.json"
JOURNAL = "journal.jsonl"
LOCK = "lock"

#: Names in the output folder that the run itself writes.
QUARANTINE = "quarantine.jsonl"
REMOVED = "removed"


@dataclass(frozen=True, slots=True)
class Target:
    """An output folder, local or remote. Unfinished work is always on a local disk."""

    out: str

    @property
    def is_remote(self) -> bool:
        """Whether fsspec must write there."""
        return files.is_remote(self.out)

    @property
    def work(self) -> Path:
        """The folder of unfinished work; for a remote output in the cache, where only the user may read."""
        if self.is_remote:
            return cache.directory() / "runs" / _name(self.out)
        return Path(self.out) / WORK

    def part(self, key: str, kind: str) -> Path:
        """Return the file of a part's output: its `text`, what was `removed`, or the `bad` records."""
        return self.work / "parts" / f"{_name(key)}.{kind}"

    @property
    def spool(self) -> Path:
        """The folder of files that are of no use to another run."""
        return self.work / "temporary"

    def temporary(self) -> Path:
        """Return a file of this process, for one thing at a time."""
        return self.spool / str(os.getpid())

    def path(self, name: str) -> str:
        """Return the full name of an output file."""
        return f"{self.out.rstrip('/')}/{name}" if self.is_remote else str(Path(self.out, *name.split("/")))

    def keeps(self, path: str) -> bool:
        """Whether a local file is one that runs write there beside their texts, and delete."""
        out, inside = Path(self.out).resolve(), Path(path).resolve()
        own = (out / name for name in (QUARANTINE, REMOVED, WORK))
        return not files.is_remote(path) and any(inside.is_relative_to(name) for name in own)

    def publish(self, path: Path, name: str) -> None:
        """Give a finished file its place and name, at once. Raises `OSError`."""
        if self.is_remote:
            remote.upload(path, self.path(name))
            path.unlink()
            return
        target = Path(self.path(name))
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)

    def put(self, name: str, data: bytes) -> None:
        """Write a whole file, at once. Raises `OSError`."""
        if self.is_remote:
            remote.store(data, self.path(name))
            return
        temporary = self.temporary()
        temporary.write_bytes(data)
        self.publish(temporary, name)

    def sizes(self) -> Callable[[str], int | None]:
        """Return what tells the size of an output file in bytes, None if there is none.

        A store is asked once for all files: a question for each of a million would take hours. Raises `OSError`.
        """
        if self.is_remote:
            return {name: size for _, name, size, _ in remote.find(self.out)}.get
        return self._size

    def _size(self, name: str) -> int | None:
        path = Path(self.path(name))
        return path.stat().st_size if path.is_file() else None

    def has_output(self) -> bool:
        """Whether anything but unfinished work is there already. Raises `OSError`."""
        if self.is_remote:
            return next(remote.find(self.out), None) is not None
        out = Path(self.out)
        return out.exists() and (not out.is_dir() or any(entry.name != WORK for entry in out.iterdir()))

    def prepare(self) -> None:
        """Make the folders of a run, readable by the user only where texts are in the cache. Raises `OSError`."""
        self.work.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.rmtree(self.spool, ignore_errors=True)
        for folder in ("parts", "temporary"):
            (self.work / folder).mkdir(exist_ok=True, mode=0o700)

    def clear(self) -> None:
        """Delete what is left of an earlier run, its texts and the lock apart. Raises `OSError`.

        What it removed belongs to texts that will be others. A program that is killed meanwhile leaves a run without
        a journal, which is one that has done nothing.
        """
        (self.work / JOURNAL).unlink(missing_ok=True)
        for name in (REMOVED, QUARANTINE):
            if self.is_remote:
                remote.delete(self.path(name))
            else:
                _delete(Path(self.path(name)))
        for path in self.work.iterdir():
            if path.name not in (LOCK, CONDITIONS):
                _delete(path)
        (self.work / CONDITIONS).unlink(missing_ok=True)


def _delete(path: Path) -> None:
    """Delete a file, or all that is in a folder. The folder stays: it may be a link to another disk."""
    if not path.is_dir():
        path.unlink(missing_ok=True)
        return
    for entry in path.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _name(key: str) -> str:
    """Return a file name for a key of any length, with any characters."""
    return blake2b(key.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
