"""The rules of several files together, as they are written, and what is wrong between the files."""

from __future__ import annotations

import contextlib
import gc
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias

from .problem import Problem, Steps, meant
from .rule import Rule, RuleSet
from .rulefile import RuleFile
from .sources import Source
from .words import SHARED, Words, with_words, within

#: Where cues stand that a rule has from the `cues` of a file: by the rule's id and the steps to a cue in the rule, the
#: file and the steps to it there.
Added: TypeAlias = dict[tuple[str, Steps], tuple[RuleFile, Steps]]


def read_rules(sources: Iterable[Source]) -> Written:
    """Return the rules of all sources as written, as far as they could be understood, and all mistakes."""
    with _collector_paused():
        files = [RuleFile(source.path, source.text) for source in sources]
        words = _words(files)
        for file in files:
            file.check_patterns(words)
    problems = [problem for file in files for problem in file.problems]
    problems += _cross_check(files, words)
    disabled = {name for file in files for name, _ in file.disable}
    owners: dict[str, RuleFile] = {}
    rules: list[Rule] = []
    added: Added = {}
    for file in files:
        for rule in file.rules:
            if rule.id not in owners and rule.id not in disabled and rule.family not in disabled:
                rules.append(_with_added_cues(rule, files, added))
            owners.setdefault(rule.id, file)
    protect = tuple(with_words(pattern, within(words, file.family)) for file in files for pattern in file.protect)
    return Written(RuleSet(tuple(rules), protect, words=words), problems, owners, added, files)


@contextlib.contextmanager
def _collector_paused() -> Iterator[None]:
    """Keep the garbage collector from looking, again and again, through a million nodes that all stay.

    That took a third of the time; without it the peak of memory is a few megabytes higher.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _words(files: list[RuleFile]) -> dict[str, dict[str, tuple[str, ...]]]:
    """Return the words of all files, by name and language."""
    words: dict[str, dict[str, tuple[str, ...]]] = {}
    for file in files:
        for name, by_language in file.words.items():
            known = words.setdefault(name, {})
            for language, phrases in by_language.items():
                known[language] = (*known.get(language, ()), *phrases)
    return words


def _with_added_cues(rule: Rule, files: list[RuleFile], added: Added) -> Rule:
    """Return a rule with the cues that any files have for it, and note where each of them stands."""
    cues = dict(rule.cues)
    for file in files:
        for language, phrases in file.cues.get(rule.id, {}).items():
            known = cues.get(language, ())
            for i in range(len(phrases)):
                added[rule.id, ("cues", language, len(known) + i)] = (file, (language, i))
            cues[language] = (*known, *phrases)
    return rule._replace(cues=cues)


class Written(NamedTuple):
    """The rules of some files as written, the mistakes in the files, and for each rule's id its file.

    `added` tells where cues stand that a rule has from the `cues` of a file; `files` are all, in order.
    """

    rules: RuleSet
    problems: list[Problem]
    owners: dict[str, RuleFile]
    added: Added
    files: list[RuleFile]

    def problem(self, rule: Rule, steps: Steps, message: str) -> Problem:
        """Return a problem with a field of a rule; the steps lead to it, such as ("examples", "en", 0)."""
        if found := self.added.get((rule.id, steps)):
            file, way = found
            return file.problem_with_cue(rule.id, way, message)
        return self.owners[rule.id].problem(rule.id, steps, message)


def _cross_check(files: list[RuleFile], words: Words) -> Iterator[Problem]:
    """Yield what is wrong between rules, files and lists of words."""
    yield from _ids(files)
    yield from _mentions(files)
    yield from _added_cues(files)
    yield from _lists(files, words)


def _ids(files: list[RuleFile]) -> Iterator[Problem]:
    first: dict[str, RuleFile] = {}
    for file in files:
        for rule in file.ids:
            if (taken := first.setdefault(rule, file)) is not file:
                yield file.problem(rule, ("name",), f"the id {rule} is taken by a rule of {taken.path}")


def _mentions(files: list[RuleFile]) -> Iterator[Problem]:
    """Find ids and families that are named and are none."""
    names = {rule for file in files for rule in file.ids} | {file.family for file in files if file.ids}
    for file in files:
        for rule in file.rules:
            for field, mentioned in (("after", rule.when.after), ("before", rule.when.before)):
                for i, name in enumerate(mentioned):
                    if name not in names and name != "any":
                        message = f"unknown rule or family {name!r}{meant(name, names)}"
                        yield file.problem(rule.id, ("when", field, i), message)
        for name, node in file.disable:
            if name not in names:
                yield file.problem_at(node, "", f"unknown rule or family {name!r}{meant(name, names)}")


def _added_cues(files: list[RuleFile]) -> Iterator[Problem]:
    ids = {rule for file in files for rule in file.ids}
    # A pattern that names no {cue} may still be tried only where one stands.
    without_cues = {rule.id for file in files for rule in file.rules if not rule.cues}
    for file in files:
        for rule in file.cues:
            if rule not in ids:
                yield file.problem_with_cue(rule, (), f"unknown rule{meant(rule, ids)}")
            elif rule in without_cues:
                yield file.problem_with_cue(rule, (), "the rule has no cues: its pattern looks for none")


def _lists(files: list[RuleFile], words: Words) -> Iterator[Problem]:
    """Find lists of words that no pattern names, and those that hide a list for all families."""
    named = {name for file in files for name in file.named_lists(words)}
    for file in files:
        for name in file.words:
            family, _, short = name.partition("/")
            if family != SHARED and f"{SHARED}/{short}" in words:
                yield file.problem_with_words(name, f"{SHARED}.yaml has a list {short!r} for all: choose another name")
            elif name not in named:
                hint = "" if family == file.family else meant(name, named)
                yield file.problem_with_words(name, f"no pattern names the words {name!r}{hint}")
