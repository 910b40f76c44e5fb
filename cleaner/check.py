"""Whether rules hold: what their examples and keep lines promise, with the rule alone and with all others, and lint."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable, Iterator, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from .clean import Cleaner
from .document import Document
from .edit import Result, cleaned, restore
from .language import ANY_LANGUAGE
from .lint import doubles, faults, needless
from .load import prepare
from .problem import Problem, Steps
from .rule import Level, Rule, RuleSet
from .rulefile import RuleFile
from .scan import SCANNERS, ScannerName
from .sources import Source, read_sources, shipped_directory
from .words import SHARED, named_by
from .written import Written, read_rules

#: Whether a claim is proved with its own rule only, or with all rules that run beside it.
Company = Literal["alone", "all"]
COMPANIES: tuple[Company, ...] = ("alone", "all")

#: With which rules and which scanner a claim is tried.
Trial = tuple[Company, ScannerName]
#: The trial of a claim that only other rules may have changed.
BESIDE: list[Trial] = [("all", "fast")]

#: Stands around a keep line, so that it has the zone that its rule looks at.
PROSE = (
    "The ferry was late again on Thursday, and the people on the quay had stopped asking the crew when it would leave.",
    "Nobody had told the harbour office that the second engine was still in pieces on the floor of the workshop.",
)


@dataclass(frozen=True, slots=True)
class Claim:
    """A promise of a rule: `document` becomes `clean`; for a page that must stay, None: what it is without any rule.

    `name` is unique, `what` is for messages, `steps` lead to its place in the rule file. The slow scanner does not
    try a `variant` of another claim.
    """

    rule: Rule
    name: str
    what: str
    steps: Steps
    document: Document
    clean: str | None
    variant: bool = False

    @property
    def trials(self) -> list[Trial]:
        """With which rules and which scanner to try the claim.

        A rule that needs a neighbour is alone with whole families: the fast scanner, slow to build, has all rules then.
        """
        every = [(company, scanner) for company in COMPANIES for scanner in SCANNERS]
        if self.variant:
            every = [(company, "fast") for company in COMPANIES]
        return [trial for trial in every if not (self.rule.needs_neighbour and trial == ("alone", "fast"))]


def claims(rule: Rule) -> Iterator[Claim]:
    """Yield what a rule promises: each example with and without its language known, each keep line in its zone."""
    for language, examples in rule.examples.items():
        for i, example in enumerate(examples):
            name = f"{language}-{i + 1}"
            steps = ("examples", language, i)
            document = Document(example.text, title=example.title, url=example.url)
            yield Claim(rule, f"{rule.id}-{name}", f"example {name}", steps, document, example.clean)
            if language != ANY_LANGUAGE:
                known = document._replace(language=language)
                what = f"example {name} of a document known to be {language}"
                yield Claim(rule, f"{rule.id}-{name}-known", what, steps, known, example.clean, variant=True)
    for i, text in enumerate(rule.keep):
        if rule.asks_page:
            yield Claim(rule, f"{rule.id}-keep-{i + 1}", f"keep page {i + 1}", ("keep", i), Document(text), None)
            continue
        for zone, framed in _framed(rule, text):
            what = f"keep line {i + 1}{f' in the {zone}' if zone else ''}"
            name = f"{rule.id}-keep-{i + 1}{f'-{zone}' if zone else ''}"
            yield Claim(rule, name, what, ("keep", i), Document(framed), framed, variant=bool(zone))


def _framed(rule: Rule, text: str) -> Iterator[tuple[str, str]]:
    """Yield a keep text as it is and, if it is one line, where its rule looks: a line alone has no head and no tail."""
    yield "", text
    if "\n" in text.strip("\n"):
        return
    if rule.zone in ("any", "body"):
        yield "body", f"{PROSE[0]}\n\n{text}\n\n{PROSE[1]}"
    if rule.zone in ("head", "ends"):
        yield "head", f"{text}\n\n{PROSE[0]}"
    if rule.zone in ("tail", "ends"):
        yield "tail", f"{PROSE[0]}\n\n{text}"


class Prover:
    """Tries claims against rules; each cleaner is built once."""

    def __init__(self, rules: RuleSet) -> None:
        self._rules = prepare(rules)
        self._cleaners: dict[tuple[str, ScannerName], Cleaner] = {}

    def fault(self, claim: Claim, company: Company, scanner: ScannerName) -> str | None:
        """Return what is wrong with a claim, None if it holds."""
        cleaner = self._cleaner(claim.rule, company, scanner)
        document = _read(claim, cleaner.rules) if claim.rule.asks_page else claim.document
        wanted = _read(claim, RuleSet()).text if claim.clean is None else claim.clean
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            try:
                result = cleaner.explain(document)
                # With all rules the fast scanner looks a second time; the slow one would only be slow.
                twice = company == "alone" or scanner == "fast"
                again = cleaner.explain(cleaned(result)).text if twice else result.text
            except UserWarning as warning:
                return str(warning)
        if result.text != wanted:
            return _difference(result, wanted)
        if again != result.text:
            return f"a second pass changes the result to {_quoted(again)}"
        if restore(result.text, result.edits) != document.text:
            return "the edits do not give the text back"
        return None

    def _cleaner(self, rule: Rule, company: Company, scanner: ScannerName) -> Cleaner:
        key = (rule.id if company == "alone" else profile(rule), scanner)
        if key not in self._cleaners:
            if company == "all":
                self._cleaners[key] = Cleaner(self._rules, level=profile(rule), scanner=scanner)
            else:
                needed = self._needed(rule)
                self._cleaners[key] = Cleaner(self._rules, level="aggressive", select=needed, scanner=scanner)
        return self._cleaners[key]

    def _needed(self, rule: Rule) -> list[str]:
        """Return a rule's id with those of the rules beside whose removals it fires."""
        named = {*rule.when.after, *rule.when.before}
        return [
            other.id
            for other in self._rules.rules
            if other.id == rule.id or other.id in named or other.family in named or "any" in named
        ]


def profile(rule: Rule) -> Level:
    """Return the level that a rule is proved at: the default one, or its own if that is beyond the default."""
    return "aggressive" if rule.level == "aggressive" else "balanced"


def prove(
    written: Written, rules: list[Rule], progress: Callable[[Rule], None], only_beside: Set[str] = frozenset()
) -> Iterator[Problem]:
    """Yield what does not hold, once for each example and keep line. Calls `progress` before each rule.

    The rules `only_beside`, by id, are proved as they run beside all others, for these may harm them.
    """
    prover = Prover(written.rules)
    for rule in rules:
        progress(rule)
        told: set[Steps] = set()
        for claim in claims(rule):
            trials = BESIDE if rule.id in only_beside else claim.trials
            if claim.steps not in told and (fault := _first_fault(prover, claim, trials)):
                told.add(claim.steps)
                yield written.problem(rule, claim.steps, fault)


def _first_fault(prover: Prover, claim: Claim, trials: list[Trial]) -> str | None:
    """Return what is wrong with a claim and under which circumstances: with the rule alone, if it is wrong there."""
    for company in COMPANIES:
        faults = {scanner: prover.fault(claim, company, scanner) for tried, scanner in trials if tried == company}
        if fault := next(filter(None, faults.values()), None):
            beside = "with the rule alone" if company == "alone" else f"with all rules up to {profile(claim.rule)}"
            right = [scanner for scanner, found in faults.items() if not found]
            but = f" (not so with the scanner {right[0]})" if right else ""
            return f"{claim.what}, {beside}{but}: {fault}"
    return None


def _once(problems: Iterable[Problem]) -> list[Problem]:
    """Return the problems in order; what rules share by an alias is told once."""
    return sorted({(p.path, p.line, p.column, p.message): p for p in sorted(problems, reverse=True)}.values())


def _read(claim: Claim, rules: RuleSet) -> Document:
    """Return the article of a claim's page, read by the rules for pages among `rules`."""
    from .formats.html import PageReader

    page = claim.document
    return PageReader(rules).read(page.text, url=page.url, title=page.title, language=page.language)


def _difference(result: Result, wanted: str) -> str:
    by = ", ".join(f"{edit.rule} takes {_quoted(edit.text.strip())}" for edit in result.edits) or "nothing is removed"
    if wanted == result.document.text:
        return f"must stay, but {by}"
    return f"gives {_quoted(result.text)}, promised is {_quoted(wanted)} ({by})"


def _quoted(text: str) -> str:
    """Return a text on one line, shortened in the middle."""
    shown = text if len(text) <= 160 else f"{text[:80]} [...] {text[-70:]}"
    return repr(shown)


@dataclass(frozen=True, slots=True)
class Report:
    """What a check found: `problems` in the order of the files, and how much it looked at."""

    problems: list[Problem]
    rules: int
    examples: int
    keep: int


def check(paths: Iterable[str | Path] = (), progress: Callable[[Rule], None] = lambda rule: None) -> Report:
    """Check the shipped rules together with those of files; if all files are shipped ones, these alone.

    Of the shipped rules that the files leave as they are, it is checked that they hold beside the others. `progress` is
    called with each rule before its turn. Raises `RuleError` for a file that cannot be read.
    """
    paths = list(paths)
    sources = read_sources(paths)
    named = read_sources(paths, shipped=False)
    written = read_rules(sources)
    inside = shipped_directory().resolve()
    if paths and all(Path(path).resolve().is_relative_to(inside) for path in paths):
        files = {f"rules/{Path(source.path).name}" for source in named}
    else:
        files = {source.path for source in sources}
    rules = [rule for rule in written.rules.rules if written.owners[rule.id].path in files]
    same = _unchanged(written, named) if paths else frozenset()
    changed = [rule for rule in rules if rule.id not in same]
    problems = [problem for problem in written.problems if problem.path in files]
    problems += [written.problem(rule, *fault) for rule in changed for fault in faults(rule, written.rules.words)]
    problems += [written.problem(rule, *fault) for rule, fault in doubles(rules)]
    problems += _needless_words(written, files)
    problems += prove(written, rules, progress, same)
    examples = sum(len(examples) for rule in rules for examples in rule.examples.values())
    return Report(_once(problems), len(rules), examples, sum(len(rule.keep) for rule in rules))


def _needless_words(written: Written, files: Set[str]) -> Iterator[Problem]:
    """Yield the words of some files that others of their lists stand for, those of the files before included."""
    known: dict[tuple[str, str], tuple[str, ...]] = {}
    for file in written.files:
        for name, by_language in file.words.items():
            for language, own in by_language.items():
                before = known.get((name, language), ())
                words = known[name, language] = (*before, *own)
                for _, i, fault in needless({language: words}) if file.path in files else ():
                    if i >= len(before):
                        yield file.problem_with_words(name, fault, language, i - len(before))


def _unchanged(written: Written, named: list[Source]) -> frozenset[str]:
    """Return the rules that some files neither have nor add cues or words to, by id."""
    files = [RuleFile(source.path, source.text) for source in named]
    changed = {rule for file in files for rule in (*file.ids, *file.cues)}
    lists = {name for file in files for name in file.words}
    for rule in written.rules.rules:
        names = [f"{owner}/{name}" for name in named_by(rule, written.rules.words) for owner in (SHARED, rule.family)]
        if not lists.isdisjoint(names):
            changed.add(rule.id)
    return frozenset(rule.id for rule in written.rules.rules if rule.id not in changed)
