"""Rule files: YAML in, a rule set out, or every mistake of every file with its line and column."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from . import cache, compiled
from .behind import behind_cue
from .cue import PackedCues
from .fold import fold_cue, unaccented
from .pattern import cue_block, expand, looks_into_cue
from .rule import Rule, RuleSet, When
from .words import put_in, with_words

if TYPE_CHECKING:
    from .problem import Problem, Steps
    from .rulefile import RuleFile  # reading YAML is slow to import, and rules are read from it once

#: File name of the JSON Schema of rule files, beside the shipped rules.
SCHEMA = "rules.schema.json"


class RuleError(ValueError):
    """Rule files that cannot be used. `problems` lists all that is wrong with them."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = sorted(problems)
        super().__init__("\n".join(map(str, self.problems)))


#: Where cues stand that a rule has from the `cues` of a file: by the rule's id and the steps to a cue in the rule, the
#: file and the steps to it there.
Added: TypeAlias = "dict[tuple[str, Steps], tuple[RuleFile, Steps]]"


class Source(NamedTuple):
    """The text of a rule file, and the name it goes by in messages."""

    path: str
    text: str


def shipped_directory() -> Path:
    """Return the directory of the rules that come with the package, installed or in a checkout."""
    installed = Path(__file__).parent / "rules"
    return installed if installed.is_dir() else Path(__file__).parent.parent / "rules"


def _files(paths: Iterable[str | Path], *, shipped: bool) -> Iterator[Path]:
    """Yield the rule files at `paths`, in order; a directory without any yields itself."""
    for path in [*([shipped_directory()] if shipped else []), *map(Path, paths)]:
        yield from (sorted(path.glob("*.yaml")) or [path]) if path.is_dir() else [path]


def read_sources(paths: Iterable[str | Path] = (), *, shipped: bool = True) -> list[Source]:
    """Read the shipped rule files and then those at `paths`: files, or directories of `*.yaml` files; each one once.

    Raises `RuleError` with every file that cannot be read.
    """
    sources: dict[Path, Source] = {}
    problems: list[Problem] = []
    for file in _files(paths, shipped=shipped):
        name = f"rules/{file.name}" if file.parent == shipped_directory() else str(file)
        try:
            sources.setdefault(file.resolve(), Source(name, file.read_bytes().decode("utf-8")))
        except IsADirectoryError:
            problems.append(_unreadable(str(file), 1, 1, "no *.yaml files in this directory"))
        except OSError as error:
            problems.append(_unreadable(name, 1, 1, error.strerror or str(error)))
        except UnicodeDecodeError as error:
            before = error.object[: error.start]
            line, column = before.count(b"\n") + 1, len(before) - before.rfind(b"\n")
            problems.append(_unreadable(name, line, column, "not UTF-8"))
    if problems:
        raise RuleError(problems)
    return list(sources.values())


def _unreadable(path: str, line: int, column: int, message: str) -> Problem:
    from .problem import Problem

    return Problem(path, line, column, "", message)


def load_rules(*paths: str | Path, shipped: bool = True) -> RuleSet:
    """Return the shipped rules with those of your files, ready to use; parsed once and cached after that.

    A file may add rules, add `cues` to rules of any file, `disable` ids or families of any file, and `protect` what
    matches a pattern from every rule.
    Raises `RuleError` with all mistakes of all files.
    """
    from . import __version__

    name = cache.key(f"rules {__version__} {cache.FORMAT}", repr(_FIELDS), *_stamps(paths, shipped=shipped))
    if (stored := cache.load(name)) is not None:
        with contextlib.suppress(ValueError):
            return _unpacked(stored, name)
    rules = prepare(parse_rules(read_sources(paths, shipped=shipped)))
    cache.store(name, _packed(rules))
    compiled.store(_expressions(rules))
    return rules._replace(digest=name)


def _expressions(rules: RuleSet) -> Iterator[str]:
    """Yield the regular expressions of a rule set, those apart that are compiled for each cue."""
    for rule in rules.rules:
        own = () if looks_into_cue(rule.pattern) else (rule.pattern, behind_cue(rule.pattern))
        yield from map(expand, filter(None, (*own, rule.when.previous, rule.when.next, *rule.when.unless)))
    yield from map(expand, rules.protect)


def _stamps(paths: Iterable[str | Path], *, shipped: bool) -> Iterator[str]:
    """Yield what changes whenever a rule file does: to read them all would take as long as all the rest."""
    for file in _files(paths, shipped=shipped):
        with contextlib.suppress(OSError):  # the file will be missed when it is read
            status = file.stat()
            yield f"{file} {status.st_size} {status.st_mtime_ns} {status.st_ctime_ns} {status.st_ino}"


#: What is cached of a rule: all that cleaning needs but its cues, which are packed apart.
_FIELDS = [name for name in Rule._fields if name not in ("when", "cues", "examples", "keep")]


def _packed(rules: RuleSet) -> bytes:
    rows = [
        (
            [getattr(rule, name) for name in _FIELDS],
            tuple(rule.when),
            cache.pack(dict(rule.cues)),
            len(rule.cues),
        )
        for rule in rules.rules
    ]
    return cache.pack((rows, rules.protect))


def _unpacked(stored: bytes, name: bytes) -> RuleSet:
    rows, protect = cache.unpack(stored)
    rules = [
        Rule(
            **dict(zip(_FIELDS, fields, strict=True)),
            when=When(*when),
            cues=PackedCues(cues, count) if count else {},
        )
        for fields, when, cues, count in rows
    ]
    return RuleSet(tuple(rules), protect, prepared=True, digest=name)


def parse_rules(sources: Iterable[Source]) -> RuleSet:
    """Return the rules of all sources as written, with their examples. Raises `RuleError` with all mistakes."""
    written = read_rules(sources)
    if written.problems:
        raise RuleError(written.problems)
    return written.rules


def read_rules(sources: Iterable[Source]) -> Written:
    """Return the rules of all sources as written, as far as they could be understood, and all mistakes."""
    from .rulefile import RuleFile

    files = [RuleFile(source.path, source.text) for source in sources]
    words = _words(files)
    for file in files:
        file.resolve(words)
    problems = [problem for file in files for problem in file.problems]
    problems += _cross_check(files)
    disabled = {name for file in files for name, _ in file.disable}
    owners: dict[str, RuleFile] = {}
    rules: list[Rule] = []
    added: Added = {}
    for file in files:
        for rule in file.rules:
            if rule.id not in owners and rule.id not in disabled and rule.family not in disabled:
                rules.append(_with_added_cues(rule, files, added))
            owners.setdefault(rule.id, file)
    protect = tuple(pattern for file in files for pattern in file.protect)
    return Written(RuleSet(tuple(rules), protect, words=words), problems, owners, added)


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
            for place in range(len(phrases)):
                added[rule.id, ("cues", language, len(known) + place)] = (file, (language, place))
            cues[language] = (*known, *phrases)
    return rule._replace(cues=cues)


class Written(NamedTuple):
    """The rules of some files as written, the mistakes in the files, and for each rule's id its file.

    `added` tells where cues stand that a rule has from the `cues` of a file.
    """

    rules: RuleSet
    problems: list[Problem]
    owners: dict[str, RuleFile]
    added: Added

    def problem(self, rule: Rule, steps: Steps, message: str) -> Problem:
        """Return a problem with a field of a rule; the steps lead to it, such as ("examples", "en", 0)."""
        if found := self.added.get((rule.id, steps)):
            file, place = found
            return file.problem_with_cue(rule.id, place, message)
        return self.owners[rule.id].problem(rule.id, steps, message)


def prepare(rules: RuleSet) -> RuleSet:
    """Return what cleaning needs of a rule set: cues folded, in all the forms they are typed in; no examples."""
    if rules.prepared:
        return rules
    prepared = []
    for rule in rules.rules:
        cues = {language: tuple(_forms(phrases)) for language, phrases in rule.cues.items()}
        prepared.append(put_in(rule, rules.words)._replace(cues=cues, examples={}, keep=()))
    protect = tuple(with_words(pattern, rules.words) for pattern in rules.protect)
    return RuleSet(tuple(prepared), protect, prepared=True)


def _forms(phrases: Iterable[str]) -> list[str]:
    folded = [fold_cue(phrase) for phrase in phrases]
    with_ss = [cue.replace("ß", "ss") for cue in folded]  # in capitals, and in Switzerland
    return list(dict.fromkeys([*folded, *with_ss, *map(unaccented, with_ss)]))


def _cross_check(files: list[RuleFile]) -> Iterator[Problem]:
    """Check what concerns more than one rule: ids are unique, and every id that is named exists."""
    from .problem import meant

    named = {name for file in files for name in file.named}
    for file in files:
        for name in file.words:
            if name not in named:
                yield file.problem_with_words(name, f"no pattern names the words {name!r}{meant(name, named)}")
    ids = {rule for file in files for rule in file.ids}
    names = ids | {file.family for file in files if file.ids}
    first: dict[str, RuleFile] = {}
    for file in files:
        for rule in file.ids:
            if (taken := first.setdefault(rule, file)) is not file:
                yield file.problem(rule, ("name",), f"the id {rule} is taken by a rule of {taken.path}")
        for written in file.rules:
            for field, mentioned in (("after", written.when.after), ("before", written.when.before)):
                for i, name in enumerate(mentioned):
                    if name not in names and name != "any":
                        message = f"unknown rule or family {name!r}{meant(name, names)}"
                        yield file.problem(written.id, ("when", field, i), message)
        for name, node in file.disable:
            if name not in names:
                yield file.problem_at(node, "", f"unknown rule or family {name!r}{meant(name, names)}")
    without_cues = {rule.id for file in files for rule in file.rules if not cue_block(rule.pattern)}
    for file in files:
        for rule in file.cues:
            if rule not in ids:
                yield file.problem_with_cue(rule, (), f"unknown rule{meant(rule, ids)}")
            elif rule in without_cues:
                yield file.problem_with_cue(rule, (), "the rule has no cues: its pattern looks for none")
