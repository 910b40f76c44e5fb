"""What is wrong with a rule before any text is seen: too little proof, too broad a reach, patterns that blow up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import combinations, pairwise

import regex

from .behind import look_into_cue
from .catalogue import count
from .context import cue_context
from .fold import fold_cue, forms_of, skip_lead
from .hostile import SECONDS, slow_line
from .parts import parts_of
from .pattern import compile_pattern
from .rule import AUTHOR, DEFAULT_MAX_CHARS, LINKED, PERSON, TINY, Rule, When
from .stub import FILL_IN
from .words import ANY_LETTERS, Words, put_in

#: Examples and keep lines that every rule has: one may be chance, two show what the pattern leaves open.
ENOUGH = 2

#: A cue that may stand anywhere in a text is at least this long (bytes of UTF-8, so that four ideographs are enough),
#: or every other document is a candidate.
MIN_CUE = 8

#: Longest description in characters: it stands in one row of a table.
MAX_DESCRIPTION = 120

#: Longest pattern in characters, as it is written: three lines of a screen. Longer ones were lists of words.
MAX_PATTERN = 300

#: A fault of a rule: the way to the field, and what is wrong.
Fault = tuple[tuple[str | int, ...], str]

#: Lines that no pattern alone tells apart; one that matches them all matches anything.
ORDINARY = ("x", "Monday", "The river rose in the night", "12", "He said: no.", "Вот и всё", "風が強い")


def faults(rule: Rule, words: Words) -> Iterator[Fault]:
    """Yield what is wrong with a rule by itself; `words` are those of all families."""
    for lint in (_filled_in, _proof, _description, _length):
        yield from lint(rule)
    whole = put_in(rule, words)
    for lint in (_ignored, _conditions) if rule.prunes else (_cues, _pattern, _conditions, _reach, _speed):
        yield from lint(whole)


def doubles(rules: Iterable[Rule]) -> Iterator[tuple[Rule, Fault]]:
    """Yield the cues that two rules of one family share although they look for the same."""
    for first, second in combinations(rules, 2):
        same = (first.family, first.pattern, first.zone, first.when) == (
            second.family, second.pattern, second.zone, second.when,
        )  # fmt: skip
        if not same:
            continue
        for language, phrases in second.cues.items():
            known = {form for cue in first.cues.get(language, ()) for form in forms_of(cue)}
            for i, cue in enumerate(phrases):
                if fold_cue(cue) in known:
                    message = f"{first.id} has the cue {cue!r} too, with the same pattern and conditions"
                    yield second, (("cues", language, i), message)


def needless(words: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, int, str]]:
    """Yield the words of a list that another word of their language stands for: by language and place, and why."""
    for language, phrases in words.items():
        shown = [fold_cue(phrase) for phrase in phrases]
        for i, word in enumerate(shown):
            for j, other in enumerate(shown):
                if i != j and (other != word or j < i) and _stands_for(other, word):
                    yield language, i, f"{phrases[j]!r} stands for {phrases[i]!r} too"
                    break


def _stands_for(word: str, other: str) -> bool:
    """Whether a word, which may have a star at its ends, is found wherever another one is."""
    first, last = word.startswith(ANY_LETTERS), word.endswith(ANY_LETTERS)
    if word == other or not (first or last):
        return word == other
    if (other.startswith(ANY_LETTERS) and not first) or (other.endswith(ANY_LETTERS) and not last):
        return False
    letters = r"[\p{L}\p{M}]*"
    inside = regex.escape(word.strip(ANY_LETTERS))
    expression = f"{letters if first else ''}{inside}{letters if last else ''}"
    return regex.fullmatch(expression, other.strip(ANY_LETTERS)) is not None


def _proof(rule: Rule) -> Iterator[Fault]:
    given = sum(map(len, rule.examples.values()))
    if given < ENOUGH:
        yield ("examples",), f"has {count(given, 'example')}; at least {ENOUGH} show where it fires"
    if len(rule.keep) < ENOUGH:
        yield ("keep",), f"has {count(len(rule.keep), 'keep line')}; at least {ENOUGH} show what must stay"
    for language, examples in rule.examples.items():
        for i, example in enumerate(examples):
            if example.text == example.clean:
                yield ("examples", language, i), "the example changes nothing; what must stay goes under keep"


def _filled_in(rule: Rule) -> Iterator[Fault]:
    """Find what a new rule leaves to be written."""
    texts: list[tuple[tuple[str | int, ...], str]] = [(("description",), rule.description)]
    texts += [(("cues", language, i), cue) for language, cues in rule.cues.items() for i, cue in enumerate(cues)]
    for language, examples in rule.examples.items():
        for i, example in enumerate(examples):
            texts += [(("examples", language, i, part), getattr(example, part)) for part in ("text", "clean")]
    texts += [(("keep", i), text) for i, text in enumerate(rule.keep)]
    for steps, text in texts:
        if FILL_IN in text:
            yield steps, f"still to fill in: {text!r}"


def _description(rule: Rule) -> Iterator[Fault]:
    text = rule.description
    if not text.endswith(".") or "\n" in text or regex.search(r"(?<!\.\.)[.!?]\s+\p{Lu}", text):
        yield ("description",), f"the description is one sentence with a full stop; found {text!r}"
    elif len(text) > MAX_DESCRIPTION:
        yield ("description",), f"the description has {len(text)} characters; {MAX_DESCRIPTION} fit the table"


def _length(rule: Rule) -> Iterator[Fault]:
    for steps, pattern in rule.patterns:
        if len(pattern) > MAX_PATTERN:
            advice = "put its words in lists (words:), its vetoes under when.unless, or make two rules of it"
            yield steps, f"the pattern has {len(pattern)} characters; nobody reads more than {MAX_PATTERN}: {advice}"


def _cues(rule: Rule) -> Iterator[Fault]:
    for language, phrases in rule.cues.items():
        if not phrases:
            yield ("cues", language), "the list of cues is empty"
        by_form: dict[str, list[str]] = {}
        for cue in phrases:
            for form in forms_of(cue):
                by_form.setdefault(form, []).append(cue)
        for i, cue in enumerate(phrases):
            folded = fold_cue(cue)
            # Of two that fold to the same the second is one too many.
            others = (other for other in by_form[folded] if fold_cue(other) != folded or phrases.index(other) < i)
            if other := next(others, None):
                yield ("cues", language, i), f"the cue {cue!r} is {other!r} again once case and accents are folded"
    context = cue_context(rule.pattern)
    if not context.at_edge and not (context.capital and context.behind):
        yield from _searched_anywhere(rule)


def _searched_anywhere(rule: Rule) -> Iterator[Fault]:
    """Find the cues that a scanner must look for in all of a text, and that are in too many texts."""
    first = cue_context(rule.pattern).starts_line
    short: dict[str, tuple[str | int, ...]] = {}
    for language, phrases in rule.cues.items():
        for i, cue in enumerate(phrases):
            folded = fold_cue(cue)
            if len(folded.encode()) < MIN_CUE and not (first and skip_lead(folded) < len(folded)):
                short.setdefault(cue, ("cues", language, i))
    if short:
        named = ", ".join(map(repr, list(short)[:5])) + (f" and {len(short) - 5} more" if len(short) > 5 else "")
        advice = f"begin with ^{{lead}}{{cue}}, write {{edge}}{{cue}} or {{Cue}}\\b, or take cues of {MIN_CUE} or more"
        yield next(iter(short.values())), f"cues under {MIN_CUE} bytes are searched anywhere ({named}): {advice}"


def _pattern(rule: Rule) -> Iterator[Fault]:
    endless = _endless(rule.pattern)
    if endless and rule.action == "strip_span":
        yield ("pattern",), f"{endless[0]} has no bound and cuts to the end of the line; write .{{0,200}}"
    elif endless and (not rule.pattern.startswith("^") or len(endless) > 1):
        yield ("pattern",), f"unanchored {endless[0]}: start the pattern with ^ or bound it as in .{{0,200}}"
    if "(?P<cut>" in rule.pattern and rule.action != "strip_span":
        yield ("pattern",), f"the group cut is for strip_span; {rule.action} takes the whole line"
    if look := look_into_cue(rule.pattern):
        yield ("pattern",), f"{look} reads the cue, whose letters are masked: ask for their kind, or write {{phrase}}"
    if not rule.cues and not (rule.looks_elsewhere or rule.asks_page):
        compiled = compile_pattern(rule.pattern)
        if all(compiled.search(line) for line in ORDINARY):
            yield ("pattern",), "without cues the pattern must say what the line looks like; it matches any line"


def _endless(pattern: str) -> list[str]:
    """Return the repetitions in a pattern of any character, without an upper bound."""
    parts = parts_of(pattern) or parts_of(regex.sub(r"\(\?(?:P[=>]|&)\w+\)", "", pattern))
    pairs = ((part[0], times[0]) for part, times in pairwise(parts))
    return [any_ + times for any_, times in pairs if any_ == "." and regex.match(r"[*+]|\{\d*,\}", times)]


def _ignored(rule: Rule) -> Iterator[Fault]:
    """Find what is asked of lines by a rule that takes elements out of pages: it asks in vain."""
    lines = ("pattern", "action", "zone", "prose", "cues")
    set_in_vain: list[tuple[str, ...]] = [
        (name,) for name in lines if getattr(rule, name) != Rule._field_defaults[name]
    ]
    set_in_vain += [
        ("when", name)
        for name, value in rule.when._asdict().items()
        if value != When._field_defaults[name] and name not in ("sites", "min_link_density")
    ]
    for steps in set_in_vain:
        yield steps, f"{steps[-1]} is asked of lines, and the rule takes elements out of pages: leave it out"


def _conditions(rule: Rule) -> Iterator[Fault]:
    when = rule.when
    if when.min_chars > when.max_chars and rule.action != "strip_span":
        yield ("when", "min_chars"), f"min_chars {when.min_chars} is above max_chars {when.max_chars}: it never fires"
    if rule.action == "strip_span" and when.max_chars != DEFAULT_MAX_CHARS:
        yield ("when", "max_chars"), "max_chars bounds whole lines; strip_span looks at lines of any length"
    for i, site in enumerate(when.sites):
        if not regex.fullmatch(r"(?!www\.)[a-z0-9-]+(\.[a-z0-9-]+)+", site):
            yield ("when", "sites", i), f"a site is a host such as example.com, without www.; found {site!r}"
    for i, tag in enumerate(when.tags):
        if tag != tag.lower():
            yield ("when", "tags", i), f"tags are lower-case (did you mean {tag.lower()!r}?)"
    if rule.prose and rule.action == "cut_tail":
        yield ("prose",), "cut_tail never cuts across prose; drop prose: true or choose another action"


def _reach(rule: Rule) -> Iterator[Fault]:
    """Refuse rules that may fire too far from what they were written for."""
    when = rule.when
    if rule.cues:
        whole_line = rule.action != "strip_span"
        anchored = rule.pattern.startswith("^") or rule.pattern.endswith(("$", "{end}"))
        placed = rule.zone != "any" or rule.needs_neighbour
        bounded = when.max_chars < DEFAULT_MAX_CHARS or when.min_link_density > 0
        if whole_line and not (anchored or placed or bounded):
            advice = "add ^ or $, a zone, or when.max_chars"
            yield ("pattern",), f"too broad: a line goes wherever the cue stands in it; {advice}"
        return
    if rule.prose and not when.repeats and not {AUTHOR, PERSON}.issuperset(when.tags or ("",)):
        yield ("prose",), "too broad: a rule that takes prose needs cues"
    if rule.zone == "body" and not rule.needs_neighbour:
        yield ("zone",), "a rule without cues is not tried in the body: add cues, another zone, or when.after or before"
    elif rule.zone == "any" and not rule.needs_neighbour and when.max_chars > TINY and when.min_link_density < LINKED:
        advice = f"add a zone (head, tail, ends), when.after or before, or when.max_chars up to {TINY}"
        yield ("zone",), f"too broad for a rule without cues: {advice}"
    if rule.action == "strip_span" and rule.zone == "any":
        yield ("action",), "too broad: a rule that cuts inside lines needs cues or a zone"


def _speed(rule: Rule) -> Iterator[Fault]:
    for steps, pattern in rule.patterns:
        cues = _extremes(rule) if pattern == rule.pattern else []
        if line := slow_line(pattern, cues, rule):
            message = f"the pattern takes over {SECONDS:g} s on a line such as {line[:40]!r}...: bound a repetition"
            yield steps, message


def _extremes(rule: Rule) -> list[str]:
    """Return the shortest and the longest cue: the others cost no more than they do."""
    cues = sorted({fold_cue(cue) for phrases in rule.cues.values() for cue in phrases}, key=len)
    return [cues[0], cues[-1]] if cues else []
