"""The same output again: which options make another run of it, what --force clears, and what it must not touch."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cleaner.cli import main
from cleaner.cli.run import parser
from cleaner.run import Busy, Run
from tests.articles import RULES, tree

Start = Callable[..., Run]

#: Options that change what is written, each with a value that is not the usual one, and what a refusal calls them.
OTHERS = {
    "--from": (["text"], "--from"), "--to": (["csv"], "--to"), "--first": (["5"], "--first"),
    "--removed": ([], "--removed"), "--max-removed": (["0.5"], "--max-removed"), "--title": (["drop"], "--title"),
    "--max-record": (["1M"], "--max-record"), "--lang": (["de"], "--lang"), "--text-field": (["title"], "--text-field"),
    "--title-field": (["title"], "--title-field"), "--url-field": (["url"], "--url-field"),
    "--lang-field": (["lang"], "--lang-field"), "--level": (["safe"], "rules"), "--select": (["corpus/more"], "rules"),
    "--ignore": (["corpus/more"], "rules"), "--rules": (["more.yaml"], "rules"),
}  # fmt: skip
#: Options that change where, how fast and with how many words, or that may be other ones at the second time.
ANY = {"--help", "--output", "--jobs", "--dry-run", "--stats", "--on-error", "--force"}


@pytest.fixture
def mine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ship the rules of these tests, so that they are read in no time."""
    shipped = tmp_path / "rules"
    shipped.mkdir()
    (shipped / "corpus.yaml").write_text(RULES.replace("name: more", "name: more\n  level: balanced"))
    (tmp_path / "more.yaml").write_text("protect: [Ten other]\n")
    monkeypatch.setattr("cleaner.sources.shipped_directory", lambda: shipped)
    monkeypatch.chdir(tmp_path)


def test_every_option_is_one_that_counts_or_one_that_does_not() -> None:
    known = {option for action in parser()._actions for option in action.option_strings if option.startswith("--")}
    assert known == {*OTHERS, *ANY}


@pytest.mark.usefixtures("mine")
@pytest.mark.parametrize("option", OTHERS)
def test_another_option_is_noticed(option: str, jsonl: Path, capsys: pytest.CaptureFixture[str]) -> None:
    command = ["run", str(jsonl), "-o", "out", "-j", "1"]
    assert main(command) == 0
    value, name = OTHERS[option]
    with pytest.raises(SystemExit):
        main([*command, option, *value])
    assert f"begun with other {name}: --force starts over" in capsys.readouterr().err


def test_force_leaves_nothing_of_what_an_earlier_run_removed(tmp_path: Path, start: Start) -> None:
    texts = tmp_path / "texts"
    texts.mkdir()
    (texts / "bell.txt").write_text("The bell rings.\nRead more: Ten other bells\n")
    (texts / "bad.jsonl").write_text("broken\n")
    out = tmp_path / "out"
    start(texts, out=out, removed=True, quarantine=True)()
    assert {"quarantine.jsonl", "removed/bell.txt.jsonl"} <= tree(out).keys()
    (texts / "bad.jsonl").write_text('{"text": "Repaired."}\n')
    (texts / "bell.txt").write_text("The bell rings.\n")
    start(texts, out=out, removed=True, quarantine=True, force=True)()
    assert tree(out).keys() == {"bad.jsonl", "bell.txt", "removed/bad.jsonl.jsonl"}
    assert main(["restore", str(out), "-o", str(tmp_path / "back")]) == 0
    assert tree(tmp_path / "back") == tree(texts)


def test_force_waits_for_a_run_that_is_going_on(jsonl: Path, tmp_path: Path, start: Start) -> None:
    going = start(jsonl, out=tmp_path / "out", removed=True)
    (tmp_path / "out/.cleaner-run/temporary/unfinished").touch()
    for force in (True, False):
        with pytest.raises(Busy):
            start(jsonl, out=tmp_path / "out", removed=True, force=force)
    assert (tmp_path / "out/.cleaner-run/temporary/unfinished").exists()
    assert going().changed == 120


@pytest.mark.parametrize("name", ["news/000000007.txt", "removed/news/000000001.txt.jsonl"])
def test_a_deleted_text_is_made_again(name: str, jsonl: Path, tmp_path: Path, start: Start) -> None:
    start(jsonl, out=tmp_path / "out", to="text", removed=True)()
    wanted = tree(tmp_path / "out")
    (tmp_path / "out" / name).unlink()
    start(jsonl, out=tmp_path / "out", to="text", removed=True)()
    assert tree(tmp_path / "out") == wanted
