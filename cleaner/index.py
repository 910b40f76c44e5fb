"""What a scanner looks up of a rule set: its cues by how they are found, made once and kept between runs."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from . import cache
from .context import CueContext
from .cue import Asked, Cue, PackedCues, asked_by, cue_of, cues_of
from .rule import Rule, RuleSet

#: First characters of a line that select the cues to compare with it; a shorter cue is selected by all it has. With
#: five, one line of news in twenty is compared with a cue; with four, twice as many.
PREFIX = 5

#: A cue of this many characters is so rare that what stands around it need not be looked for: a plain literal takes a
#: tenth of the room in the database.
LONG_CUE = 9


class Index(NamedTuple):
    """What `Fast` looks up of a rule set, each list of cues packed until a text asks for it.

    `asked` is what each rule asks of its cues, which are packed without it. `starts` has the cues that start a line by
    their first characters, `anywhere` the others, a list for each literal; `capitals` are the texts of the literals
    that count only where they begin with a capital, by their numbers; `needed` are the words that rules without cues
    need, each with those rules; `name` is what the index is known by in the cache, empty for rules that are in no file
    as they are.
    """

    asked: list[Asked]
    starts: dict[str, bytes]
    anywhere: list[bytes]
    capitals: dict[int, str]
    needed: dict[str, list[int]]
    name: bytes

    def unpack(self, cues: bytes) -> list[Cue]:
        """Return the cues of a packed list."""
        return [cue_of(text, rule, languages, self.asked[rule]) for text, rule, languages in cache.unpack(cues)]


def index_of(rules: RuleSet) -> Index:
    """Return the index of prepared rules; it is stored for the next time if the rules are as files have them."""
    name = _name(rules)
    if name and (stored := cache.load(name)) is not None:
        with contextlib.suppress(ValueError):
            asked, *rest = cache.unpack(stored)
            return Index([Asked(CueContext(*context), longest) for context, longest in asked], *rest)
    anywhere = literals(rules.rules)
    index = Index(
        [asked_by(rule) for rule in rules.rules],
        {key: _pack(cues) for key, cues in _starts(rules.rules).items()},
        [_pack(cues) for cues in anywhere.values()],
        {number: text for number, (text, context) in enumerate(anywhere) if context.capital},
        _needed(rules.rules),
        name,
    )
    if name:
        asked = [(tuple(context), longest) for context, longest in index.asked]
        cache.store(name, cache.pack((asked, *index[1:])))
    return index


def _name(rules: RuleSet) -> bytes:
    """Return what tells the index of loaded rules from that of any others, empty if that takes time to know.

    Who has loaded rules may leave some out or put others in their place.
    """
    asked: list[str] = []
    for rule in rules.rules:
        cues = rule.cues
        if cues and not isinstance(cues, PackedCues):
            return b""
        checksum = cues.checksum if isinstance(cues, PackedCues) else 0
        asked += (rule.id, rule.pattern, rule.action, f"{rule.prose} {rule.when.max_chars} {rule.prunes} {checksum}")
    checksum = zlib.crc32("\n".join(asked).encode("utf-8", "surrogatepass"))
    return rules.digest and rules.digest + cache.key("index", f"{checksum:08x}")


def _starts(rules: Iterable[Rule]) -> dict[str, list[Cue]]:
    """Return the cues that start a line, by their first characters."""
    starts: dict[str, list[Cue]] = {}
    for cue in cues_of(rules):
        if cue.context.starts_line:
            starts.setdefault(cue.first_words[:PREFIX], []).append(cue)
    return starts


def literals(rules: Iterable[Rule]) -> dict[tuple[str, CueContext], list[Cue]]:
    """Return the cues that may stand anywhere, by their text and what must stand around it."""
    anywhere: dict[tuple[str, CueContext], list[Cue]] = {}
    for cue in cues_of(rules):
        if not cue.context.starts_line:
            context = cue.context if len(cue.text) < LONG_CUE else CueContext()
            anywhere.setdefault((cue.text, context), []).append(cue)
    return anywhere


def _needed(rules: Sequence[Rule]) -> dict[str, list[int]]:
    """Return the words that rules without cues need, one of them each, with the numbers of those rules."""
    from .needed import needed  # seldom: the index is stored

    found: dict[str, list[int]] = {}
    for number, rule in enumerate(rules):
        # In order: what is stored of the index must fit what another process makes of the same rules.
        for word in () if rule.cues or rule.prunes else sorted(needed(rule.pattern)):
            found.setdefault(word, []).append(number)
    return found


def _pack(cues: list[Cue]) -> bytes:
    return cache.pack([cue[:3] for cue in cues])
