"""`cleaner explain`: a document with every removal marked and named, or why a line of it stayed."""

from __future__ import annotations

import argparse
import io
import json
import os
import shutil
import sys
from collections.abc import Iterator

from .. import report
from ..clean import Cleaner
from ..document import Document
from ..edit import Result
from ..formats.record import BadRecord, Record
from ..load import load_rules
from . import BAD_DATA, DONE, USAGE, fail
from .options import add_document_options, add_html_options, add_rule_options, cleaner_of
from .records import FORMATS, format_of, records


def parser() -> argparse.ArgumentParser:
    """Return the parser of `cleaner explain`."""
    parser = argparse.ArgumentParser(
        prog="cleaner explain", description="Show documents with every removal marked and named by its rule."
    )
    parser.add_argument("file", metavar="FILE", nargs="?", default="-", help="what to explain; - or nothing is stdin")
    parser.add_argument("--from", dest="format", choices=FORMATS, help="format (default: by the file's name)")
    parser.add_argument("--record", type=int, metavar="N", help="only this record of the file, counted from 1")
    parser.add_argument("--json", action="store_true", help="a line of JSON for each document")
    parser.add_argument("--why-kept", type=int, metavar="N", help="say what kept this line, counted from 1")
    parser.add_argument(
        "--color",
        choices=["auto", "always", "never"],
        default="auto",
        help="colours (default: on a terminal, unless NO_COLOR is set)",
    )
    parser.add_argument("--headline", metavar="TEXT", help="the headline, if it is kept outside the text")
    parser.add_argument("--url", metavar="URL", help="the document's address, for site rules")
    add_document_options(parser)
    add_html_options(parser)
    add_rule_options(parser)
    parser.set_defaults(encoding_errors="surrogateescape")
    return parser


def main(argv: list[str]) -> int:
    """Explain the documents of a file."""
    args = parser().parse_args(argv)
    format = format_of(args.file, args.format)
    cleaner = cleaner_of(args)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    found = 0
    for record in _records(args, cleaner, format):
        found += 1
        result = cleaner.explain(record.document)
        if args.why_kept is not None:
            _why_kept(args, cleaner, result)
        elif args.json:
            print(report.to_json(result, {rule.id: rule.description for rule in cleaner.rules.rules}))
        else:
            _show(args, result, record)
    if args.record is not None and not found:
        fail(f"cleaner: {args.file}: there is no record {args.record}", USAGE)
    return DONE


def _records(args: argparse.Namespace, cleaner: Cleaner, format: str) -> Iterator[Record]:
    known = Document("", title=args.headline, url=args.url)
    for record in records(args, cleaner.rules, args.file, format, known):
        if isinstance(record, BadRecord):
            if args.record in (None, record.number):
                fail(f"cleaner: {args.file}: {record}", BAD_DATA)
        elif not isinstance(record, bytes) and args.record in (None, record.number):
            yield record


def _show(args: argparse.Namespace, result: Result, record: Record) -> None:
    name = report.printable(result.document.id or f"record {record.number}")
    if result.document.id != args.file:
        print(f"== {name}")
    width = shutil.get_terminal_size().columns
    for row in report.coloured(result, width) if _in_colour(args.color) else report.marked(result):
        print(row)
    sys.stdout.flush()
    print(f"{name}: {report.summary(result)}", file=sys.stderr)


def _in_colour(wish: str) -> bool:
    return wish == "always" or (wish == "auto" and sys.stdout.isatty() and not os.environ.get("NO_COLOR"))


def _why_kept(args: argparse.Namespace, cleaner: Cleaner, result: Result) -> None:
    from ..why import Kept

    try:
        near, in_vain = Kept(result, cleaner, load_rules(*args.rules)).near(args.why_kept)
    except LookupError as error:
        fail(f"cleaner: {args.file}: {error.args[0]}", USAGE)
    if args.json:
        print(json.dumps([{"rule": miss.rule, "reason": miss.reason} for miss in near], ensure_ascii=False))
        return
    print(report.printable(result.document.text.split("\n")[args.why_kept - 1].rstrip("\r")))
    for miss in near:
        print(f"  {miss.rule}: {report.printable(miss.reason)}")
    if in_vain:
        print(f"  the line is not what these look for here: {', '.join(in_vain)}")
    if not near and not in_vain:
        print("  no rule came near: none has a cue in the line, and none without cues looks at its place")
