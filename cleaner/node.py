"""Nodes of YAML: values that know where they stand in their file."""

from __future__ import annotations

import typing

from .problem import Steps

#: A node of PyYAML, with `id`, `value` and `start_mark`; its published types leave them out.
Node = typing.Any


def reached(node: Node, steps: Steps) -> Node:
    """Return what the steps lead to from a node, or what holds it where there is no such field."""
    for key in steps:
        below = inside(node, key)
        if below is None:
            break
        node = below
    return node


def inside(node: Node, key: str | int) -> Node | None:
    """Return the value under a key or index of a node."""
    if node.id == "mapping":
        return next((value for name, value in node.value if name.value == key), None)
    if node.id == "sequence" and isinstance(key, int) and key < len(node.value):
        below: Node = node.value[key]
        return below
    return None


def key_of(node: Node, name: str) -> Node:
    """Return the key of that name in a mapping that has it."""
    return next(key for key, _ in node.value if key.value == name)


def is_recursive(node: Node, above: list[Node]) -> bool:
    """Whether an alias leads back to where it stands."""
    if node.id == "scalar":
        return False
    if any(node is ancestor for ancestor in above):
        return True
    children = node.value if node.id == "sequence" else [child for pair in node.value for child in pair]
    return any(is_recursive(child, [*above, node]) for child in children)


def shown(node: Node) -> str:
    """Return what a node is, for messages."""
    if node.id == "scalar":
        return f"the text {node.value!r}" if node.value else "nothing"
    return {"sequence": "a list", "mapping": "fields"}[node.id]
