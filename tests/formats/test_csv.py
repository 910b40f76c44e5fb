"""CSV: cut anywhere, read as Python's own reader does, written back byte by byte."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner.document import Document
from cleaner.edit import Edit, Result
from cleaner.formats.csv import Csv, CsvRecord
from cleaner.formats.record import BadRecord
from cleaner.formats.source import Settings, Source

VALUES = st.text(alphabet='ab",\n\té;', max_size=12)
TABLES = st.lists(st.lists(VALUES, min_size=3, max_size=3), max_size=8)


def read(data: bytes, path: Path, *, part: int = 1 << 20, max_record: int = 1 << 20) -> list[object]:
    """Return what is read of all parts."""
    path.write_bytes(data)
    format = Csv(Settings(max_record=max_record, part=part))
    parts = list(format.cut(Source(str(path), "x.csv", len(data), "csv")))
    return [item for part in parts for item in format.read(part)]


def text_of(table: list[list[str]], quoting: int, end: str) -> bytes:
    """Return a table as Python's own writer writes it."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, quoting=quoting, lineterminator=end)  # type: ignore[arg-type]
    writer.writerows([["id", "text", "x"], *table])
    return file.getvalue().encode()


@given(
    table=TABLES,
    quoting=st.sampled_from([csv.QUOTE_ALL, csv.QUOTE_MINIMAL]),
    end=st.sampled_from(["\n", "\r\n"]),
    part=st.integers(1, 60),
    whole=st.booleans(),
)
def test_records_are_those_of_pythons_reader(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]], quoting: int, end: str, part: int, whole: bool
) -> None:
    data = text_of(table, quoting, end)
    data = data if whole else data.rstrip(b"\r\n")
    items = read(data, tmp_path_factory.getbasetemp() / "x.csv", part=part)
    records = [item for item in items if isinstance(item, CsvRecord)]
    assert [list(record.document.metadata.values()) for record in records] == table
    unchanged = [item.render(Result(item.document, "", ())) if isinstance(item, CsvRecord) else item for item in items]
    assert b"".join(unchanged) == data  # type: ignore[arg-type]


@given(table=TABLES, part=st.integers(1, 60), most=st.integers(12, 40))
def test_records_that_are_too_long_cost_no_other(
    tmp_path_factory: pytest.TempPathFactory, table: list[list[str]], part: int, most: int
) -> None:
    data = text_of(table, csv.QUOTE_MINIMAL, "\n")
    items = read(data, tmp_path_factory.getbasetemp() / "x.csv", part=part, max_record=most)
    lengths = [len(text_of([row], csv.QUOTE_MINIMAL, "\n")) - len("id,text,x\n") for row in table]
    assert [isinstance(item, BadRecord) for item in items[1:]] == [length > most for length in lengths]


@pytest.mark.parametrize(
    ("line", "cleaned"),
    [
        (b'1,"a ""b"" cut",x\r\n', b'1,"a ""b"" ",x\r\n'),
        (b"1,a b cut,x\n", b"1,a b ,x\n"),
        (b'1, "a" cut,x\n', b'1, "a" ,x\n'),
    ],
)
def test_only_the_text_changes(line: bytes, cleaned: bytes, tmp_path: Path) -> None:
    (_, record) = read(b"id,text,x\n" + line, tmp_path / "x.csv")
    assert isinstance(record, CsvRecord)
    text = record.document.text
    result = Result(record.document, text.removesuffix("cut"), (Edit(len(text) - 3, len(text), "rule", "cut"),))
    assert record.render(result) == cleaned


def test_a_text_that_now_begins_with_a_quotation_mark_is_quoted(tmp_path: Path) -> None:
    (_, record) = read(b'id,text\n1,x"y"\n', tmp_path / "x.csv")
    assert isinstance(record, CsvRecord)
    assert record.render(Result(Document('x"y"'), '"y"', (Edit(0, 1, "rule", "x"),))) == b'1,"""y"""\n'


@pytest.mark.parametrize(("line", "cleaned"), [(b"cut\r\n", b'""\r\n'), (b"cut", b'""'), (b'"cut"\n', b'""\n')])
def test_an_empty_text_that_is_all_of_a_record_leaves_one(line: bytes, cleaned: bytes, tmp_path: Path) -> None:
    (_, record) = read(b"text\n" + line, tmp_path / "x.csv")
    assert isinstance(record, CsvRecord)
    assert record.render(Result(record.document, "", (Edit(0, 3, "rule", "cut"),))) == cleaned


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b'id,text\n1,"a" b\n', "text behind the closing quotation mark of a field"),
        (b"id,text\n1,2,3\n", "3 fields where the header has 2"),
        (b'id,text\n1,"a\n', "a quotation mark that is never closed"),
        (b"id,body\n1,2\n", "no column 'text' in the header (id, body)"),
    ],
)
def test_says_what_is_wrong_with_a_record(data: bytes, reason: str, tmp_path: Path) -> None:
    bad = read(data, tmp_path / "x.csv")[-1]
    assert isinstance(bad, BadRecord)
    assert (bad.number, bad.offset, bad.reason) == (1, data.index(b"\n") + 1, reason)
