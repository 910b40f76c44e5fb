"""The formats of corpora, by the names of `--from` and `--to` and by the ends of file names."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING

from .compression import split_name

if TYPE_CHECKING:  # a filter asks for the format of a name, and waits for no more than that
    from .protocol import Format
    from .source import Settings

#: Format -> ends of file names, and the class that reads and writes it (module, name).
FORMATS: dict[str, tuple[tuple[str, ...], str, str]] = {
    "text": ((".txt", ".text", ".md"), "whole", "WholeFiles"),
    "html": ((".html", ".htm", ".xhtml"), "whole", "Pages"),
    "jsonl": ((".jsonl", ".ndjson"), "lines", "JsonLines"),
    "csv": ((".csv",), "csv", "Csv"),
    "tsv": ((".tsv", ".tab"), "csv", "Tsv"),
    "warc": ((".warc", ".wet"), "warc", "Warc"),
    "parquet": ((".parquet", ".pq"), "parquet", "Parquet"),
    "arrow": ((".arrow", ".arrows", ".feather", ".ipc"), "arrow", "Arrow"),
}

#: Formats of one document a file.
WHOLE = ("text", "html")


def format_by_name(name: str) -> str | None:
    """Return the format that the end of a file name tells, compressed or not.

    >>> format_by_name("2024/news.jsonl.zst")
    'jsonl'
    """
    bare = split_name(name)[0].lower()
    return next((format for format, (ends, _, _) in FORMATS.items() if bare.endswith(ends)), None)


def format_of(name: str, settings: Settings, to: str | None = None) -> Format:
    """Return the reader and writer of a format, or the reader of one and writer of another. Raises `MissingExtra`."""
    ends, module, class_ = FORMATS[name]
    if to is None or to == name or (name, to) == ("html", "text"):
        return _made(module, class_, settings)
    from .convert import Converted

    inner = _made(
        module, "TextsAndPages" if name in WHOLE else class_, replace(settings, whole_rows=True, headline=False)
    )
    return Converted(settings, inner, to, ends)


def _made(module: str, class_: str, settings: Settings) -> Format:
    format: Format = getattr(import_module(f".{module}", __package__), class_)(settings)
    return format
