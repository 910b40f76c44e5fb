"""Regular expressions in their compiled form, kept between runs: to read one takes a fiftieth of compiling it."""

from __future__ import annotations

import contextlib
import copyreg
import threading
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import islice
from typing import Any, cast

import regex

from . import cache

Builder = Callable[..., regex.Pattern[str]]

#: Patterns are stored under one name for all rule sets: each is found by its whole text.
_KEY = cache.key("patterns", regex.__version__, cache.FORMAT)

#: Patterns kept: those of the shipped rules, and of others some hundreds. All are read together when the first is asked
#: for, and when rules change, old ones stay until newer ones take their room.
MAX_PATTERNS = 2048

_lock = threading.Lock()


# Rules are read, proved and stored one after the other, each with all patterns.
@lru_cache(maxsize=MAX_PATTERNS)
def compile(expression: str) -> regex.Pattern[str]:
    """Return a compiled pattern. Raises `regex.error` where it is malformed."""
    if parts := _stored().get(expression):
        with contextlib.suppress(ValueError):
            return _build()(*cache.unpack(parts))
    # Not in the library's own cache, which has less room than there are rules, and throws out at random.
    return regex.compile(expression, regex.VERSION0, cache_pattern=False)


def store(expressions: Iterable[str]) -> None:
    """Compile the patterns of a rule set and keep them for the next run."""
    parts = {expression: cache.pack(_take_apart(compile(expression))[1]) for expression in expressions}
    with _lock:
        known = _stored()
        if parts.keys() - known.keys():
            newest = islice((parts | known).items(), max(MAX_PATTERNS, len(parts)))
            cache.store(_KEY, cache.pack(dict(newest)))
            _stored.cache_clear()


@lru_cache(maxsize=1)
def _stored() -> dict[str, bytes]:
    stored = cache.load(_KEY)
    with contextlib.suppress(ValueError):
        if stored is not None and isinstance(parts := cache.unpack(stored), dict):
            return parts
    return {}


@lru_cache(maxsize=1)
def _build() -> Builder:
    return _take_apart(regex.compile(""))[0]


def _take_apart(pattern: regex.Pattern[str]) -> tuple[Builder, tuple[Any, ...]]:
    """Return the function that builds a compiled pattern and its arguments, plain data: as for `pickle`."""
    parts = cast("tuple[Builder, tuple[Any, ...]]", copyreg.dispatch_table[regex.Pattern](pattern))
    return parts[0], parts[1]
