"""Packages that only some formats need: imported where they are used, named where they are missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

#: Package -> the extra that installs it.
EXTRAS = {"pyarrow": "parquet", "fastwarc": "warc", "fsspec": "remote", "zstandard": "zstd", "tqdm": "corpus"}


class MissingExtra(RuntimeError):
    """A package is not installed; the message says how to get it."""


def need(module: str) -> Any:
    """Import a module of an optional package. Raises `MissingExtra` where it is not installed."""
    try:
        return import_module(module)
    except ImportError as error:
        package = module.partition(".")[0]
        raise MissingExtra(
            f"{package} is not installed or does not load ({error}): pip install 'article-cleaner[{EXTRAS[package]}]'"
        ) from None
