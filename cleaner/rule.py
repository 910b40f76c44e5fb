"""A rule: frozen data, as written in a rule file. Nothing here reads files or matches text.

Each field says what it means to those who write rules: the JSON Schema of rule files and the comments in a new rule are
made of that.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal, NamedTuple, TypeAlias

from .problem import one_of

Action = Literal["drop_line", "strip_span", "drop_block", "cut_tail"]
Zone = Literal["any", "head", "body", "tail", "ends"]
Level = Literal["safe", "balanced", "aggressive"]
Repeats = Literal["title", "earlier_line"]
Texts: TypeAlias = tuple[str, ...]

#: From the most careful to the greediest; a level includes the ones before it.
LEVELS: tuple[Level, ...] = ("safe", "balanced", "aggressive")


#: A line longer than this (characters) is never dropped whole, unless the rule sets `max_chars`: labels, links and
#: notices are shorter, and a paragraph glued to a notice is not lost with it.
DEFAULT_MAX_CHARS = 400

#: A rule without cues, zone or neighbour is tried on lines up to this many characters only: so few lines are this
#: short that trying them all costs nothing.
TINY = 12

#: Lines of pages with at least this share of links are few as well, so rules without cues are tried on them too.
LINKED = 0.5

#: What `tags` call a line of a page that says who its author is: it begins with the name that the page gives.
AUTHOR = "author"
#: What they call one of the last lines that begins with the name of a person whom the rest of the page does not know.
PERSON = "person"

#: No cues, no examples. Nobody writes to it.
NONE: Mapping[Any, Any] = {}


class Example(NamedTuple):
    """A document before and after a rule, with the context the rule looks at."""

    text: Annotated[str, "The document before."]
    clean: Annotated[str, "The document after."]
    title: Annotated[str | None, "The headline, kept outside the text."] = None
    url: Annotated[str | None, "The address of the document."] = None


class When(NamedTuple):
    """Conditions on the line and its surroundings; all of them must hold.

    Lengths are characters of the folded line. `min_link_density` holds also for the elements that `classes` and
    `select` of a rule find.
    """

    min_chars: Annotated[int, "Fewest characters of the line."] = 0
    max_chars: Annotated[int, "Most characters of the line."] = DEFAULT_MAX_CHARS
    max_words: Annotated[int, "Most words of the line; 0 for any number."] = 0
    digits: Annotated[bool, "The line must hold a digit: told at once, where a pattern takes its time."] = False
    previous: Annotated[str, "Pattern that the nearest line above, blank ones aside, must match; ^$ for none."] = ""
    next: Annotated[str, "Pattern that the nearest line below, blank ones aside, must match; ^$ for none."] = ""
    after: Annotated[Texts, "Rules or families, one of which has removed the line above; any for whichever."] = ()
    before: Annotated[Texts, "Rules or families, one of which has removed the line below; any for whichever."] = ()
    no_heading: Annotated[
        bool, "The line must head nothing: no sentence in the tail, no paragraph or block as others do."
    ] = False
    titled: Annotated[bool, "The headline must stand in a line above that stays, or beside the text."] = False
    repeats: Annotated[Repeats | None, "The line repeats the document's title, or an earlier line."] = None
    unless: Annotated[Texts, "Patterns that veto a match."] = ()
    unless_near: Annotated[
        Texts, "Patterns that veto a match if one of the lines around has them, up to prose and six each way."
    ] = ()
    sites: Annotated[Texts, "Hosts that the rule is for, with their subdomains."] = ()
    languages: Annotated[Texts, "Languages of the documents that the rule is for, where known."] = ()
    min_link_density: Annotated[
        float, "Least share of the line's or element's characters inside links, 0.0 to 1.0; pages only."
    ] = 0.0
    tags: Annotated[
        Texts, "HTML elements that the line may be, or author and person for lines about people; pages only."
    ] = ()
    same_site: Annotated[bool, "All links must lead to other pages of the page's own site; pages only."] = False


#: Conditions that are a number, with the lowest and highest that mean something.
RANGES = {"min_chars": (0, None), "max_chars": (1, None), "max_words": (0, None), "min_link_density": (0, 1)}

#: Conditions that are a pattern, or a list of them.
PATTERNS = ("previous", "next", "unless", "unless_near")


class Rule(NamedTuple):
    """One rule, by the id `family/name`.

    One with `classes` or `select` takes elements out of pages, before their article is looked for. Any other has a
    pattern and looks at lines.
    """

    id: Annotated[str, "Second half of the rule's id; the first is the name of the file. Stable, never used again."]
    description: Annotated[str, "What goes, in one sentence."]
    pattern: Annotated[
        str,
        "Regular expression over the folded line; {cue}, {Cue} (with a capital) and {phrase} (letter for letter)"
        " stand for the cue, other braces for building blocks and lists of words; of strip_span a group (?P<cut>...)"
        " goes.",
    ] = ""
    action: Annotated[
        Action, "What goes: the line, only the match, the block down to a blank line, or all below down to prose."
    ] = "drop_line"
    zone: Annotated[
        Zone, "Where the line stands: above all prose, below all prose, at either end, between prose, anywhere."
    ] = "any"
    level: Annotated[Level, "safe and balanced rules run by default, aggressive ones when asked for."] = "safe"
    prose: Annotated[bool, "Whether the rule may delete a line of prose, unless it tells what somebody said."] = False
    cues: Annotated[
        Mapping[str, Texts],
        "Phrases by language, one of which the line must hold. Case and accents do not matter.",
    ] = NONE
    when: Annotated[When, "Conditions on the line and its surroundings; all of them must hold."] = When()
    examples: Annotated[
        Mapping[str, tuple[Example, ...]], "Documents before (text) and after (clean), by language; at least two."
    ] = NONE
    keep: Annotated[Texts, "Lines that look alike and must stay, whatever rules run; at least two."] = ()
    classes: Annotated[
        Texts,
        "Words of the class or id of elements to take out of a page before its article is looked for.",
    ] = ()
    select: Annotated[str, "CSS selector of elements to take out of a page before its article is looked for."] = ""

    @property
    def prunes(self) -> bool:
        """Whether the rule takes elements out of pages; it then looks at no line."""
        return bool(self.classes or self.select)

    @property
    def asks_page(self) -> bool:
        """Whether the rule goes by what only a page knows, so that its examples are HTML."""
        return self.prunes or bool(self.when.tags or self.when.min_link_density or self.when.same_site)

    @property
    def patterns(self) -> Iterator[tuple[tuple[str | int, ...], str]]:
        """The patterns that the rule has, each behind the steps to its field, such as ("when", "unless", 0)."""
        if self.pattern:
            yield ("pattern",), self.pattern
        for name in PATTERNS:
            value = getattr(self.when, name)
            if isinstance(value, tuple):
                yield from ((("when", name, i), pattern) for i, pattern in enumerate(value))
            elif value:
                yield ("when", name), value

    def with_patterns(self, change: Callable[[str], str]) -> Rule:
        """Return the rule with each of its patterns changed."""
        changed: dict[str, Any] = {}
        for name in PATTERNS:
            value = getattr(self.when, name)
            changed[name] = tuple(map(change, value)) if isinstance(value, tuple) else change(value)
        return self._replace(pattern=change(self.pattern), when=self.when._replace(**changed))

    @property
    def family(self) -> str:
        """The first half of the id: the file the rule stands in."""
        return self.id.partition("/")[0]

    @property
    def needs_neighbour(self) -> bool:
        """Whether the rule fires only beside a line that another rule has removed."""
        return bool(self.when.after or self.when.before)

    @property
    def looks_elsewhere(self) -> bool:
        """Whether the rule asks of other lines than the one it is tried on."""
        when = self.when
        asks = (when.repeats, when.previous, when.next, when.no_heading, when.unless_near)
        return self.needs_neighbour or any(asks)


class RuleSet(NamedTuple):
    """Rules in the order of their files, and patterns that keep a line from every rule.

    `words` are those that patterns name, by `family/name` and language. `prepared` tells the form that cleaning needs
    (see `load.prepare`) from the one that was written, `digest` tells the files the rules come from, as they are, from
    any others; it is empty for rules made otherwise.
    """

    rules: tuple[Rule, ...] = ()
    protect: tuple[str, ...] = ()
    prepared: bool = False
    digest: bytes = b""
    words: Mapping[str, Mapping[str, Texts]] = NONE

    def select(self, *, level: Level = "aggressive", select: Sequence[str] = (), ignore: Sequence[str] = ()) -> RuleSet:
        """Return the rules up to `level` that `select` names (all if empty) and `ignore` does not; by id or family.

        Raises `KeyError` with the name that no rule or family has, `ValueError` for an unknown level.
        """
        one_of("level", level, LEVELS)
        select, ignore = ((names,) if isinstance(names, str) else names for names in (select, ignore))
        names = {name for rule in self.rules for name in (rule.id, rule.family)}
        for name in (*select, *ignore):
            if name not in names:
                raise KeyError(name)
        allowed = LEVELS[: LEVELS.index(level) + 1]
        kept = tuple(
            rule
            for rule in self.rules
            if rule.level in allowed
            and (not select or rule.id in select or rule.family in select)
            and rule.id not in ignore
            and rule.family not in ignore
        )
        return self._replace(rules=kept)


NO_RULES = RuleSet()
