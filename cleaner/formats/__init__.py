"""Readers and writers: one module a format. They turn bytes into documents, and results into bytes."""
