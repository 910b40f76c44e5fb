"""A rule: frozen data, as written in a rule file. Nothing here reads files or matches text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal, NamedTuple

from .problem import one_of

Action = Literal["drop_line", "strip_span", "drop_block", "cut_tail"]
Zone = Literal["any", "head", "body", "tail", "ends"]
Level = Literal["safe", "balanced", "aggressive"]
Repeats = Literal["title", "earlier_line"]

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
    """A document before (`text`) and after (`clean`) a rule, with the context the rule looks at."""

    text: str
    clean: str
    title: str | None = None
    url: str | None = None


class When(NamedTuple):
    """Conditions on the line and its surroundings; all of them must hold.

    Lengths are characters of the folded line; `digits` asks for a digit in it. `previous` and `next` are patterns for
    the nearest line above and below that is not blank; `after` and `before` name rules or families that have removed
    that line (`any`: whichever). `no_heading` asks that the line heads nothing: no sentence that stays below the last
    prose, no paragraph as other lines of its shape do. `titled` asks that the headline is elsewhere: in a line above
    that stays, or beside the text. `unless` are patterns that veto a match, `unless_near` those that veto it where one
    of the short lines around has them, as a publisher and a price beside an author. `sites` are hosts, with their
    subdomains. `languages` are the documents' languages, where known. `min_link_density` (0.0 to 1.0) and `tags` (HTML
    elements, or `author` and `person` for lines about people) hold for lines of pages only, `min_link_density` also
    for the elements that `classes` and `select` find. `same_site` asks for links that all lead to other pages of the
    page's own site.
    """

    min_chars: int = 0
    max_chars: int = DEFAULT_MAX_CHARS
    max_words: int = 0
    digits: bool = False
    previous: str = ""
    next: str = ""
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()
    no_heading: bool = False
    titled: bool = False
    repeats: Repeats | None = None
    unless: tuple[str, ...] = ()
    unless_near: tuple[str, ...] = ()
    sites: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    min_link_density: float = 0.0
    tags: tuple[str, ...] = ()
    same_site: bool = False


class Rule(NamedTuple):
    """One rule. `id` is `family/name`; `cues` are phrases per language, one of which a line must hold.

    `pattern` is matched on the folded line; `{cue}` in it stands for the cue (`pattern.CUES` has other ways to say
    so), other braces for the building blocks of `pattern.BLOCKS` and lists of words. With `strip_span` its match goes,
    or the group `(?P<cut>...)` of it. `prose: true` allows the rule to delete a line of prose, unless it tells what
    somebody said.

    A rule with `classes` or `select` takes elements out of pages instead, before the article is looked for: those with
    one of the classes as a class name or id or as words of it, and those that the CSS selector finds.
    """

    id: str
    description: str
    pattern: str = ""
    action: Action = "drop_line"
    zone: Zone = "any"
    level: Level = "safe"
    prose: bool = False
    cues: Mapping[str, tuple[str, ...]] = NONE
    when: When = When()
    examples: Mapping[str, tuple[Example, ...]] = NONE
    keep: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    select: str = ""

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
        when = self.when
        fields = ((("pattern",), self.pattern), (("when", "previous"), when.previous), (("when", "next"), when.next))
        yield from ((steps, pattern) for steps, pattern in fields if pattern)
        for name, vetoes in (("unless", when.unless), ("unless_near", when.unless_near)):
            yield from ((("when", name, i), pattern) for i, pattern in enumerate(vetoes))

    @property
    def family(self) -> str:
        """The first half of the id: the file the rule stands in."""
        return self.id.partition("/")[0]

    @property
    def needs_neighbour(self) -> bool:
        """Whether the rule fires only beside a line that another rule has removed."""
        return bool(self.when.after or self.when.before)


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
    words: Mapping[str, Mapping[str, tuple[str, ...]]] = NONE

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
