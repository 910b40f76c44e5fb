"""Fixtures of the tests of runs and formats: a corpus, two rules, and runs over them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from cleaner import Cleaner, RuleSet
from cleaner.formats.jsonl import Fields
from cleaner.formats.source import Settings
from cleaner.load import parse_rules
from cleaner.run import Job, Run, Target, plan
from cleaner.sources import Source
from tests.articles import RULES, TEXTS


@pytest.fixture(scope="session")
def cleaner() -> Cleaner:
    """A cleaner with two rules."""
    return Cleaner(parse_rules([Source("corpus.yaml", RULES)]))


@pytest.fixture(scope="session")
def records() -> list[dict[str, object]]:
    """Records of many kinds, some with nothing to remove."""
    return [
        {"id": f"d{i}", "n": i, "text": text, "title": f"Part {i}", "url": f"https://s{i % 3}.example/{i}"}
        for i, text in enumerate(TEXTS * 40)
    ]


@pytest.fixture
def jsonl(tmp_path: Path, records: list[dict[str, object]]) -> Path:
    """A JSON Lines file of the records."""
    path = tmp_path / "in" / "news.jsonl"
    path.parent.mkdir()
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in records), "utf-8")
    return path


@pytest.fixture(scope="session")
def start(cleaner: Cleaner) -> Callable[..., Run]:
    """Return a function that begins a run, with parts so small that every corpus has many."""

    def begin(*inputs: Path | str, out: Path, format: str | None = None, part: int = 4000, max_record: int = 1 << 20,
              workers: int = 1, first: int | None = None, force: bool = False, rules: RuleSet | None = None,
              **options: object) -> Run:  # fmt: skip
        fields = Fields(title="title", url="url")
        target = Target(str(out))
        settings = Settings(fields, None, max_record, part, spool=target.spool)
        job = Job(cleaner if rules is None else Cleaner(rules), settings, target, **options)  # type: ignore[arg-type]
        return Run(job, plan(list(map(str, inputs)), job, format), workers=workers, first=first, force=force)

    return begin
