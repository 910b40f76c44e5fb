"""How the cost grows: with rules, documents, lines, boilerplate; and how much memory a big file takes."""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from cleaner import Cleaner, load_rules
from cleaner.rule import Rule, RuleSet

from .corpus import WORDS, Article, articles
from .memory import sample_of, size_of
from .timing import fastest

#: Bytes of corpus that the rows with more rules are timed on.
SAMPLE = 3_000_000

#: The words that the corpus is made of.
COMMON = frozenset(word for words in WORDS.values() for word in words.split())


def rows(corpus: list[Article], folder: Path, args: argparse.Namespace) -> Iterator[str]:
    """Yield the tables."""
    rules = load_rules()
    texts = sample_of([article.text for article in corpus], SAMPLE)
    base = 0.0
    for times in (1, 10, 100):
        cleaner = Cleaner(multiplied(rules, times))
        seconds = _seconds(cleaner, texts)
        base = base or seconds
        speed = size_of(texts) / seconds / 1e6
        yield f"{times:>3} x the cues            {speed:8.1f} MB/s   {seconds / base:5.2f} x the time"
    cleaner = Cleaner(rules)
    # Without boilerplate, so that the rows of two versions can be compared, whatever their rules and examples.
    article = max((article.text for article in articles(args.seed, SAMPLE, 0.0)), key=len)
    for size in (1_000, 100_000, 1_000_000, 10_000_000, 50_000_000):
        text = (article + "\n\n") * max(1, size // len(article)) if size > len(article) else article[:size]
        yield _row(f"a document of {size / 1000:,.0f} KB", cleaner, text)
    flat = article.replace("\n", " ")
    for size in (1_000_000, 10_000_000):
        yield _row(f"one line of {size / 1e6:.0f} MB", cleaner, flat * (size // len(flat)))
    for lines in (1_000, 10_000, 100_000):
        yield _row(f"{lines:,} lines, all boilerplate", cleaner, "Read more: Ten other bridges\n" * lines)


def rss_rows(corpus: list[Article], folder: Path, args: argparse.Namespace) -> Iterator[str]:
    """Yield the peak memory of the filter on a big file."""
    from .jsonl import write

    part, path = folder / "part.jsonl", folder / "big.jsonl"
    write(corpus, part)
    data = part.read_bytes()
    with path.open("wb") as file:
        while file.tell() < args.rss_size * 1e6:
            file.write(data)
    code = (
        "import resource, subprocess, sys; "
        "subprocess.run([sys.executable, '-m', 'cleaner', sys.argv[1], '-o', sys.argv[2]], check=True); "
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(path), str(folder / "out.jsonl")], capture_output=True, text=True, check=True
    )
    yield f"JSON Lines of {path.stat().st_size / 1e6:,.0f} MB: peak {int(done.stdout) / 1024:.0f} MB resident"
    path.unlink()


def multiplied(rules: RuleSet, times: int) -> RuleSet:
    """Return the rules with `times` as many cues: each copy has some of its letters changed."""
    draw = random.Random(times)
    return RuleSet(tuple(_multiplied(rule, times, draw) for rule in rules.rules), rules.protect, prepared=True)


def _multiplied(rule: Rule, times: int, draw: random.Random) -> Rule:
    cues = {
        language: tuple(dict.fromkeys([*phrases, *(_changed(p, draw) for p in phrases for _ in range(times - 1))]))
        for language, phrases in rule.cues.items()
    }
    return rule._replace(cues=cues)


def _changed(phrase: str, draw: random.Random) -> str:
    letters = list(phrase)
    for place in draw.sample(range(len(letters)), max(1, len(letters) // 3)):
        if letters[place].isalpha():
            letters[place] = chr(ord("a") + draw.randrange(26)) if letters[place].isascii() else letters[place]
    changed = "".join(letters)
    # "doe" that became "the" would be met on every line: nobody has such a cue.
    return phrase if changed in COMMON else changed


def _seconds(cleaner: Cleaner, texts: list[str]) -> float:
    cleaner.clean(texts[0])
    return fastest(lambda: [cleaner.clean(text) for text in texts])


def _row(name: str, cleaner: Cleaner, text: str) -> str:
    seconds = _seconds(cleaner, [text])
    size = size_of([text])
    return f"{name:<32} {size / seconds / 1e6:8.1f} MB/s   {seconds * 1e6 / size:.4f} s a MB"
