"""A cue: a phrase of a rule, and what is known of the lines that may hold it."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from . import cache
from .context import CueContext, cue_context
from .document import MIN_UNPUNCTUATED_PROSE
from .fold import skip_lead
from .rule import Rule

#: No limit to the length of a line.
UNLIMITED = sys.maxsize


class Cue(NamedTuple):
    """A folded phrase of a rule: `rule` is its place in the rule set, `languages` those that list it.

    `context` is what the rule's pattern asks of the text around the cue, `max_chars` the length of the
    longest line of plain text that the rule can fire on, and `word` where the first word of the cue starts: bullets
    and quotes before it count as little as those before the first word of a line.
    """

    text: str
    rule: int
    languages: tuple[str, ...]
    context: CueContext = CueContext()
    max_chars: int = UNLIMITED
    word: int = 0

    def is_in(self, lowered: str, first_word: int) -> bool:
        """Whether a folded, lower-cased line whose first word stands at `first_word` holds the cue."""
        if self.context.starts_line:
            return lowered.startswith(self.first_words, first_word)
        return self.text in lowered

    @property
    def first_words(self) -> str:
        """The cue without what stands before its first word."""
        return self.text[self.word :]


class Asked(NamedTuple):
    """What a rule asks wherever one of its cues stands: the `context` and `max_chars` of them all."""

    context: CueContext
    max_chars: int


def asked_by(rule: Rule) -> Asked:
    """Return what a rule asks of the text around its cues, and of the lines."""
    if rule.action == "strip_span":
        return Asked(cue_context(rule.pattern), UNLIMITED)
    longest = rule.when.max_chars if rule.prose else min(rule.when.max_chars, MIN_UNPUNCTUATED_PROSE - 1)
    return Asked(cue_context(rule.pattern), longest)


def cue_of(text: str, rule: int, languages: tuple[str, ...], asked: Asked) -> Cue:
    """Return a folded phrase as a cue of the rule with that place in the rule set."""
    word = skip_lead(text)
    if word == len(text):
        # Punctuation alone is part of what stands before the first word, and may stand anywhere there.
        asked = asked._replace(context=asked.context._replace(starts_line=False))
    return Cue(text, rule, languages, asked.context, asked.max_chars, word)


def cues_of(rules: Iterable[Rule]) -> list[Cue]:
    """Return the cues of prepared rules."""
    cues: list[Cue] = []
    for number, rule in enumerate(rules):
        languages: dict[str, tuple[str, ...]] = {}
        for language, phrases in rule.cues.items():
            for phrase in phrases:
                languages[phrase] = (*languages.get(phrase, ()), language)
        asked = asked_by(rule)
        cues += (cue_of(text, number, known, asked) for text, known in languages.items())
    return cues


class PackedCues(Mapping[str, tuple[str, ...]]):
    """The cues of a rule by language, unpacked when somebody asks: most runs find all they need in an index.

    `checksum` tells them from others.
    """

    __slots__ = ("_count", "_cues", "_packed", "checksum")

    def __init__(self, packed: bytes, count: int, checksum: int) -> None:
        self._packed = packed
        self._count = count
        self.checksum = checksum
        self._cues: dict[str, tuple[str, ...]] | None = None

    def __reduce__(self) -> tuple[object, ...]:
        return PackedCues, (self._packed, self._count, self.checksum)

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[str]:
        return iter(self._unpacked())

    def __getitem__(self, language: str) -> tuple[str, ...]:
        return self._unpacked()[language]

    def _unpacked(self) -> dict[str, tuple[str, ...]]:
        if self._cues is None:
            self._cues = cache.unpack(self._packed)
        return self._cues
