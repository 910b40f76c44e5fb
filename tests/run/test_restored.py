"""What a run wrote and what it removed, together, are what it read: in every format, converted, and all at once."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow.parquet
import pytest

from cleaner import Cleaner
from cleaner.cli import main
from cleaner.formats.jsonl import Fields
from cleaner.formats.source import Settings
from cleaner.run import Job, Run, Target, plan
from tests.articles import TEXTS, tree
from tests.formats.test_same_texts import EACH, KINDS, Kind, _packed, _unpacked
from tests.formats.test_warc import PAGE, record, response

Records = list[dict[str, Any]]


def back(out: Path, name: str, target: Path, *options: str) -> bytes:
    """Restore one file of a run."""
    removed = out / "removed" / f"{name}.jsonl"
    assert main(["restore", str(out / name), "--removed", str(removed), "-o", str(target), *options]) == 0
    return target.read_bytes()


@EACH
@pytest.mark.parametrize("codec", ["", ".gz"])
def test_every_format_comes_back(
    kind: Kind, codec: str, tmp_path: Path, records: Records, start: Callable[..., Run]
) -> None:
    path = tmp_path / kind.name
    kind.write(records, path)
    plain = path.read_bytes()
    if codec:
        path = _packed(path, codec)
    assert start(path, out=tmp_path / "out", removed=True)().changed
    back(tmp_path / "out", path.name, tmp_path / path.name.replace("a.", "back.", 1))
    restored = _unpacked(tmp_path / path.name.replace("a.", "back.", 1))
    assert kind.read(restored) == kind.read(plain)
    if kind.name.endswith(("jsonl", "csv", "tsv", "wet")):
        assert restored == plain


def test_tables_come_back_whole(tmp_path: Path, records: Records, start: Callable[..., Run]) -> None:
    table = pyarrow.Table.from_pylist(records).replace_schema_metadata({"made by": "a test"})
    pyarrow.parquet.write_table(table, tmp_path / "a.parquet", row_group_size=30)
    start(tmp_path / "a.parquet", out=tmp_path / "out", removed=True)()
    restored = io.BytesIO(back(tmp_path / "out", "a.parquet", tmp_path / "back.parquet"))
    assert pyarrow.parquet.read_table(restored).equals(table, check_metadata=True)


@pytest.mark.parametrize("name", ["a.csv", "a.parquet", "a.warc.wet", "a.arrow"])
def test_a_converted_output_comes_back_by_its_own_numbers(name: str, tmp_path: Path, start: Callable[..., Run]) -> None:
    [kind] = [kind for kind in KINDS if kind.name == name]
    texts = [f"{i} {text}" for i, text in enumerate(TEXTS * 40)]
    lines = [json.dumps({"text": text}) + ("\n" if i % 3 else "\n\nbroken") for i, text in enumerate(texts)]
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    to = {"csv": "csv", "parquet": "parquet", "wet": "warc", "arrow": "arrow"}[name.rpartition(".")[2]]
    made = start(tmp_path / "a.jsonl", out=tmp_path / "out", to=to, removed=True, quarantine=True)()
    assert made.quarantined and made.changed
    assert kind.read(back(tmp_path / "out", name, tmp_path / f"back.{name}")) == texts


def test_pages_of_an_archive_come_back_as_texts(tmp_path: Path, start: Callable[..., Run]) -> None:
    page = PAGE.replace(b"</article>", b"<p>Read more: Ten other keepers</p></article>")
    records = [
        record("request", b"GET / HTTP/1.1\r\n\r\n"),
        response(b"\x89PNG", "Content-Type: image/png"),
        response(page, "Content-Type: text/html"),
        record("request", b"GET / HTTP/1.1\r\n\r\n"),
        response(page, "Content-Type: text/html"),
    ]
    (tmp_path / "a.warc").write_bytes(b"".join(records))
    assert start(tmp_path / "a.warc", out=tmp_path / "out", removed=True)().changed == 2
    restored = back(tmp_path / "out", "a.warc.wet", tmp_path / "back.wet", "--from", "warc")
    assert restored.count(b"Read more: Ten other keepers") == 2


def test_a_whole_output_comes_back(tmp_path: Path, jsonl: Path, start: Callable[..., Run]) -> None:
    for i, text in enumerate(TEXTS):
        (jsonl.parent / "deep").mkdir(exist_ok=True)
        (jsonl.parent / f"deep/{i}.txt").write_bytes(text.encode())
        (jsonl.parent / f"deep/{i}.txt.gz").write_bytes(gzip.compress(text.encode(), 6, mtime=0))
    start(jsonl.parent, out=tmp_path / "out", removed=True)()
    assert main(["restore", str(tmp_path / "out"), "-o", str(tmp_path / "back")]) == 0
    wanted, got = tree(jsonl.parent), tree(tmp_path / "back")
    assert got.keys() == wanted.keys()
    assert all(got[name] == wanted[name] for name in got if not name.endswith("gz"))
    assert all(gzip.decompress(got[name]) == gzip.decompress(wanted[name]) for name in got if name.endswith("gz"))


@pytest.mark.parametrize("to", [None, "csv"])
def test_a_run_tells_how_it_was_made(to: str | None, tmp_path: Path, capsys: Any, cleaner: Cleaner) -> None:
    (tmp_path / "in").mkdir()
    path = tmp_path / "in/a.jsonl"
    path.write_text("".join(json.dumps({"id": str(i), "body": text}) + "\n" for i, text in enumerate(TEXTS)))
    target = Target(str(tmp_path / "out"))
    job = Job(cleaner, Settings(Fields("body"), spool=target.spool), target, to=to, removed=True)
    assert Run(job, plan([str(path)], job, None))().changed
    (tmp_path / "out/stats.json").write_text("{}")
    assert main(["restore", str(tmp_path / "out"), "-o", str(tmp_path / "back")]) == 0
    assert "left out 1 file(s) that are not of the run: stats.json" in capsys.readouterr().err
    [name] = tree(tmp_path / "back")
    data = (tmp_path / "back" / name).read_bytes()
    assert data == path.read_bytes() if to is None else KINDS[1].read(data) == TEXTS


def test_removed_text_that_is_gone_is_missed(tmp_path: Path, jsonl: Path, start: Callable[..., Run]) -> None:
    start(jsonl, out=tmp_path / "out", removed=True)()
    (tmp_path / "out/removed/news.jsonl.jsonl").unlink()
    with pytest.raises(SystemExit):
        main(["restore", str(tmp_path / "out"), "-o", str(tmp_path / "back")])
    assert not (tmp_path / "back").exists()


def test_texts_that_lost_nothing_come_back(tmp_path: Path, start: Callable[..., Run]) -> None:
    (tmp_path / "a.txt").write_text("One.")
    start(tmp_path / "a.txt", out=tmp_path / "out", removed=True)()
    assert main(["restore", str(tmp_path / "out"), "-o", str(tmp_path / "back")]) == 0
    assert tree(tmp_path / "back") == {"a.txt": b"One."}


@pytest.mark.parametrize(
    ("argv", "message"),
    [
        (["OUT"], "say where to write the originals: -o FOLDER"),
        (["OUT", "-o", "OUT"], "a new or empty one"),
        (["OUT", "-o", "NEW"], "the run was one without --removed"),
        (["s3://bucket/out", "-o", "NEW"], "copy the output of the run here first"),
        (["OUT/news.jsonl"], "say what was removed: --removed FILE"),
    ],
)
def test_says_what_is_missing(
    argv: list[str], message: str, tmp_path: Path, jsonl: Path, start: Callable[..., Run], capsys: Any
) -> None:
    start(jsonl, out=tmp_path / "out")()
    named = [arg.replace("OUT", str(tmp_path / "out")).replace("NEW", str(tmp_path / "new")) for arg in argv]
    with pytest.raises(SystemExit) as stop:
        main(["restore", *named])
    assert stop.value.code == 2
    assert message in capsys.readouterr().err


def test_another_files_removed_text_is_refused(tmp_path: Path, records: Records, start: Callable[..., Run]) -> None:
    for name, rows in (("a.csv", records), ("b.csv", records[1:])):
        lines = [f'{row["id"]},"{row["text"].replace(chr(34), chr(34) * 2)}"\n' for row in rows]
        (tmp_path / name).write_bytes(("id,text\n" + "".join(lines)).encode())
        start(tmp_path / name, out=tmp_path / name[0], removed=True)()
    removed = str(tmp_path / "b/removed/b.csv.jsonl")
    with pytest.raises(SystemExit) as stop:
        main(["restore", str(tmp_path / "a/a.csv"), "--removed", removed, "-o", str(tmp_path / "back.csv")])
    assert stop.value.code == 3
    assert not (tmp_path / "back.csv").exists()
