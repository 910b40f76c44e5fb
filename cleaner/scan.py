"""Which rules may fire on which lines: a filter that must never miss a line that a rule would match.

Cues decide. A cue that starts its line is found by the first letters of each line, a cue that may stand anywhere by
Hyperscan, over the UTF-8 bytes of the whole document at once. `EveryPair` is the definition that `Fast` agrees with.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple, Protocol

from . import cache
from .document import MIN_UNPUNCTUATED_PROSE, Lines
from .fold import LEAD, RARE, UNSEEN, fold, fold_characters, lower, preimages, skip_lead
from .pattern import EDGES, SPACES, CueContext, cue_context
from .rule import TINY, Rule

if TYPE_CHECKING:
    import hyperscan

#: First characters of a line that select the cues to compare with it; a shorter cue is selected by all it has. With
#: five, one line of news in twenty is compared with a cue; with four, twice as many.
PREFIX = 5
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
            return lowered.startswith(self.text[self.word :], first_word)
        return self.text in lowered


#: For each line, by the offset of its first character: the cues it may hold. The cue None stands for rules without
#: cues that are tried on every tiny line.
Candidates = dict[int, list[Cue | None]]


class Scanner(Protocol):
    """Finds the lines that may hold a cue."""

    def candidates(self, lines: Lines) -> Candidates:
        """Return at least every line that holds a cue, with that cue."""
        ...


def cues_of(rules: Iterable[Rule]) -> list[Cue]:
    """Return the cues of prepared rules."""
    cues: list[Cue] = []
    for number, rule in enumerate(rules):
        languages: dict[str, tuple[str, ...]] = {}
        for language, phrases in rule.cues.items():
            for phrase in phrases:
                languages[phrase] = (*languages.get(phrase, ()), language)
        context, longest = cue_context(rule.pattern), _max_chars(rule)
        # A cue of punctuation alone is part of what stands before the first word, and may stand anywhere there.
        loose = context._replace(starts_line=False)
        for text, known in languages.items():
            word = skip_lead(text)
            cues.append(Cue(text, number, known, context if word < len(text) else loose, longest, word))
    return cues


def _max_chars(rule: Rule) -> int:
    if rule.action == "strip_span":
        return UNLIMITED
    return rule.when.max_chars if rule.prose else min(rule.when.max_chars, MIN_UNPUNCTUATED_PROSE - 1)


class EveryPair:
    """The reference: looks for every cue in every line."""

    def __init__(self, cues: Iterable[Cue]) -> None:
        self.cues = list(cues)

    def candidates(self, lines: Lines) -> Candidates:
        """Return the lines that hold a cue, with those cues."""
        found: Candidates = {}
        for line in lines.down():
            folded = fold(line.text)
            first_word = skip_lead(folded.text)
            held: list[Cue | None] = [cue for cue in self.cues if cue.is_in(folded.lower, first_word)]
            if len(folded.text) <= TINY:
                held.append(None)
            if held:
                found[line.start] = held
        return found


class Fast:
    """Looks at each line's first letters, and at the whole text with Hyperscan. Safe to use from several threads."""

    def __init__(self, cues: Iterable[Cue]) -> None:
        self._starts: dict[str, list[tuple[str, Cue]]] = {}
        anywhere: dict[tuple[str, CueContext], list[Cue]] = {}
        for cue in cues:
            if cue.context.starts_line:
                text = cue.text[cue.word :]
                self._starts.setdefault(text[:PREFIX], []).append((text, cue))
            else:
                anywhere.setdefault((cue.text, cue.context), []).append(cue)
        self._short = {length: {key for key in self._starts if len(key) == length} for length in range(1, PREFIX)}
        self._longest = max((len(text) for same_key in self._starts.values() for text, _ in same_key), default=0)
        self._anywhere = list(anywhere.values())
        self._literals = _Literals(list(anywhere))

    def candidates(self, lines: Lines) -> Candidates:
        """Return the lines that may hold a cue, with those cues."""
        hits, marked = self._literals.find(lines.text)
        if marked:
            return self._in_marked_lines(lines)
        found: Candidates = {}
        self._line_starts(lines.text, found, plain=not lines.hints)
        for start, number in dict.fromkeys(_line_of_each(lines.text, hits)):
            found.setdefault(start, []).extend(self._anywhere[number])
        return found

    def _line_starts(self, text: str, found: Candidates, *, plain: bool) -> None:
        lines = text.split("\n")
        starts = self._starts
        one, two, three, four = self._short.values()
        # Most lines end here, so this is one expression: ordinary words that start no cue.
        maybe = [
            number
            for number, line in enumerate(lines)
            if line
            and (
                (head := line[:PREFIX].lower()) in starts
                or head[:2] in two
                or head[:4] in four
                or head[:3] in three
                or line[0] in LEAD
                or head[0] in one
                or len(line) <= TINY + 1  # with a carriage return
                or not head.isascii()
            )
        ]
        position = before = 0
        for number in maybe:
            position += sum(map(len, lines[before:number])) + number - before
            before = number
            if held := self._held(lines[number], plain):
                found.setdefault(position, []).extend(held)

    def _held(self, line: str, plain: bool) -> list[Cue | None]:
        """Return the cues that the line starts with, and None if it may be tiny; `plain` text has prose lines."""
        shown = len(line) - line.endswith("\r")
        first = skip_lead(line)
        head = lower(fold_characters(line[first : first + PREFIX]))
        held: list[Cue | None] = [None] if shown <= TINY else []
        for length in range(1, len(head) + 1):
            if same_key := self._starts.get(head[:length]):
                lowered = lower(fold_characters(line[first : first + self._longest]))
                longest = shown if plain else 0
                held += [cue for text, cue in same_key if longest <= cue.max_chars and lowered.startswith(text)]
        return held

    def _in_marked_lines(self, lines: Lines) -> Candidates:
        """Find cues in a text that a reader sees otherwise than it is typed: scan it as the reader sees it."""
        starts: list[int] = []
        shown: list[str] = []
        for line in lines.down():
            starts.append(line.start)
            shown.append(fold(line.text).text)
        flat = "\n".join(shown)
        found_in_flat: Candidates = {}
        self._line_starts(flat, found_in_flat, plain=not lines.hints)
        for start, number in dict.fromkeys(_line_of_each(flat, self._literals.find(flat)[0])):
            found_in_flat.setdefault(start, []).extend(self._anywhere[number])
        found: Candidates = {}
        position = 0
        for start, text in zip(starts, shown, strict=True):
            if position in found_in_flat:
                found[start] = found_in_flat[position]
            position += len(text) + 1
        return found


def _line_of_each(text: str, hits: list[tuple[int, int]]) -> Iterable[tuple[int, int]]:
    """Yield the start of its line (characters) and the number of each hit, given as (end in bytes, number)."""
    data = b"" if text.isascii() else text.encode("utf-8", "surrogatepass")
    position = byte = line_start = 0
    line_end = -1
    for end, number in sorted(hits):
        position = position + len(data[byte:end].decode("utf-8", "surrogatepass")) if data else end
        byte = end
        # `position` is behind the cue, whose last character is in the line: a cue holds no line feed.
        if position - 1 > line_end:
            line_start = text.rfind("\n", 0, position - 1) + 1
            line_end = text.find("\n", position - 1)
            line_end = len(text) if line_end < 0 else line_end
        yield line_start, number


class _Literals:
    """Cues that may stand anywhere, as a Hyperscan database over UTF-8 bytes.

    Hyperscan's own UTF-8 mode is undefined on text that is none (lone surrogates), and its caseless mode folds
    otherwise than `fold` does: so every character is written out as the bytes of all the characters that fold to it.
    """

    def __init__(self, cues: list[tuple[str, CueContext]]) -> None:
        self.cues = cues
        self._local = threading.local()
        self._database: hyperscan.Database | None = None
        self._lock = threading.Lock()

    def find(self, text: str) -> tuple[list[tuple[int, int]], bool]:
        """Return (end in bytes, number of the cue) for each hit, and whether markup or rare characters are there."""
        hits: list[tuple[int, int]] = []
        local = self._local
        if not hasattr(local, "scratch"):
            self._prepare()

        def hit(number: int, start: int, end: int, flags: int, context: object) -> None:
            hits.append((end, number))

        local.database.scan(text.encode("utf-8", "surrogatepass"), hit, scratch=local.scratch)
        found = [hit for hit in hits if hit[1] < len(self.cues)]
        return found, len(found) < len(hits)

    def _prepare(self) -> None:
        """Give this thread a scratch space of its own: Hyperscan scans without the interpreter's lock."""
        import hyperscan

        with self._lock:
            if self._database is None:
                self._database = self._load()
        self._local.database = self._database
        self._local.scratch = hyperscan.Scratch(self._database)

    def _load(self) -> hyperscan.Database:
        import hyperscan

        version: str = hyperscan.__version__  # type: ignore[attr-defined]  # left out of its stubs
        key = cache.key(f"cues {version}", _MARKED, _EDGE, *(f"{text}\0{context}" for text, context in self.cues))
        if (stored := cache.load(key)) is not None:
            try:
                return hyperscan.loadb(stored, hyperscan.HS_MODE_BLOCK)
            except hyperscan.error:
                pass  # written by another build of Hyperscan: compile again
        expressions = [_expression(text, context) for text, context in self.cues]
        expressions.append(_MARKED)
        database = hyperscan.Database()
        database.compile(
            expressions=expressions,
            ids=range(len(expressions)),
            elements=len(expressions),
            flags=[hyperscan.HS_FLAG_MULTILINE] * len(self.cues) + [hyperscan.HS_FLAG_SINGLEMATCH],
        )
        cache.store(key, hyperscan.dumpb(database))
        return database


def _expression(text: str, context: CueContext) -> bytes:
    """Return a byte pattern that matches wherever the cue stands in the context that its rule asks for."""
    characters = [preimages(character) for character in text]
    if context.capital:
        characters[0] = {raw for raw in characters[0] if lower(fold_characters(raw)) != fold_characters(raw)}
    behind = _SPACE if context.behind == "space" else b""
    if context.behind == "boundary" and all(raw.isascii() and raw.isalnum() for raw in characters[-1]):
        behind = rb"\b"  # of bytes: a letter of several bytes is a boundary to Hyperscan, which is no miss
    return (_EDGE if context.at_edge else b"") + b"".join(map(_any_of, characters)) + behind


def _any_of(characters: Iterable[str]) -> bytes:
    """Return a byte pattern that matches the UTF-8 form of any of the characters, and nothing else."""
    last_bytes: dict[bytes, set[int]] = {}
    for character in characters:
        encoded = character.encode("utf-8", "surrogatepass")
        last_bytes.setdefault(encoded[:-1], set()).add(encoded[-1])
    choices = [_hex(first) + _class(last) for first, last in sorted(last_bytes.items())]
    return choices[0] if len(choices) == 1 else b"(?:" + b"|".join(choices) + b")"


def _hex(data: Iterable[int]) -> bytes:
    return b"".join(b"\\x%02x" % byte for byte in data)


def _class(values: set[int]) -> bytes:
    return _hex(values) if len(values) == 1 else b"[" + _hex(sorted(values)) + b"]"


#: At least what the block `{edge}` matches before a cue.
_SPACE = rb"(?:[\x09\x0b-\x0d\x1c-\x20]|" + _any_of(preimages(" ") - {" "}) + b")"
_EDGE = b"(?:^|%s)%s{0,%d}" % (_any_of({raw for edge in EDGES for raw in preimages(edge)}), _SPACE, SPACES)
#: At least every text in which `MARKUP` matches or a `RARE` character stands.
_MARKED = b"&[#a-zA-Z]|<[/a-zA-Z]|\\]\\(|\\*\\*|" + _any_of([*RARE, *UNSEEN])
