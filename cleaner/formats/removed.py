"""What was removed, as JSON Lines: a line for each edit, enough to undo it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ..edit import Result


def removed_lines(result: Result, number: int) -> Iterator[bytes]:
    """Yield a JSON line for each edit of the document of record `number`.

    What rules took out of a page before stands nowhere in the document: those lines have no start and end.
    """
    place = {"id": result.document.id, "record": number}
    for rule, text in result.document.pruned:
        yield json_line({**place, "rule": rule, "text": text})
    for edit in result.edits:
        yield json_line({**place, "rule": edit.rule, "start": edit.start, "end": edit.end, "text": edit.text})


def json_line(row: dict[str, Any]) -> bytes:
    """Return a row as a line of JSON."""
    try:
        return (json.dumps(row, ensure_ascii=False) + "\n").encode()
    except UnicodeEncodeError:  # half a surrogate pair, or a byte that was not UTF-8
        return (json.dumps(row) + "\n").encode()


def concatenate(parts: Iterable[Path], target: Path) -> None:
    """Write the bytes of files one after the other."""
    with target.open("wb") as out:
        for path in parts:
            with path.open("rb") as part:
                shutil.copyfileobj(part, out, 1 << 20)
