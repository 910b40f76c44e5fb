"""One document through the whole engine: scan, match, edit, again until no rule fires."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from typing import Literal

from .cue import cues_of
from .document import Document, Lines
from .edit import Result, Span, compose, delete_from, shift, tidy, to_edits
from .load import prepare
from .match import Matcher
from .passes import Pass, Plan
from .place import Page
from .problem import one_of
from .rule import LINKED, Level, RuleSet
from .scan import SCANNERS, Candidates, EveryPair, Fast, Scanner, ScannerName

#: Passes over a document before it is given up and left whole. Real documents need two; a third is rare.
MAX_PASSES = 12


#: What becomes of a headline in the text: it stays once, or goes.
Headline = Literal["keep", "drop"]
HEADLINES: tuple[Headline, ...] = ("keep", "drop")


class NoFixedPoint(UserWarning):
    """A document was left as it is: rules went on firing on what other rules had left."""


class Cleaner:
    """Cleans documents with one set of rules. What it remembers changes no result: share it between threads, pickle it.

    `select` and `ignore` are ids or families of rules. `title="drop"` takes the headline out of the text as well, if it
    is a line of its own right above the first prose. `scanner` is "fast", or "every-pair" for the slow reference.
    Raises `KeyError` for a name that no rule or family has, `ValueError` for any other word that means nothing.
    """

    def __init__(
        self,
        rules: RuleSet,
        *,
        level: Level = "balanced",
        select: Sequence[str] = (),
        ignore: Sequence[str] = (),
        title: Headline = "keep",
        scanner: ScannerName = "fast",
    ) -> None:
        one_of("title", title, HEADLINES)
        one_of("scanner", scanner, SCANNERS)
        self.rules = prepare(rules).select(level=level, select=select, ignore=ignore)
        self.title = title
        self._scanner_name = scanner
        self._matcher = Matcher(self.rules)
        self._scanner: Scanner = Fast(self.rules) if scanner == "fast" else EveryPair(cues_of(self.rules.rules))
        self._plan = Plan(self.rules.rules, self._scanner)
        self._rest = Plan(self.rules.rules, self._scanner, only_looking_elsewhere=True)

    def __reduce__(self) -> tuple[object, ...]:
        return _rebuild, (self.rules, self.title, self._scanner_name)

    def clean(self, text: str, title: str | None = None, url: str | None = None, language: str | None = None) -> str:
        """Return `text` without its boilerplate. `title` is the headline, if it is kept outside the text."""
        return self.explain(Document(text, title=title, url=url, language=language)).text

    def explain(self, document: Document) -> Result:
        """Return the cleaned text of a document, with every deletion and the rule that made it.

        Raises `TypeError` for bytes: decode them first.
        """
        if not isinstance(document.text, str):
            advice = ": decode it first" if isinstance(document.text, (bytes, bytearray, memoryview)) else ""
            raise TypeError(f"the text of a document is str, not {type(document.text).__name__}{advice}")
        lines = Lines(document.text, document.hints)
        spans: list[Span] = []
        settled: Candidates | None = None
        for _ in range(MAX_PASSES):
            candidates = self._candidates(lines) if settled is None else settled
            look = Pass(self._matcher, self._plan if settled is None else self._rest, Page(document, lines), candidates)
            found = tidy(lines.text, look.run() + (look.headline() if self.title == "drop" else []))
            if not found:
                return Result(document, lines.text, to_edits(document.text, spans))
            spans = compose(spans, found) if spans else found
            settled = shift(lines.text, candidates, found) if look.is_settled else None
            lines = delete_from(lines, found)
        name = "a document" if document.id is None else f"document {document.id}"
        warnings.warn(f"{name} left whole: no end to its rules", NoFixedPoint, stacklevel=2)
        return Result(document, document.text, ())

    def _candidates(self, lines: Lines) -> Candidates:
        candidates = self._scanner.candidates(lines)
        for start, hint in lines.hints.items():
            if hint.link_density >= LINKED:
                candidates.setdefault(start, []).append(None)
        return candidates


def _rebuild(rules: RuleSet, title: Headline, scanner: ScannerName) -> Cleaner:
    return Cleaner(rules, level="aggressive", title=title, scanner=scanner)
