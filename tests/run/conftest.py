"""Fixtures of the tests of runs."""

from tests.corpora import cleaner, jsonl, records, start

__all__ = ["cleaner", "jsonl", "records", "start"]
