"""A mistake in a rule file, told with its place and with what was meant."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NamedTuple

#: The way from a rule to one of its fields: keys and list indices, such as ("examples", "en", 0, "text").
Steps = tuple[str | int, ...]


class Problem(NamedTuple):
    """A mistake in a rule file; `line` and `column` count from 1, `rule` is its name, "" outside a rule."""

    path: str
    line: int
    column: int
    rule: str
    message: str

    def __str__(self) -> str:
        subject = f"{self.rule}: " if self.rule else ""
        return f"{self.path}:{self.line}:{self.column}: {subject}{self.message}"


def one_of(what: str, word: str, known: Collection[str]) -> None:
    """Raise `ValueError` for an argument that is none of the words it may be."""
    if word not in known:
        raise ValueError(f"{what} is {', '.join(known)}; found {word!r}{meant(str(word), known)}")


def meant(word: str, known: Iterable[str]) -> str:
    """Return " (did you mean 'x'?)" for the known word nearest to `word`, "" if none is near."""
    import difflib  # slow to import, and good rules never need it

    close = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""
