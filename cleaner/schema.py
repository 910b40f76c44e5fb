"""The JSON Schema of rule files, made from the classes of `rule`: editors complete and check rules by it."""

from __future__ import annotations

import inspect
import json
import types
import typing
from collections.abc import Mapping
from typing import Any

from .rule import RANGES, Example, Rule, When
from .rulefile import LANGUAGE, NAME, WORDS

#: What the keys of a rule file mean; what the fields of a rule mean, its class says.
KEYS = {
    "rules": "The rules, in the order in which they are tried.",
    "words": "Lists of words, by name and language: {name} in a pattern of the file stands for any of them.",
    "cues": "Phrases that rules of any file look for as well, by the id of the rule and by language.",
    "disable": "Ids or families of rules, of any file, to switch off.",
    "protect": "Patterns: a line that one of them matches is kept from every rule.",
}


def meanings(kind: type[Rule | When | Example]) -> dict[str, str]:
    """Return what the fields of a class mean, as they are named in a rule file."""
    hints = typing.get_type_hints(kind, include_extras=True)
    return {"name" if field == "id" else field: hint.__metadata__[0] for field, hint in hints.items()}


def schema() -> dict[str, Any]:
    """Return the JSON Schema of a rule file."""
    rule = _object(Rule, required=("name", "description", "examples", "keep"))
    rule["anyOf"] = [{"required": [field]} for field in ("pattern", "classes", "select")]
    texts = {"type": "array", "items": {"type": "string"}}
    cues = _type("cues", typing.get_type_hints(Rule)["cues"])
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Rules of article-cleaner",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "rules": {"description": KEYS["rules"], "type": "array", "items": {"$ref": "#/$defs/rule"}},
            "words": {
                "description": KEYS["words"],
                "type": "object",
                "propertyNames": {"pattern": f"^{WORDS.pattern}$"},
                "additionalProperties": cues,
            },
            "cues": {"description": KEYS["cues"], "type": "object", "additionalProperties": cues},
            "disable": {"description": KEYS["disable"], **texts},
            "protect": {"description": KEYS["protect"], **texts},
        },
        "$defs": {"rule": rule, "when": _object(When), "example": _object(Example, required=("text", "clean"))},
    }


def schema_text() -> str:
    """Return the schema as it is shipped."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _object(kind: type[Rule | When | Example], required: tuple[str, ...] = ()) -> dict[str, Any]:
    properties = {}
    hints, defaults = typing.get_type_hints(kind).values(), map(kind._field_defaults.get, kind._fields)
    for (name, meaning), hint, default in zip(meanings(kind).items(), hints, defaults, strict=True):
        properties[name] = {"description": meaning, **_type(name, hint)}
        if default not in (None, (), {}, "", 0, When()):
            properties[name]["default"] = default
    described = inspect.cleandoc(kind.__doc__ or "").partition("\n")[0]
    object_: dict[str, Any] = {
        "description": described, "type": "object", "additionalProperties": False, "properties": properties,
    }  # fmt: skip
    return {**object_, "required": list(required)} if required else object_


def _type(name: str, hint: Any) -> dict[str, Any]:
    """Return the schema of a field by its type."""
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return _type(name, arguments[0])
    if origin is typing.Literal:
        return {"enum": list(arguments)}
    if origin is tuple:
        return {"type": "array", "items": _type("", arguments[0])}
    if origin is Mapping:
        codes = {"pattern": f"^{LANGUAGE.pattern}$"}
        return {"type": "object", "propertyNames": codes, "additionalProperties": _type("", arguments[1])}
    if hint in (When, Example):
        return {"$ref": f"#/$defs/{hint.__name__.lower()}"}
    kind: dict[str, Any] = {"type": {str: "string", bool: "boolean", int: "integer", float: "number"}[hint]}
    if name == "name":
        kind["pattern"] = f"^{NAME.pattern}$"
    low, high = RANGES.get(name, (None, None))
    return kind | ({"minimum": low} if low is not None else {}) | ({"maximum": high} if high is not None else {})
