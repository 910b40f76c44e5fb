"""Lines on which a careless pattern takes for ever, and the question whether one does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import regex

from .match import WINDOW
from .pattern import compile_pattern, looks_into_cue, masked, masks_cue
from .rule import Rule

#: Processor time in seconds that a pattern may take on one line. Honest ones take under a millisecond.
SECONDS = 0.1

#: What repetitions trip over: the stuff of ordinary lines, in runs that no writer makes.
RUNS = (
    " ", "a", "A", ".", "-", "1", "\t", " a", "a ", "A ", "A. ", "Ab ", "a, ", "Ab and ", "Ab, ", "a.", ". ", "- ",
    ": ", " | ", "1:", "10:00 ", "http://a", "www.a", "https://a.b/", "(", "[a](", "'", '"a" ', "@a ", "#a ", "字",
    "é", "Éa ",
)  # fmt: skip


def lines(cue: str, length: int) -> Iterator[str]:
    """Yield hostile lines of about `length` characters around a cue; a pattern fails at the last of them."""
    for run in RUNS:
        body = run * (length // len(run))
        yield f"{cue}{body}\x00"
        yield f"{cue}: {body}\x00"
        if cue:
            yield f"{body}{cue}\x00"
    if cue:
        for joint in ("", " ", ": ", ". "):
            yield (cue + joint) * (length // len(cue + joint)) + "\x00"


def slow_line(pattern: str, cues: Iterable[str], rule: Rule) -> str | None:
    """Return a line on which a pattern of a rule takes over `SECONDS`, None if there is none."""
    length = 4 * WINDOW if rule.action == "strip_span" else min(rule.when.max_chars, 4 * WINDOW)
    shapes = {_shape(cue) for cue in cues} if masks_cue(pattern) else set(cues)
    for cue in sorted(shapes) or [""]:
        compiled = compile_pattern(pattern, cue if looks_into_cue(pattern) else "")
        everywhere = rule.action == "strip_span"
        if line := next((line for line in lines(cue, length) if _is_slow(compiled, line, everywhere)), None):
            return line
    return None


def _shape(cue: str) -> str:
    """Return a cue as patterns see it: masked, so that few of them differ."""
    return next(masked(cue, cue, cue))


def _is_slow(pattern: regex.Pattern[str], line: str, everywhere: bool) -> bool:
    try:
        if everywhere:
            list(pattern.finditer(line, timeout=SECONDS))
        else:
            pattern.search(line, timeout=SECONDS)
    except TimeoutError:
        return True
    return False
