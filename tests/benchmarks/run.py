"""Corpus runs on all cores: several workers beside one, Parquet beside what only reads and writes it."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

from . import jsonl
from .corpus import Article
from .timing import fastest

#: Bytes of text in the file for several workers, and in that of Parquet, which hold the corpus again and again: so many
#: that what each program takes to start counts little.
SIZE = 180_000_000
SIZE_IN_PARQUET = 280_000_000

#: A rule that fires nowhere: what is left is reading, looking for its cue, and writing.
NEVER = """
rules:
- name: never
  description: A word that nobody writes.
  cues: {en: [qqxxqq]}
  pattern: '^{cue}'
  examples: {en: [{text: "qqxxqq", clean: ""}, {text: "qqxxqq.", clean: ""}]}
  keep: ["Nobody writes qqxxqq.", "A qqxxqq is nothing."]
"""

READ_AND_WRITE = """
import sys
import pyarrow.parquet as parquet
table = parquet.read_table(sys.argv[1])
parquet.write_table(table, sys.argv[2], compression="zstd", row_group_size=int(sys.argv[3]))
"""


def rows(corpus: list[Article], folder: Path, args: argparse.Namespace) -> Iterator[str]:
    """Yield the table."""
    with _on(args.cores):
        yield from _workers(corpus, folder, len(args.cores))
        if find_spec("pyarrow"):
            yield from _parquet(corpus, folder, len(args.cores))


@contextmanager
def _on(cores: set[int]) -> Iterator[None]:
    """Leave the one core that the other rows run on."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    yield
    os.sched_setaffinity(0, before)


def _workers(corpus: list[Article], folder: Path, cores: int) -> Iterator[str]:
    path = folder / "run.jsonl"
    jsonl.write(corpus * _copies(corpus, SIZE), path)
    alone = _seconds(path, folder / "alone", 1)
    yield f"{f'cleaner run -j 1, {path.stat().st_size / 1e6:.0f} MB of JSON Lines':<50} {alone:5.1f} s"
    together = _seconds(path, folder / "together", cores)
    same = (folder / "alone/run.jsonl").read_bytes() == (folder / "together/run.jsonl").read_bytes()
    remark = "same output" if same else "ANOTHER OUTPUT"
    yield f"{f'cleaner run -j {cores}':<50} {together:5.1f} s   {alone / together:.2f} x as fast, {remark}"


def _parquet(corpus: list[Article], folder: Path, cores: int) -> Iterator[str]:
    """Copies of an article stand in row groups of their own, or Parquet would write them once."""
    import pyarrow
    from pyarrow import parquet

    path, rules = folder / "run.parquet", folder / "never.yaml"
    columns = {"id": [*range(len(corpus))], "text": [_encodable(article.text) for article in corpus]}
    table = pyarrow.concat_tables([pyarrow.table(columns)] * _copies(corpus, SIZE_IN_PARQUET))
    parquet.write_table(table, path, compression="zstd", row_group_size=len(corpus))
    rules.write_text(NEVER)
    command = [sys.executable, "-c", READ_AND_WRITE, str(path), str(folder / "copy.parquet"), str(len(corpus))]
    theirs = fastest(lambda: subprocess.run(command, check=True))
    yield f"{f'pyarrow reads and writes {table.nbytes / 1e6:.0f} MB of Parquet':<50} {theirs:5.1f} s"
    ours = _seconds(path, folder / "parquet", cores, "--rules", str(rules), "--select", "never")
    yield f"{f'cleaner run -j {cores}, a rule that never fires':<50} {ours:5.1f} s   {ours / theirs:.2f} x the time"


def _copies(corpus: list[Article], size: int) -> int:
    """Return how many times a corpus stands in a file of a size in bytes."""
    return max(1, round(size / sum(len(_encodable(article.text).encode()) for article in corpus)))


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _seconds(path: Path, out: Path, jobs: int, *options: str) -> float:
    """Return the seconds that a run over a file takes, from nothing to its last word."""
    command = [sys.executable, "-m", "cleaner", "run", str(path), "-o", str(out), "-j", str(jobs), *options]

    def run() -> None:
        shutil.rmtree(out, ignore_errors=True)
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)

    return fastest(run)
