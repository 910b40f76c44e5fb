"""Compressed streams: gzip, Zstandard, bzip2 and xz, read to the very end or not without an error."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import io
import lzma
import zlib
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, cast

from .extra import need

#: Ends of file names -> codec.
CODECS = {".gz": "gz", ".zst": "zst", ".bz2": "bz2", ".xz": "xz"}

#: A file that grows more than this many times over, past the first `FREE` bytes, is a decompression bomb. Text shrinks
#: to a fifth or a tenth, the same page repeated over and over to a two-hundredth.
MAX_RATIO = 500
FREE = 256 << 20

#: Bytes of a Zstandard file unpacked at once. Four bytes can stand for a block of 128 KiB, so these for 32 MiB.
_ZSTD_STEP = 1024
#: Memory (bytes) for the dictionary of an xz file: `xz -9` needs 65 MiB, a hostile file asks for 4 GiB.
_XZ_MEMORY = 256 << 20


class BadStream(ValueError):
    """Compressed data that ends too early, is damaged, or grows beyond all measure."""


def split_name(name: str) -> tuple[str, str]:
    """Return a file name without the end that tells its compression, and the codec ("" for none).

    >>> split_name("news.jsonl.gz")
    ('news.jsonl', 'gz')
    """
    for end, codec in CODECS.items():
        if name.lower().endswith(end):
            return name[: -len(end)], codec
    return name, ""


def decompressed(raw: BinaryIO, codec: str) -> BinaryIO:
    """Return a stream of the uncompressed bytes. It ends where they cannot be had: `check` it at its end."""
    if not codec:
        return raw
    return cast(BinaryIO, io.BufferedReader(_Unpacked(raw, codec), 1 << 18))


def check(stream: BinaryIO) -> None:
    """Raise `BadStream` if a stream of `decompressed` has ended before its time."""
    unpacked = getattr(stream, "raw", None)
    if isinstance(unpacked, _Unpacked) and unpacked.problem:
        raise BadStream(unpacked.problem)


def compressed(raw: BinaryIO, codec: str) -> contextlib.AbstractContextManager[BinaryIO]:
    """Return a stream to write to. The same bytes always give the same file: no time, no name in its header."""
    return contextlib.nullcontext(raw) if not codec else cast(contextlib.closing[BinaryIO], _PACKERS[codec](raw))


class _Unpacked(io.RawIOBase):
    """Uncompressed bytes of a stream of one or more members, with a bound on how far they may grow.

    An error raised while reading would take the bytes before it along, so it is noted in `problem`.
    """

    def __init__(self, raw: BinaryIO, codec: str) -> None:
        self.problem = ""
        self._chunks = _CHUNKS[codec](raw)
        self._raw = raw
        self._left = b""
        self._given = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            chunk = self._next()
            if chunk is None:
                return 0
            self._left = chunk
        size = min(len(buffer), len(self._left))
        buffer[:size] = self._left[:size]
        self._left = self._left[size:]
        return size

    def _next(self) -> bytes | None:
        if self.problem:
            return None
        try:
            chunk = next(self._chunks, None)
        except _DAMAGE as error:
            if isinstance(error, OSError) and error.errno is not None:
                raise  # a disk or a network, of which the data know nothing
            self.problem = f"damaged compressed data: {error}"
            return None
        if chunk is None:
            self.problem = "" if self._raw.tell() else "an empty file where compressed data should be"
            return None
        self._given += len(chunk)
        if self._given > FREE and self._given > MAX_RATIO * self._raw.tell():
            self.problem = f"a decompression bomb: it grows more than {MAX_RATIO} times over"
            return None
        return chunk


_DAMAGE = (EOFError, OSError, zlib.error, lzma.LZMAError, ValueError)

#: Bytes read from, and unpacked from, a compressed file at once.
_CHUNK = 1 << 17


def _python_chunks(file: Any) -> Iterator[bytes]:
    # Not `read`: it would go on to the damage, and what it had by then would be lost with it.
    while chunk := file.read1(_CHUNK):
        yield chunk


def _xz_chunks(raw: BinaryIO) -> Iterator[bytes]:
    """Like `lzma.LZMAFile`, which cannot be told how much memory it may take."""
    data = raw.read(_CHUNK)
    while data:
        unpacker = lzma.LZMADecompressor(memlimit=_XZ_MEMORY)
        while not unpacker.eof:
            if unpacker.needs_input and not data and not (data := raw.read(_CHUNK)):
                raise EOFError("the file ends too early")
            chunk = unpacker.decompress(data, _CHUNK)
            data = b""
            if chunk:
                yield chunk
        data = unpacker.unused_data.lstrip(b"\0") or raw.read(_CHUNK).lstrip(b"\0")


def _zstd_chunks(raw: BinaryIO) -> Iterator[bytes]:
    """Unpack frame by frame: the package's own readers take a file that ends too early for a whole one."""
    zstandard = need("zstandard")
    data = raw.read(_ZSTD_STEP)
    while data:
        unpacker = zstandard.ZstdDecompressor().decompressobj()
        while not unpacker.eof:
            if not data and not (data := raw.read(_ZSTD_STEP)):
                raise EOFError("the file ends too early")
            try:
                chunk = unpacker.decompress(data)
            except zstandard.ZstdError as error:
                raise ValueError(str(error)) from None
            data = b""
            if chunk:
                yield chunk
        data = unpacker.unused_data or raw.read(_ZSTD_STEP)


_CHUNKS = {
    "gz": lambda raw: _python_chunks(gzip.GzipFile(fileobj=raw, mode="rb")),
    "bz2": lambda raw: _python_chunks(bz2.BZ2File(raw, "rb")),
    "xz": _xz_chunks,
    "zst": _zstd_chunks,
}

_PACKERS: dict[str, Callable[[BinaryIO], Any]] = {
    # Level 6 is what gzip itself uses; Python's 9 takes three times as long for one percent.
    "gz": lambda raw: gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=raw, mtime=0),
    "bz2": lambda raw: bz2.BZ2File(raw, "wb"),
    "xz": lambda raw: lzma.LZMAFile(raw, "wb"),  # noqa: SIM115 - the caller closes it
    "zst": lambda raw: need("zstandard").ZstdCompressor(write_checksum=True).stream_writer(raw, closefd=False),
}
