"""In memory, document by document."""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path

from cleaner import Cleaner, load_rules
from cleaner.context import cue_context
from cleaner.rule import RuleSet

from .corpus import Article
from .timing import fastest, table

#: Bytes that the slow rows are timed on: enough for seconds of work.
SAMPLE = 300_000


def size_of(texts: Iterable[str]) -> int:
    """Return the bytes of the texts in UTF-8."""
    return sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)


def sample_of(texts: list[str], size: int) -> list[str]:
    """Return texts, spread evenly, of about `size` bytes."""
    step = max(1, size_of(texts) // size)
    return texts[::step]


def rows(corpus: list[Article], folder: Path, args: argparse.Namespace) -> Iterator[str]:
    """Yield the table."""
    rules = load_rules()
    texts = [article.text for article in corpus]
    cleaner = Cleaner(rules)
    ours = [cleaner.clean(text) for text in texts]
    removed = sum(a != b for a, b in zip(ours, texts, strict=True))
    found = [
        (
            "cleaner",
            size_of(texts),
            fastest(lambda: [cleaner.clean(text) for text in texts]),
            f"{removed} documents changed",
        )
    ]
    sample = sample_of(texts, SAMPLE)
    reference = Cleaner(rules, scanner="every-pair")
    same = [reference.clean(text) for text in sample] == [cleaner.clean(text) for text in sample]
    found.append(_slow("reference scanner", sample, reference.clean, "same output" if same else "OUTPUT DIFFERS"))
    found.append(_slow("re, rule by rule, line by line", sample, _rule_by_rule(cleaner.rules), "the same cues"))
    found.append(_slow("re, one big alternation", sample, _alternation(cleaner.rules), "the same cues"))
    if shutil.which("rg"):
        found.append(_ripgrep(texts, cleaner.rules, folder))
    if find_spec("datatrove") and find_spec("spacy"):
        found.append(_c4(sample))
    yield from table(found)


def _slow(name: str, texts: list[str], clean: object, remark: str) -> tuple[str, float, float, str]:
    return name, size_of(texts), fastest(lambda: [clean(text) for text in texts], 1), remark


def _rule_by_rule(rules: RuleSet) -> object:
    """Return what people write: one pattern a rule, each tried on each line."""
    patterns = []
    for rule in rules.rules:
        cues = "|".join(re.escape(cue) for phrases in rule.cues.values() for cue in phrases)
        if cues:
            first = r"^\W*" if cue_context(rule.pattern).starts_line else ""
            patterns.append(re.compile(f"{first}(?:{cues})", re.IGNORECASE).search)
    return lambda text: "\n".join(line for line in text.split("\n") if not any(search(line) for search in patterns))


def _alternation(rules: RuleSet) -> object:
    cues = {cue for rule in rules.rules for phrases in rule.cues.values() for cue in phrases}
    search = re.compile("|".join(map(re.escape, sorted(cues))), re.IGNORECASE).search
    return lambda text: "\n".join(line for line in text.split("\n") if not search(line))


def _ripgrep(texts: list[str], rules: RuleSet, folder: Path) -> tuple[str, float, float, str]:
    cues, data = folder / "cues.txt", folder / "corpus.txt"
    cues.write_text(
        "\n".join({cue for rule in rules.rules for phrases in rule.cues.values() for cue in phrases if cue})
    )
    data.write_bytes("\n".join(texts).encode("utf-8", "surrogatepass"))
    command = ["rg", "-v", "-i", "-F", "-j1", "--no-mmap", "-f", str(cues), str(data)]
    seconds = fastest(lambda: subprocess.run(command, stdout=subprocess.DEVNULL, check=False))
    version = subprocess.run(["rg", "--version"], capture_output=True, text=True, check=True).stdout.split()[1]
    return "ripgrep -vi, the same cues", data.stat().st_size, seconds, f"version {version}, its start-up included"


def _c4(texts: list[str]) -> tuple[str, float, float, str]:
    from datatrove.data import Document
    from datatrove.pipeline.filters import C4QualityFilter

    c4 = C4QualityFilter()
    return _slow(
        "datatrove C4QualityFilter",
        texts,
        lambda text: c4.filter(Document(text=text, id="")),
        "as it comes, with spaCy's sentences",
    )
