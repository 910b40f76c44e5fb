"""Where corpora live: folders, globs, fsspec; and names that would lead elsewhere."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
import pytest

from cleaner.formats.extra import MissingExtra, need
from cleaner.formats.files import Found, UnsafeName, find, safe
from cleaner.run import Run


def names(*inputs: str) -> list[str]:
    """Return the names of what is found."""
    return [found.name for found in find(list(inputs))]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with folders, a hidden file and a link that goes round in a circle."""
    for name in ("b.txt", "a/2.txt", "a/1.txt", ".hidden", ".git/config", "c/x.jsonl"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name)
    (tmp_path / "a" / "loop").symlink_to(tmp_path)
    return tmp_path


def test_a_folder_is_all_its_files_in_order(folder: Path) -> None:
    assert names(str(folder)) == ["b.txt", "a/1.txt", "a/2.txt", "c/x.jsonl"]


def test_names_of_a_glob_start_where_its_pattern_does(folder: Path) -> None:
    assert names(f"{folder}/*/*.txt") == ["a/1.txt", "a/2.txt"]
    assert names(f"{folder}/a/*.txt") == ["1.txt", "2.txt"]


def test_what_is_not_there_is_an_error(folder: Path) -> None:
    with pytest.raises(FileNotFoundError):
        names(f"{folder}/*.parquet")


def test_a_folder_that_cannot_be_read_is_an_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.scandir

    def closed(path: str) -> Any:
        if Path(path).name == "c":
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), path)
        return real(path)

    monkeypatch.setattr(os, "scandir", closed)
    with pytest.raises(PermissionError):
        names(str(folder))


def test_what_is_no_file_is_counted(folder: Path, tmp_path_factory: Any, start: Callable[..., Run]) -> None:
    (folder / "gone.txt").symlink_to("nowhere")
    (folder / "circle.txt").symlink_to("circle.txt")
    os.mkfifo(folder / "pipe.txt")
    out = tmp_path_factory.mktemp("out")
    for named in (str(folder), f"{folder}/*.txt"):
        assert start(named, out=out, dry_run=True).plan.unknown["no regular file"] == 3


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/etc/passwd", "a//b", "", "a/.", "x\0y"])
def test_no_name_leads_out_of_the_output(name: str) -> None:
    with pytest.raises(UnsafeName):
        safe(name)


def test_remote_corpora(records: list[dict[str, Any]], start: Callable[..., Run], tmp_path: Path) -> None:
    memory = fsspec.filesystem("memory")
    for row in records[:9]:
        memory.pipe(f"/corpus/deep/{row['id']}.txt", row["text"].encode())
    tally = start("memory://corpus", out=tmp_path / "local", removed=True)()
    assert (tally.read, tally.written) == (9, 9)
    start(tmp_path / "local/deep", out="memory://out")()
    for row in records[:9]:
        name = f"{row['id']}.txt"
        assert memory.cat(f"/out/{name}") == (tmp_path / "local/deep" / name).read_bytes()


def test_a_name_of_a_remote_store_cannot_leave_the_output(monkeypatch: pytest.MonkeyPatch) -> None:
    hostile = Found("memory://bad/x.txt", "../../etc/x.txt", 1, "")
    monkeypatch.setattr("cleaner.formats.files._remote", lambda path, skip: iter([hostile]))
    with pytest.raises(UnsafeName):
        names("memory://bad")


@pytest.mark.parametrize(
    ("module", "extra"),
    [("pyarrow", "parquet"), ("fastwarc.warc", "warc"), ("fsspec", "remote"), ("zstandard", "zstd")],
)
def test_a_missing_package_is_named_with_its_extra(module: str, extra: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> None:
        raise ImportError(f"No module named {name!r}")

    monkeypatch.setattr("cleaner.formats.extra.import_module", missing)
    with pytest.raises(MissingExtra, match=rf"pip install 'article-cleaner\[{extra}\]'"):
        need(module)
