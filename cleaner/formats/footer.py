"""Parquet files put together from finished ones: row groups are copied as they are, only the footer is new."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from .thrift import I16, LIST, STRUCT, Struct, first_of, read_struct, write_struct

MAGIC = b"PAR1"

# Numbers of the fields that change, from the Parquet format's parquet.thrift.
_NUM_ROWS, _ROW_GROUPS = 3, 4  # of FileMetaData
_COLUMNS, _GROUP_OFFSET, _ORDINAL = 1, 5, 7  # of RowGroup
_CHUNK_OFFSET, _CHUNK = 2, 3  # of ColumnChunk; 4 to 7 place a page index
_PAGE_INDEX = (4, 5, 6, 7)
_PAGE_OFFSETS = (9, 10, 11)  # of ColumnMetaData: data, index and dictionary page
_BLOOM_FILTER = (14, 15)
_TYPE, _ENCODINGS, _PATH, _CODEC, _STATISTICS = 1, 2, 3, 4, 12
_INT96 = 3
_DICTIONARIES = (2, 8)  # encodings: PLAIN_DICTIONARY, RLE_DICTIONARY

#: Codecs by their numbers, as pyarrow names them.
CODECS = ("NONE", "SNAPPY", "GZIP", "LZO", "BROTLI", "LZ4", "ZSTD", "LZ4")


def join(parts: list[Path], target: Path) -> None:
    """Write one Parquet file with the row groups of all parts, which have one schema. Raises `ValueError`.

    Page indexes and Bloom filters, which hold places in the file themselves, are left out.
    """
    footer: Struct = {}
    groups: list[Struct] = []
    with target.open("wb") as out:
        out.write(MAGIC)
        for path in parts:
            with path.open("rb") as part:
                part_footer, end = _footer(part)
                shift = out.tell() - len(MAGIC)
                part.seek(len(MAGIC))
                _copy(part, out, end - len(MAGIC))
            footer = footer or part_footer
            for group in part_footer[_ROW_GROUPS][1][1]:
                groups.append(_moved(group, shift, len(groups)))
        rows = sum(group[3][1] for group in groups)
        footer = {**footer, _NUM_ROWS: (footer[_NUM_ROWS][0], rows), _ROW_GROUPS: (LIST, (STRUCT, groups))}
        data = write_struct(footer)
        out.write(data + len(data).to_bytes(4, "little") + MAGIC)


@dataclass(frozen=True, slots=True)
class Column:
    """How a column is written: its path in the schema, and what a writer chooses."""

    path: str
    codec: str
    has_dictionary: bool
    has_statistics: bool
    is_int96: bool


def columns(file: BinaryIO) -> list[Column]:
    """Return how the columns of a file's first row group are written; nothing if it has no row group.

    pyarrow tells this too, but ends the whole process where damaged statistics stand in the way. Raises `ValueError`.
    """
    try:
        group = first_of(_footer_bytes(file)[0], _ROW_GROUPS)
        return [_column(chunk[_CHUNK][1]) for chunk in group[_COLUMNS][1][1]] if group else []
    except (IndexError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"a footer that cannot be read: {error!r}") from None


def _column(chunk: Struct) -> Column:
    encodings = chunk[_ENCODINGS][1][1]
    return Column(
        ".".join(part.decode() for part in chunk[_PATH][1][1]),
        CODECS[chunk[_CODEC][1]],
        any(encoding in _DICTIONARIES for encoding in encodings),
        _STATISTICS in chunk,
        chunk[_TYPE][1] == _INT96,
    )


def _footer(file: BinaryIO) -> tuple[Struct, int]:
    """Return the footer of a file and where it starts, in bytes."""
    data, start = _footer_bytes(file)
    return read_struct(data), start


def _footer_bytes(file: BinaryIO) -> tuple[bytes, int]:
    size = file.seek(0, 2)
    file.seek(max(0, size - 8))
    tail = file.read(8)
    start = size - 8 - int.from_bytes(tail[:4], "little")
    if tail[4:] != MAGIC or start < len(MAGIC):
        raise ValueError("not a Parquet file")
    file.seek(start)
    return file.read(size - 8 - start), start


def _moved(group: Struct, shift: int, ordinal: int) -> Struct:
    """Return a row group that stands `shift` bytes further on."""
    moved = _shifted(group, (_GROUP_OFFSET,), shift)
    if ordinal < 1 << 15:
        moved[_ORDINAL] = (I16, ordinal)
    else:
        moved.pop(_ORDINAL, None)
    item, columns = group[_COLUMNS][1]
    moved[_COLUMNS] = (LIST, (item, [_moved_chunk(chunk, shift) for chunk in columns]))
    return moved


def _moved_chunk(chunk: Struct, shift: int) -> Struct:
    # Writers put 0 where they leave this field unset.
    moved = _shifted(chunk, (_CHUNK_OFFSET,), shift) if chunk[_CHUNK_OFFSET][1] else dict(chunk)
    for number in _PAGE_INDEX:
        moved.pop(number, None)
    inner = _shifted(chunk[_CHUNK][1], _PAGE_OFFSETS, shift)
    for number in _BLOOM_FILTER:
        inner.pop(number, None)
    moved[_CHUNK] = (STRUCT, inner)
    return moved


def _shifted(struct: Struct, numbers: tuple[int, ...], shift: int) -> Struct:
    changed: dict[int, tuple[int, Any]] = {
        number: (struct[number][0], struct[number][1] + shift) for number in numbers if number in struct
    }
    return {**struct, **changed}


def _copy(source: BinaryIO, target: BinaryIO, size: int) -> None:
    while size:
        data = source.read(min(size, 1 << 20))
        if not data:
            raise ValueError("a part is shorter than it was")
        target.write(data)
        size -= len(data)
