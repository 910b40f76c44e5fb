"""Where corpora live: local files, folders and globs, and everything fsspec knows."""

from __future__ import annotations

import errno
import glob
import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from . import remote


class UnsafeName(ValueError):
    """A name that would lead out of the output folder."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file of the input: `name` is its path below what was asked for, `stamp` changes when the file does.

    What is not `regular` is a link to nothing, a pipe or a device: nothing that a run reads.
    """

    path: str
    name: str
    size: int
    stamp: str
    regular: bool = True


def is_remote(path: str) -> bool:
    """Whether fsspec must open a path."""
    return "://" in path


def find(inputs: list[str], skip: str | None = None) -> Iterator[Found]:
    """Yield the files that paths, folders and globs stand for, in order, those in the folder `skip` left out.

    Hidden files of a folder are none of the corpus. Raises `OSError`, for a folder that cannot be read too, and
    `UnsafeName`.
    """
    folder = None if skip is None or is_remote(skip) else Path(skip).resolve()
    for path in inputs:
        before = 0
        for found in _remote(path, skip) if is_remote(path) else _local(path, folder):
            before += 1
            safe(found.name)
            yield found
        if not before:
            raise FileNotFoundError(errno.ENOENT, "no such file, or nothing in it", path)


def safe(name: str) -> str:
    """Return a name with slashes if it stays below the folder it is put in. Raises `UnsafeName`."""
    parts = name.split("/")
    if any(part in ("", ".", "..") or "\0" in part for part in parts) or (
        os.name == "nt" and any(character in name for character in '\\:*?"<>|')
    ):
        raise UnsafeName(f"{name!r} cannot be the name of an output file")
    return name


def opened(path: str) -> BinaryIO:
    """Open a file to read, wherever it is. Raises `OSError`."""
    if is_remote(path):
        return remote.opened(path)
    return Path(path).open("rb")


def stamp(path: str) -> str:
    """Return what changes when a file does. Raises `OSError` if it is gone."""
    if is_remote(path):
        return remote.stamp(path)
    return _local_stamp(Path(path).stat())


def is_same(path: str, other: str) -> bool:
    """Whether two names are of one local file, and writing one would be writing the other: hard links are two files."""
    if is_remote(path) or is_remote(other) or not Path(path).exists():
        return False
    return Path(path).samefile(other) and Path(path).resolve() == Path(other).resolve()


def check_unchanged(path: str, then: str) -> None:
    """Raise `OSError` if a file is gone, or is not what it was."""
    if stamp(path) != then:
        raise OSError(errno.EIO, "has changed since the run began", path)


def _local(path: str, skip: Path | None) -> Iterator[Found]:
    if Path(path).exists():
        yield from _file_or_folder(Path(path), skip)
        return
    if not glob.has_magic(path):
        return
    # Names start where the pattern does: `data/*/x.jsonl` gives `en/x.jsonl` and `de/x.jsonl`.
    fixed = PurePosixPath()
    for part in PurePosixPath(path).parts[:-1]:
        if glob.has_magic(part):
            break
        fixed /= part
    for match in sorted(glob.glob(path, recursive=True)):  # noqa: PTH207 - a pattern may be absolute
        if not Path(match).is_dir() and not _is_in(Path(match), skip):
            yield _found(Path(match), PurePosixPath(match).relative_to(fixed).as_posix())


def _file_or_folder(path: Path, skip: Path | None) -> Iterator[Found]:
    if not path.is_dir():
        if not stat.S_ISREG(path.stat().st_mode):
            raise OSError(errno.EINVAL, "not a regular file; pipe it through 'cleaner' instead", str(path))
        yield _found(path, path.name)
        return
    seen: set[tuple[int, int]] = set()  # folders, against links that go round in circles
    for folder, folders, files in os.walk(path, onerror=_raise, followlinks=True):
        status = Path(folder).stat()
        if (status.st_dev, status.st_ino) in seen or _is_in(Path(folder), skip):
            folders.clear()
            continue
        seen.add((status.st_dev, status.st_ino))
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                file = Path(folder) / name
                yield _found(file, file.relative_to(path).as_posix())


def _raise(error: OSError) -> None:
    raise error


def _is_in(path: Path, folder: Path | None) -> bool:
    return folder is not None and (path.resolve() == folder or folder in path.resolve().parents)


def _found(path: Path, name: str) -> Found:
    try:
        status = path.stat()
    except OSError:
        if not path.is_symlink():
            raise
        return Found(str(path), name, 0, "", regular=False)
    return Found(str(path), name, status.st_size, _local_stamp(status), stat.S_ISREG(status.st_mode))


def _local_stamp(status: os.stat_result) -> str:
    return f"{status.st_size} {status.st_mtime_ns}"


def _remote(path: str, skip: str | None) -> Iterator[Found]:
    folder = f"{remote.address(skip)}/" if skip is not None and is_remote(skip) else None
    for listed in remote.find(path):
        if folder is None or not listed[0].startswith(folder):
            yield Found(*listed)
