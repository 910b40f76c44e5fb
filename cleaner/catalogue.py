"""Rules as people read them: in a table, in full, and as a page of Markdown."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from .language import ANY_LANGUAGE, code_of, counts_in
from .rule import Example, Rule, When
from .words import Words, named_by

#: Languages named in a row of the table before the rest is only counted: one rule may speak fifty.
SHOWN_LANGUAGES = 4


def speaks(rule: Rule, language: str) -> bool:
    """Whether a rule may fire in documents of a language: it has cues that count there, or none at all."""
    code = code_of(language)
    if code and rule.when.languages and code not in rule.when.languages:
        return False
    return not rule.cues or counts_in(code, rule.cues)


def languages(rule: Rule) -> str:
    """Return the languages of a rule's cues in short: "en, fr, de, es +12", "any" where there are no cues.

    >>> languages(Rule("a/b", "", "", cues={"en": ("read",), "fr": ("lire",)}))
    'en, fr'
    """
    codes = list(rule.cues or rule.when.languages or (ANY_LANGUAGE,))
    more = len(codes) - SHOWN_LANGUAGES
    return ", ".join(codes[:SHOWN_LANGUAGES]) + (f" +{more}" if more > 0 else "")


def table(rules: Iterable[Rule], width: int | None = None) -> str:
    """Return a row for each rule; rows longer than `width` (columns) are cut."""
    rows = [("RULE", "ACTION", "ZONE", "LEVEL", "LANGUAGES", "WHAT GOES")]
    for rule in rules:
        what = ("element", "page") if rule.prunes else (rule.action, rule.zone)
        rows.append((rule.id, *what, rule.level, languages(rule), rule.description))
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]
    return "".join(f"{_cut(line, width)}\n" for line in lines)


def in_full(rule: Rule, where: str, words: Words) -> str:
    """Return all that a rule says; `where` is its file and line, `words` are those of all families."""
    lines = [rule.id, f"  {rule.description}", ""]
    facts = [("file", where), ("action", rule.action), ("zone", rule.zone), ("level", rule.level)]
    facts += [("prose", "may go")] if rule.prose else []
    written = (("pattern", rule.pattern), ("classes", ", ".join(rule.classes)), ("select", rule.select))
    facts += [(name, value) for name, value in written if value]
    facts += [(name, value) for name, value in conditions(rule.when)]
    lines += [f"  {name:<18}{value}" for name, value in facts]
    if rule.cues:
        lines += ["", "  cues"]
        lines += [f"    {language:<16}{', '.join(phrases)}" for language, phrases in rule.cues.items()]
    for name, by_language in named_by(rule, words).items():
        lines += ["", f"  words {{{name}}}"]
        lines += [f"    {language:<16}{', '.join(phrases)}" for language, phrases in by_language.items()]
    for language, examples in rule.examples.items():
        for i, example in enumerate(examples):
            lines += ["", f"  example {language}-{i + 1}{_context(example)}"]
            lines += [f"    {line}" for line in _shown(rule, example)]
    if rule.keep:
        lines += ["", "  keep"]
        lines += [f"    {line}" for text in rule.keep for line in text.split("\n")]
    return "\n".join(lines) + "\n"


def conditions(when: When) -> list[tuple[str, str]]:
    """Return the conditions that a rule sets, by name."""
    shown = []
    for name, value in when._asdict().items():
        if value != When._field_defaults[name]:
            shown.append((name, ", ".join(value) if isinstance(value, tuple) else str(value)))
    return shown


def difference(example: Example) -> list[str]:
    """Return an example as its lines: behind a space if they stay, `-` if they go, `+` if they are what is left.

    >>> difference(Example("He left.\\n\\nRead: Ten mayors", "He left."))
    [' He left.', '-Read: Ten mayors']
    """
    from difflib import ndiff

    before, after = ([line for line in text.split("\n") if line.strip()] for text in (example.text, example.clean))
    return [f"{line[0]}{line[2:]}" for line in ndiff(before, after) if line[0] != "?"]


def markdown(rules: Sequence[Rule]) -> str:
    """Return the catalogue of rules as Markdown: families, languages, and each rule with one example."""
    families: dict[str, list[Rule]] = {}
    for rule in rules:
        families.setdefault(rule.family, []).append(rule)
    counts = Counter(code for rule in rules for code in rule.cues)
    cues = {code: sum(len(rule.cues.get(code, ())) for rule in rules) for code in counts}
    lines = [
        "# Rules",
        "",
        "What `cleaner` takes out of a text.",
        "Made from the rule files by `cleaner rules catalogue > rules/README.md`: edit those.",
        "",
        f"{len(rules)} rules in {len(families)} families, with {sum(cues.values())} cues"
        f" in {len(cues.keys() - {ANY_LANGUAGE})} languages.",
        "",
        "| family | rules | what goes |",
        "| --- | --- | --- |",
    ]
    for family, members in families.items():
        lines.append(f"| [{family}](#{family}) | {len(members)} | {members[0].description} |")
    lines += ["", "| language | rules | cues |", "| --- | --- | --- |"]
    lines += [f"| {code} | {counts[code]} | {cues[code]} |" for code in sorted(counts, key=lambda c: (-cues[c], c))]
    for family, members in families.items():
        lines += ["", f"## {family}"]
        for rule in members:
            lines += _chapter(rule)
    return "\n".join(lines) + "\n"


def _chapter(rule: Rule) -> list[str]:
    where = f"`{rule.action}`, zone {rule.zone}, level {rule.level}; languages: {', '.join(rule.cues) or ANY_LANGUAGE}."
    if rule.prunes:
        names = [f"`{name}`" for name in (*rule.classes, rule.select) if name]
        where = f"Elements of pages, level {rule.level}: {', '.join(names)}."
    lines = ["", f"### {rule.id}", "", rule.description, "", where]
    example = next((example for examples in rule.examples.values() for example in examples), None)
    if example is not None and not rule.asks_page:
        lines += ["", "```diff", *difference(example), "```"]
    return lines


def count(number: int, noun: str) -> str:
    """Return a number with its noun.

    >>> count(1, "rule"), count(2, "rule"), count(0, "rule")
    ('1 rule', '2 rules', 'no rules')
    """
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def _shown(rule: Rule, example: Example) -> list[str]:
    """Return an example in lines; a page and the text of its article have none in common."""
    if not rule.asks_page:
        return difference(example)
    return [*(f" {line}" for line in example.text.split("\n")), *(f"+{line}" for line in example.clean.split("\n"))]


def _context(example: Example) -> str:
    context = (("title", example.title), ("url", example.url))
    known = [f"{name} {value!r}" for name, value in context if value is not None]
    return f" ({', '.join(known)})" if known else ""


def _cut(line: str, width: int | None) -> str:
    return line if width is None or len(line) <= width else f"{line[: width - 1]}…"
