"""Corpora: many files, many processes, and no record lost when one of them dies.

`plan` finds the sources, their formats cut them into parts, `pool` hands the parts to processes that do the `work`,
`ledger` and `state` remember what is finished, `corpus` leads the whole.
"""

from __future__ import annotations

from .corpus import Run, Stopped
from .plan import BadPlan, Plan, plan
from .state import Busy
from .tally import Tally
from .target import Target
from .work import Job

__all__ = ["BadPlan", "Busy", "Job", "Plan", "Run", "Stopped", "Tally", "Target", "plan"]
