"""One rule file: YAML in, rules out, or every mistake with its line and column and with what was meant."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path

import regex

from . import selector
from .fold import fold_cue
from .node import Node, inside, is_recursive, key_of, reached, shown
from .pattern import BLOCKS, CUES, compile_pattern, cue_block, unknown_blocks, why_not
from .problem import Problem, Steps, meant
from .rule import ANY_LANGUAGE, Example, Rule, When

#: Keys of a rule file. Those beside `rules` are for files of a user: more cues for rules of other files, rules to
#: switch off, and text no rule may touch.
FILE_KEYS = ("rules", "cues", "disable", "protect")

#: Fields of a rule as written in YAML: `name` stands for the second half of the id.
RULE_KEYS = tuple("name" if name == "id" else name for name in Rule._fields)

#: How a name and a language are written. Documents are compared by the primary subtag: `pt`, never `pt-BR`.
NAME = regex.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
LANGUAGE = regex.compile(r"[a-z]{2,3}")

#: Fields of `when` that are a number, with the lowest and highest that mean something.
RANGES = {"min_chars": (0, None), "max_chars": (1, None), "max_words": (0, None), "min_link_density": (0, 1)}


class RuleFile:
    """A rule file as far as it could be understood, and what is wrong with the rest.

    `ids` are the ids of all its rules, those with mistakes included; `cues` are more cues for rules of any file, by id.
    """

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.family = Path(path).stem
        self.problems: list[Problem] = []
        self.rules: list[Rule] = []
        self.ids: dict[str, Node] = {}
        self.cues: dict[str, Mapping[str, tuple[str, ...]]] = {}
        self.disable: list[tuple[str, Node]] = []
        self.protect: list[str] = []
        self._root = self._compose(text)
        if self._root is not None:
            self._read(self._root)

    def problem(self, rule: str, steps: Steps, message: str) -> Problem:
        """Return a problem with a field of a rule (by id), or with what holds it where there is no such field."""
        return self.problem_at(reached(self.ids[rule], steps), rule.partition("/")[2], message)

    def problem_with_cue(self, rule: str, steps: Steps, message: str) -> Problem:
        """Return a problem with the `cues` for a rule of any file, or with one by its language and place."""
        node = reached(self._root, ("cues", rule, *steps)) if steps else key_of(reached(self._root, ("cues",)), rule)
        return self.problem_at(node, rule, message)

    def problem_at(self, node: Node, rule: str, message: str) -> Problem:
        """Return a problem at a node; `rule` is a name."""
        return Problem(self.path, node.start_mark.line + 1, node.start_mark.column + 1, rule, message)

    def _report(self, node: Node, rule: str, message: str) -> None:
        self.problems.append(self.problem_at(node, rule, message))

    def _compose(self, text: str) -> Node | None:
        import yaml

        loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # base: every scalar is text, so `no:` is Norwegian
        line = column = 1
        try:
            root: Node | None = yaml.compose(text, Loader=loader)
            if root is None or not is_recursive(root, []):
                return root
            message = "a value that contains itself"
        except yaml.MarkedYAMLError as error:
            if mark := error.problem_mark:
                line, column = mark.line + 1, mark.column + 1
            message = str(error.problem)
        except yaml.reader.ReaderError:
            # Its position counts bytes or characters, by the loader.
            found = yaml.reader.Reader.NON_PRINTABLE.search(text)
            position = found.start() if found else 0
            line, column = text.count("\n", 0, position) + 1, position - text.rfind("\n", 0, position)
            message = f"the character U+{ord(text[position]):04X} may not stand here"
        self.problems.append(Problem(self.path, line, column, "", f"not YAML: {message}"))
        return None

    def _read(self, root: Node) -> None:
        for key, value in self._fields(root, "", FILE_KEYS):
            if key == "rules":
                for node in self._items(value, ""):
                    self._read_rule(node)
            elif key == "cues":
                self.cues = {rule: self._cues(cues, rule) for rule, cues in self._fields(value, "", ())}
            elif key == "disable":
                self.disable += [(name, node) for node in self._items(value, "") if (name := self._text(node, ""))]
            else:
                self.protect += [node.value for node in self._items(value, "") if self._pattern(node, "")]

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
        if "pattern" in fields and "cues" not in fields and (block := cue_block(str(fields["pattern"].value))):
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
            return node.value if self._pattern(node, rule, cue=True) else None
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
        return self._convert(node, typing.get_type_hints(Rule)[key], rule)

    def _when(self, node: Node, rule: str) -> When | None:
        hints = typing.get_type_hints(When)
        before = len(self.problems)
        values = {}
        for name, value in self._fields(node, rule, tuple(hints)):
            values[name] = self._convert(value, hints[name], rule)
            low, high = RANGES.get(name, (None, None))
            number = values[name]
            if number is not None and low is not None and (number < low or (high is not None and number > high)):
                between = f"from {low} to {high}" if high is not None else f"{low} or more"
                self._report(value, rule, f"{name} is a number {between}, found {value.value!r}")
            if name in ("previous", "next"):
                self._pattern(value, rule)
            elif name == "unless":
                for item in value.value if value.id == "sequence" else ():
                    self._pattern(item, rule)
            elif name == "languages":
                for item in value.value if value.id == "sequence" else ():
                    self._language(item, rule)
        return When(**values) if len(self.problems) == before else None

    def _example(self, node: Node, rule: str) -> Example | None:
        hints = typing.get_type_hints(Example)
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
        if node.id == "scalar" and not LANGUAGE.fullmatch(code) and code != ANY_LANGUAGE:
            primary = code.lower().replace("_", "-").partition("-")[0]
            hint = f" (did you mean {primary!r}?)" if LANGUAGE.fullmatch(primary) else ""
            self._report(node, rule, f"a language is a code of two or three letters, or any; found {code!r}{hint}")

    def _pattern(self, node: Node, rule: str, *, cue: bool = False) -> bool:
        """Check that a pattern compiles; say where not."""
        pattern = self._text(node, rule)
        if pattern is None:
            return False
        blocks = [*BLOCKS, *CUES] if cue else list(BLOCKS)
        unknown = [name for _, name in unknown_blocks(pattern)]
        for name in [*unknown, *([block] if (block := cue_block(pattern)) and not cue else [])]:
            self._report(node, rule, f"unknown block {{{name}}} in the pattern{meant(name, blocks)}")
            return False
        try:
            compile_pattern(pattern, "phrase")
        except regex.error as error:
            self._report(node, rule, f"the pattern does not compile: {why_not(pattern, error)}")
            return False
        return True

    def _fields(self, node: Node, rule: str, known: tuple[str, ...]) -> Iterator[tuple[str, Node]]:
        """Yield the keys and values of a mapping; with `known` fields, report any other."""
        if node.id != "mapping":
            self._report(node, rule, f"expected fields (name: value), found {shown(node)}")
            return
        seen: set[str] = set()
        for key_node, value in node.value:
            key = self._text(key_node, rule)
            if key is None:
                continue
            if key in seen:
                self._report(key_node, rule, f"the field {key!r} stands here twice")
            elif known and key not in known:
                self._report(key_node, rule, f"unknown field {key!r}{meant(key, known)}")
            else:
                yield key, value
            seen.add(key)

    def _items(self, node: Node, rule: str) -> list[Node]:
        if node.id != "sequence":
            self._report(node, rule, f"expected a list, found {shown(node)}")
            return []
        return list(node.value)

    def _text(self, node: Node, rule: str) -> str | None:
        if node.id != "scalar":
            self._report(node, rule, f"expected text, found {shown(node)}")
            return None
        return str(node.value)

    def _convert(self, node: Node, wanted: typing.Any, rule: str) -> typing.Any:
        """Return the node's value as the type of its field; report and return None if it is none."""
        origin, arguments = typing.get_origin(wanted), typing.get_args(wanted)
        if origin in (typing.Union, types.UnionType):  # an optional field: what is written is not None
            return self._convert(node, arguments[0], rule)
        if origin is tuple:
            return tuple(self._convert(item, arguments[0], rule) for item in self._items(node, rule))
        if origin is Mapping:
            return {key: self._convert(value, arguments[1], rule) for key, value in self._fields(node, rule, ())}
        text = self._text(node, rule)
        if text is None or wanted is str:
            return text
        if origin is typing.Literal:
            if text not in arguments:
                self._report(node, rule, f"expected {', '.join(arguments)}; found {text!r}{meant(text, arguments)}")
            return text
        kind, read = _SCALARS[wanted]
        try:
            return read(text)
        except (ValueError, KeyError):
            self._report(node, rule, f"expected {kind}, found {text!r}")
            return None


_SCALARS: dict[typing.Any, tuple[str, typing.Any]] = {
    bool: ("true or false", {"true": True, "false": False}.__getitem__),
    int: ("a whole number", int),
    float: ("a number", float),
}
