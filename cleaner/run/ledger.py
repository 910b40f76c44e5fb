"""What is finished and what is left: the journal of a run together with the files that it speaks of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..formats.registry import format_of
from ..formats.removed import concatenate
from ..formats.source import Part, Source
from .plan import BadPlan
from .state import Changed, State
from .target import QUARANTINE
from .work import Job, Join, Outcome


class Ledger:
    """Knows what is finished. A finished task whose files are gone is not."""

    def __init__(self, job: Job, conditions: dict[str, Any], *, force: bool) -> None:
        """Begin a run or take up an interrupted one. Raises `BadPlan`, `Busy` and `OSError`."""
        self.job = job
        target = self.target = job.target
        if force:
            target.clear()
        elif not (target.work / "run.json").exists() and target.has_output():
            raise BadPlan(f"{target.out} is not empty: --force overwrites what is there")
        target.prepare()
        self._size = target.sizes()
        self._state = State(target.work)
        try:
            self._state.begin(conditions)
        except Changed as change:
            self.close()
            raise BadPlan(f"{target.out} was begun with other {change}: --force starts over") from None

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
        format = format_of(part.source.format, self.job.settings, self.job.to)
        if sound and part.members and not format.joins:
            quarantined = outcome.tally.quarantined
            missing = sum(self._size(format.name(member)) is None for member in part.members)
            sound = missing <= quarantined
        return outcome if sound else None

    def joined(self, source: Source) -> list[Outcome] | None:
        """Return what came of the parts of a source if its output is complete, else None."""
        key = Join(source, 0).key
        if key not in self._state:
            return None
        join = self._state.outcome(key)
        name = format_of(source.format, self.job.settings, self.job.to).name(source)
        outcomes = [self._state.outcome(f"{source.name}#{number}") for number in range(join.sizes["parts"])]
        if self._size(name) != join.sizes.get("text") or any(map(self._is_refused, outcomes)):
            return None
        return outcomes

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
        self._state.close()
