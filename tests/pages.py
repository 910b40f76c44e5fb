"""Pages with what should come of them: `fixtures/pages/<slug>/` holds source.html, expected.txt and edits.json.

After a change that is meant, write them anew and read the difference before it is committed:

    .venv/bin/python -m tests.pages
    git diff fixtures/pages
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import Any

from cleaner.clean import Cleaner
from cleaner.edit import Result
from cleaner.formats.html import PageReader
from cleaner.load import load_rules

FOLDER = Path(__file__).parent.parent / "fixtures" / "pages"
SLUGS = sorted(path.parent.name for path in FOLDER.glob("*/source.html"))


@lru_cache(maxsize=1)
def shipped() -> tuple[Cleaner, PageReader]:
    """Return the cleaner and the reader that the command line uses."""
    cleaner = Cleaner(load_rules())
    return cleaner, PageReader(cleaner.rules)


def cleaned(slug: str) -> Result:
    """Return what comes of a page."""
    cleaner, reader = shipped()
    return cleaner.explain(reader.read((FOLDER / slug / "source.html").read_bytes()))


def account(result: Result) -> dict[str, Any]:
    """Return what edits.json says: the headline, and what went by which rule."""
    return {
        "title": result.document.title,
        "pruned": [{"rule": part.rule, "text": part.text} for part in result.document.pruned],
        "edits": [{"rule": edit.rule, "text": edit.text.strip()} for edit in result.edits],
    }


def write() -> None:
    """Write expected.txt and edits.json of every page anew."""
    for slug in SLUGS:
        result = cleaned(slug)
        (FOLDER / slug / "expected.txt").write_text(result.text + "\n", encoding="utf-8")
        rows = json.dumps(account(result), ensure_ascii=False, indent=1)
        (FOLDER / slug / "edits.json").write_text(rows + "\n", encoding="utf-8")


if __name__ == "__main__":
    write()
