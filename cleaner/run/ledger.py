"""What is finished and what is left: the journal of a run together with the files that it speaks of."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from typing import Any

from ..formats.removed import concatenate
from ..formats.source import Part, Source
from .plan import BadPlan
from .state import Changed, State, locked
from .target import CONDITIONS, QUARANTINE
from .work import Job, Join, Outcome


class Ledger:
    """Knows what is finished. A finished task whose files are gone is not."""

    def __init__(self, job: Job, conditions: dict[str, Any], *, force: bool) -> None:
        """Begin a run or take up an interrupted one. Raises `BadPlan`, `Busy` and `OSError`."""
        self.job = job
        target = self.target = job.target
        if not force and not (target.work / CONDITIONS).exists() and target.has_output():
            raise BadPlan(f"{target.out} is not empty: --force overwrites what is there")
        target.work.mkdir(parents=True, exist_ok=True, mode=0o700)
        with contextlib.ExitStack() as stack:
            stack.enter_context(locked(target.work))  # and nothing is touched before
            if force:
                target.clear()
            target.prepare()
            self._size = target.sizes()
            self._state = stack.enter_context(contextlib.closing(State(target.work)))
            try:
                self._state.begin(conditions)
            except Changed as change:
                raise BadPlan(f"{target.out} was begun with other {change}: --force starts over") from None
            self._held = stack.pop_all()

    def add(self, outcome: Outcome) -> None:
        """Note a finished task."""
        self._state.add(outcome)

    def done(self, part: Part) -> Outcome | None:
        """Return what came of a part; None if it is to be done."""
        if part.key not in self._state:
            return None
        outcome = self._state.outcome(part.key)
        if self._is_refused(outcome):
            return None
        sound = all(
            (path := self.target.part(part.key, kind)).is_file() and path.stat().st_size == size
            for kind, size in outcome.sizes.items()
        )
        return outcome if sound and self._is_there(outcome) else None

    def joined(self, source: Source) -> list[Outcome] | None:
        """Return what came of the parts of a source if its output is complete, else None."""
        key = Join(source, 0).key
        if key not in self._state:
            return None
        join = self._state.outcome(key)
        outcomes = [self._state.outcome(f"{source.name}#{number}") for number in range(join.sizes["parts"])]
        return outcomes if self._is_there(join) and not any(map(self._is_refused, outcomes)) else None

    def _is_there(self, outcome: Outcome) -> bool:
        """Whether the finished files of a task are still what it left."""
        return all(self._size(name) == size for name, size in outcome.files.items())

    def _is_refused(self, outcome: Outcome) -> bool:
        """Whether bad records were quarantined that now are to stop the run."""
        return outcome.tally.quarantined > 0 and not self.job.quarantine

    def delete_parts(self, join: Join) -> None:
        """Delete what was joined; bad records are kept until the run's end."""
        for number in range(join.parts):
            for kind in ("text", "removed", "places"):
                self.target.part(f"{join.source.name}#{number}", kind).unlink(missing_ok=True)

    def write_quarantine(self, keys: Sequence[str]) -> None:
        """Write the bad records of all parts to one file. Raises `OSError`."""
        if keys:
            concatenate((self.target.part(key, "bad") for key in keys), self.target.temporary())
            self.target.publish(self.target.temporary(), QUARANTINE)

    def close(self) -> None:
        """Let go of the output."""
        self._held.close()
