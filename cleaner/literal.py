"""Cues that may stand anywhere in a text, found by Hyperscan in the UTF-8 bytes of its folded form."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from . import cache
from .context import CueContext
from .pattern import EDGES, SPACES

if TYPE_CHECKING:
    import hyperscan


class Literals:
    """Cues that may stand anywhere, as a Hyperscan database over UTF-8 bytes.

    It reads folded, lower-cased text and so needs neither Hyperscan's UTF-8 mode, which is undefined on text that is
    none (lone surrogates), nor its caseless mode, which folds otherwise than `fold` does.
    """

    def __init__(
        self, name: bytes, cues: Callable[[], Iterable[tuple[str, CueContext]]], *, once: bool = False
    ) -> None:
        """`cues` are compiled if none are stored under `name`, which tells them from others; "" is never stored.

        With `once`, a cue is reported where it is met first, and then no more.
        """
        self._name = name
        self._cues = cues
        self._once = once
        self._local = threading.local()
        self._database: hyperscan.Database | None = None
        self._lock = threading.Lock()

    def find(self, data: bytes) -> list[tuple[int, int]]:
        """Return (end in bytes, number of the cue) for each hit in a text, given as UTF-8."""
        hits: list[tuple[int, int]] = []
        local = self._local
        if not hasattr(local, "scratch"):
            self._prepare()

        def hit(number: int, start: int, end: int, flags: int, context: object) -> None:
            hits.append((end, number))

        local.database.scan(data, hit, scratch=local.scratch)
        return hits

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
        key = self._name and self._name + cache.key(f"cues {version}", repr(_EDGE + _COLON))
        if key and (stored := cache.load(key)) is not None:
            try:
                return hyperscan.loadb(stored, hyperscan.HS_MODE_BLOCK)
            except hyperscan.error:
                pass  # written by another build of Hyperscan: compile again
        expressions = [_expression(text, context) for text, context in self._cues()] or [_NOWHERE]
        flags = hyperscan.HS_FLAG_MULTILINE | (hyperscan.HS_FLAG_SINGLEMATCH if self._once else 0)
        database = hyperscan.Database()
        database.compile(
            expressions=expressions,
            ids=range(len(expressions)),
            elements=len(expressions),
            flags=[flags] * len(expressions),
        )
        if key:
            cache.store(key, hyperscan.dumpb(database))
        return database


def _expression(text: str, context: CueContext) -> bytes:
    """Return a byte pattern that matches wherever the cue stands in the context that its rule asks for."""
    behind = {"space": _SPACE, "colon": _COLON}.get(context.behind, b"")
    if context.behind == "boundary" and text[-1].isascii() and text[-1].isalnum():
        behind = rb"\b"  # of bytes: a letter of several bytes is a boundary to Hyperscan, which is no miss
    return (_EDGE if context.at_edge else b"") + _hex(text) + behind


def _hex(text: str) -> bytes:
    return b"".join(b"\\x%02x" % byte for byte in text.encode("utf-8", "surrogatepass"))


#: White space of folded text, inside a line.
_SPACE = rb"[\x09\x0b-\x0d\x1c-\x20]"
#: At least how the block `{colon}` begins.
_COLON = b"%s?(?:%s)" % (_SPACE, b"|".join(map(_hex, ":|>»→")))
#: At least what the block `{edge}` matches before a cue.
_EDGE = b"(?:^|%s)%s{0,%d}" % (b"|".join(map(_hex, EDGES)), _SPACE, SPACES)
#: Two bytes that stand side by side in no UTF-8: for rules of which no cue may stand anywhere.
_NOWHERE = rb"\xff\xff"
