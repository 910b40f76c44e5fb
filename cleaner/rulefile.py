"""One rule file: YAML in, rules out, or every mistake with its line and column and with what was meant."""

from __future__ import annotations

import typing
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

import regex

from . import selector
from .fold import fold_cue
from .language import ANY_LANGUAGE, code_of
from .node import Node, inside, key_of, reached
from .pattern import BLOCKS, CUES, compile_pattern, cue_block, unknown_blocks, why_not
from .problem import Problem, Steps, meant
from .rule import PATTERNS, RANGES, Example, Rule, When
from .words import ANY_LETTERS, SHARED, Words, with_words, within
from .yamlfile import YamlFile

#: Keys of a rule file: rules, and the words that their patterns name. The others are for files of a user: more cues for
#: rules of other files, rules to switch off, and text no rule may touch.
FILE_KEYS = ("rules", "words", "cues", "disable", "protect")

#: Fields of a rule as written in YAML: `name` stands for the second half of the id.
RULE_KEYS = tuple("name" if name == "id" else name for name in Rule._fields)

#: How a name and a language are written. Documents are compared by the primary subtag: `pt`, never `pt-BR`.
NAME = regex.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LANGUAGE = regex.compile(r"[a-z]{2,3}")

#: How a file is named, but for its ending, and so the family of its rules, which stands in lists of names.
FAMILY = regex.compile(r"[\w.-]+")

#: How a list of words is named: in its own file, and with the family of another file.
WORDS = regex.compile(rf"(?:{NAME.pattern}/)?[a-z]+(?:_[a-z]+)*")

#: The types of a class's fields. They are written as text, and take a while to be understood.
_hints = cache(typing.get_type_hints)


class Pattern(typing.NamedTuple):
    """A pattern as it is written, with its rule (by name) and where it stands."""

    text: str
    rule: str
    node: Node


class RuleFile(YamlFile):
    """A rule file as far as it could be understood, and what is wrong with the rest.

    `ids` are the ids of all its rules, those with mistakes included; `cues` are more cues for rules of any file, by id.
    `words` are lists of words by `family/name`. Whether `patterns` compile is known when the words of all files are.
    """

    def __init__(self, path: str, text: str) -> None:
        super().__init__(path, text)
        self.family = Path(path).stem
        self.rules: list[Rule] = []
        self.ids: dict[str, Node] = {}
        self.cues: dict[str, Mapping[str, tuple[str, ...]]] = {}
        self.words: dict[str, Mapping[str, tuple[str, ...]]] = {}
        self.disable: list[tuple[str, Node]] = []
        self.protect: list[str] = []
        self.patterns: list[Pattern] = []
        if self._root is not None:
            self._read(self._root)

    def check_patterns(self, words: Words) -> None:
        """Report the patterns that do not compile with the words of all files, and leave their rules out."""
        known = within(words, self.family)
        for pattern, rule, node in self.patterns:
            if fault := _fault(pattern, known):
                self._report(node, rule, fault)
                self.rules = [other for other in self.rules if other.id != f"{self.family}/{rule}"]
                self.protect = [other for other in self.protect if other != pattern]

    def named_lists(self, words: Words) -> Iterator[str]:
        """Yield the lists of words that its patterns name, by `family/name`."""
        for pattern in self.patterns:
            for name in unknown_blocks(pattern.text):
                own = f"{self.family}/{name.lower()}"
                yield own if own in words else f"{SHARED}/{name.lower()}"

    def problem(self, rule: str, steps: Steps, message: str) -> Problem:
        """Return a problem with a field of a rule (by id), or with what holds it where there is no such field."""
        return self.problem_at(reached(self.ids[rule], steps), rule.partition("/")[2], message)

    def problem_with_cue(self, rule: str, steps: Steps, message: str) -> Problem:
        """Return a problem with the `cues` for a rule of any file, or with one by its language and place."""
        node = reached(self._root, ("cues", rule, *steps)) if steps else key_of(reached(self._root, ("cues",)), rule)
        return self.problem_at(node, rule, message)

    def problem_with_words(self, name: str, message: str, *steps: str | int) -> Problem:
        """Return a problem with a list of words, by `family/name`, or with one of them by its language and place."""
        lists = reached(self._root, ("words",))
        key = name if inside(lists, name) is not None else name.removeprefix(f"{self.family}/")
        return self.problem_at(reached(lists, (key, *steps)) if steps else key_of(lists, key), "", message)

    def _read(self, root: Node) -> None:
        for key, value in self._fields(root, "", FILE_KEYS):
            if key == "rules":
                for node in self._items(value, ""):
                    self._read_rule(node)
            elif key == "cues":
                self.cues = {rule: self._cues(cues, rule) for rule, cues in self._fields(value, "", ())}
            elif key == "words":
                self._read_words(value)
            elif key == "disable":
                self.disable += [(name, node) for node in self._items(value, "") if (name := self._text(node, ""))]
            else:
                self.protect += filter(None, (self._pattern(node, "") for node in self._items(value, "")))
        if (self.ids or self.words) and (not FAMILY.fullmatch(self.family) or self.family == "any"):
            message = "a file is named as the family of its rules: one word such as read-more, and not any"
            self._report(root, "", f"{message}; found {self.family!r}")

    def _read_words(self, node: Node) -> None:
        for name, by_language in self._fields(node, "", ()):
            if not WORDS.fullmatch(name):
                message = f"words are named in small letters, such as 'weekday' or 'date/weekday'; found {name!r}"
                self._report(key_of(node, name), "", message)
            elif name in BLOCKS or name in CUES:
                self._report(key_of(node, name), "", f"{{{name}}} is a building block of patterns: choose another name")
            else:
                full = name if "/" in name else f"{self.family}/{name}"
                self.words[full] = {
                    language: self._list(items, name) for language, items in self._by_language(by_language, name)
                }

    def _list(self, node: Node, name: str) -> tuple[str, ...]:
        words = tuple(self._word(item, name) for item in self._items(node, name))
        if node.id == "sequence" and not words:
            self._report(node, name, "the list of words is empty")
        return words

    def _word(self, node: Node, name: str) -> str:
        word = self._text(node, name) or ""
        inside = word.removeprefix(ANY_LETTERS).removesuffix(ANY_LETTERS)
        if node.id == "scalar" and (not fold_cue(inside) or ANY_LETTERS in inside):
            self._report(node, name, f"a word has letters, and a * at its ends only; found {word!r}")
        return word

    def _read_rule(self, node: Node) -> None:
        name = self._name(node)
        before = len(self.problems)
        fields = dict(self._fields(node, name, RULE_KEYS))
        if node.id == "mapping":
            prunes = "classes" in fields or "select" in fields
            for required in ("name", "description", *(() if prunes else ("pattern",))):
                if required not in fields:
                    self._report(node, name, f"the field {required!r} is missing")
        values = {key: self._value(key, value, name) for key, value in fields.items() if key != "name"}
        without_cues = "cues" not in fields or (values["cues"] is not None and not any(values["cues"].values()))
        if "pattern" in fields and without_cues and (block := cue_block(str(fields["pattern"].value))):
            self._report(fields["pattern"], name, f"the pattern has {{{block}}} but the rule has no cues")
        if name and len(self.problems) == before:
            self.rules.append(Rule(id=f"{self.family}/{name}", **values))

    def _name(self, rule: Node) -> str:
        """Return a rule's name and take its id; "" if there is none, or another rule has it."""
        node = inside(rule, "name")
        if node is None or not (name := self._text(node, "")):
            return ""
        if not NAME.fullmatch(name):
            example = "-".join(NAME.findall(name.lower())) or "read-more"
            self._report(node, "", f"a name is lower-case words joined by hyphens, such as {example!r}; found {name!r}")
            return ""
        if taken := self.ids.get(f"{self.family}/{name}"):
            self._report(node, name, f"the name is taken by the rule in line {taken.start_mark.line + 1}")
            return ""
        self.ids[f"{self.family}/{name}"] = rule
        return name

    def _value(self, key: str, node: Node, rule: str) -> typing.Any:
        if key == "pattern":
            return self._pattern(node, rule, cue=True)
        if key == "when":
            return self._when(node, rule)
        if key == "cues":
            return self._cues(node, rule)
        if key == "examples":
            return {
                language: tuple(self._example(item, rule) for item in self._items(items, rule))
                for language, items in self._by_language(node, rule)
            }
        if key == "select" and node.id == "scalar" and (fault := selector.why_not(node.value)):
            self._report(node, rule, f"not a CSS selector: {fault}")
        return self._convert(node, _hints(Rule)[key], rule)

    def _when(self, node: Node, rule: str) -> When | None:
        hints = _hints(When)
        before = len(self.problems)
        values: dict[str, typing.Any] = {}
        for name, value in self._fields(node, rule, tuple(hints)):
            values[name] = self._condition(name, value, hints[name], rule)
        return When(**values) if len(self.problems) == before else None

    def _condition(self, name: str, node: Node, wanted: typing.Any, rule: str) -> typing.Any:
        if name in PATTERNS and wanted is str:
            return self._pattern(node, rule)
        if name in PATTERNS:
            return tuple(self._pattern(item, rule) for item in self._items(node, rule))
        value = self._convert(node, wanted, rule)
        low, high = RANGES.get(name, (None, None))
        if value is not None and low is not None and (value < low or (high is not None and value > high)):
            between = f"from {low} to {high}" if high is not None else f"{low} or more"
            self._report(node, rule, f"{name} is a number {between}, found {node.value!r}")
        if name == "languages":
            for item in node.value if node.id == "sequence" else ():
                self._language(item, rule)
        return value

    def _example(self, node: Node, rule: str) -> Example | None:
        hints = _hints(Example)
        before = len(self.problems)
        values = {key: self._convert(value, hints[key], rule) for key, value in self._fields(node, rule, tuple(hints))}
        for required in ("text", "clean"):
            if required not in values and node.id == "mapping":
                self._report(node, rule, f"the example has no {required!r}")
        return Example(**values) if len(self.problems) == before else None

    def _cues(self, node: Node, rule: str) -> dict[str, tuple[str, ...]]:
        return {
            language: tuple(self._cue(item, rule) for item in self._items(items, rule))
            for language, items in self._by_language(node, rule)
        }

    def _cue(self, node: Node, rule: str) -> str:
        cue = self._text(node, rule) or ""
        if node.id == "scalar" and not fold_cue(cue):
            self._report(node, rule, f"the cue {cue!r} is empty once it is folded: it would be in every line")
        return cue

    def _by_language(self, node: Node, rule: str) -> Iterator[tuple[str, Node]]:
        yield from self._fields(node, rule, ())
        if node.id == "mapping":
            for key, _ in node.value:
                self._language(key, rule)

    def _language(self, node: Node, rule: str) -> None:
        code = node.value
        if node.id != "scalar" or code == ANY_LANGUAGE:
            return
        if not (known := code_of(code)) or known != code:
            hint = f" (did you mean {known!r}?)" if known else ""
            self._report(node, rule, f"a language is a code of two or three letters, or any; found {code!r}{hint}")

    def _pattern(self, node: Node, rule: str, *, cue: bool = False) -> str | None:
        """Return a pattern, written in one line or several; report and return None if it asks for a cue in vain."""
        if (text := self._text(node, rule)) is None:
            return None
        if regex.search(r"(?<!\\)(?:\\\\)*\\\s*\n", text):
            self._report(node, rule, r"\ stands at the end of a line, where white space does not count: write \s")
            return None
        pattern = regex.sub(r"\s*\n\s*", "", text)
        if not cue and (block := cue_block(pattern)):
            self._report(node, rule, f"unknown block {{{block}}} in the pattern{meant(block, BLOCKS)}")
            return None
        self.patterns.append(Pattern(pattern, rule, node))
        return pattern


def _fault(pattern: str, words: Words) -> str:
    """Return what is wrong with a pattern that may name these words, "" if nothing is."""
    for name in unknown_blocks(pattern):
        if name.lower() not in words:
            return f"unknown block {{{name}}} in the pattern{meant(name, [*BLOCKS, *CUES, *words])}"
    try:
        compile_pattern(with_words(pattern, words), "phrase")
    except regex.error as error:
        return f"the pattern does not compile: {why_not(pattern, error)}"
    return ""
