"""A whole run: parts to the workers, their outcomes to the ledger, until nothing is left."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from ..formats import files
from ..formats.registry import format_of
from ..formats.source import Source
from .ledger import Ledger
from .plan import Plan, conditions
from .pool import Failure, Pool, Task, explain, pool
from .tally import Tally
from .work import Job, Join, Outcome


class Stopped(RuntimeError):
    """The run could not be finished; what is done is kept. `bad_data` tells a broken input from a broken machine."""

    def __init__(self, message: str, *, bad_data: bool) -> None:
        super().__init__(message)
        self.bad_data = bad_data


@dataclass(slots=True)
class Opened:
    """A source on its way: how many of its parts are left, and how many there are once all are cut."""

    source: Source
    joins: bool
    left: int = 0
    parts: int | None = None


@dataclass(slots=True)
class Pending:
    """A part that a worker has: its place among all parts, and its weight."""

    order: int
    weight: int
    opened: Opened


class Run:
    """One run over a corpus. `progress` is told the bytes of input done, as they are done."""

    def __init__(
        self,
        job: Job,
        plan: Plan,
        *,
        workers: int = 1,
        first: int | None = None,
        force: bool = False,
        progress: Callable[[int], object] = lambda done: None,
    ) -> None:
        self.job = job
        self.plan = plan
        self.tally = Tally()
        self.resumed = 0
        self._workers = 1 if first is not None else workers
        self._left = first
        self._progress = progress
        self._joins: deque[Join] = deque()  # sources whose parts are all done
        self._joining: dict[str, Join] = {}
        self._pending: dict[str, Pending] = {}
        self._settled: dict[int, Tally] = {}  # counts of parts done before the ones that they follow
        self._cut = self._counted = 0
        self._bad: list[tuple[int, str]] = []
        self._ledger = None if job.dry_run else Ledger(job, conditions(plan, job, first), force=force)

    def __call__(self) -> Tally:
        """Do what is left to do and return the counts of the whole run. Raises `Stopped` and `OSError`."""
        try:
            with pool(self.job, self._workers) as workers:
                self._drive(workers)
            if self.tally.read != self.tally.written + self.tally.quarantined:
                raise AssertionError(f"a record was lost: {self.tally}")
            if self._ledger is not None:
                self._ledger.write_quarantine([key for _, key in sorted(self._bad)])
        finally:
            if self._ledger is not None:
                self._ledger.close()
        return self.tally

    def _drive(self, workers: Pool) -> None:
        """Keep the workers busy until nothing is left, or something fails."""
        tasks = self._tasks()
        failures: list[tuple[int, Failure]] = []
        running = 0
        while True:
            while not failures and workers.has_room() and not (running and self._left is not None):
                try:
                    task = self._next(tasks)
                except (OSError, MemoryError) as error:
                    failures.append((self._cut, Failure("", explain(error, "input"))))
                    break
                if task is None:
                    break
                workers.submit(task)
                running += 1
            if not running:
                break
            for outcome in workers.finished():
                running -= 1
                if isinstance(outcome, Failure):
                    pending = self._pending.get(outcome.key)
                    failures.append((pending.order if pending else -1, outcome))
                else:
                    self._finish(outcome)
        if failures:
            # All before the first failure has been tried, so it is the same one whatever the number of workers.
            _, failure = min(failures, key=lambda pair: pair[0])
            raise Stopped(failure.message, bad_data=failure.bad_data)

    def _next(self, tasks: Iterator[Task]) -> Task | None:
        """Return what to do next, joins first: they free the disk."""
        if not self._joins and (part := next(tasks, None)) is not None:
            return part
        return self._joins.popleft() if self._joins else None

    def _tasks(self) -> Iterator[Task]:
        """Yield the parts that are not done yet."""
        for source in self.plan.sources:
            if self._left is not None and self._left <= 0:
                return
            if self._ledger is not None and (outcomes := self._ledger.joined(source)) is not None:
                for outcome in outcomes:
                    self._skip(outcome, source.size // len(outcomes))
                continue
            format = format_of(source.format, self.job.settings, self.job.to)
            self._check_unchanged(source)
            opened = Opened(source, format.joins and not self.job.dry_run)
            number = 0
            for part in format.cut(source):
                number += 1
                if self._ledger is not None and (done := self._ledger.done(part)) is not None:
                    self._skip(done, part.weight)
                else:
                    opened.left += 1
                    self._pending[part.key] = Pending(self._cut, part.weight, opened)
                    self._cut += 1
                    yield part if self._left is None else replace(part, limit=self._left)
                if self._left is not None and self._left <= 0:
                    break
            self._check_unchanged(source)
            opened.parts = number
            self._join_if_complete(opened)

    def _check_unchanged(self, source: Source) -> None:
        if not source.members:  # those are looked at one by one, when they are read
            files.check_unchanged(source.path, source.stamp)

    def _skip(self, outcome: Outcome, weight: int) -> None:
        """Count a part that an earlier run has done."""
        self.resumed += 1
        self._cut += 1
        self._settle(self._cut - 1, weight, outcome)

    def _finish(self, outcome: Outcome) -> None:
        """Note what a worker has done."""
        if self._ledger is not None:
            self._ledger.add(outcome)
            if (join := self._joining.pop(outcome.key, None)) is not None:
                self._ledger.delete_parts(join)
                return
        pending = self._pending.pop(outcome.key)
        pending.opened.left -= 1
        self._settle(pending.order, pending.weight, outcome)
        self._join_if_complete(pending.opened)

    def _join_if_complete(self, opened: Opened) -> None:
        if opened.left or opened.parts is None or not opened.joins:
            return
        join = Join(opened.source, opened.parts)
        self._joining[join.key] = join
        self._joins.append(join)

    def _settle(self, order: int, weight: int, outcome: Outcome) -> None:
        """Add a part's counts to those of the run, in the order of the parts."""
        if self._left is not None:
            self._left -= outcome.tally.read
        if "bad" in outcome.sizes:
            self._bad.append((order, outcome.key))
        self._progress(weight)
        self._settled[order] = outcome.tally
        while (tally := self._settled.pop(self._counted, None)) is not None:
            self.tally.add(tally)
            self._counted += 1
