"""A run in a program of its own, for tests that kill it: `python -m tests.run.driver IN OUT`."""

from __future__ import annotations

import sys

from cleaner import Cleaner
from cleaner.formats.source import Settings
from cleaner.load import parse_rules
from cleaner.run import Job, Run, Stopped, Target, plan
from cleaner.sources import Source
from tests.articles import RULES


def main(source: str, out: str) -> int:
    """Clean a corpus with two workers, in parts of 1,500 bytes."""
    target = Target(out)
    cleaner = Cleaner(parse_rules([Source("corpus.yaml", RULES)]))
    job = Job(cleaner, Settings(part=1500, spool=target.spool), target, removed=True, quarantine=True)
    try:
        Run(job, plan([source], job, None), workers=2)()
    except Stopped as stop:
        print(stop, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
