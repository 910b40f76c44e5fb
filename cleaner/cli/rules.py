"""`cleaner rules`: list, show, check and start rules."""

from __future__ import annotations

import argparse
import shutil
import sys
from pathlib import Path
from textwrap import indent as indent_lines

from .. import catalogue
from ..catalogue import count
from ..problem import meant
from ..rule import LEVELS, Rule
from ..rulefile import RuleFile
from ..sources import SCHEMA, RuleError, read_sources, shipped_directory
from ..stub import stub
from ..written import Written, read_rules
from . import DONE, FAILED, fail
from .options import add_language_option


def parser() -> argparse.ArgumentParser:
    """Return the parser of `cleaner rules`."""
    parser = argparse.ArgumentParser(prog="cleaner rules", description="List, show, check and start rules.")
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")

    command = commands.add_parser("list", help="all rules in a table")
    command.add_argument("--level", choices=LEVELS, default="aggressive", help="those that run at this level")
    command.add_argument("--family", metavar="NAME", help="those of this family")
    add_language_option(command, "those that may fire in this language, such as de; English phrases count in all")
    _add_rules(command)

    command = commands.add_parser("show", help="a rule in full")
    command.add_argument("rule", metavar="RULE", help="id of a rule, such as crosslink/read-colon")
    _add_rules(command)

    command = commands.add_parser("check", help="prove the examples and keep lines of all rules, and lint them")
    command.add_argument(
        "files",
        nargs="*",
        metavar="FILE",
        help="check these, and that the shipped rules hold beside them; if they are shipped ones, these alone",
    )

    command = commands.add_parser("new", help="start a rule: YAML with the places to fill in")
    command.add_argument("rule", metavar="FAMILY/NAME", help="id of the rule, such as crosslink/read-colon")
    command.add_argument("-o", "--output", metavar="FILE", help="a new file, or one to add to (default: stdout)")

    commands.add_parser("schema", help="the JSON Schema of rule files, for editors")
    commands.add_parser("catalogue", help="all shipped rules as Markdown")
    return parser


def _add_rules(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--rules", action="append", default=[], metavar="FILE", help="add a rule file or folder; repeatable"
    )


def main(argv: list[str]) -> int:
    """Run `cleaner rules`; return the exit code."""
    args = parser().parse_args(argv)
    try:
        return {"list": _list, "show": _show, "check": _check, "new": _new, "schema": _schema, "catalogue": _catalogue}[
            args.command
        ](args)
    except RuleError as error:
        fail(str(error))


def _written(paths: list[str]) -> Written:
    written = read_rules(read_sources(paths))
    if written.problems:
        raise RuleError(written.problems)
    return written


def _list(args: argparse.Namespace) -> int:
    rules = _written(args.rules).rules
    families = {rule.family for rule in rules.rules}
    if args.family and args.family not in families:
        fail(f"cleaner: no family is named {args.family!r}{meant(args.family, families)}")
    chosen = [
        rule
        for rule in rules.select(level=args.level).rules
        if args.family in (None, rule.family) and (args.lang is None or catalogue.speaks(rule, args.lang))
    ]
    width = shutil.get_terminal_size().columns if sys.stdout.isatty() else None
    sys.stdout.write(catalogue.table(chosen, width))
    return DONE


def _show(args: argparse.Namespace) -> int:
    written = _written(args.rules)
    rule = next((rule for rule in written.rules.rules if rule.id == args.rule), None)
    if rule is None:
        ids = [rule.id for rule in written.rules.rules]
        fail(f"cleaner: no rule is named {args.rule!r}{meant(args.rule, ids)}; see 'cleaner rules list'")
    start = written.problem(rule, (), "")
    sys.stdout.write(catalogue.in_full(rule, f"{start.path}:{start.line}", written.rules.words))
    return DONE


def _check(args: argparse.Namespace) -> int:
    from ..check import check

    shown = Progress()
    report = check(args.files, shown)
    shown.clear()
    for problem in report.problems:
        print(problem)
    nouns = ((report.rules, "rule"), (report.examples, "example"), (report.keep, "keep line"))
    counts = ", ".join(count(number, noun) for number, noun in nouns)
    print(f"{counts}: {count(len(report.problems), 'problem') if report.problems else 'all hold'}")
    return FAILED if report.problems else DONE


class Progress:
    """Says on stderr which rule is being checked: in one line that changes if a person looks on."""

    def __init__(self) -> None:
        self.number = 0
        self.is_terminal = sys.stderr.isatty()

    def __call__(self, rule: Rule) -> None:
        self.number += 1
        if self.is_terminal:
            print(f"\r\x1b[Kchecking {self.number}: {rule.id}", end="", file=sys.stderr, flush=True)
        elif self.number == 1:
            print("checking rules", file=sys.stderr, flush=True)

    def clear(self) -> None:
        """Take the line away."""
        if self.is_terminal:
            print("\r\x1b[K", end="", file=sys.stderr, flush=True)


def _new(args: argparse.Namespace) -> int:
    family, _, name = args.rule.partition("/")
    try:
        text = stub(family, name, (shipped_directory() / SCHEMA).as_uri())
    except ValueError as error:
        fail(f"cleaner: {error}")
    if args.output is None:
        sys.stdout.write(text)
        print(f"save this as {family}.yaml, fill it in, then: cleaner rules check {family}.yaml", file=sys.stderr)
        return DONE
    path = Path(args.output)
    if path.stem != family:
        fail(f"cleaner: a rule's family is the name of its file: write to {path.with_name(f'{family}.yaml')}")
    try:
        if path.exists():
            text = _added(path, text, args.rule)
        path.write_text(text, encoding="utf-8", newline="")
    except UnicodeDecodeError:
        fail(f"cleaner: {path}: not UTF-8")
    print(f"fill in {path}, then: cleaner rules check {path}", file=sys.stderr)
    return DONE


def _added(path: Path, stub: str, rule: str) -> str:
    """Return the text of a rule file with a rule added to its list."""
    text = path.read_bytes().decode("utf-8")
    before = RuleFile(str(path), text)
    if before.problems:
        raise RuleError(before.problems)
    if rule in before.ids:
        fail(f"cleaner: {path} has a rule {rule}; choose another name")
    indent = max((node.start_mark.column - len("- ") for node in before.ids.values()), default=0) * " "
    added = f"{text.rstrip()}\n\n{indent_lines(stub[stub.index('- name:') :], indent)}"
    after = RuleFile(str(path), added)
    if after.problems or [*before.ids, rule] != list(after.ids):
        fail(f"cleaner: {path} does not end with its list of rules; see 'cleaner rules new {rule}' and paste it in")
    return added


def _schema(args: argparse.Namespace) -> int:
    from ..schema import schema_text

    sys.stdout.write(schema_text())
    return DONE


def _catalogue(args: argparse.Namespace) -> int:
    sys.stdout.write(catalogue.markdown(read_rules(read_sources()).rules.rules))
    return DONE
