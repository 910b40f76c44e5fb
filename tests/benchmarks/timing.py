"""Time things beside each other, so that a noisy machine slows all rows alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

#: Rounds of each row; the fastest counts, because noise only ever adds.
ROUNDS = 3


def fastest(run: Callable[[], object], rounds: int = ROUNDS) -> float:
    """Return the least seconds that one of several rounds took."""
    best = float("inf")
    for _ in range(rounds):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return best


def table(rows: Sequence[tuple[str, float, float, str]]) -> list[str]:
    """Return lines for rows of (name, bytes, seconds, remark), in ratio to the first row, which is ours."""
    own = rows[0][1] / rows[0][2]
    return [
        f"{name:<34} {size / seconds / 1e6:>9.2f} MB/s   cleaner is {own * seconds / size:>8.2f} x   {remark}".rstrip()
        for name, size, seconds, remark in rows
    ]
