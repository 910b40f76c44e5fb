"""Parquet and Arrow: types, row groups, batches, metadata and encodings stay."""

from __future__ import annotations

import os
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet
import pytest

from cleaner import Cleaner, Document
from cleaner.formats import footer
from cleaner.formats.table import is_damage
from cleaner.formats.thrift import I64, LIST, STRUCT, read_struct, write_struct
from cleaner.run import Run, Stopped

TYPES = {
    "string": pyarrow.string(),
    "large_string": pyarrow.large_string(),
    "string_view": pyarrow.string_view(),
    "dictionary": pyarrow.dictionary(pyarrow.int16(), pyarrow.string()),
    "dictionary of large strings": pyarrow.dictionary(pyarrow.int32(), pyarrow.large_string()),
}
EACH_TYPE = pytest.mark.parametrize("type_", TYPES.values(), ids=TYPES)


def table_of(records: list[dict[str, Any]], type_: pyarrow.DataType) -> pyarrow.Table:
    """Return a table with columns of many types, a null among the texts."""
    texts = [None if row["n"] == 7 else row["text"] for row in records]
    return pyarrow.table(
        {
            "id": [row["id"] for row in records],
            "url": pyarrow.array([row["url"] for row in records]).dictionary_encode(),
            "text": pyarrow.array(texts, type_),
            "tags": [["a", None, "b"]] * len(records),
            "place": [{"x": 1.5, "y": None}] * len(records),
            "seen": pyarrow.array(range(len(records)), pyarrow.timestamp("us", "UTC")),
        }
    ).replace_schema_metadata({"made by": "a test"})


@pytest.fixture
def wanted(cleaner: Cleaner, records: list[dict[str, Any]]) -> list[str | None]:
    """The texts that must come out."""
    texts: list[str | None] = [cleaner.explain(Document(row["text"], url=row["url"])).text for row in records]
    texts[7] = None
    return texts


@pytest.mark.parametrize("end", ["parquet", "arrow"])
def test_the_name_of_a_file_need_be_no_utf8(
    end: str, tmp_path: Path, records: Any, wanted: Any, start: Callable[..., Run]
) -> None:
    name = os.fsdecode(b"caf\xe9.") + end
    write, read = {
        "parquet": (pyarrow.parquet.write_table, pyarrow.parquet.read_table),
        "arrow": (pyarrow.feather.write_feather, pyarrow.feather.read_table),
    }[end]
    with (tmp_path / name).open("wb") as file:
        write(table_of(records, pyarrow.string()), file)
    start(tmp_path / name, out=tmp_path / "out")()
    with (tmp_path / "out" / name).open("rb") as file:
        assert read(file)["text"].to_pylist() == wanted


@EACH_TYPE
def test_parquet_keeps_all_but_the_texts(
    type_: pyarrow.DataType, tmp_path: Path, records: Any, wanted: Any, start: Callable[..., Run]
) -> None:
    path = tmp_path / "a.parquet"
    table = table_of(records, type_)
    compression = {"text": "zstd", "id": "none", "url": "snappy"}
    pyarrow.parquet.write_table(table, path, row_group_size=30, compression=compression, use_dictionary=["url"])
    start(path, out=tmp_path / "out")()
    before, after = (pyarrow.parquet.ParquetFile(folder / path.name) for folder in (tmp_path, tmp_path / "out"))
    assert_cleaned(before.read(), after.read(), wanted)
    assert after.metadata.metadata.keys() == before.metadata.metadata.keys()
    groups = [[file.metadata.row_group(i) for i in range(file.metadata.num_row_groups)] for file in (before, after)]
    assert len(groups[0]) > 3
    for old, new in zip(*groups, strict=True):
        assert new.num_rows == old.num_rows
        for i in range(old.num_columns):
            assert new.column(i).compression == old.column(i).compression
            assert set(new.column(i).encodings) == set(old.column(i).encodings)


@EACH_TYPE
@pytest.mark.parametrize("compression", [None, "lz4", "zstd"])
@pytest.mark.parametrize("stream", [False, True])
def test_arrow_keeps_all_but_the_texts(
    stream: bool, compression: str | None, type_: Any, tmp_path: Path, records: Any, wanted: Any, start: Any
) -> None:
    path = tmp_path / "a.arrow"
    table = table_of(records, type_)
    options = pyarrow.ipc.IpcWriteOptions(compression=compression)
    new, opened = (
        (pyarrow.ipc.new_stream, pyarrow.ipc.open_stream) if stream else (pyarrow.ipc.new_file, pyarrow.ipc.open_file)
    )
    with new(str(path), table.schema, options=options) as writer:
        writer.write_table(table, max_chunksize=30)
    start(path, out=tmp_path / "out")()
    paths = (path, tmp_path / "out" / path.name)
    before, after = (opened(pyarrow.py_buffer(path.read_bytes())).read_all() for path in paths)
    assert_cleaned(before, after, wanted)
    assert [batch.num_rows for batch in after.to_batches()] == [batch.num_rows for batch in before.to_batches()]


def assert_cleaned(before: pyarrow.Table, after: pyarrow.Table, wanted: list[str | None]) -> None:
    """Check that only the texts differ."""
    after.validate(full=True)
    assert after.schema.equals(before.schema, check_metadata=True)
    assert after.drop(["text"]).equals(before.drop(["text"]))
    assert after["text"].to_pylist() == wanted


def test_a_parquet_file_without_rows(tmp_path: Path, start: Callable[..., Run]) -> None:
    schema = pyarrow.schema([("text", pyarrow.string())], {"made by": "a test"})
    pyarrow.parquet.write_table(schema.empty_table(), tmp_path / "a.parquet")
    assert start(tmp_path / "a.parquet", out=tmp_path / "out")().read == 0
    assert pyarrow.parquet.read_table(tmp_path / "out/a.parquet").schema.equals(schema, check_metadata=True)


def test_rows_that_are_no_text_are_quarantined(tmp_path: Path, start: Callable[..., Run]) -> None:
    good, bad = b"A line.\nRead more: Lines", b"\xff\xfe"
    texts = pyarrow.array([good, bad, good, None], pyarrow.binary()).view(pyarrow.string())
    table = pyarrow.table({"n": [1, 2, 3, 4], "text": texts})
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")
    tally = start(tmp_path / "a.parquet", out=tmp_path / "out", quarantine=True)()
    assert (tally.read, tally.written, tally.quarantined) == (4, 3, 1)
    rows = pyarrow.parquet.read_table(tmp_path / "out/a.parquet").to_pylist()
    assert rows == [{"n": 1, "text": "A line."}, {"n": 3, "text": "A line."}, {"n": 4, "text": None}]


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ([("body", pyarrow.string())], "no column 'text' in the schema (body)"),
        ([("text", pyarrow.int32())], "the column 'text' is int32, not text"),
        ([("text", pyarrow.list_(pyarrow.string()))], "not text"),
    ],
)
def test_says_which_column_is_missing(schema: Any, reason: str, tmp_path: Path, start: Callable[..., Run]) -> None:
    pyarrow.parquet.write_table(pyarrow.schema(schema).empty_table(), tmp_path / "a.parquet")
    start(tmp_path / "a.parquet", out=tmp_path / "out", quarantine=True)()
    assert reason in (tmp_path / "out/quarantine.jsonl").read_text()
    assert not (tmp_path / "out/a.parquet").exists()


def _chunks(path: Path, name: str) -> list[bytes]:
    """Return the bytes of a column, row group by row group."""
    with path.open("rb") as file:
        chunks = []
        for group in footer.groups_of(footer.read(file)):
            [column] = [column for column in footer.columns(group) if column.path.partition(".")[0] == name]
            file.seek(column.start)
            chunks.append(file.read(column.size))
        return chunks


def test_columns_that_do_not_change_are_copied(tmp_path: Path, records: Any, start: Any) -> None:
    path = tmp_path / "a.parquet"
    table = table_of(records, pyarrow.string()).drop(["place"])
    how = {"use_dictionary": False, "column_encoding": {"id": "DELTA_BYTE_ARRAY"}, "data_page_version": "2.0"}
    pyarrow.parquet.write_table(table, path, row_group_size=50, **how)
    start(path, out=tmp_path / "out", part=1)()
    for name in ("id", "url", "tags", "seen"):
        assert _chunks(tmp_path / "out/a.parquet", name) == _chunks(path, name)
    assert _chunks(tmp_path / "out/a.parquet", "text") != _chunks(path, "text")


def test_a_table_is_not_said_to_be_sorted_by_what_has_changed(tmp_path: Path, start: Any) -> None:
    path = tmp_path / "a.parquet"
    table = pyarrow.table({"n": [1, 2], "text": ["A.\nRead more: B", "B."]})
    for name, left in (("n", 1), ("text", 0)):
        sorting = pyarrow.parquet.SortingColumn.from_ordering(table.schema, [(name, "ascending")])
        pyarrow.parquet.write_table(table, path, sorting_columns=sorting)
        start(path, out=tmp_path / name)()
        written = pyarrow.parquet.ParquetFile(tmp_path / name / "a.parquet")
        assert len(written.metadata.row_group(0).sorting_columns) == left
        assert written.read()["text"].to_pylist() == ["A.", "B."]


def test_rows_are_not_left_out_of_columns_that_would_be_written_differently(tmp_path: Path, start: Any) -> None:
    texts = pyarrow.array([b"A line.", b"\xff"], pyarrow.binary()).view(pyarrow.string())
    price = pyarrow.array([Decimal("1.50"), None], pyarrow.decimal128(7, 2))
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"price": price, "text": texts}), path, store_decimal_as_integer=True)
    with pytest.raises(Stopped, match="rows cannot be left out of this file"):
        start(path, out=tmp_path / "out", quarantine=True)()


def test_statistics_that_would_end_the_process_are_damage(tmp_path: Path, records: Any, start: Any) -> None:
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(table_of(records, pyarrow.string()), path, row_group_size=50)
    data = path.read_bytes()
    begins = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    told = read_struct(data[begins:-8])
    for group in told[4][1][1]:
        chunk = group[1][1][1][0][3][1]
        chunk[16] = (STRUCT, {3: (LIST, (I64, [1] * 9))})  # SizeStatistics: a definition_level_histogram too long
    changed = write_struct(told)
    path.write_bytes(data[:begins] + changed + len(changed).to_bytes(4, "little") + b"PAR1")
    tally = start(path, out=tmp_path / "out", quarantine=True)()
    assert (tally.read, tally.quarantined) == (200, 200)


def test_a_damaged_row_group_without_rows_is_not_lost(tmp_path: Path, records: Any, start: Any) -> None:
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(pyarrow.table({"text": ["One."]}), path)
    data = path.read_bytes()
    begins = len(data) - 8 - int.from_bytes(data[-8:-4], "little")
    told = read_struct(data[begins:-8])
    [group] = told[4][1][1]
    group[3] = (I64, 0)
    group[1][1][1][0][3][1][7] = (I64, -5)
    changed = write_struct(told)
    path.write_bytes(data[:begins] + changed + len(changed).to_bytes(4, "little") + b"PAR1")
    assert start(path, out=tmp_path / "out", quarantine=True)().quarantined == 1


@pytest.mark.parametrize("stream", [False, True])
def test_a_damaged_name_of_a_column_is_damage(stream: bool, tmp_path: Path, start: Any) -> None:
    path = tmp_path / "a.arrow"
    table = pyarrow.table({"text": ["One."], "other": [1]})
    new = pyarrow.ipc.new_stream if stream else pyarrow.ipc.new_file
    with new(str(path), table.schema) as writer:
        writer.write_table(table)
    path.write_bytes(path.read_bytes().replace(b"other", b"oth\xf8r"))
    assert start(path, out=tmp_path / "out", quarantine=True)().quarantined == 1


def test_an_arrow_stream_that_asks_for_absurd_memory_is_damaged(tmp_path: Path, start: Any) -> None:
    path = tmp_path / "a.arrow"
    table = pyarrow.table({"text": ["A text of some length, so that its size stands out."] * 5})
    with pyarrow.ipc.new_stream(str(path), table.schema) as writer:
        writer.write_table(table)
    data = path.read_bytes()
    size = _body_length(data)
    path.write_bytes(data.replace(size, (1 << 54).to_bytes(8, "little")))
    assert start(path, out=tmp_path / "out", quarantine=True)().quarantined == 1


def _body_length(data: bytes) -> bytes:
    """Return the length of the last message's body as it stands in the message."""
    *_, message = pyarrow.ipc.MessageReader.open_stream(data)
    return message.body.size.to_bytes(8, "little")


def test_a_footer_is_written_as_it_was_read(tmp_path: Path, records: Any) -> None:
    path = tmp_path / "a.parquet"
    pyarrow.parquet.write_table(table_of(records, pyarrow.string()), path, row_group_size=5)
    data = path.read_bytes()
    told = data[-8 - int.from_bytes(data[-8:-4], "little") : -8]
    assert write_struct(read_struct(told)) == told


@pytest.mark.parametrize(
    ("error", "damage"),
    [
        (pyarrow.lib.ArrowMemoryError("malloc of size 581808811339350080 failed"), True),
        (pyarrow.lib.ArrowMemoryError("malloc of size 4096 failed"), False),
        (MemoryError(), False),
        (OSError("Corrupt snappy compressed data."), True),
        (OSError(28, "No space left on device"), False),
        (pyarrow.lib.ArrowNotImplementedError("what is this"), True),
        (KeyboardInterrupt(), False),
    ],
    ids=str,
)
def test_damage_is_told_from_a_machine_in_trouble(error: Exception, damage: bool) -> None:
    assert is_damage(error, 10_000) is damage
