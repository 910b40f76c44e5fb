"""A run as a whole: one result whatever the workers, every record accounted for, nothing overwritten unasked."""

from __future__ import annotations

import errno
import json
import os
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from cleaner import Cleaner, Document
from cleaner.cli import main
from cleaner.run import BadPlan, Busy, Run, Stopped, Target
from tests.articles import tree

Start = Callable[..., Run]


def test_two_workers_give_what_one_gives(jsonl: Path, tmp_path: Path, start: Start) -> None:
    alone = start(jsonl, out=tmp_path / "one", removed=True)()
    together = start(jsonl, out=tmp_path / "two", removed=True, workers=2)()
    assert tree(tmp_path / "one") == tree(tmp_path / "two")
    assert alone.report() == together.report()
    assert alone.changed == 120 and alone.read == alone.written == 200


def test_a_run_gives_what_the_engine_gives(jsonl: Path, tmp_path: Path, start: Start, cleaner: Cleaner) -> None:
    start(jsonl, out=tmp_path / "out")()
    rows = [json.loads(line) for line in jsonl.read_bytes().split(b"\n")[:-1]]
    cleaned = [json.loads(line) for line in (tmp_path / "out/news.jsonl").read_bytes().split(b"\n")[:-1]]
    for row in rows:
        row["text"] = cleaner.explain(Document(row["text"], title=row["title"], url=row["url"])).text
    assert cleaned == rows


def test_statistics_name_rules_and_sites(jsonl: Path, tmp_path: Path, start: Start) -> None:
    report = start(jsonl, out=tmp_path / "out")().report()
    assert set(report["rules"]) == {"corpus/more", "corpus/tail"}
    assert sum(row["characters"] for row in report["rules"].values()) == report["characters"]["removed"]
    assert set(report["sites"]) == {"s0.example", "s1.example", "s2.example"}
    assert sum(row["documents"] for row in report["sites"].values()) == report["documents"]["changed"]


def test_the_same_command_again_does_nothing(jsonl: Path, tmp_path: Path, start: Start) -> None:
    first = start(jsonl, out=tmp_path / "out", removed=True)()
    files = [path for path in (tmp_path / "out").rglob("*.jsonl") if path.name != "journal.jsonl"]
    before = [path.stat().st_mtime_ns for path in files]
    again = start(jsonl, out=tmp_path / "out", removed=True)
    assert again().report() == first.report()
    assert again.resumed > 3
    assert len(files) == 2 and before == [path.stat().st_mtime_ns for path in files]


def test_a_deleted_output_is_made_again(jsonl: Path, tmp_path: Path, start: Start) -> None:
    start(jsonl, out=tmp_path / "out")()
    wanted = tree(tmp_path / "out")
    (tmp_path / "out/news.jsonl").unlink()
    start(jsonl, out=tmp_path / "out")()
    assert tree(tmp_path / "out") == wanted


def test_other_rules_are_refused(jsonl: Path, tmp_path: Path, start: Start, cleaner: Cleaner) -> None:
    start(jsonl, out=tmp_path / "out")()
    run = start(jsonl, out=tmp_path / "other")
    run()
    fewer = Cleaner(cleaner.rules, select=["corpus/more"])
    job = replace(run.job, cleaner=fewer, target=Target(str(tmp_path / "out")))
    with pytest.raises(BadPlan, match="begun with other rules"):
        Run(job, run.plan)


def test_other_input_is_refused(jsonl: Path, tmp_path: Path, start: Start) -> None:
    start(jsonl, out=tmp_path / "out")()
    jsonl.write_bytes(jsonl.read_bytes() + b'{"text": "one more"}\n')
    with pytest.raises(BadPlan, match="begun with other input"):
        start(jsonl, out=tmp_path / "out")
    assert start(jsonl, out=tmp_path / "out", force=True)().read == 201


def test_what_is_there_is_not_overwritten(jsonl: Path, tmp_path: Path, start: Start) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/news.jsonl").write_text("mine")
    with pytest.raises(BadPlan, match="is not empty: --force overwrites"):
        start(jsonl, out=tmp_path / "out")
    assert (tmp_path / "out/news.jsonl").read_text() == "mine"
    start(jsonl, out=tmp_path / "out", force=True)()
    assert (tmp_path / "out/news.jsonl").stat().st_size > 1000


def test_two_runs_do_not_write_to_one_place(jsonl: Path, tmp_path: Path, start: Start) -> None:
    run = start(jsonl, out=tmp_path / "out")
    with pytest.raises(Busy, match="another run is writing there"):
        start(jsonl, out=tmp_path / "out")
    run()


BAD = {3: b"{broken\n", 50: b'{"no": "text"}\n', 51: b"[1, 2]\n", 199: b'{"text": 7}\n'}


@pytest.fixture
def broken(jsonl: Path) -> Path:
    """The corpus with four records that cannot be read."""
    lines = jsonl.read_bytes().splitlines(keepends=True)
    for number, line in BAD.items():
        lines[number - 1] = line
    jsonl.write_bytes(b"".join(lines))
    return jsonl


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_stops_at_the_first_bad_record(broken: Path, tmp_path: Path, start: Start, workers: int) -> None:
    with pytest.raises(Stopped, match=rf"{re.escape(str(broken))}: record 3, byte \d+: not a JSON object") as stop:
        start(broken, out=tmp_path / "out", workers=workers)()
    assert stop.value.bad_data
    assert not (tmp_path / "out/news.jsonl").exists()


def test_bad_records_go_to_quarantine(broken: Path, tmp_path: Path, start: Start) -> None:
    tally = start(broken, out=tmp_path / "out", quarantine=True)()
    assert (tally.read, tally.written, tally.quarantined) == (200, 196, 4)
    data = broken.read_bytes()
    rows = [json.loads(line) for line in (tmp_path / "out/quarantine.jsonl").read_text().splitlines()]
    assert [row["record"] for row in rows] == list(BAD)
    for row in rows:
        assert row["file"] == "news.jsonl" and row["reason"]
        assert data[row["offset"] :].startswith(BAD[row["record"]])
    assert (tmp_path / "out/news.jsonl").read_bytes().count(b"\n") == 196


def test_a_stopped_run_goes_on_with_quarantine(broken: Path, tmp_path: Path, start: Start) -> None:
    data = broken.read_bytes().splitlines(keepends=True)
    broken.write_bytes(b"".join([*data[10:], *data[:10]]))
    with pytest.raises(Stopped):
        start(broken, out=tmp_path / "out")()
    run = start(broken, out=tmp_path / "out", quarantine=True)
    assert run().quarantined == 4
    assert run.resumed
    with pytest.raises(Stopped):
        start(broken, out=tmp_path / "out")()


def test_records_that_are_too_long_are_not_read(jsonl: Path, tmp_path: Path, start: Start) -> None:
    lines = jsonl.read_bytes().splitlines(keepends=True)
    lines.insert(7, b'{"text": "' + b"x" * 30_000 + b'"}\n')
    jsonl.write_bytes(b"".join(lines))
    tally = start(jsonl, out=tmp_path / "out", quarantine=True, max_record=2000)()
    assert (tally.read, tally.quarantined) == (201, 1)
    assert "longer than --max-record 2,000 bytes" in (tmp_path / "out/quarantine.jsonl").read_text()
    assert (tmp_path / "out/news.jsonl").read_bytes().count(b"\n") == 200


def test_only_the_first_documents(jsonl: Path, tmp_path: Path, start: Start) -> None:
    start(jsonl, out=tmp_path / "all")()
    tally = start(jsonl, out=tmp_path / "out", first=42)()
    assert tally.read == 42
    whole = (tmp_path / "all/news.jsonl").read_bytes().splitlines(keepends=True)
    assert (tmp_path / "out/news.jsonl").read_bytes() == b"".join(whole[:42])


def test_documents_that_lose_much_are_flagged_and_may_be_kept(tmp_path: Path, start: Start) -> None:
    path = tmp_path / "a.jsonl"
    text = "Short.\nRead more: A much longer line than the text"
    path.write_text(json.dumps({"id": "x", "text": text}) + "\n")
    tally = start(path, out=tmp_path / "out")()
    assert (tally.flagged, tally.kept_whole, tally.changed) == (1, 0, 1)
    share = 1 - len("Short.") / len(text)
    assert tally.flagged_documents == [{"file": "a.jsonl", "record": 1, "id": "x", "share": round(share, 3)}]
    whole = start(path, out=tmp_path / "whole", max_removed=0.5)()
    assert (whole.flagged, whole.kept_whole, whole.changed) == (1, 1, 0)
    assert (tmp_path / "whole/a.jsonl").read_bytes() == path.read_bytes()


def test_a_dry_run_writes_nothing(jsonl: Path, tmp_path: Path, start: Start) -> None:
    real = start(jsonl, out=tmp_path / "out")().report()
    assert start(jsonl, out=tmp_path / "dry", dry_run=True)().report() == real
    assert not (tmp_path / "dry").exists()


def test_removed_and_output_give_the_original_back(broken: Path, tmp_path: Path, start: Start) -> None:
    start(broken, out=tmp_path / "out", removed=True, quarantine=True)()
    output, removed = str(tmp_path / "out/news.jsonl"), str(tmp_path / "out/removed/news.jsonl.jsonl")
    assert main(["restore", output, "--removed", removed, "-o", str(tmp_path / "back")]) == 0
    lines = broken.read_bytes().splitlines(keepends=True)
    assert (tmp_path / "back").read_bytes() == b"".join(line for i, line in enumerate(lines, 1) if i not in BAD)


def test_removed_and_texts_give_the_originals_back(tmp_path: Path, start: Start, records: list[dict[str, Any]]) -> None:
    texts = tmp_path / "in" / "deep"
    texts.mkdir(parents=True)
    for row in records[:20]:
        (texts / f"{row['id']}.txt").write_bytes(row["text"].encode())
    tally = start(tmp_path / "in", out=tmp_path / "out", removed=True)()
    assert (tally.written, tally.changed) == (20, 12)
    for path in texts.iterdir():
        output, removed = tmp_path / "out/deep" / path.name, tmp_path / "out/removed/deep" / f"{path.name}.jsonl"
        if removed.exists():
            assert main(["restore", str(output), "--removed", str(removed), "-o", str(tmp_path / "back")]) == 0
            assert (tmp_path / "back").read_bytes() == path.read_bytes()
        else:
            assert output.read_bytes() == path.read_bytes()


def test_names_that_meet_in_the_output_are_refused(jsonl: Path, tmp_path: Path, start: Start) -> None:
    twin = tmp_path / "twin" / "news.jsonl"
    twin.parent.mkdir()
    twin.write_bytes(jsonl.read_bytes())
    with pytest.raises(BadPlan, match=r"would both be written as news\.jsonl"):
        start(jsonl, twin, out=tmp_path / "out")


def test_no_input_is_overwritten_or_cleared(jsonl: Path, tmp_path: Path, start: Start) -> None:
    before = jsonl.read_bytes()
    (tmp_path / "link").symlink_to(jsonl.parent)
    for out in (jsonl.parent, tmp_path / "link"):
        with pytest.raises(BadPlan, match=r"news\.jsonl would be overwritten: name another folder with -o"):
            start(jsonl, out=out, force=True)
    start(jsonl, out=tmp_path / "out", removed=True)()
    removed = tmp_path / "out/removed/news.jsonl.jsonl"
    with pytest.raises(BadPlan, match=r"is written by runs to .*out themselves"):
        start(removed, out=tmp_path / "out", force=True)
    assert jsonl.read_bytes() == before and removed.exists()
    start(jsonl, out=jsonl.parent, to="csv", force=True)()  # beside it is another file


def test_the_output_is_no_part_of_the_input(jsonl: Path, tmp_path: Path, start: Start) -> None:
    start(jsonl.parent, out=jsonl.parent / "clean")()
    again = start(jsonl.parent, out=jsonl.parent / "clean")
    assert again.plan.files == 1
    again()


def test_files_of_unknown_formats_are_counted(jsonl: Path, tmp_path: Path, start: Start) -> None:
    (jsonl.parent / "photo.jpeg").write_bytes(b"\xff\xd8")
    run = start(jsonl.parent, out=tmp_path / "out")
    assert dict(run.plan.unknown) == {".jpeg": 1}
    run()
    with pytest.raises(BadPlan, match="the name does not tell the format: name it with --from"):
        start(jsonl.parent / "photo.jpeg", out=tmp_path / "other")


@pytest.mark.parametrize(
    ("code", "message"),
    [(errno.ENOSPC, "the disk is full: make room and run the same command again"), (errno.EFBIG, r"\(ulimit -f\)")],
)
def test_a_full_disk_stops_the_run_and_loses_nothing(
    code: int, message: str, jsonl: Path, tmp_path: Path, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    start(jsonl, out=tmp_path / "whole")()
    real = Path.replace
    left = iter(range(5))

    def full(self: Path, target: Path) -> Path:
        if next(left, None) is None:
            raise OSError(code, os.strerror(code), str(target))
        return real(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", full)
        with pytest.raises(Stopped, match=message) as stop:
            start(jsonl, out=tmp_path / "out")()
    assert not stop.value.bad_data
    assert not tree(tmp_path / "out")
    run = start(jsonl, out=tmp_path / "out")
    run()
    assert run.resumed
    assert tree(tmp_path / "out") == tree(tmp_path / "whole")


def test_a_worker_without_memory_says_so(
    jsonl: Path, tmp_path: Path, start: Start, cleaner: Cleaner, monkeypatch: pytest.MonkeyPatch
) -> None:
    def explain(self: Cleaner, document: Document) -> None:
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(Cleaner, "explain", explain)
        with pytest.raises(Stopped, match=r"news\.jsonl: out of memory: use fewer workers \(-j\)"):
            start(jsonl, out=tmp_path / "out")()
    assert start(jsonl, out=tmp_path / "out")().read == 200


def test_input_that_vanishes_stops_the_run(jsonl: Path, tmp_path: Path, start: Start) -> None:
    second = jsonl.with_name("second.jsonl")
    second.write_bytes(jsonl.read_bytes())
    run = start(jsonl.parent, out=tmp_path / "out")
    second.rename(tmp_path / "away")
    with pytest.raises(Stopped, match=r"second\.jsonl: No such file or directory") as stop:
        run()
    assert not stop.value.bad_data
    (tmp_path / "away").rename(second)
    assert start(jsonl.parent, out=tmp_path / "out")().read == 400


@pytest.mark.parametrize("name", ["news.jsonl", "news.txt"])
def test_input_that_changes_meanwhile_stops_the_run(name: str, jsonl: Path, tmp_path: Path, start: Start) -> None:
    path = jsonl.rename(jsonl.with_name(name))
    run = start(path, out=tmp_path / "out")
    path.write_bytes(path.read_bytes()[:9000])
    with pytest.raises(Stopped, match="has changed since the run began") as stop:
        run()
    assert not stop.value.bad_data


def test_the_state_is_the_users_alone(jsonl: Path, tmp_path: Path, start: Start) -> None:
    start(jsonl, out=tmp_path / "out")()
    assert (tmp_path / "out/.cleaner-run").stat().st_mode & 0o077 == 0


class TestCommand:
    """`cleaner run` from the outside."""

    def run(self, *argv: str) -> int:
        try:
            return main(["run", "-j", "1", "--select", "crosslink", *argv])
        except SystemExit as end:
            return int(end.code or 0)

    def test_cleans_and_tells(self, jsonl: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
        stats = tmp_path / "stats.json"
        assert self.run(str(jsonl), "-o", str(tmp_path / "out"), "--stats", str(stats)) == 0
        said = capsys.readouterr()
        assert said.out == ""
        assert "200 documents read, 200 written, 0 quarantined" in said.err
        assert json.loads(stats.read_text())["documents"]["read"] == 200

    @pytest.mark.parametrize(
        ("argv", "code", "message"),
        [
            (["IN"], 2, "say where to write: -o OUT, or --dry-run"),
            (["nowhere/*.jsonl", "-o", "OUT"], 2, "nowhere/*.jsonl: no such file, or nothing in it"),
            (["IN", "-o", "OUT", "--text-field", "body"], 3, "record 1, byte 0: no field 'body'"),
            (["IN", "-o", "IN/below"], 1, "Not a directory"),
            (["IN", "-o", "OUT", "--stats", "OUT/below/stats.json"], 2, "the folder is not there"),
            (["IN", "-o", "OUT", "--stats", "."], 2, "--stats .: a folder, or a file that is not to be written to"),
            (["IN", "-o", "OUT", "--max-record", "2X"], 2, "'2X' is not a number of bytes, such as 65536 or 64M"),
            (["IN", "-o", "OUT", "--max-removed", "half"], 2, "'half' is not a number between 0 and 1"),
            (["IN", "-o", "OUT", "--first", "0"], 2, "'0' is not a number of 1 or more"),
            (["IN", "-o", "OUT", "--from", "parquet"], 3, "no Parquet file that can be read"),
        ],
    )
    def test_says_what_is_wrong(
        self, argv: list[str], code: int, message: str, jsonl: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        named = [arg.replace("IN", str(jsonl)).replace("OUT", str(tmp_path / "out")) for arg in argv]
        assert self.run(*named) == code
        assert message in capsys.readouterr().err
