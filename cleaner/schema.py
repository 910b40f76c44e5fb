"""The JSON Schema of rule files, made from the classes of `rule`: editors complete and check rules by it."""

from __future__ import annotations

import inspect
import json
import types
import typing
from collections.abc import Mapping
from typing import Any

from .rule import Example, Rule, When
from .rulefile import LANGUAGE, NAME, RANGES, WORDS

#: What each field of a rule file means, where the class does not say it in a sentence of its own.
MEANINGS = {
    "name": "Second half of the rule's id; the first is the name of the file. Stable, never used again.",
    "description": "What goes, in one sentence.",
    "pattern": "Regular expression over the folded line; {cue}, {Cue} (with a capital) and {phrase} (letter for letter)"
    " stand for the cue, other braces for building blocks and lists of words; of strip_span a group (?P<cut>...) goes.",
    "action": "What goes: the line, only the match, the block down to a blank line, or all below down to prose.",
    "zone": "Where the line stands: above all prose, below all prose, at either end, between prose, anywhere.",
    "level": "safe and balanced rules run by default, aggressive ones when asked for.",
    "prose": "Whether the rule may delete a line of prose, unless it tells what somebody said.",
    "cues": "Phrases by language, one of which the line must hold. Case and accents do not matter.",
    "when": "Conditions on the line and its surroundings; all of them must hold.",
    "examples": "Documents before (text) and after (clean), by language; at least two.",
    "keep": "Lines that look alike and must stay, whatever rules run; at least two.",
    "classes": "Words of the class or id of elements to take out of a page before its article is looked for.",
    "select": "CSS selector of elements to take out of a page before its article is looked for.",
    "min_chars": "Fewest characters of the line.",
    "max_chars": "Most characters of the line.",
    "max_words": "Most words of the line; 0 for any number.",
    "digits": "The line must hold a digit: told at once, where a pattern for dates takes its time.",
    "previous": "Pattern that the nearest line above, blank ones aside, must match.",
    "next": "Pattern that the nearest line below, blank ones aside, must match.",
    "after": "Rules or families, one of which has removed the line above; any for whichever.",
    "before": "Rules or families, one of which has removed the line below; any for whichever.",
    "repeats": "The line repeats the document's title, or an earlier line.",
    "no_heading": "The line must head nothing: no sentence in the tail, no paragraph as others of its shape do.",
    "titled": "The headline must stand elsewhere: in a line above that stays, or beside the text.",
    "unless": "Patterns that veto a match.",
    "unless_near": "Patterns that veto a match if one of the lines around has them, up to prose and six each way.",
    "sites": "Hosts that the rule is for, with their subdomains.",
    "languages": "Languages of the documents that the rule is for, where known.",
    "min_link_density": "Least share of the line's or element's characters inside links, 0.0 to 1.0; pages only.",
    "tags": "HTML elements that the line may be, or author and person for lines about people; pages only.",
    "same_site": "All links of the line must lead to other pages of the page's own site; pages only.",
    "text": "The document before.",
    "clean": "The document after.",
    "title": "The headline, kept outside the text.",
    "url": "The address of the document.",
    "rules": "The rules, in the order in which they are tried.",
    "words": "Lists of words, by name and language: {name} in a pattern of the file stands for any of them.",
    "more cues": "Phrases that rules of any file look for as well, by the id of the rule and by language.",
    "disable": "Ids or families of rules, of any file, to switch off.",
    "protect": "Patterns: a line that one of them matches is kept from every rule.",
}


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
            "rules": {"description": MEANINGS["rules"], "type": "array", "items": {"$ref": "#/$defs/rule"}},
            "words": {
                "description": MEANINGS["words"],
                "type": "object",
                "propertyNames": {"pattern": f"^{WORDS.pattern}$"},
                "additionalProperties": cues,
            },
            "cues": {"description": MEANINGS["more cues"], "type": "object", "additionalProperties": cues},
            "disable": {"description": MEANINGS["disable"], **texts},
            "protect": {"description": MEANINGS["protect"], **texts},
        },
        "$defs": {"rule": rule, "when": _object(When), "example": _object(Example, required=("text", "clean"))},
    }


def schema_text() -> str:
    """Return the schema as it is shipped."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def _object(kind: type[Rule | When | Example], required: tuple[str, ...] = ()) -> dict[str, Any]:
    hints = typing.get_type_hints(kind)
    properties = {}
    for field, hint in hints.items():
        name = "name" if field == "id" else field
        properties[name] = {"description": MEANINGS.get(name, ""), **_type(name, hint)}
        default = kind._field_defaults.get(field)
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
