"""Files that fsspec opens: buckets, hubs, servers. Every error of theirs is an `OSError` that names the file."""

from __future__ import annotations

import contextlib
import errno
import glob
import io
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO, cast

from .extra import MissingExtra, need

#: Beginning of an address -> the extra that installs what it needs.
_EXTRAS = {"s3": "s3", "s3a": "s3", "gs": "gcs", "gcs": "gcs", "hf": "hf"}

#: What tells a file from one that takes its place, as stores name it.
_STAMPS = ("ETag", "etag", "md5Hash", "blob_id", "LastModified", "mtime", "last_modified", "created")

#: Some stores write a tag in quotation marks, and others only when they list it.
_QUOTES = '"'

#: Bytes read at once; the stores' own files read far ahead.
_CHUNK = 1 << 18

#: A file: its address, its place below what was looked through, its size, and what changes when it does.
Listed = tuple[str, str, int, str]


@contextlib.contextmanager
def told(path: str) -> Iterator[None]:
    """Raise as `OSError`, with its number and the file's name, whatever a store or a network raises."""
    try:
        yield
    except OSError as error:
        if error.errno is not None and error.filename == path:
            raise
        if isinstance(error, FileNotFoundError) and error.errno is None:  # what it says may be an inner address
            raise FileNotFoundError(errno.ENOENT, "no such file or bucket", path) from error
        said = error.strerror or str(error) or type(error).__name__
        raise OSError(error.errno or errno.EIO, said, path) from error
    except (MissingExtra, MemoryError):
        raise
    except Exception as error:
        raise OSError(errno.EIO, f"{type(error).__name__}: {error}", path) from error


def find(path: str) -> Iterator[Listed]:
    """Yield the files that an address, a folder or a glob stands for, in order. Raises `OSError`."""
    with told(path):
        fs, inside = _store(path)
        fs.invalidate_cache()  # what it remembers may be what was there before
        inside, found = _found(fs, inside)
        fixed = f"{inside}/"
        for file in sorted(found):
            info = found[file]
            if info.get("size") is None or not any(map(info.get, _STAMPS)):
                info = fs.info(file)  # a list that tells names only
            name = file[len(fixed) :] if file.startswith(fixed) else file.rpartition("/")[2]
            hidden = any(part.startswith(".") and part != ".." for part in name.split("/"))
            # A key that ends with a slash is how some tools draw a folder.
            if info["type"] == "file" and not hidden and not file.endswith("/"):
                yield fs.unstrip_protocol(file), name, int(info["size"] or 0), _stamp(info)


def _found(fs: Any, inside: str) -> tuple[str, dict[str, dict[str, Any]]]:
    """Return the folder that names start from, and what is known of each file."""
    inside = inside.rstrip("/")
    try:
        info = fs.info(inside)
    except FileNotFoundError:
        info = {"type": "nothing"}
    if info["type"] == "file":
        return inside.rpartition("/")[0], {inside: info}
    if info["type"] == "directory":
        # A hub writes the name of a branch as it likes, and so all names below.
        return str(info.get("name") or inside).rstrip("/"), fs.find(inside, detail=True)
    if not glob.has_magic(inside):
        return inside, {}
    parts = inside.split("/")
    magic = next(place for place, part in enumerate(parts) if glob.has_magic(part))
    return "/".join(parts[: min(magic, len(parts) - 1)]), fs.glob(inside, detail=True)


def address(path: str) -> str:
    """Return an address as `find` gives those of what is below it."""
    fs, inside = _store(path)
    return cast(str, fs.unstrip_protocol(inside.rstrip("/")))


def opened(path: str) -> BinaryIO:
    """Open a file to read. Raises `OSError`."""
    with told(path):
        fs, inside = _store(path)
        return cast(BinaryIO, _Buffered(_File(fs.open(inside, "rb"), path), _CHUNK))


def stamp(path: str) -> str:
    """Return what changes when a file does. Raises `OSError` if it is gone."""
    with told(path):
        fs, inside = _store(path)
        fs.invalidate_cache()
        return _stamp(fs.info(inside))


def store(data: bytes, target: str) -> None:
    """Write a whole file. Raises `OSError`."""
    with told(target):
        fs, inside = _writable(target)
        fs.pipe_file(inside, data)


def upload(path: Path, target: str) -> None:
    """Copy a local file. Raises `OSError`."""
    with told(target):
        fs, inside = _writable(target)
        fs.put_file(str(path), inside)


def delete(path: str) -> None:
    """Delete a file, or all files of a folder, if there are any. Raises `OSError`."""
    with told(path):
        fs, inside = _store(path)
        fs.invalidate_cache()
        if fs.exists(inside):
            fs.rm(inside, recursive=True)


def _writable(path: str) -> tuple[Any, str]:
    fs, inside = _store(path)
    if inside.startswith("/"):  # a tree of folders: buckets have none, and asking for one could make a bucket
        fs.makedirs(inside.rpartition("/")[0], exist_ok=True)
    return fs, inside


def _store(path: str) -> tuple[Any, str]:
    """Return what opens an address, and its place there. Raises `MissingExtra` if nothing does."""
    extra = _EXTRAS.get(path.partition("://")[0])
    advice = f": pip install 'article-cleaner[{extra}]'" if extra else ""
    try:
        return cast("tuple[Any, str]", need("fsspec").core.url_to_fs(path))
    except ImportError as error:
        raise MissingExtra(f"{path}: {error}{advice}") from None
    except MissingExtra:
        if not extra:
            raise
        raise MissingExtra(f"{path}: fsspec is not installed{advice}") from None
    except ValueError as error:  # a protocol that fsspec has never heard of
        raise MissingExtra(f"{path}: {error}") from None


def _stamp(info: dict[str, Any]) -> str:
    """Return what changes when a file does, written in one way: lists and single answers differ in theirs."""
    mark = next((info[key] for key in _STAMPS if info.get(key)), "")
    if isinstance(mark, datetime):
        mark = mark.timestamp()
    return f"{info['size']} {str(mark).strip(_QUOTES)}"


class _File(io.RawIOBase):
    """A file of fsspec as Python's own are: some cannot read lines up to a length, and their errors are any."""

    def __init__(self, file: Any, path: str) -> None:
        self._file = file
        self._path = path

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return bool(self._file.seekable())

    def readinto(self, buffer: Any) -> int:
        with told(self._path):
            data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        return len(data)

    def seek(self, offset: int, whence: int = 0) -> int:
        with told(self._path):
            return int(self._file.seek(offset, whence))

    def tell(self) -> int:
        return int(self._file.tell())

    def close(self) -> None:
        if not self.closed:
            self._file.close()
        super().close()


class _Buffered(io.BufferedReader):
    """A file that takes no memory for bytes it does not have, whatever a damaged length asks for."""

    def read(self, size: int | None = -1, /) -> bytes:
        if size is not None and size > _CHUNK:
            here = self.tell()
            end = self.seek(0, io.SEEK_END)
            self.seek(here)
            size = min(size, max(0, end - here))
        return super().read(size)
