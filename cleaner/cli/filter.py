"""`cleaner [FILE...]`: documents in, clean documents out."""

from __future__ import annotations

import argparse
import contextlib
import os
import signal
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, BinaryIO

from .. import __version__
from ..clean import Cleaner
from ..document import Document
from ..formats.record import BadRecord, Record
from . import BAD_DATA, COMMANDS, DONE, FAILED, USAGE
from .options import add_document_options, add_html_options, add_rule_options, cleaner_of, fail

#: Formats of `--from`, by the ends of file names that mean them; what has none of these is text.
FORMATS = {"text": (".txt", ".text", ".md"), "jsonl": (".jsonl", ".ndjson"), "html": (".html", ".htm", ".xhtml")}


def parser() -> argparse.ArgumentParser:
    """Return the parser of the filter's options."""
    commands = "\n".join(f"  cleaner {name:<8} {text}" for name, text in COMMANDS.items())
    parser = argparse.ArgumentParser(
        prog="cleaner",
        description="Take the boilerplate out of articles and leave the body untouched.",
        epilog=f"more commands (each has --help):\n{commands}\n\n"
        "exit codes: 0 done, 1 --check found something, 2 usage or bad rules, 3 bad data",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("files", nargs="*", metavar="FILE", help="what to clean; - or nothing is stdin")
    parser.add_argument("-o", "--output", metavar="FILE", help="write here, at once when all is done (default: stdout)")
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
    args = parser().parse_args(argv)
    with contextlib.suppress(ValueError):  # not in the main thread
        signal.signal(signal.SIGINT, _leave)
    cleaner = cleaner_of(args)
    with contextlib.ExitStack() as stack:
        output = sys.stdout.buffer if args.output is None else stack.enter_context(written(args.output))
        removed = stack.enter_context(written(args.removed)) if args.removed else None
        return Filter(args, cleaner, output, removed).run(args.files or ["-"])


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

    def run(self, names: list[str]) -> int:
        """Clean the files; return the exit code."""
        for name in names:
            try:
                with opened(name) as stream:
                    for record in self.read(stream, name):
                        self.write(record, name)
            except OSError as error:
                if isinstance(error, BrokenPipeError):
                    raise
                fail(f"cleaner: {name}: {error.strerror}", USAGE)
        return FAILED if self.args.check and self.changed else DONE

    def read(self, stream: BinaryIO, name: str) -> Iterator[Record | BadRecord | bytes]:
        """Return the records of a file in its format."""
        args = self.args
        format = args.format or format_of(name)
        if format == "html" or args.html_field:
            return self.read_html(stream, name, format)
        if format == "jsonl":
            from ..formats import jsonl

            fields = jsonl.Fields(args.text_field, args.title_field, args.url_field, args.lang_field)
            return jsonl.Reader(fields, language=args.lang, errors=args.encoding_errors).read(stream)
        from ..formats import text

        return text.read(stream, name, language=args.lang, errors=args.encoding_errors)

    def read_html(self, stream: BinaryIO, name: str, format: str) -> Iterator[Record | BadRecord | bytes]:
        """Return the records of a file of HTML, or of JSON Lines with HTML in a field."""
        from ..formats import jsonl, pages

        args = self.args
        headline = format == "html" and args.title == "keep"
        reader = pages.HtmlReader(self.cleaner.rules, args.html, metadata=args.metadata, headline=headline)
        if format == "html":
            known = Document("", id=name, language=args.lang)
            return pages.read_file(stream, reader, known)
        fields = jsonl.Fields(args.html_field, args.title_field, args.url_field, args.lang_field)
        inner = jsonl.Reader(fields, language=args.lang, errors=args.encoding_errors)
        names = {"title": args.title_field or "title"} if args.title == "keep" else {}
        if args.metadata:
            names |= {"author": "author", "date": "date", "site": "site"}
            names |= {"url": args.url_field or "url", "language": args.lang_field or "language"}
        return pages.JsonHtmlReader(inner, reader, args.text_field, names).read(stream)

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

                for line in removed_lines(result, record.number):
                    self.removed.write(line)

    def _emit(self, data: bytes) -> None:
        if not self.args.check:
            self.output.write(data)


def format_of(name: str) -> str:
    """Return the format that a file's name tells."""
    return next((format for format, ends in FORMATS.items() if name.lower().endswith(ends)), "text")


def opened(name: str) -> contextlib.AbstractContextManager[BinaryIO]:
    """Open a file to read; "-" is stdin. Raises `OSError`."""
    if name == "-":
        return contextlib.nullcontext(sys.stdin.buffer)
    return Path(name).open("rb")


#: Files being written, under the names they have until they are whole.
_unfinished: set[Path] = set()


def _leave(*_: object) -> None:
    """End at once and leave no half file: raised inside a library that expects no exception, one could crash it."""
    for path in _unfinished:
        path.unlink(missing_ok=True)
    os._exit(128 + signal.SIGINT)


@contextlib.contextmanager
def written(name: str) -> Iterator[BinaryIO]:
    """Open a file to write that appears under its name when all went well, and not at all otherwise."""
    import tempfile  # slow to import, and a pipe needs none

    path = Path(name)
    try:
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        fail(f"cleaner: {name}: {error.strerror}")
    unfinished = Path(temporary)
    _unfinished.add(unfinished)
    try:
        with os.fdopen(descriptor, "wb") as file:
            yield file
        umask = os.umask(0)
        os.umask(umask)
        unfinished.chmod(0o666 & ~umask)
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise
    finally:
        _unfinished.discard(unfinished)
