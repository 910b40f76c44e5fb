"""What a worker does: cleans one part of a corpus, or joins the parts of a source."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
from bisect import bisect_left
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from ..clean import Cleaner
from ..edit import Result
from ..formats.protocol import Format, Member, Skipped, Writer
from ..formats.record import BadRecord, Record, is_record
from ..formats.registry import format_of
from ..formats.removed import json_line, removed_lines
from ..formats.source import Part, Settings, Source
from .tally import Tally
from .target import REMOVED, Target

#: Characters of a bad record that are shown with it: enough to see what it is.
EXCERPT = 200

#: Bytes written to a disk at once: the usual eight kilobytes are two records, and each time costs.
BUFFER = 1 << 18

#: Memory (bytes) that is given back when there is no more: what it takes to tell of it. Not touched, it costs nothing.
RESERVE = 16 << 20

#: A document that loses more than this share of its characters is pointed out: a rule may be wrong there, or the
#: document was never an article.
FLAG = 0.5


class BadData(ValueError):
    """A record that cannot be read, where the run is to stop at the first."""


@dataclass(frozen=True, slots=True)
class Job:
    """All that the workers of a run have in common."""

    cleaner: Cleaner
    settings: Settings
    target: Target
    to: str | None = None
    removed: bool = False
    quarantine: bool = False
    dry_run: bool = False
    max_removed: float | None = None


@dataclass(frozen=True, slots=True)
class Join:
    """The task to make one file of the finished parts of a source."""

    source: Source
    parts: int

    @property
    def key(self) -> str:
        """The task's name in the journal."""
        return f"{self.source.name}#join"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a task: counts, and the sizes in bytes of what it left: by kind what is to be joined, by name files.

    The number of `parts` is among the sizes of a join.
    """

    key: str
    tally: Tally = field(default_factory=Tally)
    sizes: dict[str, int] = field(default_factory=dict)
    files: dict[str, int] = field(default_factory=dict)


class Worker:
    """Does the tasks of one process, one after the other."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self._reserve = bytearray(RESERVE)

    def do(self, task: Part | Join) -> Outcome:
        """Do a task. Raises `BadData`, `OSError`, `MissingExtra`, `MemoryError`."""
        return self._join(task) if isinstance(task, Join) else self._clean(task)

    def _clean(self, part: Part) -> Outcome:
        format = format_of(part.source.format, self.job.settings, self.job.to)
        with Sink(self.job, part, joins=format.joins) as sink:
            writer = format.writer(part, sink.text, sink.put)
            run = Cleaning(self.job, sink, writer, part)
            self._read(format, part, run)
            run.end()
        return Outcome(part.key, run.tally, sink.sizes, sink.files)

    def _read(self, format: Format, part: Part, run: Cleaning) -> None:
        try:
            for item in format.read(part):
                full = part.limit is not None and run.tally.read >= part.limit
                if full and (isinstance(item, BadRecord) or is_record(item)):
                    break  # and not before: rows of a table are written behind their records
                run.take(item)
        except BaseException:
            self._reserve.clear()  # Python itself goes round in circles where there is no memory for an error
            with contextlib.suppress(Exception):  # it would be closed later, when its file is no longer there
                run.writer.close()
            raise

    def _join(self, task: Join) -> Outcome:
        """Put the files of the parts together under the source's name."""
        job, source = self.job, task.source
        format: Format = format_of(source.format, job.settings, job.to)
        name = format.name(source)
        keys = [f"{source.name}#{number}" for number in range(task.parts)]
        temporary = job.target.temporary()
        format.join(source, [job.target.part(key, "text") for key in keys], temporary)
        if not temporary.exists():  # nothing of the source could be read
            return Outcome(task.key, sizes={"parts": task.parts})
        written = {name: temporary.stat().st_size}
        job.target.publish(temporary, name)
        if job.removed:
            self._join_removed(keys, temporary)
            written[f"{REMOVED}/{name}.jsonl"] = temporary.stat().st_size
            job.target.publish(temporary, f"{REMOVED}/{name}.jsonl")
        return Outcome(task.key, sizes={"parts": task.parts}, files=written)

    def _join_removed(self, keys: list[str], target: Path) -> None:
        """Write what was removed from all parts, with the numbers that the records have in the output."""
        shift = 0
        with target.open("wb") as out:
            for key in keys:
                missing, following = json.loads(self.job.target.part(key, "places").read_bytes())
                with self.job.target.part(key, "removed").open("rb") as lines:
                    if not shift and not missing:
                        shutil.copyfileobj(lines, out, 1 << 20)
                    for line in lines:
                        row = json.loads(line)
                        number = row["record"] + shift - bisect_left(missing, row["record"])
                        out.write(json_line({**row, "record": number}))
                shift += following


class Cleaning:
    """One part on its way through the cleaner."""

    def __init__(self, job: Job, sink: Sink, writer: Writer, part: Part) -> None:
        self.job = job
        self.sink = sink
        self.writer = writer
        self.file = part.source.name
        self.path = part.source.path
        self.tally = Tally()
        # In another format all that is written counts, and nothing else does.
        self.converted = job.to not in (None, part.source.format)
        self.missing: list[int] = []  # numbers that the records of the output do not have

    def take(self, item: Record | BadRecord | object) -> None:
        """Clean a record, quarantine a bad one, pass on what stands between."""
        if is_record(item):
            self.tally.read += 1
            self._clean(item)
        elif isinstance(item, BadRecord):
            self.tally.read += 1
            self._quarantine(item)
        elif isinstance(item, Member):
            self.sink.end_file()
            self.file, self.path = item.name, item.path
            self.writer.keep(item)
        elif isinstance(item, Skipped):
            self.tally.skipped[item.reason] += 1
            self.missing.append(item.number)
        else:
            self.writer.keep(item)

    def end(self) -> None:
        """Write what is left, and how the numbers of records change: those missing, and the next part's shift."""
        self.writer.close()
        self.sink.end_file()
        self.sink.places = ([], self.tally.written) if self.converted else (self.missing, -len(self.missing))

    def _clean(self, record: Record) -> None:
        try:
            result = self._judged(record, self.job.cleaner.explain(record.document))
            self.writer.write(record, result)
        except (ValueError, RecursionError) as error:
            self._quarantine(BadRecord(record.number, record.offset, f"cannot be written: {error}", b""))
            return
        self.tally.written += 1
        self.tally.count(result)
        if self.job.removed:
            self.sink.removed.extend(removed_lines(result, self.tally.written if self.converted else record.number))

    def _judged(self, record: Record, result: Result) -> Result:
        """Flag a document that loses too much; leave it whole if that was asked for."""
        if not result.edits:
            return result
        most = FLAG if self.job.max_removed is None else self.job.max_removed
        share = sum(edit.end - edit.start for edit in result.edits) / len(result.document.text)
        if share <= most:
            return result
        whole = self.job.max_removed is not None
        self.tally.flag(self.file, record.number, result, share, kept_whole=whole)
        return Result(result.document, result.document.text, ()) if whole else result

    def _quarantine(self, bad: BadRecord) -> None:
        if not self.job.quarantine:
            raise BadData(f"{self.path}: {bad}")
        self.tally.quarantined += 1
        self.missing.append(bad.number)
        row = {"file": self.file, "record": bad.number, "offset": bad.offset, "reason": bad.reason}
        excerpt = bad.raw[: 4 * EXCERPT].decode("utf-8", "replace")[:EXCERPT]
        self.sink.bad.append(json_line({**row, "excerpt": excerpt}))


class Sink(contextlib.AbstractContextManager["Sink"]):
    """The files of one part. They get their names when all is written, or never."""

    text: BinaryIO

    def __init__(self, job: Job, part: Part, *, joins: bool) -> None:
        self.job = job
        self.part = part
        self.joins = joins
        self._name = ""
        self.removed: list[bytes] = []
        self.places: tuple[list[int], int] = ([], 0)
        self.bad: list[bytes] = []
        self.sizes: dict[str, int] = {}
        self.files: dict[str, int] = {}
        self._path = Path(os.devnull) if job.dry_run else job.target.temporary().with_suffix(".text")

    def __enter__(self) -> Sink:
        self.text = self._path.open("wb", buffering=BUFFER)
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            self.text.close()
            if kind is None and not self.job.dry_run:
                self._finish()
        finally:
            if not self.job.dry_run:
                self._path.unlink(missing_ok=True)

    def put(self, name: str, data: bytes) -> None:
        """Write a file of the output that is finished."""
        self.end_file()
        self._name = name
        self._put(name, data)

    def end_file(self) -> None:
        """Write what was removed from the last finished file."""
        if self.removed and not self.joins:
            self._put(f"{REMOVED}/{self._name}.jsonl", b"".join(self.removed))
            self.removed.clear()

    def _put(self, name: str, data: bytes) -> None:
        if not self.job.dry_run:
            self.job.target.put(name, data)
            self.files[name] = len(data)

    def _finish(self) -> None:
        if self.bad:
            self._path.with_suffix(".bad").write_bytes(b"".join(self.bad))
            self._keep("bad")
        if not self.joins:  # the output is in its place already
            return
        self._path.with_suffix(".removed").write_bytes(b"".join(self.removed))
        self._keep("removed")
        self._path.with_suffix(".places").write_text(json.dumps(self.places), "utf-8")
        self._keep("places")
        self._keep("text")

    def _keep(self, kind: str) -> None:
        temporary = self._path.with_suffix(f".{kind}")
        self.sizes[kind] = temporary.stat().st_size
        temporary.replace(self.job.target.part(self.part.key, kind))
