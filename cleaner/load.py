"""Rule files: YAML in, a rule set out, or every mistake of every file with its line and column."""

from __future__ import annotations

import dataclasses
import difflib
import typing
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import cache
from .fold import fold_cue, unaccented
from .rule import ANY_LANGUAGE, Example, Rule, RuleSet, When

if TYPE_CHECKING:
    import yaml

#: Part of the cache's key: raise it when rules written by an older version no longer mean the same.
FORMAT = 1

#: Keys of a rule file beside `rules`, for files of a user: rules to switch off, and text no rule may touch.
FILE_KEYS = ("rules", "disable", "protect")

#: Fields of a rule as written in YAML: `name` stands for the second half of the id.
RULE_KEYS = tuple("name" if field.name == "id" else field.name for field in dataclasses.fields(Rule))


@dataclasses.dataclass(frozen=True, slots=True, order=True)
class Problem:
    """A mistake in a rule file; `line` and `column` count from 1, `rule` is "" outside a rule."""

    path: str
    line: int
    column: int
    rule: str
    message: str

    def __str__(self) -> str:
        subject = f"{self.rule}: " if self.rule else ""
        return f"{self.path}:{self.line}:{self.column}: {subject}{self.message}"


class RuleError(ValueError):
    """Rule files that cannot be used. `problems` lists all that is wrong with them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(map(str, self.problems)))


@dataclasses.dataclass(frozen=True, slots=True)
class Source:
    """The text of a rule file, and the name it goes by in messages."""

    path: str
    text: str


def shipped_directory() -> Path:
    """Return the directory of the rules that come with the package, installed or in a checkout."""
    installed = Path(__file__).parent / "rules"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "rules"


def read_sources(paths: Iterable[str | Path] = (), *, shipped: bool = True) -> list[Source]:
    """Read the shipped rule files and then those at `paths`: files, or directories of `*.yaml` files.

    Raises `RuleError` for a file that cannot be read.
    """
    sources = []
    for path in [*([shipped_directory()] if shipped else []), *map(Path, paths)]:
        for file in sorted(path.glob("*.yaml")) if path.is_dir() else [path]:
            name = f"rules/{file.name}" if path == shipped_directory() else str(file)
            try:
                sources.append(Source(name, file.read_bytes().decode("utf-8")))
            except OSError as error:
                raise RuleError([Problem(name, 1, 1, "", error.strerror or str(error))]) from None
            except UnicodeDecodeError as error:
                raise RuleError([Problem(name, 1, 1, "", f"not UTF-8 at byte {error.start}")]) from None
    return sources


def load_rules(*paths: str | Path, shipped: bool = True) -> RuleSet:
    """Return the shipped rules with those of your files, ready to use; parsed once and cached after that.

    A file may add rules, `disable` ids or families of any file, and `protect` what matches a pattern from every rule.
    Raises `RuleError` with all mistakes of all files.
    """
    import msgspec

    from . import __version__

    sources = read_sources(paths, shipped=shipped)
    name = cache.key(f"rules {FORMAT} {__version__}", *(part for source in sources for part in (source.path, source.text)))
    if (stored := cache.load(name)) is not None:
        try:
            return msgspec.msgpack.decode(stored, type=RuleSet)
        except msgspec.MsgspecError:
            pass
    rules = prepare(parse_rules(sources))
    cache.store(name, msgspec.msgpack.encode(rules))
    return rules


def parse_rules(sources: Iterable[Source]) -> RuleSet:
    """Return the rules of all sources as written, with their examples. Raises `RuleError` with all mistakes."""
    files = [_File(source) for source in sources]
    problems = [problem for file in files for problem in file.problems]
    rules = [rule for file in files for rule in file.rules]
    problems += _cross_check(files, rules)
    if problems:
        raise RuleError(problems)
    disabled = {name for file in files for name, _ in file.disable}
    return RuleSet(
        tuple(rule for rule in rules if rule.id not in disabled and rule.family not in disabled),
        tuple(pattern for file in files for pattern in file.protect),
    )


def prepare(rules: RuleSet) -> RuleSet:
    """Return what cleaning needs of a rule set: cues folded, in all the forms they are typed in; no examples."""
    if rules.prepared:
        return rules
    prepared = []
    for rule in rules.rules:
        cues = {language: tuple(_forms(phrases)) for language, phrases in rule.cues.items()}
        prepared.append(dataclasses.replace(rule, cues=cues, examples={}, keep=()))
    return RuleSet(tuple(prepared), rules.protect, prepared=True)


def _forms(phrases: Iterable[str]) -> list[str]:
    folded = [fold_cue(phrase) for phrase in phrases]
    return list(dict.fromkeys([*folded, *map(unaccented, folded)]))


def _cross_check(files: list[_File], rules: list[Rule]) -> Iterator[Problem]:
    """Check what concerns more than one rule: ids are unique, and every id that is named exists."""
    names = {name for rule in rules for name in (rule.id, rule.family)}
    first: set[str] = set()
    for file in files:
        for rule in file.rules:
            node = file.nodes[rule.id]
            if rule.id in first:
                yield file.problem(node, rule.id, "the id is taken; give the rule another name")
            first.add(rule.id)
            for name in (*rule.when.after, *rule.when.before):
                if name not in names and name != "any":
                    yield file.problem(node, rule.id, f"unknown rule or family {name!r}{_meant(name, names)}")
        for name, node in file.disable:
            if name not in names:
                yield file.problem(node, "", f"unknown rule or family {name!r}{_meant(name, names)}")


def _meant(word: str, known: Iterable[str]) -> str:
    close = difflib.get_close_matches(word, list(known), n=1)
    return f" (did you mean {close[0]!r}?)" if close else ""


class _File:
    """One rule file as far as it could be understood, with what is wrong with the rest."""

    def __init__(self, source: Source) -> None:
        import yaml

        self.path = source.path
        self.family = Path(source.path).stem
        self.problems: list[Problem] = []
        self.rules: list[Rule] = []
        self.nodes: dict[str, yaml.Node] = {}
        self.disable: list[tuple[str, yaml.Node]] = []
        self.protect: list[str] = []
        loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)  # base: every scalar is text, so `no:` is Norwegian
        try:
            root = yaml.compose(source.text, Loader=loader)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            where = (mark.line + 1, mark.column + 1) if mark else (1, 1)
            self.problems.append(Problem(self.path, *where, "", f"not YAML: {error.problem}"))
        except yaml.YAMLError as error:
            self.problems.append(Problem(self.path, 1, 1, "", f"not YAML: {error}"))
        else:
            if root is not None:
                self._read(root)

    def problem(self, node: yaml.Node, rule: str, message: str) -> Problem:
        """Return a problem at a node."""
        return Problem(self.path, node.start_mark.line + 1, node.start_mark.column + 1, rule, message)

    def _report(self, node: yaml.Node, rule: str, message: str) -> None:
        self.problems.append(self.problem(node, rule, message))

    def _read(self, root: yaml.Node) -> None:
        for key, value in self._fields(root, "", FILE_KEYS):
            if key == "rules":
                for node in self._items(value, ""):
                    self._read_rule(node)
            elif key == "disable":
                self.disable += [(str(node.value), node) for node in self._items(value, "")]
            else:
                self.protect += [
                    str(node.value) for node in self._items(value, "") if self._pattern(node, "", str(node.value))
                ]

    def _read_rule(self, node: yaml.Node) -> None:
        fields = dict(self._fields(node, "", ()))
        name = str(fields["name"].value) if "name" in fields else ""
        rule_id = f"{self.family}/{name}"
        fields = dict(self._fields(node, name, RULE_KEYS))
        before = len(self.problems)
        for required in ("name", "description", "pattern"):
            if required not in fields:
                self._report(node, name, f"the field {required!r} is missing")
        values = {key: self._value(key, value, name) for key, value in fields.items() if key != "name"}
        if "pattern" in fields:
            self._pattern(fields["pattern"], name, str(fields["pattern"].value))
            if "{cue}" in str(fields["pattern"].value) and "cues" not in fields:
                self._report(fields["pattern"], name, "the pattern has {cue} but the rule has no cues")
        if len(self.problems) == before:
            self.nodes[rule_id] = node
            self.rules.append(Rule(id=rule_id, **values))

    def _value(self, key: str, node: yaml.Node, rule: str) -> Any:
        if key == "when":
            hints = typing.get_type_hints(When)
            fields = list(self._fields(node, rule, tuple(hints)))
            for name, value in fields:
                if name in ("previous", "next"):
                    self._pattern(value, rule, str(value.value))
                elif name == "unless":
                    for item in self._items(value, rule):
                        self._pattern(item, rule, str(item.value))
            values = {name: self._convert(value, hints[name], rule) for name, value in fields}
            return When(**values) if None not in values.values() else When()
        if key == "examples":
            return {
                language: tuple(self._example(item, rule) for item in self._items(items, rule))
                for language, items in self._fields(node, rule, ())
            }
        return self._convert(node, typing.get_type_hints(Rule)[key], rule)

    def _example(self, node: yaml.Node, rule: str) -> Example:
        hints = typing.get_type_hints(Example)
        values = {key: self._convert(value, hints[key], rule) for key, value in self._fields(node, rule, tuple(hints))}
        for required in ("text", "clean"):
            if required not in values:
                self._report(node, rule, f"the example has no {required!r}")
        return Example(**{"text": "", "clean": "", **values})

    def _pattern(self, node: yaml.Node, rule: str, pattern: str) -> bool:
        """Check that a pattern compiles; say where not."""
        import regex

        from .pattern import BLOCKS, compile_pattern, unknown_blocks

        for _, name in unknown_blocks(pattern):
            self._report(node, rule, f"unknown block {{{name}}} in the pattern{_meant(name, [*BLOCKS, 'cue'])}")
            return False
        try:
            compile_pattern(pattern, "cue")
        except regex.error as error:
            self._report(node, rule, f"the pattern does not compile: {error}")
            return False
        return True

    def _fields(self, node: yaml.Node, rule: str, known: tuple[str, ...]) -> Iterator[tuple[str, yaml.Node]]:
        """Yield the keys and values of a mapping; with `known` fields, report any other."""
        if node.id != "mapping":
            self._report(node, rule, f"expected fields, found a {_kind(node)}")
            return
        seen: set[str] = set()
        for key_node, value in node.value:
            key = str(key_node.value)
            if key in seen:
                self._report(key_node, rule, f"the field {key!r} stands here twice")
            elif known and key not in known:
                self._report(key_node, rule, f"unknown field {key!r}{_meant(key, known)}")
            else:
                yield key, value
            seen.add(key)

    def _items(self, node: yaml.Node, rule: str) -> list[yaml.Node]:
        if node.id != "sequence":
            self._report(node, rule, f"expected a list, found a {_kind(node)}")
            return []
        return list(node.value)

    def _convert(self, node: yaml.Node, wanted: Any, rule: str) -> Any:
        """Return the node's value as the type of its field; report and return None if it is none."""
        import msgspec

        literals = typing.get_args(wanted) if typing.get_origin(wanted) is typing.Literal else ()
        value = _plain(node)
        if literals and value not in literals:
            names = ", ".join(map(str, literals))
            meant = _meant(value, literals) if isinstance(value, str) else ""
            self._report(node, rule, f"{value!r} is none of {names}{meant}")
            return None
        try:
            return msgspec.convert(value, wanted, strict=False)
        except msgspec.ValidationError as error:
            self._report(node, rule, str(error))
            return None


def _kind(node: yaml.Node) -> str:
    return {"scalar": "single value", "sequence": "list", "mapping": "mapping"}[node.id]


def _plain(node: yaml.Node) -> Any:
    """Return a node as lists, dictionaries and strings."""
    if node.id == "sequence":
        return [_plain(item) for item in node.value]
    if node.id == "mapping":
        return {str(key.value): _plain(value) for key, value in node.value}
    return node.value
