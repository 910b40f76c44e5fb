"""What the filter and `cleaner explain` read: the records of a file, in the format that its name or `--from` tells."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from typing import Any, BinaryIO

from ..document import Document
from ..formats.record import BadRecord, Record, is_record
from ..rule import RuleSet
from . import fail
from .files import opened

#: Formats of `--from`; other names that the registry knows are for `cleaner run`.
FORMATS = ("text", "jsonl", "html")


def format_of(name: str, wish: str | None) -> str:
    """Return the format of a file: the one wished for, or what its name tells. A name that tells none is text's.

    Ends the program where the name tells a format that is not read here: cleaned as text, a table would be damaged.
    """
    if wish or name == "-":
        return wish or "text"
    from ..formats.compression import split_name
    from ..formats.registry import format_by_name

    format = format_by_name(name) or "text"
    if format not in FORMATS or split_name(name)[1]:
        fail(f"cleaner: {name}: such a file is for 'cleaner run'; or say what else it is: --from text")
    return format


def records(
    args: argparse.Namespace, rules: RuleSet, name: str, format: str, known: Document | None = None
) -> Iterator[Record | BadRecord | bytes]:
    """Yield the records of a file; the title and address of `known` are those of all its documents.

    Raises `OSError` that names the file.
    """
    try:
        with opened(name) as stream:
            yield from _read(args, rules, stream, name, format, known or Document(""))
    except OSError as error:
        error.filename = error.filename or name
        raise


def _read(
    args: argparse.Namespace, rules: RuleSet, stream: BinaryIO, name: str, format: str, known: Document
) -> Iterator[Record | BadRecord | bytes]:
    if format == "html" or args.html_field:
        return _read_html(args, rules, stream, name, format, known)
    if format == "jsonl":
        return _told(_read_lines(args, stream, args.text_field), known)
    from ..formats import text

    return _told(text.read(stream, name, language=args.lang, errors=args.encoding_errors), known)


def _read_lines(args: argparse.Namespace, stream: BinaryIO, text: str) -> Iterator[Any]:
    """Return the records of JSON Lines whose text is in the field `text`."""
    from ..formats import jsonl

    fields = jsonl.Fields(text, args.title_field, args.url_field, args.lang_field)
    return jsonl.Reader(fields, language=args.lang, errors=args.encoding_errors).read(stream)


def _read_html(
    args: argparse.Namespace, rules: RuleSet, stream: BinaryIO, name: str, format: str, known: Document
) -> Iterator[Record | BadRecord | bytes]:
    """Return the records of a file of HTML, or of JSON Lines with HTML in a field."""
    from ..formats import pages

    headline = format == "html" and args.title == "keep"
    reader = pages.HtmlReader(rules, args.html, metadata=args.metadata, headline=headline)
    if format == "html":
        return pages.read_file(stream, reader, known._replace(id=name, language=args.lang))
    names = {"title": args.title_field or "title"} if args.title == "keep" else {}
    if args.metadata:
        names |= {"author": "author", "date": "date", "site": "site"}
        names |= {"url": args.url_field or "url", "language": args.lang_field or "language"}
    lines = _told(_read_lines(args, stream, args.html_field), known)
    return pages.JsonHtmlReader(reader, args.text_field, names).read(lines)


def _told(items: Iterator[Any], known: Document) -> Iterator[Any]:
    """Return what was read, its documents with the title and address that are known already."""
    facts: dict[str, Any] = {fact: value for fact, value in (("title", known.title), ("url", known.url)) if value}
    if not facts:
        return items
    return (item._replace(document=item.document._replace(**facts)) if is_record(item) else item for item in items)
