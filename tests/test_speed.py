"""Cleaning takes no more work than was recorded, and no more than its share when a text grows. Counted, not timed."""

from __future__ import annotations

import json

import pytest

from cleaner import Cleaner, load_rules

from .benchmarks.guard import RECORD, TOLERANCE, counted, work

PROSE = "The council closed the old bridge on Tuesday, and nobody could say when another one would open in its place."

#: Texts that grow in one dimension.
GROWING = {
    "paragraphs": lambda n: "\n\n".join([PROSE] * n),
    "one line": lambda n: " ".join([PROSE] * n),
    "one line of cues": lambda n: " ".join([f"{PROSE} (Read more: Ten other bridges)"] * n),
    "lines of boilerplate": lambda n: PROSE + "\nRead more: Ten other bridges" * n,
    "different lines that repeat": lambda n: "\n".join(f"{PROSE}\nBridge {i} of the town closes" for i in range(n)) * 2,
    "headline again and again": lambda n: "\n".join(["Bridge closes for good", PROSE] * n),
    "cuts that leave cuts": lambda n: PROSE + " (Read more: (Read more: Ten bridges)) [...] Advertisement" * n,
    "cuts at the ends of broken lines": lambda n: f"{PROSE[:60]} (Read more: Ten bridges)\n" * n + PROSE,
    "blank lines": lambda n: f"{PROSE}\n" + "\n \n\t" * n + f"\n{PROSE}",
    "markup": lambda n: f"<p>{PROSE}</p>&nbsp;<b>Read more:</b> <a href='/x'>Ten other bridges</a>\n" * n,
    "tiny lines": lambda n: "|\n" * n + PROSE,
    "carriage returns": lambda n: f"{PROSE}\r\nRead more: Ten bridges\r\n" * n,
}  # fmt: skip


def test_no_more_work_than_recorded() -> None:
    """After a change that is worth its price: `python -m tests.benchmarks.guard --record`."""
    recorded = json.loads(RECORD.read_text())
    assert {name: count for name, count in counted().items() if count > TOLERANCE * recorded[name]} == {}


@pytest.mark.parametrize("shape", GROWING)
def test_work_grows_with_the_text_and_no_faster(shape: str) -> None:
    cleaner = Cleaner(load_rules())
    small, large = (work(cleaner, [GROWING[shape](size)]) for size in (100, 800))
    assert large < 8 * 1.15 * small
