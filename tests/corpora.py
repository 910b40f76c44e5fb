"""Corpora and runs for the tests, small and with two rules: what is tested is that no record is lost."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cleaner import Cleaner
from cleaner.formats.jsonl import Fields
from cleaner.formats.source import Settings
from cleaner.load import Source, parse_rules
from cleaner.run import Job, Run, Target, plan

RULES = """
rules:
- name: more
  description: A line that points to another article.
  cues: {en: [read more]}
  pattern: '^{lead}{cue}:'
- name: tail
  description: The last words of a line.
  cues: {en: [appeared first on]}
  pattern: '(?P<cut>The post .{0,80}{cue} .{0,40}\\.)$'
  action: strip_span
"""

TEXTS = [
    "The ferry to the northern island did not leave on Monday, because its captain had the keys in his other coat.\n"
    "Read more: Ten other ferries\nPassengers were given soup, and most of them said that it was better than the trip.",
    "Tall “quotes”, commas, and\ttabs are kept.\r\nThis line ends like one from another system.\r\n\r\nRead more: Lines",
    'A "quoted" word, then a long enough sentence that ends well. The post Quotes appeared first on The Quay.',
    "",
    "Kein Wort davon ist überflüssig: äöüß, 你好, 🚢 and a last line without an end.",
]


@pytest.fixture(scope="session")
def cleaner() -> Cleaner:
    """A cleaner with two rules."""
    return Cleaner(parse_rules([Source("corpus.yaml", RULES)]))


@pytest.fixture(scope="session")
def records() -> list[dict[str, object]]:
    """Records of many kinds, some with nothing to remove."""
    return [
        {"id": f"d{i}", "n": i, "text": TEXTS[i % len(TEXTS)], "title": f"Ferries, part {i}", "url": f"https://s{i % 3}.example/{i}"}
        for i in range(200)
    ]


@pytest.fixture
def jsonl(tmp_path: Path, records: list[dict[str, object]]) -> Path:
    """A JSON Lines file of the records."""
    path = tmp_path / "in" / "news.jsonl"
    path.parent.mkdir()
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in records), "utf-8")
    return path


@pytest.fixture
def start(cleaner: Cleaner, tmp_path: Path) -> Callable[..., Run]:
    """Return a function that begins a run, with parts so small that every corpus has many."""

    def begin(*inputs: Path | str, out: Path, format: str | None = None, part: int = 4000, max_record: int = 1 << 20,
              workers: int = 1, first: int | None = None, force: bool = False, **options: object) -> Run:  # fmt: skip
        fields = Fields(title="title", url="url")
        target = Target(str(out))
        settings = Settings(fields, None, max_record, part, spool=target.spool)
        job = Job(cleaner, settings, target, **options)  # type: ignore[arg-type]
        return Run(job, plan(list(map(str, inputs)), job, format), workers=workers, first=first, force=force)

    return begin


def tree(folder: Path) -> dict[str, bytes]:
    """Return the files of an output, without the state of the run."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".cleaner-run" not in path.parts
    }
