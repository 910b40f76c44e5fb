"""Compiled things kept between runs, in a directory that only the user may read. Whatever is wrong with it, work goes on."""

from __future__ import annotations

import os
import stat
import zlib
from pathlib import Path

#: Length in bytes of the checksum in front of each file: a truncated or damaged one is ignored.
_CHECKSUM = 4


def directory() -> Path:
    """Return the cache directory: `$XDG_CACHE_HOME/article-cleaner`, by default `~/.cache/article-cleaner`."""
    base = os.environ.get("XDG_CACHE_HOME") or os.path.join(os.path.expanduser("~"), ".cache")
    return Path(base) / "article-cleaner"


def key(*parts: str | bytes) -> str:
    """Return a file name for what was made from `parts`."""
    from hashlib import blake2b

    digest = blake2b(digest_size=16)
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        digest.update(b"%d:" % len(data))
        digest.update(data)
    return digest.hexdigest()


def load(name: str) -> bytes | None:
    """Return what was stored under `name`, None if there is nothing sound."""
    path = directory() / name
    try:
        if not _is_private(path.parent):
            return None
        data = path.read_bytes()
    except OSError:
        return None
    content = data[_CHECKSUM:]
    return content if data[:_CHECKSUM] == _checksum(content) else None


def store(name: str, content: bytes) -> None:
    """Store `content` under `name`, at once or not at all; a cache that cannot be written is no error."""
    path = directory() / name
    temporary = path.with_name(f"{name}.{os.getpid()}")
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if not _is_private(path.parent):
            return
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(_checksum(content) + content)
        os.replace(temporary, path)
    except OSError:
        temporary.unlink(missing_ok=True)


def _checksum(content: bytes) -> bytes:
    return zlib.crc32(content).to_bytes(_CHECKSUM, "big")


def _is_private(path: Path) -> bool:
    """Whether only this user can put files there; elsewhere another user could plant a database."""
    status = path.stat()
    if not hasattr(os, "getuid"):  # Windows: the home directory's own permissions hold
        return True
    return status.st_uid == os.getuid() and not stat.S_IMODE(status.st_mode) & 0o022
