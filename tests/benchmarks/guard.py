"""How much work cleaning is, counted and not timed: the number of calls, which a busy machine does not change.

python -m tests.benchmarks.guard           count, and compare with what is recorded
python -m tests.benchmarks.guard --record  write down the counts of now
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable
from pathlib import Path

from cleaner import Cleaner, load_rules

from .corpus import articles

#: Where the counts are kept: calls for each kilobyte of text, by kind of text.
RECORD = Path(__file__).with_name("guard.json")

#: How much more work than recorded is a mistake. Versions of Python differ by less: some inline comprehensions.
TOLERANCE = 1.2

#: What stands behind some paragraphs of an article with boilerplate.
LINES = (
    "Read more: Ten other bridges that closed", "By Jane Doe", "Advertisement", "Photo: Jane Doe/Reuters",
    "Lesen Sie auch: Zehn andere Brücken", "À lire aussi : Dix autres ponts", "Читайте также: Десять других мостов",
    "The post Bridge closes appeared first on The Daily Post.", "Share this article", "Sign up for our newsletter",
    "© 2024 The Daily Post. All rights reserved.", "Updated 3 March 2024, 10:15", "Source: The Daily Post",
)  # fmt: skip

#: Bytes of articles that are counted: enough for all common rules to be met.
SIZE = 200_000


def calls(run: Callable[[], object]) -> int:
    """Return how many functions, ours and the interpreter's, `run` calls."""
    count = 0

    def note(frame: object, event: str, argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(before)
    return count


def work(cleaner: Cleaner, texts: list[str]) -> int:
    """Return the calls that cleaning takes once everything is compiled."""
    for text in texts:
        cleaner.clean(text)
    return calls(lambda: [cleaner.clean(text) for text in texts])


def texts() -> dict[str, list[str]]:
    """Return what is counted: clean articles, articles with boilerplate, and one whose every line is boilerplate."""
    clean = [article.text for article in articles(1, SIZE, 0.0)]
    dirty = [_with_boilerplate(text, number) for number, text in enumerate(clean)]
    prose = max(clean, key=len).split("\n")[-1]
    return {
        "clean articles": clean,
        "articles with boilerplate": dirty,
        "all boilerplate": [f"{prose}\n" + "Read more: Ten other bridges that closed\n" * 1000],
    }


def _with_boilerplate(text: str, number: int) -> str:
    blocks = text.split("\n\n")
    for i in range(3):
        blocks.insert(1 + (number + 5 * i) % len(blocks), LINES[(number + i) % len(LINES)])
    return "\n\n".join([*blocks, LINES[number % len(LINES)]])


def counted() -> dict[str, float]:
    """Return the calls for each kilobyte of text."""
    cleaner = Cleaner(load_rules())
    return {
        name: round(work(cleaner, each) / sum(len(text.encode()) for text in each) * 1000, 1)
        for name, each in texts().items()
    }


def main() -> int:
    """Count; print a line for each kind of text; exit 1 if one is beyond the tolerance."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--record", action="store_true", help="write down the counts of now")
    found = counted()
    if parser.parse_args().record:
        RECORD.write_text(json.dumps(found, indent=2) + "\n")
    recorded = json.loads(RECORD.read_text())
    for name, count in found.items():
        print(f"{name:<28}{count:>9.1f} calls a KB, recorded {recorded[name]:.1f}")
    return int(any(count > TOLERANCE * recorded[name] for name, count in found.items()))


if __name__ == "__main__":
    sys.exit(main())
