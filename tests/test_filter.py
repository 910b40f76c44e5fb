"""The pipe filter, run as users run it: the installed command in a process of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

ARTICLE = "The bridge closed on Monday.\n\nRead more: Ten other bridges\n\nIt will open in May.\n"
CLEAN = "The bridge closed on Monday.\n\nIt will open in May.\n"
COMMAND = [sys.executable, "-m", "cleaner"]


def run(*args: str | Path, stdin: str | bytes = b"", cwd: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    data = stdin.encode() if isinstance(stdin, str) else stdin
    command = [*COMMAND, *map(str, args)]
    return subprocess.run(command, input=data, cwd=cwd, capture_output=True, timeout=60, check=False)


def test_stdin_to_stdout() -> None:
    done = run(stdin=ARTICLE)
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, CLEAN, b"")


def test_dash_is_stdin_and_files_come_out_in_order(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("First.\n")
    done = run(tmp_path / "a.txt", "-", stdin=ARTICLE)
    assert done.stdout.decode() == "First.\n" + CLEAN


def test_output_file_appears_whole_and_with_usual_permissions(tmp_path: Path) -> None:
    target = tmp_path / "out.txt"
    assert run("-o", target, stdin=ARTICLE).returncode == 0
    assert target.read_text() == CLEAN
    (tmp_path / "plain").touch()
    assert target.stat().st_mode == (tmp_path / "plain").stat().st_mode
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.txt", "plain"]


def test_an_error_leaves_the_old_output_and_no_temporary_file(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    target.write_text("old")
    done = run("--from", "jsonl", "-o", target, stdin='{"text": "a"}\n{"text": \n')
    assert done.returncode == 3
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["out.jsonl"]


def test_a_file_may_be_cleaned_in_place(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(ARTICLE)
    assert run(file, "-o", file).returncode == 0
    assert file.read_text() == CLEAN


def test_check_writes_nothing_and_tells_by_its_exit_code() -> None:
    found, nothing = run("--check", stdin=ARTICLE), run("--check", stdin=CLEAN)
    assert (found.returncode, found.stdout) == (1, b"")
    assert (nothing.returncode, nothing.stdout) == (0, b"")


@pytest.mark.parametrize("option", ["-o", "--removed"])
def test_check_empties_no_file(option: str, tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(ARTICLE)
    done = run("--check", file, option, file)
    assert done.returncode == 2
    assert done.stderr.endswith(b"--check writes nothing: leave out -o and --removed\n")
    assert file.read_text() == ARTICLE


@pytest.mark.parametrize("names", [("a.txt", "a.txt"), ("b.txt", "./b.txt")])
def test_what_was_removed_overwrites_neither_input_nor_output(names: tuple[str, str], tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(ARTICLE)
    output, removed = (os.path.join(tmp_path, name) for name in names)  # noqa: PTH118 - keeps the dot
    done = run(tmp_path / "a.txt", "-o", output, "--removed", removed)
    assert done.returncode == 2
    assert b"that file is cleaned, or written to, already" in done.stderr
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.txt", ARTICLE)]


def test_options_may_stand_between_the_files(tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        (tmp_path / name).write_text(ARTICLE)
    done = run(tmp_path / "a.txt", "-o", tmp_path / "c.txt", tmp_path / "b.txt")
    assert (done.returncode, done.stdout, (tmp_path / "c.txt").read_text()) == (0, b"", 2 * CLEAN)


def test_a_hyphen_is_standard_output(tmp_path: Path) -> None:
    done = run("-o", "-", stdin=ARTICLE, cwd=tmp_path)
    assert (done.returncode, done.stdout.decode(), list(tmp_path.iterdir())) == (0, CLEAN, [])
    done = run("-o", tmp_path / "a.txt", "--removed", "-", "-", stdin=ARTICLE, cwd=tmp_path)
    assert (done.returncode, (tmp_path / "a.txt").read_text()) == (0, CLEAN)
    assert json.loads(done.stdout)["rule"]
    done = run("--removed", "-", stdin=ARTICLE)
    assert (done.returncode, done.stdout) == (2, b"")


def test_a_pipe_is_written_to_as_it_is(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE) as reader:
        code = run("-o", pipe, stdin=ARTICLE).returncode
        if code:
            reader.kill()  # nobody writes to it: it would wait without end
        assert (code, reader.communicate(timeout=20)[0].decode()) == (0, CLEAN)
    assert pipe.is_fifo()


def test_a_link_stays_one_and_what_it_leads_to_keeps_its_permissions(tmp_path: Path) -> None:
    target, link = tmp_path / "far" / "a.txt", tmp_path / "link.txt"
    target.parent.mkdir()
    target.write_text(ARTICLE)
    target.chmod(0o600)
    link.symlink_to(target)
    assert run(link, "-o", link).returncode == 0
    assert link.is_symlink()
    assert (target.read_text(), target.stat().st_mode & 0o777) == (CLEAN, 0o600)


def test_the_format_follows_the_name(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    file.write_text(json.dumps({"text": ARTICLE}) + "\n")
    assert json.loads(run(file).stdout) == {"text": CLEAN}


@pytest.mark.parametrize("name", ["a.parquet", "a.CSV", "a.jsonl.gz", "a.zst"])
@pytest.mark.parametrize("command", [[], ["explain"]])
def test_what_is_no_text_by_its_name_is_not_cleaned_as_text(command: list[str], name: str, tmp_path: Path) -> None:
    file = tmp_path / name
    file.write_text(ARTICLE)
    done = run(*command, file)
    assert (done.returncode, done.stdout) == (2, b"")
    assert done.stderr.decode().startswith(f"cleaner: {file}: such a file is for 'cleaner run'")
    assert run(*command, file, "--from", "text").returncode == 0


def test_the_records_of_several_files_share_no_line(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(json.dumps({"text": ARTICLE}))
    done = run(tmp_path / "a.jsonl", tmp_path / "a.jsonl")
    assert [json.loads(line) for line in done.stdout.splitlines()] == [{"text": CLEAN}] * 2


def test_a_number_that_python_cannot_read_is_in_nobodys_way() -> None:
    line = b'{"n": ' + b"7" * 5000 + b', "html": "<p>The bridge closed.</p>", "text": ""}'
    done = run("--from", "jsonl", "--html-field", "html", stdin=line)
    assert (done.returncode, done.stdout) == (0, line.replace(b'"text": ""', b'"text": "The bridge closed."'))


def test_a_title_field_takes_the_headline_out_of_the_text() -> None:
    prose = "The old bridge over the river closed on Monday, and the council said it would not open before May."
    record = {"headline": "Old bridge closes for months", "text": f"Old bridge closes for months\n\n{prose}"}
    done = run("--from", "jsonl", "--title-field", "headline", stdin=json.dumps(record))
    assert json.loads(done.stdout)["text"] == prose


def test_title_drop_takes_no_subheading_for_a_headline_that_a_field_holds() -> None:
    text = "Why it closed\n\nThe council found rot in the old bridge on Monday, and said it would not open before May."
    record = {"title": "Old bridge closes", "text": text}
    done = run("--from", "jsonl", "--title-field", "title", "--title", "drop", stdin=json.dumps(record))
    assert json.loads(done.stdout)["text"] == text


def test_title_drop_takes_the_headline_of_plain_text() -> None:
    prose = "The old bridge over the river closed on Monday, and the council said it would not open before May."
    assert run("--title", "drop", stdin=f"Old bridge closes\n\n{prose}\n").stdout.decode() == f"{prose}\n"
    assert run(stdin=f"Old bridge closes\n\n{prose}\n").stdout.decode() == f"Old bridge closes\n\n{prose}\n"


def test_removed_tells_document_rule_place_and_text(tmp_path: Path) -> None:
    file = tmp_path / "removed.jsonl"
    run("--removed", file, stdin=ARTICLE)
    [row] = map(json.loads, file.read_text().splitlines())
    assert row == {
        "id": "-", "record": 1, "rule": row["rule"], "start": 30, "end": 60, "text": "Read more: Ten other bridges\n\n",
    }  # fmt: skip
    assert row["rule"].startswith("crosslink/")
    assert ARTICLE[row["start"] : row["end"]] == row["text"]


def test_select_and_ignore() -> None:
    assert run("--ignore", "crosslink", stdin=ARTICLE).stdout.decode() == ARTICLE
    assert run("--select", "crosslink", stdin=ARTICLE).stdout.decode() == CLEAN


def test_an_unknown_rule_is_an_error() -> None:
    done = run("--ignore", "crossling", stdin=ARTICLE)
    assert done.returncode == 2
    assert done.stderr.decode() == "cleaner: no rule or family is named 'crossling'; see 'cleaner rules list'\n"


def test_a_rule_file_adds_disables_and_protects(tmp_path: Path) -> None:
    rules = tmp_path / "mine.yaml"
    rules.write_text(
        "rules:\n- name: ping\n  description: A ping.\n  cues: {en: [ping]}\n  pattern: '^{lead}{cue}$'\n"
        "disable: [crosslink]\nprotect: ['^Ping me']\n"
    )
    done = run("--rules", rules, stdin="Ping\n\nBody.\n\nRead more: Ten other bridges\n\nPing me\n")
    assert done.stdout.decode() == "Body.\n\nRead more: Ten other bridges\n\nPing me\n"


def test_a_rule_file_adds_cues_to_a_shipped_rule(tmp_path: Path) -> None:
    rules = tmp_path / "mine.yaml"
    rules.write_text("cues:\n  crosslink/label: {tlh: [laD je]}\n")
    text = "Body.\n\nLaD je: TlhIngan Hol\n"
    assert run(stdin=text).stdout.decode() == text
    assert run("--rules", rules, stdin=text).stdout.decode() == "Body.\n"


def test_a_broken_rule_file_gives_all_its_errors(tmp_path: Path) -> None:
    rules = tmp_path / "mine.yaml"
    rules.write_text("rules:\n- name: a\n  description: One.\n  pattern: '('\n  actoin: drop_line\n")
    done = run("--rules", rules, stdin=ARTICLE)
    assert done.returncode == 2
    first, second = done.stderr.decode().splitlines()
    assert first.startswith(f"{rules}:4:12: a: the pattern does not compile")
    assert second == f"{rules}:5:3: a: unknown field 'actoin' (did you mean 'action'?)"


@pytest.mark.parametrize("data", [b"", b"\n", b"\xff\xfe\x00broken\r\n\r\nx", "ą́ \u2028 \x85".encode()])
def test_what_holds_no_boilerplate_comes_out_byte_for_byte(data: bytes) -> None:
    assert run(stdin=data).stdout == data


def test_strict_names_the_byte() -> None:
    done = run("--encoding-errors", "strict", stdin=b"abc\xff")
    assert (done.returncode, done.stdout) == (3, b"")
    assert done.stderr.decode() == "cleaner: -: record 1, byte 3: not UTF-8\n"


def test_replace_makes_it_utf8() -> None:
    assert run("--encoding-errors", "replace", stdin=b"abc\xff").stdout.decode() == "abc\ufffd"


BAD = b'{"text": "a"}\n{"text": \n{"text": "b"}\n'


def test_a_bad_record_stops_with_its_place_and_what_came_before_is_whole() -> None:
    done = run("--from", "jsonl", stdin=BAD)
    assert (done.returncode, done.stdout) == (3, b'{"text": "a"}\n')
    assert done.stderr.decode().startswith("cleaner: -: record 2, byte 14: not a JSON object: ")


@pytest.mark.parametrize(("choice", "expected"), [("skip", b'{"text": "a"}\n{"text": "b"}\n'), ("keep", BAD)])
def test_a_bad_record_may_be_left_out_or_kept(choice: str, expected: bytes) -> None:
    done = run("--from", "jsonl", "--on-error", choice, stdin=BAD)
    assert (done.returncode, done.stdout) == (0, expected)
    assert b"record 2, byte 14" in done.stderr


def test_a_missing_field_is_named() -> None:
    done = run("--from", "jsonl", "--text-field", "body", stdin=b'{"text": "a"}\n')
    assert done.returncode == 3
    assert done.stderr.decode() == "cleaner: -: record 1, byte 0: no field 'body'\n"


full = pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")


@full
@pytest.mark.parametrize("command", [["-"], ["explain"], ["rules", "list"]])
def test_output_that_cannot_be_written_is_told_as_such(command: list[str]) -> None:
    with Path("/dev/full").open("wb") as device:
        done = subprocess.run(
            [*COMMAND, *command], input=ARTICLE.encode(), stdout=device, stderr=subprocess.PIPE, check=False, timeout=60
        )
    assert done.returncode == 1
    assert done.stderr.decode() == "cleaner: standard output: No space left on device\n"


@full
def test_a_full_disk_is_told_with_the_file_on_it() -> None:
    done = run("--removed", "/dev/full", stdin=ARTICLE)
    assert (done.returncode, done.stderr.decode()) == (1, "cleaner: /dev/full: No space left on device\n")


@pytest.mark.parametrize(
    ("closed", "code", "told"),
    [("<&-", 2, "cleaner: -: closed\n"), (">&-", 1, "cleaner: standard output: closed\n"), ("2>&-", 0, "")],
)
def test_a_closed_stream_is_no_crash(closed: str, code: int, told: str) -> None:
    command = f'exec "$@" {closed}'
    done = subprocess.run(
        ["sh", "-c", command, "sh", *COMMAND], input=ARTICLE.encode(), capture_output=True, check=False, timeout=60
    )
    assert (done.returncode, done.stderr.decode()) == (code, told)


@pytest.mark.parametrize("name", ["missing.txt", "."])
def test_what_cannot_be_read_is_an_error(name: str, tmp_path: Path) -> None:
    done = run(tmp_path / name)
    assert done.returncode == 2
    assert done.stderr.decode().startswith(f"cleaner: {tmp_path / name}: ")


@pytest.mark.parametrize(("name", "reason"), [("no/out.txt", "No such file or directory"), ("", "Is a directory")])
def test_an_unwritable_output_is_an_error(name: str, reason: str, tmp_path: Path) -> None:
    done = run("-o", tmp_path / name, stdin=ARTICLE)
    assert (done.returncode, done.stderr.decode()) == (2, f"cleaner: {tmp_path / name}: {reason}\n")


def test_a_closed_pipe_is_quiet(tmp_path: Path) -> None:
    big = tmp_path / "big.jsonl"
    big.write_text((json.dumps({"text": "A line of text."}) + "\n") * 50_000)
    with subprocess.Popen([*COMMAND, str(big)], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 128 + signal.SIGPIPE


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_to_end_is_quiet_and_leaves_no_half_file(number: signal.Signals, tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"
    command = [*COMMAND, "--from", "jsonl", "-o", str(target)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdin and process.stderr
        process.stdin.write(b'{"text": "a"}\n')
        process.stdin.flush()
        deadline = time.monotonic() + 20
        while not list(tmp_path.iterdir()) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert list(tmp_path.iterdir())
        os.kill(process.pid, number)
        assert process.wait(20) == 128 + number
        assert process.stderr.read() == b""
    assert not list(tmp_path.iterdir())
