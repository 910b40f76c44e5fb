"""One YAML file: its fields as the types that are asked for, or every mistake with its line and column."""

from __future__ import annotations

import re
import types
import typing
from collections.abc import Iterator, Mapping

from .node import Node, is_recursive, shown
from .problem import Problem, meant


class YamlFile:
    """A YAML file as far as it could be understood; `problems` are what is wrong with the rest."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.problems: list[Problem] = []
        self._root = self._compose(text)

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
        kind, form, read = _SCALARS[wanted]
        if re.fullmatch(form, text) is None:
            self._report(node, rule, f"expected {kind}, found {text!r}")
            return None
        return read(text)


#: By its type: what a value is called, how it is written (Python reads more than a YAML reader does), how it is read.
_SCALARS: dict[typing.Any, tuple[str, str, typing.Any]] = {
    bool: ("true or false", "true|false", {"true": True, "false": False}.__getitem__),
    int: ("a whole number", "-?[0-9]+", int),
    float: ("a number", r"-?[0-9]*\.?[0-9]+", float),
}
