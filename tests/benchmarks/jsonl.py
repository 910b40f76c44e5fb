"""JSON Lines, from process to process."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from .corpus import Article
from .timing import fastest, table

NO_OP = """
import sys, orjson
for line in sys.stdin.buffer:
    sys.stdout.buffer.write(orjson.dumps(orjson.loads(line)) + b"\\n")
"""


def write(corpus: list[Article], path: Path) -> None:
    """Write the corpus as JSON Lines with the usual fields beside the text."""
    with path.open("wb") as file:
        for number, article in enumerate(corpus):
            record = {
                "id": number,
                "url": f"https://news.example/{number}",
                "title": article.title,
                "text": article.text,
                "score": 0.5,
            }
            file.write(json.dumps(record, ensure_ascii=False).encode("utf-8", "surrogatepass") + b"\n")


def rows(corpus: list[Article], folder: Path, args: argparse.Namespace) -> Iterator[str]:
    """Yield the table."""
    path = folder / "corpus.jsonl"
    write(corpus, path)
    commands = {
        "cleaner --from jsonl": [sys.executable, "-m", "cleaner", "--from", "jsonl"],
        "cleaner ... --title-field title": [
            sys.executable,
            "-m",
            "cleaner",
            "--from",
            "jsonl",
            "--title-field",
            "title",
        ],
        "cat": ["cat"],
    }
    if find_spec("orjson"):
        commands["orjson loads and dumps"] = [sys.executable, "-c", NO_OP]
    yield from table([(name, path.stat().st_size, _seconds(command, path), "") for name, command in commands.items()])


def _seconds(command: list[str], path: Path) -> float:
    def run() -> None:
        with path.open("rb") as file:
            subprocess.run(command, stdin=file, stdout=subprocess.DEVNULL, check=True)

    return fastest(run)
