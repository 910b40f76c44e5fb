"""What a corpus is made of: sources, and the parts of them that one worker cleans at a time."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ..rule import NO_RULES, RuleSet
from .jsonl import Fields

#: Bytes of text in a part: so many that handing it over costs nothing beside cleaning it, so few that all workers
#: are busy until the end and little is done again after a crash.
PART = 4 << 20

#: A record may have so many bytes by default: fifty novels. A worker needs some eight times as much memory for one.
MAX_RECORD = 32 << 20


@dataclass(frozen=True, slots=True)
class Settings:
    """How records are read: which fields, and how large a part and a record may be, in bytes.

    `rules` may say what of a page is no article. Files that must be unpacked to be read are unpacked in `spool`.
    With `whole_rows` all columns of a table are read, and not only those that are looked at. With `headline` a headline
    that stands beside its text goes before it where the output has no other place for it.
    """

    fields: Fields = field(default_factory=Fields)
    language: str | None = None
    max_record: int = MAX_RECORD
    part: int = PART
    rules: RuleSet = NO_RULES
    spool: Path = Path(tempfile.gettempdir())
    whole_rows: bool = False
    headline: bool = True


@dataclass(frozen=True, slots=True)
class Source:
    """A file to clean, or many small ones (`members`) that count as one.

    `name` is its place in the output, `stamp` changes when the file does.
    """

    path: str
    name: str
    size: int
    format: str
    codec: str = ""
    stamp: str = ""
    members: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of a source: [`start`, `stop`) in bytes, row groups, batches or members, as its format counts.

    `first` records stand before it, `records` in it. `weight` is how many bytes of the input it uses up. `data` are
    its bytes if a worker could not read them by itself. `problem` is what is wrong with the source behind the last
    record of the part. With a `limit`, no more records are read.
    """

    source: Source
    number: int
    start: int
    stop: int
    first: int = 0
    records: int = 0
    weight: int = 0
    data: bytes | None = None
    header: bytes = b""
    problem: str = ""
    members: tuple[Source, ...] = ()
    limit: int | None = None

    def limited(self, table: Any, first: int) -> Any:
        """Return the rows of a table that are to be read, where `first` records stand before it."""
        return table if self.limit is None else table.slice(0, max(0, self.first + self.limit - first))

    @property
    def key(self) -> str:
        """The part's name among all parts of a run."""
        return f"{self.source.name}#{self.number}"
