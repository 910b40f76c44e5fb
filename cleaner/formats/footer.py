"""Parquet files put together from finished ones: row groups are copied as they are, only the footer is new."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

from .thrift import I16, I64, LIST, STRUCT, Struct, read_struct, write_struct

MAGIC = b"PAR1"

# Numbers of the fields that change, from the Parquet format's parquet.thrift.
_SCHEMA, _NUM_ROWS, _ROW_GROUPS = 2, 3, 4  # of FileMetaData
_COLUMNS, TOTAL_SIZE, NUM_ROWS, SORTING, _GROUP_OFFSET, _GROUP_PACKED_SIZE, _ORDINAL = range(1, 8)  # of RowGroup
_CHUNK_OFFSET, _CHUNK = 2, 3  # of ColumnChunk; 4 to 7 place a page index
_PAGE_INDEX = (4, 5, 6, 7)
_PAGE_OFFSETS = (9, 10, 11)  # of ColumnMetaData: data, index and dictionary page
_BLOOM_FILTER = (14, 15)
_TYPE, _ENCODINGS, _PATH, _CODEC, _PLAIN_SIZE, _PACKED_SIZE = 1, 2, 3, 4, 6, 7
_DATA_PAGE, _DICTIONARY_PAGE, _STATISTICS = 9, 11, 12
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
        _write_footer(out, with_groups(footer, groups))


@dataclass(frozen=True, slots=True)
class Column:
    """How a column is written: its path in the schema, what a writer chooses, and where its bytes are."""

    path: str
    codec: str
    has_dictionary: bool
    has_statistics: bool
    is_int96: bool
    start: int
    size: int


def read(file: BinaryIO) -> Struct:
    """Return the footer of a file, with all that this module asks of it.

    pyarrow tells this too, but ends the whole process where damaged statistics stand in the way. Raises `ValueError`.
    """
    try:
        footer, end = _footer(file)
        for group in groups_of(footer):
            for column in columns(group):
                if column.start < len(MAGIC) or column.size < 0 or column.start + column.size > end:
                    raise ValueError(f"the column {column.path!r} is beyond the end of the data")
            if not isinstance(group[NUM_ROWS][1] + group[TOTAL_SIZE][1], int):
                raise ValueError("a row group without rows or size")
    except (IndexError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"a footer that cannot be read: {error!r}") from None
    return footer


def groups_of(footer: Struct) -> list[Struct]:
    """Return the row groups of a footer."""
    groups: list[Struct] = footer[_ROW_GROUPS][1][1]
    return groups


def with_groups(footer: Struct, groups: list[Struct]) -> Struct:
    """Return a footer with other row groups."""
    rows = sum(group[NUM_ROWS][1] for group in groups)
    return {**footer, _NUM_ROWS: (I64, rows), _ROW_GROUPS: (LIST, (STRUCT, groups))}


def columns(group: Struct) -> list[Column]:
    """Return how the columns of a row group are written."""
    return [_column(chunk[_CHUNK][1]) for chunk in group[_COLUMNS][1][1]]


def _column(chunk: Struct) -> Column:
    encodings = chunk[_ENCODINGS][1][1]
    starts = [chunk[number][1] for number in (_DATA_PAGE, _DICTIONARY_PAGE) if chunk.get(number, (0, 0))[1] > 0]
    return Column(
        ".".join(part.decode() for part in chunk[_PATH][1][1]),
        CODECS[chunk[_CODEC][1]],
        any(encoding in _DICTIONARIES for encoding in encodings),
        _STATISTICS in chunk,
        chunk[_TYPE][1] == _INT96,
        min(starts),
        chunk[_PACKED_SIZE][1],
    )


def leaves(footer: Struct) -> list[tuple[Any, ...]]:
    """Return what tells how the values of each column are laid out: type, length, repetition, and name."""
    return [tuple(each.get(number, (0, None))[1] for number in (1, 2, 3, 4)) for each in footer[_SCHEMA][1][1]]


class GroupWriter:
    """Writes row groups to a file, from columns of other files, as they are."""

    def __init__(self, file: BinaryIO, footer: Struct) -> None:
        self._file = file
        self._footer = footer
        self._groups: list[Struct] = []
        file.write(MAGIC)

    def write(self, group: Struct, sources: list[tuple[BinaryIO, Struct]]) -> None:
        """Write a row group like `group`, each of its columns from a file and the row group there that has it."""
        chunks: list[Struct] = []
        start = self._file.tell()
        for place, (file, other) in enumerate(sources):
            # The other group may have this column alone.
            own = other[_COLUMNS][1][1]
            chunk = own[place if len(own) == len(sources) else 0]
            column = _column(chunk[_CHUNK][1])
            shift = self._file.tell() - column.start
            file.seek(column.start)
            _copy(file, self._file, column.size)
            chunks.append(_moved_chunk(chunk, shift))
        totals = [sum(chunk[_CHUNK][1][number][1] for chunk in chunks) for number in (_PLAIN_SIZE, _PACKED_SIZE)]
        written = {**group, _COLUMNS: (LIST, (STRUCT, chunks)), TOTAL_SIZE: (I64, totals[0])}
        written |= {_GROUP_OFFSET: (I64, start), _GROUP_PACKED_SIZE: (I64, totals[1])}
        self._groups.append(written)

    def close(self) -> None:
        """Write the footer."""
        _write_footer(self._file, with_groups(self._footer, self._groups))


def _footer(file: BinaryIO) -> tuple[Struct, int]:
    """Return the footer of a file and where it starts, in bytes."""
    size = file.seek(0, 2)
    file.seek(max(0, size - 8))
    tail = file.read(8)
    start = size - 8 - int.from_bytes(tail[:4], "little")
    if tail[4:] != MAGIC or start < len(MAGIC):
        raise ValueError("not a Parquet file")
    file.seek(start)
    return read_struct(file.read(size - 8 - start)), start


def _write_footer(file: BinaryIO, footer: Struct) -> None:
    data = write_struct(footer)
    file.write(data + len(data).to_bytes(4, "little") + MAGIC)


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
