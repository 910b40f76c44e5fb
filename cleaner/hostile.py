"""Lines on which a careless pattern takes for ever, and the question whether one does."""

from __future__ import annotations

import string
from collections.abc import Iterable, Iterator

import regex

from .match import WINDOW
from .pattern import compile_pattern, looks_into_cue, masked, masks_cue
from .rule import Rule

#: Processor time in seconds that a pattern may take on one line. Honest ones take milliseconds.
SECONDS = 0.1

#: What repetitions trip over: the stuff of ordinary lines, in runs that no writer makes.
RUNS = (
    " ", "a", "A", ".", "-", "1", "\t", " a", "a ", "A ", "A. ", "Ab ", "a, ", "Ab and ", "Ab, ", "a.", ". ", "- ",
    ": ", " | ", "1:", "10:00 ", "http://a", "www.a", "https://a.b/", "(", "[a](", "'", '"a" ', "@a ", "#a ", "字",
    "é", "Éa ",
)  # fmt: skip


#: What the lines end in: a character that no pattern asks for, where they fail, and behind it those that a pattern may
#: ask for, because the engine looks for them before it begins.
END = "\x00" + string.ascii_letters + string.digits + string.punctuation


def lines(cue: str, length: int) -> Iterator[str]:
    """Yield hostile lines of about `length` characters around a cue; a pattern fails at the last of them."""
    for run in RUNS:
        body = run * (length // len(run))
        yield f"{cue}{body}{END}"
        yield f"{cue}: {body}{END}"
        if cue:
            yield f"{body}{cue}{END}"
    if cue:
        for joint in ("", " ", ": ", ". "):
            yield (cue + joint) * (length // len(cue + joint)) + END


def slow_line(pattern: str, cues: Iterable[str], rule: Rule) -> str | None:
    """Return a line on which a pattern of a rule takes over `SECONDS`, None if there is none."""
    length = 4 * WINDOW if rule.action == "strip_span" else min(rule.when.max_chars, 4 * WINDOW)
    # Patterns see a cue masked, so few cues differ.
    shapes = {next(masked(cue, cue, cue))[0] if masks_cue(pattern) else cue: cue for cue in cues if cue} or {"": ""}
    for shape, cue in sorted(shapes.items()):
        compiled = compile_pattern(pattern, cue if looks_into_cue(pattern) else "")
        everywhere = rule.action == "strip_span"
        if line := next((line for line in lines(shape, length) if _is_slow(compiled, line, everywhere)), None):
            return line.replace(shape, cue) if cue else line
    return None


def _is_slow(pattern: regex.Pattern[str], line: str, everywhere: bool) -> bool:
    try:
        if everywhere:
            list(pattern.finditer(line, timeout=SECONDS))
        else:
            pattern.search(line, timeout=SECONDS)
    except TimeoutError:
        return True
    return False
