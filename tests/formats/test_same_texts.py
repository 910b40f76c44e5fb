"""One corpus in every format: the same texts come out, and nothing changes where no rule fires."""

from __future__ import annotations

import csv
import datetime
import io
import json
import math
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow
import pyarrow.feather
import pyarrow.ipc
import pyarrow.parquet
import pytest
from fastwarc.warc import ArchiveIterator, WarcRecordType

from cleaner import Cleaner, Document, RuleSet
from cleaner.formats.compression import CODECS, check, compressed, decompressed
from cleaner.formats.jsonl import Fields
from cleaner.formats.source import Settings
from cleaner.formats.warc import conversion
from cleaner.run import BadPlan, Job, Run, Target, plan

Records = list[dict[str, Any]]


@dataclass(frozen=True)
class Kind:
    """How a test writes a format and reads it, without the code that is tested."""

    name: str
    write: Callable[[Records, Path], None]
    read: Callable[[bytes], list[str | None]]


def _jsonl(rows: Records, path: Path) -> None:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows))


def _csv(rows: Records, path: Path, delimiter: str = ",") -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), delimiter=delimiter)
        writer.writeheader()
        writer.writerows(rows)


def _read_csv(data: bytes, delimiter: str = ",") -> list[str | None]:
    reader = csv.DictReader(io.StringIO(data.decode(), newline=""), delimiter=delimiter)
    return [row["text"] for row in reader]


def _table(rows: Records) -> pyarrow.Table:
    return pyarrow.Table.from_pylist(rows).replace_schema_metadata({"made by": "a test"})


def _arrow(rows: Records, path: Path, *, stream: bool = False) -> None:
    table = _table(rows)
    new = pyarrow.ipc.new_stream if stream else pyarrow.ipc.new_file
    with new(str(path), table.schema) as writer:
        writer.write_table(table, max_chunksize=30)


def _read_arrow(data: bytes) -> list[str | None]:
    opened = pyarrow.ipc.open_file if data.startswith(b"ARROW1") else pyarrow.ipc.open_stream
    texts: list[str | None] = opened(pyarrow.py_buffer(data)).read_all()["text"].to_pylist()
    return texts


def _read_warc(data: bytes) -> list[str | None]:
    return [
        record.reader.read().decode()
        for record in ArchiveIterator(io.BytesIO(data), record_types=WarcRecordType.conversion)
    ]


KINDS = [
    Kind("a.jsonl", _jsonl, lambda data: [json.loads(line)["text"] for line in data.split(b"\n")[:-1]]),
    Kind("a.csv", _csv, _read_csv),
    Kind("a.tsv", lambda rows, path: _csv(rows, path, "\t"), lambda data: _read_csv(data, "\t")),
    Kind(
        "a.parquet",
        lambda rows, path: pyarrow.parquet.write_table(_table(rows), path, row_group_size=30),
        lambda data: pyarrow.parquet.read_table(io.BytesIO(data))["text"].to_pylist(),
    ),
    Kind("a.arrow", _arrow, _read_arrow),
    Kind("a.arrows", lambda rows, path: _arrow(rows, path, stream=True), _read_arrow),
    Kind("a.feather", lambda rows, path: pyarrow.feather.write_feather(_table(rows), path), _read_arrow),
    Kind(
        "a.warc.wet",
        lambda rows, path: path.write_bytes(b"".join(conversion(r["text"], r["url"], r["id"]) for r in rows)) and None,
        _read_warc,
    ),
]
EACH = pytest.mark.parametrize("kind", KINDS, ids=[kind.name for kind in KINDS])


@pytest.fixture
def wanted(cleaner: Cleaner, records: Records) -> list[str]:
    """The texts that must come out."""
    return [cleaner.explain(Document(row["text"], url=row["url"])).text for row in records]


@EACH
@pytest.mark.parametrize("codec", ["", *CODECS])
def test_the_same_texts_come_out(
    kind: Kind, codec: str, tmp_path: Path, records: Records, wanted: list[str], start: Callable[..., Run]
) -> None:
    path = tmp_path / kind.name
    kind.write(records, path)
    if codec:
        path = _packed(path, codec)
    tally = start(path, out=tmp_path / "out")()
    assert tally.read == tally.written == len(records)
    assert kind.read(_unpacked(tmp_path / "out" / path.name)) == wanted


@EACH
@pytest.mark.parametrize("first", [1, 30, 37])
def test_the_first_texts_come_out(
    kind: Kind, first: int, tmp_path: Path, records: Records, wanted: list[str], start: Callable[..., Run]
) -> None:
    kind.write(records, tmp_path / kind.name)
    assert start(tmp_path / kind.name, out=tmp_path / "out", first=first)().written == first
    assert kind.read((tmp_path / "out" / kind.name).read_bytes()) == wanted[:first]


def test_the_same_texts_come_out_of_files(
    tmp_path: Path, records: Records, wanted: list[str], start: Callable[..., Run]
) -> None:
    (tmp_path / "in").mkdir()
    for row in records:
        (tmp_path / "in" / f"{row['id']}.txt").write_bytes(row["text"].encode())
    start(tmp_path / "in", out=tmp_path / "out")()
    assert [(tmp_path / "out" / f"{row['id']}.txt").read_bytes().decode() for row in records] == wanted


@EACH
@pytest.mark.parametrize("to", ["jsonl", "csv", "tsv", "parquet", "arrow", "warc"])
def test_every_format_becomes_every_other(
    kind: Kind, to: str, tmp_path: Path, records: Records, wanted: list[str], start: Callable[..., Run]
) -> None:
    path = tmp_path / kind.name
    kind.write(records, path)
    run = start(path, out=tmp_path / "out", to=to)
    run()
    (output,) = [path for path in (tmp_path / "out").iterdir() if path.is_file()]
    reader = next(each.read for each in KINDS if output.name.endswith(each.name[1:]))
    if to == "warc" and kind.name != "a.warc.wet":  # an archive has no place for a headline but its texts
        wanted = [f"{row['title']}\n\n{text}".strip() for row, text in zip(records, wanted, strict=True)]
    assert [text or "" for text in reader(output.read_bytes())] == wanted


def test_files_become_one_table(tmp_path: Path, start: Callable[..., Run]) -> None:
    (tmp_path / "in/deep").mkdir(parents=True)
    (tmp_path / "in/one.txt").write_text("One.")
    (tmp_path / "in/deep/two.txt").write_text("Two.\nRead more: Three")
    start(tmp_path / "in", out=tmp_path / "out", to="jsonl")()
    rows = [json.loads(line) for line in (tmp_path / "out/documents.jsonl").read_text().splitlines()]
    assert rows == [{"id": "one.txt", "text": "One."}, {"id": "deep/two.txt", "text": "Two."}]


def test_texts_and_pages_become_one_table(tmp_path: Path, start: Callable[..., Run]) -> None:
    (tmp_path / "in").mkdir()
    for name in ("a.txt", "b.html", "c.txt", "e.html"):
        (tmp_path / "in" / name).write_text(f"<p>It is {name[0]}.</p>" if "html" in name else f"It is {name[0]}.")
    (tmp_path / "in/d.jsonl").write_text('{"text": "It is d."}\n')
    start(tmp_path / "in", out=tmp_path / "out", to="csv")()
    rows = list(csv.DictReader(io.StringIO((tmp_path / "out/documents.csv").read_text())))
    assert [(row["id"], row["text"]) for row in rows] == [
        (name, f"It is {name[0]}.") for name in ("a.txt", "b.html", "c.txt", "e.html")
    ]
    assert _read_csv((tmp_path / "out/d.csv").read_bytes()) == ["It is d."]


def test_texts_of_another_field_stand_in_the_column_of_texts(tmp_path: Path, cleaner: Cleaner) -> None:
    (tmp_path / "a.txt").write_text("One.")
    job = Job(cleaner, Settings(Fields("body"), spool=tmp_path), Target(str(tmp_path / "out")), to="csv")
    Run(job, plan([str(tmp_path / "a.txt")], job, None))()
    assert _read_csv((tmp_path / "out/documents.csv").read_bytes()) == ["One."]


ODD = {
    "day": datetime.date(2024, 5, 1), "at": datetime.datetime(2024, 5, 1, 10), "price": Decimal("1.50"), "raw": b"x",
    "hash": b"\xff", "share": math.nan, "tags": [math.inf, 1.5],
}  # fmt: skip


@pytest.mark.parametrize("to", ["jsonl", "csv"])
def test_values_that_json_has_no_form_for_are_texts_or_null(to: str, tmp_path: Path, start: Callable[..., Run]) -> None:
    table = pyarrow.Table.from_pylist([{"text": "One.", **ODD}])
    far = {"ns": pyarrow.array([1], pyarrow.timestamp("ns")), "far": pyarrow.array([10**7], pyarrow.date32())}
    for name, column in far.items():
        table = table.append_column(name, column)
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet")
    start(tmp_path / "a.parquet", out=tmp_path / "out", to=to)()
    written = (tmp_path / f"out/a.{to}").read_text()
    if to == "csv":
        [columns] = csv.DictReader(io.StringIO(written))
        written = columns["metadata"]
    row = json.loads(written, parse_constant=pytest.fail)
    row.pop("text", None)
    assert row == {
        "day": "2024-05-01", "at": "2024-05-01 10:00:00", "price": "1.50", "raw": "x", "hash": "/w==", "share": None,
        "tags": [None, 1.5], "ns": "1970-01-01 00:00:00.000000001", "far": "29349-01-26",
    }  # fmt: skip


def test_a_folder_of_texts_has_no_name_of_the_runs_own(tmp_path: Path, start: Callable[..., Run]) -> None:
    (tmp_path / "removed.jsonl").write_text('{"text": "One."}\n')
    with pytest.raises(BadPlan, match="removed is a name that the run itself writes"):
        start(tmp_path / "removed.jsonl", out=tmp_path / "out", to="text")


def test_records_become_files(tmp_path: Path, records: Records, wanted: list[str], start: Callable[..., Run]) -> None:
    path = tmp_path / "a.jsonl"
    _jsonl(records, path)
    start(path, out=tmp_path / "out", to="text", removed=True)()
    files = sorted((tmp_path / "out/a").iterdir())
    headed = [f"{row['title']}\n\n{text}".strip() for row, text in zip(records, wanted, strict=True)]
    assert [file.read_bytes().decode() for file in files] == headed
    assert len(list((tmp_path / "out/removed/a").iterdir())) == sum(
        row["text"] != text for row, text in zip(records, wanted, strict=True)
    )


def test_other_fields_survive_the_way_into_a_table(tmp_path: Path, records: Records, start: Callable[..., Run]) -> None:
    path = tmp_path / "a.jsonl"
    _jsonl(records, path)
    start(path, out=tmp_path / "out", to="parquet")()
    rows = pyarrow.parquet.read_table(tmp_path / "out/a.parquet").to_pylist()
    assert [row["title"] for row in rows] == [row["title"] for row in records]
    assert [json.loads(row["metadata"]) for row in rows] == [{"n": row["n"]} for row in records]


@pytest.mark.parametrize("name", ["a.jsonl", "a.csv", "a.tsv", "a.txt", "a.warc.wet"])
def test_nothing_changes_where_no_rule_fires(
    name: str, tmp_path: Path, records: Records, start: Callable[..., Run]
) -> None:
    kind = next((kind for kind in KINDS if kind.name == name), KINDS[0])
    path = tmp_path / name
    kind.write(records, path)
    # Bytes that a careless program would lose: a byte order mark, one that is not UTF-8, no line end at the end.
    data = path.read_bytes().replace("Å".encode(), b"\xc5").removesuffix(b"\n")
    if "wet" not in name:
        path.write_bytes(b"\xef\xbb\xbf" + data)
    before = path.read_bytes()
    run = start(path, out=tmp_path / "out", rules=RuleSet())
    run()
    assert (tmp_path / "out" / name).read_bytes() == before


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow", "a.arrows", "a.feather"])
def test_tables_stay_equal_where_no_rule_fires(
    name: str, tmp_path: Path, records: Records, start: Callable[..., Run]
) -> None:
    kind = next(kind for kind in KINDS if kind.name == name)
    kind.write([{**row, "text": None if row["n"] == 7 else row["text"]} for row in records], tmp_path / name)
    start(tmp_path / name, out=tmp_path / "out", rules=RuleSet())()
    before, after = (_any_table(folder / name) for folder in (tmp_path, tmp_path / "out"))
    assert after.schema.equals(before.schema, check_metadata=True)
    assert after.equals(before)


def _any_table(path: Path) -> pyarrow.Table:
    if path.suffix == ".parquet":
        return pyarrow.parquet.read_table(path)
    data = path.read_bytes()
    opened = pyarrow.ipc.open_file if data.startswith(b"ARROW1") else pyarrow.ipc.open_stream
    return opened(pyarrow.py_buffer(data)).read_all()


def _packed(path: Path, end: str) -> Path:
    packed = path.with_name(path.name + end)
    with packed.open("wb") as raw, compressed(raw, CODECS[end]) as file:
        file.write(path.read_bytes())
    return packed


def _unpacked(path: Path) -> bytes:
    with path.open("rb") as raw:
        stream = decompressed(raw, CODECS.get(path.suffix, ""))
        data = stream.read()
        check(stream)
        return data
