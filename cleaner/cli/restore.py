"""`cleaner restore OUTPUT --removed FILE`: the originals, from the output and what was removed."""

from __future__ import annotations

import argparse
import contextlib
import sys
from collections.abc import Iterator
from typing import BinaryIO

from ..formats import undo
from . import BAD_DATA, DONE, USAGE
from .filter import format_of, opened, written
from .options import fail


def parser() -> argparse.ArgumentParser:
    """Return the parser of `cleaner restore`."""
    parser = argparse.ArgumentParser(
        prog="cleaner restore", description="Rebuild originals from the output of cleaner and the removed text."
    )
    parser.add_argument("output", metavar="OUTPUT", help="what cleaner wrote; - is stdin")
    parser.add_argument("--removed", required=True, metavar="FILE", help="what cleaner --removed wrote beside it")
    parser.add_argument("-o", "--output", dest="target", metavar="FILE", help="write here (default: stdout)")
    parser.add_argument("--from", dest="format", choices=["text", "jsonl"], help="format (default: by the file's name)")
    parser.add_argument("--text-field", default="text", metavar="NAME", help="cleaned field (default: %(default)s)")
    parser.add_argument("--id", metavar="ID", help="which document the text is, if several were cleaned at once")
    return parser


def main(argv: list[str]) -> int:
    """Restore the records of one output."""
    args = parser().parse_args(argv)
    try:
        with contextlib.ExitStack() as stack:
            target = sys.stdout.buffer if args.target is None else stack.enter_context(written(args.target))
            source = stack.enter_context(opened(args.output))
            removed = undo.read_removed(stack.enter_context(opened(args.removed)))
            if (args.format or format_of(args.output)) == "jsonl":
                for line in undo.restore_lines(source, removed, args.text_field):
                    target.write(line)
            else:
                target.write(_text(source, removed, args.id))
    except undo.Mismatch as error:
        fail(f"cleaner: {args.output}, {args.removed}: {error}", BAD_DATA)
    except BrokenPipeError:
        raise
    except OSError as error:
        fail(f"cleaner: {error.filename}: {error.strerror}", USAGE)
    return DONE


def _text(source: BinaryIO, removed: Iterator[undo.Removed], id: str | None) -> bytes:
    """Return the original of a text, from the one document that was removed from or the one that is named."""
    documents = [document for document in removed if id is None or document.id == id]
    if not documents and id is not None:
        raise undo.Mismatch(f"nothing was removed from a document {id!r}")
    if len(documents) > 1:
        names = ", ".join(map(str, documents[:3]))
        raise undo.Mismatch(f"text was removed from {len(documents)} documents ({names}, ...); name one with --id")
    data = source.read()
    return undo.restore_text(data, documents[0]) if documents else data
