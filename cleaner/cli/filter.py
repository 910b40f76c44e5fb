"""`cleaner [FILE...]`: documents in, clean documents out."""

from __future__ import annotations

import argparse
import contextlib
import sys
from pathlib import Path
from typing import IO

from .. import __version__
from ..clean import Cleaner
from ..formats.record import BadRecord, Record
from . import BAD_DATA, COMMANDS, DONE, FAILED, fail
from .files import leave_at_signals, written
from .options import add_document_options, add_html_options, add_rule_options, cleaner_of
from .records import FORMATS, format_of, records


def parser() -> argparse.ArgumentParser:
    """Return the parser of the filter's options."""
    commands = "\n".join(f"  cleaner {name:<8} {text}" for name, text in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="cleaner",
        description="Take the boilerplate out of articles and leave the body untouched.",
        epilog=f"more commands (each has --help):\n{commands}\n\n"
        "exit codes: 0 done, 1 --check found something or no room to write, 2 usage or bad rules, 3 bad data",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="what to clean; - or nothing is stdin")
    parser.add_argument(
        "-o", "--output", metavar="FILE", default="-",
        help="write here, at once when all is done (default: stdout)",
    )  # fmt: skip
    parser.add_argument(
        "--from", dest="format", choices=FORMATS, help="format of the input (default: by the file's name)"
    )
    parser.add_argument("--removed", metavar="FILE", help="write what was removed here, as JSON Lines")
    parser.add_argument("--check", action="store_true", help="write no text; exit 1 if something would be removed")
    parser.add_argument(
        "--encoding-errors",
        choices=["surrogateescape", "replace", "strict"],
        default="surrogateescape",
        help="bytes that are not UTF-8: keep them, replace them by U+FFFD, or stop (default: keep)",
    )
    parser.add_argument(
        "--on-error",
        choices=["stop", "skip", "keep"],
        default="stop",
        help="a record that cannot be read: stop, leave it out, or keep it as it is (default: stop)",
    )
    parser.add_argument("--version", action="version", version=f"cleaner {__version__}")
    add_document_options(parser)
    add_html_options(parser)
    add_rule_options(parser)
    return parser


def main(argv: list[str]) -> int:
    """Clean the named files, or stdin, one after the other."""
    command = parser()
    args = command.parse_intermixed_args(argv)
    _check_names(command, args)
    inputs = [(name, format_of(name, args.format)) for name in args.files or ["-"]]
    leave_at_signals()
    cleaner = cleaner_of(args)
    with contextlib.ExitStack() as stack:
        output = stack.enter_context(written(args.output))
        removed = stack.enter_context(written(args.removed)) if args.removed else None
        return Filter(args, cleaner, output, removed).run(inputs)


def _check_names(parser: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    """End the program where a file would be lost: emptied by `--check`, or overwritten with what was removed."""
    if args.check and (args.output != "-" or args.removed):
        parser.error("--check writes nothing: leave out -o and --removed")
    if args.removed:
        path = Path(args.removed).resolve()
        read = [] if args.removed == "-" else args.files  # there - is stdin, here it is stdout
        others = {Path(name).resolve() for name in [*read, args.output]}
        if path in others and not path.is_char_device():
            parser.error(f"--removed {args.removed}: that file is cleaned, or written to, already")


class Filter:
    """One run of the filter."""

    def __init__(
        self, args: argparse.Namespace, cleaner: Cleaner, output: IO[bytes], removed: IO[bytes] | None
    ) -> None:
        self.args = args
        self.cleaner = cleaner
        self.output = output
        self.removed = removed
        self.changed = False
        self.written = 0  # records, blank lines and bad records with them: those of all files count on
        self._last = b""

    def run(self, inputs: list[tuple[str, str]]) -> int:
        """Clean files of these names and formats; return the exit code."""
        for name, format in inputs:
            if self._last and not self._last.endswith(b"\n") and (format == "jsonl" or self.args.html_field):
                self.output.write(b"\n")  # or two records would share a line
            for record in records(self.args, self.cleaner.rules, name, format):
                self.write(record, name)
        return FAILED if self.args.check and self.changed else DONE

    def write(self, record: Record | BadRecord | bytes, name: str) -> None:
        """Clean a record and write it."""
        if isinstance(record, bytes):
            self._emit(record)
        elif isinstance(record, BadRecord):
            if self.args.on_error == "stop":
                self.output.flush()
                fail(f"cleaner: {name}: {record}", BAD_DATA)
            print(f"cleaner: {name}: {record}", file=sys.stderr)
            if self.args.on_error == "keep":
                self._emit(record.raw)
        else:
            result = self.cleaner.explain(record.document)
            self.changed = self.changed or bool(result.edits)
            self._emit(record.render(result))
            if self.removed is not None:
                from ..formats.removed import removed_lines

                self.removed.writelines(removed_lines(result, self.written))

    def _emit(self, data: bytes) -> None:
        if not self.args.check:
            self.output.write(data)
            self.written += 1
            self._last = data
