"""Cues that may stand anywhere in a text, found by Hyperscan in its UTF-8 bytes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from . import cache
from .fold import RARE, UNSEEN, fold_characters, lower, preimages
from .pattern import EDGES, SPACES, CueContext

if TYPE_CHECKING:
    import hyperscan


class Literals:
    """Cues that may stand anywhere, as a Hyperscan database over UTF-8 bytes.

    Hyperscan's own UTF-8 mode is undefined on text that is none (lone surrogates), and its caseless mode folds
    otherwise than `fold` does: so every character is written out as the bytes of all the characters that fold to it.
    """

    def __init__(self, name: str, cues: Callable[[], Iterable[tuple[str, CueContext]]], count: int) -> None:
        """`cues` are compiled if none are stored under `name`; there are `count` of them."""
        self._name = name
        self._cues = cues
        self._count = count
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
        found = [hit for hit in hits if hit[1] < self._count]
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
        key = cache.key(f"cues {version}", self._name, _MARKED, _EDGE)
        if (stored := cache.load(key)) is not None:
            try:
                return hyperscan.loadb(stored, hyperscan.HS_MODE_BLOCK)
            except hyperscan.error:
                pass  # written by another build of Hyperscan: compile again
        expressions = [_expression(text, context) for text, context in self._cues()]
        expressions.append(_MARKED)
        database = hyperscan.Database()
        database.compile(
            expressions=expressions,
            ids=range(len(expressions)),
            elements=len(expressions),
            flags=[hyperscan.HS_FLAG_MULTILINE] * self._count + [hyperscan.HS_FLAG_SINGLEMATCH],
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
