"""Which rules may fire on which lines: a filter that must never miss a line that a rule would match.

Cues decide. The document is folded at once. Then a cue that starts its line is found by the first letters of each line,
a cue that may stand anywhere by Hyperscan, in the whole document. `EveryPair` is the definition; `Fast` must agree.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator, Sequence, Set
from functools import lru_cache
from itertools import accumulate, chain
from typing import NamedTuple, Protocol

from . import cache
from .cue import UNLIMITED, Cue, cues_of
from .document import Lines
from .fold import fold, markup_lines, skip_lead
from .literal import Literals
from .needed import needed
from .pattern import CueContext
from .rule import TINY, Rule, RuleSet

#: First characters of a line that select the cues to compare with it; a shorter cue is selected by all it has. With
#: five, one line of news in twenty is compared with a cue; with four, twice as many.
PREFIX = 5

#: Beginnings of lines that are remembered: those of most lines of many languages, in a few megabytes.
MAX_HEADS = 1 << 16

#: A cue of this many characters is so rare that what stands around it need not be looked for: a plain literal takes a
#: tenth of the room in the database.
LONG_CUE = 9

#: For each line, by the offset of its first character: the cues it may hold. The cue None stands for rules without
#: cues that are tried on every tiny line.
Candidates = dict[int, list[Cue | None]]


class Scanner(Protocol):
    """Finds the lines that may hold a cue."""

    def candidates(self, lines: Lines) -> Candidates:
        """Return at least every line that holds a cue, with that cue."""
        ...

    def ruled_out(self, text: str) -> Set[int]:
        """Return rules without cues, by number, that cannot fire on a folded line, whatever else it is."""
        ...


class EveryPair:
    """The reference: looks for every cue in every line."""

    def __init__(self, cues: Iterable[Cue]) -> None:
        self._cues: dict[str, list[Cue]] = {}  # by what stands in every line that holds them
        for cue in cues:
            self._cues.setdefault(cue.first_words if cue.context.starts_line else cue.text, []).append(cue)

    def candidates(self, lines: Lines) -> Candidates:
        """Return the lines that hold a cue, with those cues."""
        found: Candidates = {}
        for line in lines.down():
            folded = fold(line.text)
            first_word = skip_lead(folded.text)
            near = [cue for words, cues in self._cues.items() if words in folded.lower for cue in cues]
            held: list[Cue | None] = [cue for cue in near if cue.is_in(folded.lower, first_word)]
            if len(folded.text) <= TINY:
                held.append(None)
            if held:
                found[line.start] = held
        return found

    def ruled_out(self, text: str) -> Set[int]:
        """Return no rule: all are tried."""
        return frozenset()


class Index(NamedTuple):
    """What `Fast` looks up of a rule set, each list of cues packed until a text asks for it.

    `starts` has the cues that start a line by their first characters, `anywhere` the others, a list for each literal;
    `capitals` are the texts of the literals that count only where they begin with a capital, by their numbers; `needed`
    are the words that rules without cues need, each with those rules; `name` is what the index is known by in the
    cache, empty for rules that come from no files.
    """

    starts: dict[str, bytes]
    anywhere: list[bytes]
    capitals: dict[int, str]
    needed: dict[str, list[int]]
    name: bytes


def index_of(rules: RuleSet) -> Index:
    """Return the index of prepared rules; it is stored for the next time if the rules come from files."""
    settings = f"index 5 {PREFIX} {LONG_CUE} {cache.FORMAT}"
    name = rules.digest and rules.digest + cache.key(settings, *(rule.id for rule in rules.rules))
    if name and (stored := cache.load(name)) is not None:
        with contextlib.suppress(ValueError):
            return Index(*cache.unpack(stored))
    starts, anywhere = _by_place(rules.rules)
    index = Index(
        {key: _pack(cues) for key, cues in starts.items()},
        [_pack(cues) for cues in anywhere.values()],
        {number: text for number, (text, context) in enumerate(anywhere) if context.capital},
        _needed(rules.rules),
        name,
    )
    if name:
        cache.store(name, cache.pack(tuple(index)))
    return index


def _by_place(rules: Iterable[Rule]) -> tuple[dict[str, list[Cue]], dict[tuple[str, CueContext], list[Cue]]]:
    """Return the cues that start a line, by their first characters, and the others, by text and context."""
    starts: dict[str, list[Cue]] = {}
    anywhere: dict[tuple[str, CueContext], list[Cue]] = {}
    for cue in cues_of(rules):
        if cue.context.starts_line:
            starts.setdefault(cue.first_words[:PREFIX], []).append(cue)
        else:
            context = cue.context if len(cue.text) < LONG_CUE else CueContext()
            anywhere.setdefault((cue.text, context), []).append(cue)
    return starts, anywhere


def _needed(rules: Sequence[Rule]) -> dict[str, list[int]]:
    """Return the words that rules without cues need, one of them each, with the numbers of those rules."""
    found: dict[str, list[int]] = {}
    for number, rule in enumerate(rules):
        for word in () if rule.cues or rule.prunes else needed(rule.pattern):
            found.setdefault(word, []).append(number)
    return found


def _pack(cues: list[Cue]) -> bytes:
    return cache.pack([(*cue[:3], tuple(cue.context), *cue[4:]) for cue in cues])


# As many as there are packed lists, and many times over: each is some tens of bytes.
@lru_cache(maxsize=1 << 16)
def _unpack(cues: bytes) -> list[Cue]:
    return [
        Cue(text, rule, languages, CueContext(*context), max_chars, word)
        for text, rule, languages, context, max_chars, word in cache.unpack(cues)
    ]


class Beginning(NamedTuple):
    """What a line may start with, by its first letters: some of `words`, each the first words of some `cues`.

    `limit` is the length of the longest line that one of them may fire on, or that is tiny; `lengths` are those of the
    words.
    """

    limit: int
    words: tuple[str, ...]
    lengths: tuple[int, ...]
    cues: dict[str, list[Cue]]


class Fast:
    """Looks at each line's first letters, and at the whole text with Hyperscan. Safe to use from several threads."""

    def __init__(self, rules: RuleSet) -> None:
        index = index_of(rules)
        self._starts = index.starts
        self._anywhere = index.anywhere
        self._capitals = index.capitals
        # What was looked up, and the longest lines that a rule may fire on, by their first letters: both change no
        # result, only what it costs.
        self._by_head: dict[str, Beginning] = {}
        self._longest_by_head: dict[str, int] = {}
        self._literals = Literals(index.name, lambda: _by_place(rules.rules)[1])
        self._rules_by_need = list(index.needed.values())
        self._needing = frozenset(chain.from_iterable(self._rules_by_need))
        name = index.name and index.name + cache.key("needed")
        self._needs = Literals(name, lambda: ((word, CueContext()) for word in index.needed), once=True)

    def candidates(self, lines: Lines) -> Candidates:
        """Return the lines that may hold a cue, with those cues."""
        folded, shown = _shown(lines)
        found = self._line_starts(shown.split("\n"), plain=not lines.hints)
        for number, cues in self._elsewhere(folded, shown):
            found.setdefault(number, []).extend(cues)
        return _by_offset(lines.text, found)

    def ruled_out(self, text: str) -> Set[int]:
        """Return rules without cues, by number, that cannot fire on a folded line: it has no word that they need."""
        hits = self._needs.find(text.casefold().encode("utf-8", "surrogatepass"))
        return self._needing.difference(*(self._rules_by_need[number] for _, number in hits))

    def _line_starts(self, lines: list[str], *, plain: bool) -> dict[int, list[Cue | None]]:
        """Return the cues that start a line, and None for tiny lines, by the line's number."""
        longest = self._longest_by_head if plain else {}
        # Most lines end here: too long for any rule whose cue begins like them.
        maybe = [
            number for number, line in enumerate(lines) if line and len(line) <= longest.get(line[:PREFIX], UNLIMITED)
        ]
        return {number: held for number in maybe if (held := self._held(lines[number], plain))}

    def _held(self, line: str, plain: bool) -> list[Cue | None]:
        """Return the cues that the line starts with, and None if it may be tiny; `plain` text has prose lines."""
        length = len(line) - line.endswith("\r")
        held: list[Cue | None] = [None] if length <= TINY else []
        first = skip_lead(line)
        head = line[first : first + PREFIX]
        limit, words, lengths, cues = self._by_head.get(head) or self._look_up(head)
        if first == 0 and len(self._longest_by_head) < MAX_HEADS:
            self._longest_by_head[head] = limit + (limit < UNLIMITED)  # with a carriage return
        if words and line.startswith(words, first):
            held += [
                cue
                for size in lengths
                for cue in cues.get(line[first : first + size], ())
                if not plain or length <= cue.max_chars
            ]
        return held

    def _look_up(self, head: str) -> Beginning:
        """Return the cues that a line may start with whose first letters these are."""
        keys = [head[:end] for end in range(1, len(head) + 1)]
        cues = [cue for key in keys if key in self._starts for cue in _unpack(self._starts[key])]
        limit = max((cue.max_chars for cue in cues), default=TINY)
        by_words: dict[str, list[Cue]] = {}
        for cue in cues:
            by_words.setdefault(cue.first_words, []).append(cue)
        beginning = Beginning(max(limit, TINY), tuple(by_words), tuple({len(words) for words in by_words}), by_words)
        if len(self._by_head) < MAX_HEADS:
            self._by_head[head] = beginning
        return beginning

    def _elsewhere(self, folded: str, shown: str) -> Iterator[tuple[int, list[Cue]]]:
        """Yield a line's number and the cues of each literal that stands in it."""
        if not self._anywhere:
            return
        data = shown.encode("utf-8", "surrogatepass")
        hits = _in_characters(shown, data, self._literals.find(data))
        counted = line = 0
        known: set[tuple[int, int]] = set()
        for end, number in hits:
            if number in self._capitals:
                # What is behind the cue may belong to the hit.
                start = shown.rfind(self._capitals[number], 0, end)
                if folded[start] == shown[start]:
                    continue
            line += shown.count("\n", counted, end)
            counted = end
            if (line, number) not in known:
                known.add((line, number))
                yield line, _unpack(self._anywhere[number])


def _shown(lines: Lines) -> tuple[str, str]:
    """Return a text as a reader sees it, and that in lower case."""
    if not lines.has_markup:
        return lines.plain, lines.lower
    texts: list[str] = []
    lowered: list[str] = []
    position = 0
    for start in markup_lines(lines.plain):
        folded = lines.folded(line := lines.at(start))
        texts += (lines.plain[position:start], folded.text)
        lowered += (lines.lower[position:start], folded.lower)
        position = line.end
    return "".join((*texts, lines.plain[position:])), "".join((*lowered, lines.lower[position:]))


def _by_offset(text: str, found: dict[int, list[Cue | None]]) -> Candidates:
    """Return what was found in lines, given by their numbers, by the offsets of the lines."""
    if not found:
        return {}
    ends = list(accumulate(map(len, text.split("\n"))))
    return {ends[number - 1] + number if number else 0: found[number] for number in sorted(found)}


def _in_characters(text: str, data: bytes, hits: list[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """Return hits in order, given by their ends in bytes of `data`, by their ends in characters of `text`."""
    hits.sort()
    return hits if len(data) == len(text) else _decoded(data, hits)


def _decoded(data: bytes, hits: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    position = byte = 0
    for end, number in hits:
        position += len(data[byte:end].decode("utf-8", "surrogatepass"))
        byte = end
        yield position, number
