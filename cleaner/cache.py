"""Compiled things kept between runs, in a directory that only the user can write to.

Whatever is wrong with it, work goes on without.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import stat
import sys
import threading
import zlib
from pathlib import Path
from typing import Any

#: Length in bytes of the checksum in front of each file: a truncated or damaged one is ignored.
_CHECKSUM = 4

#: Files kept: four for each rule set in use, of which there are few. The largest have some megabytes.
MAX_FILES = 24

#: The interpreter whose format packed data is in.
FORMAT = f"{sys.implementation.cache_tag} {marshal.version}"


def directory() -> Path:
    """Return the cache directory: `$XDG_CACHE_HOME/article-cleaner`, by default `~/.cache/article-cleaner`.

    Raises `RuntimeError` for a user without a home.
    """
    base = Path(os.environ.get("XDG_CACHE_HOME", ""))
    return (base if base.is_absolute() else Path("~/.cache").expanduser()) / "article-cleaner"


def key(*parts: str) -> bytes:
    """Return what `parts` are stored and found by: all of them, each told apart from the next."""
    encoded = [part.encode("utf-8", "surrogatepass") for part in parts]
    return b"".join(b"%d:%b" % (len(part), part) for part in encoded)


def file_of(key: bytes) -> Path:
    """Return the file for a key. Two keys may share one: it holds its key, so that neither is taken for the other."""
    return directory() / f"{zlib.crc32(key):08x}"


def pack(value: Any) -> bytes:
    """Return plain data - strings, numbers, tuples, lists, dictionaries - as bytes for `store`.

    In the interpreter's own format, because nothing must be imported to read it; so a key should name `FORMAT`.
    """
    return marshal.dumps(value)


def unpack(content: bytes) -> Any:
    """Return what `pack` was given. Only for what this module stored: the format is no defence against malice.

    Raises `ValueError` for what is no packed data.
    """
    try:
        return marshal.loads(content)
    except (EOFError, TypeError, ValueError) as error:
        raise ValueError(f"no packed data: {error}") from None


def load(key: bytes) -> bytes | None:
    """Return what was stored under `key`, None if there is nothing sound."""
    try:
        path = file_of(key)
        if not _is_private(path.parent):
            return None
        # Not buffered, not taken apart, not grown as it is read: each copy of some megabytes costs milliseconds.
        with path.open("rb", buffering=0) as file:
            head = file.read(_CHECKSUM + len(key))
            content = file.read(max(0, os.fstat(file.fileno()).st_size - len(head)))
        os.utime(path)  # so that what is in use is not among the oldest files
    except (OSError, RuntimeError):
        return None
    return content if head == _checksum(content) + key else None


def store(key: bytes, content: bytes) -> None:
    """Store `content` under `key`, at once or not at all; a cache that cannot be written is no error."""
    with contextlib.suppress(OSError, RuntimeError):
        path = file_of(key)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if _is_private(path.parent):
            _write(path, _checksum(content) + key + content)
            _prune(path.parent)


def _write(path: Path, data: bytes) -> None:
    """Write a file so that others see all of it or nothing."""
    temporary = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}")
    try:
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)
        raise


def _prune(directory: Path) -> None:
    """Delete the oldest files beyond `MAX_FILES`: every change of a rule leaves some behind."""
    files = sorted((entry for entry in directory.iterdir() if entry.is_file()), key=lambda entry: entry.stat().st_mtime)
    for file in files[:-MAX_FILES]:
        file.unlink(missing_ok=True)


def _checksum(content: bytes) -> bytes:
    return zlib.crc32(content).to_bytes(_CHECKSUM, "big")


def _is_private(path: Path) -> bool:
    """Whether only this user can put files there; elsewhere another user could plant a database."""
    status = path.stat()
    if not hasattr(os, "getuid"):  # Windows: the home directory's own permissions hold
        return True
    return status.st_uid == os.getuid() and not stat.S_IMODE(status.st_mode) & 0o022
