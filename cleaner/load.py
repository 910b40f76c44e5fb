"""Rule files in, a rule set ready for cleaning out: made once, and cached."""

from __future__ import annotations

import contextlib
import zlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from . import cache, compiled
from .behind import first_look
from .cue import PackedCues
from .fold import forms_of
from .pattern import expand, looks_into_cue
from .rule import Rule, RuleSet, When
from .sources import RuleError, Source, read_sources, stamps
from .words import put_in


def load_rules(*paths: str | Path, shipped: bool = True) -> RuleSet:
    """Return the shipped rules with those of your files, ready to use; parsed once and cached after that.

    A file may add rules, add `cues` to rules and `words` to lists of any file, `disable` ids or families of any file,
    and `protect` what matches a pattern from every rule.
    Raises `RuleError` with all mistakes of all files.
    """
    from . import __version__

    fields = repr((_FIELDS, When._fields))
    name = cache.key(f"rules {__version__} {cache.FORMAT}", fields, *stamps(paths, shipped=shipped))
    if (stored := cache.load(name)) is not None:
        with contextlib.suppress(ValueError):
            return _unpacked(stored, name)
    rules = prepare(parse_rules(read_sources(paths, shipped=shipped)))
    packed = _packed(rules)
    cache.store(name, packed)
    compiled.store(_expressions(rules))
    return _unpacked(packed, name)


def _expressions(rules: RuleSet) -> Iterator[str]:
    """Yield the regular expressions of a rule set, those apart that are compiled for each cue."""
    for rule in rules.rules:
        own = () if looks_into_cue(rule.pattern) else (rule.pattern, first_look(rule.pattern))
        when = rule.when
        yield from map(expand, filter(None, (*own, when.previous, when.next, *when.unless, *when.unless_near)))
    yield from map(expand, rules.protect)


#: What is cached of a rule: all that cleaning needs but its cues, which are packed apart.
_FIELDS = [name for name in Rule._fields if name not in ("when", "cues", "examples", "keep")]


def _packed(rules: RuleSet) -> bytes:
    rows = []
    for rule in rules.rules:
        cues = cache.pack(dict(rule.cues))
        fields = [getattr(rule, name) for name in _FIELDS]
        rows.append((fields, tuple(rule.when), cues, len(rule.cues), zlib.crc32(cues)))
    return cache.pack((rows, rules.protect))


def _unpacked(stored: bytes, name: bytes) -> RuleSet:
    rows, protect = cache.unpack(stored)
    rules = [
        Rule(
            **dict(zip(_FIELDS, fields, strict=True)),
            when=When(*when),
            cues=PackedCues(cues, count, checksum) if count else {},
        )
        for fields, when, cues, count, checksum in rows
    ]
    return RuleSet(tuple(rules), protect, prepared=True, digest=name)


def parse_rules(sources: Iterable[Source]) -> RuleSet:
    """Return the rules of all sources as written, with their examples. Raises `RuleError` with all mistakes."""
    from .written import read_rules  # reading YAML is slow to import, and rules are read from it once

    written = read_rules(sources)
    if written.problems:
        raise RuleError(written.problems)
    return written.rules


def prepare(rules: RuleSet) -> RuleSet:
    """Return what cleaning needs of a rule set: cues folded, in all the forms they are typed in; no examples."""
    if rules.prepared:
        return rules
    prepared = []
    for rule in rules.rules:
        cues = {
            language: tuple(dict.fromkeys(form for phrase in phrases for form in forms_of(phrase)))
            for language, phrases in rule.cues.items()
        }
        prepared.append(put_in(rule, rules.words)._replace(cues=cues, examples={}, keep=()))
    return RuleSet(tuple(prepared), rules.protect, prepared=True)
