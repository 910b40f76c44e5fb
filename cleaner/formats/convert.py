"""From one format to another: records are read as theirs and written as documents with their fields."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from ..edit import Result
from . import footer
from .compression import split_name
from .extra import need
from .headline import with_headline
from .jsonl import JsonRecord
from .protocol import Format, Put, Writer
from .record import BadRecord, Record, is_record
from .removed import concatenate
from .source import Part, Settings, Source
from .table import Rows, TableRecord, TableWriter
from .values import json_of, rows_of
from .warc import WarcRecord, conversion

#: Columns of tables that are made from records of another format. What has no column of its own is JSON in the last.
COLUMNS = ("id", "title", "url", "language", "text", "metadata")

#: Rows of a row group or batch in such tables.
ROWS = 1024

#: Ends of the names of output files.
ENDS = {
    "text": ".txt", "jsonl": ".jsonl", "csv": ".csv", "tsv": ".tsv", "warc": ".warc.wet", "parquet": ".parquet",
    "arrow": ".arrow",
}  # fmt: skip

#: Formats with no place for a headline but the text.
WITHOUT_TITLE = ("text", "warc")

#: The output of many files of one document.
TOGETHER = "documents"


class Converted:
    """Reads one format and writes another."""

    def __init__(self, settings: Settings, inner: Format, to: str, ends: tuple[str, ...]) -> None:
        self.settings = settings
        self.joins = to != "text"
        self._inner = inner
        self._to = to
        self._ends = ends
        self._headline = settings.headline and to in WITHOUT_TITLE

    def cut(self, source: Source) -> Iterator[Part]:
        """Yield the parts of a source."""
        return self._inner.cut(source)

    def read(self, part: Part) -> Iterator[Record | BadRecord | object]:
        """Yield the records of a part."""
        for item in self._inner.read(part):
            # Here, so that what is removed is counted in the text that is written.
            yield item._replace(document=with_headline(item.document)) if self._headline and is_record(item) else item

    def name(self, source: Source) -> str:
        """Return the name of the output: that of the input with another end, not compressed; a folder of texts."""
        if self.joins and not self._inner.joins:
            return TOGETHER + ENDS[self._to]
        return self._stem(source.name) + (ENDS[self._to] if self.joins else "")

    def _stem(self, name: str) -> str:
        bare = split_name(name)[0]
        end = next((end for end in self._ends if bare.lower().endswith(end)), "")
        return bare[: len(bare) - len(end)].removesuffix(".warc")

    def writer(self, part: Part, file: BinaryIO, put: Put) -> Writer:
        """Return a writer of the new format."""
        if self._to == "text":
            return TextWriter(put, self.name(part.source))
        if self._to in ("parquet", "arrow"):
            return ColumnWriter(self.settings, file, self._to)
        if self._to in ("csv", "tsv"):
            return CsvWriter(self.settings, file, "," if self._to == "csv" else "\t", header=part.number == 0)
        return WetWriter(self.settings, file) if self._to == "warc" else JsonWriter(self.settings, file)

    def join(self, source: Source, parts: list[Path], target: Path) -> None:
        """Make one file of the parts."""
        if self._to == "parquet":
            footer.join(parts, target)
        elif self._to == "arrow":
            ipc = need("pyarrow").ipc
            with target.open("wb") as file, ipc.new_file(file, _schema()) as writer:
                for path in parts:
                    with path.open("rb") as part:
                        for batch in ipc.open_stream(part):
                            writer.write_batch(batch)
        else:
            concatenate(parts, target)


class FieldWriter:
    """Takes records of any format and gives their fields, in order, to what writes them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self._rows = TableWriter(settings)

    def write(self, record: Record, result: Result) -> None:
        """Write the fields of a record; those of a row are known when all its columns are."""
        if isinstance(record, TableRecord):
            self._rows.write(record, result)
        else:
            self.put_fields(self._fields(record, result))

    def keep(self, item: object) -> None:
        """Write the rows of a table."""
        if isinstance(item, Rows):
            self._rows.keep(item)
            for table in self._rows.slices:
                for row in rows_of(table):
                    self.put_fields(row)
            self._rows.slices.clear()

    def close(self) -> None:
        """Write what is left."""

    def put_fields(self, fields: dict[str, Any]) -> None:
        """Write one record."""
        raise NotImplementedError

    def _fields(self, record: Record, result: Result) -> dict[str, Any]:
        """Return the fields of a record by name, the text cleaned. Raises `ValueError`."""
        document = record.document
        if isinstance(record, JsonRecord):
            line = record.line.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "surrogateescape")
            return {**json.loads(line), self.settings.fields.text: result.text}
        if document.metadata:
            return {**document.metadata, self.settings.fields.text: result.text}
        names = self.settings.fields
        known = {
            names.id: document.id,
            names.url or "url": document.url,
            names.title or "title": document.title,
            names.language or "language": document.language,
        }
        return {**{name: value for name, value in known.items() if value is not None}, names.text: result.text}

    def columns(self, fields: dict[str, Any]) -> dict[str, str | None]:
        """Return the fields as the values of `COLUMNS`."""
        names = self.settings.fields
        roles = {"id": names.id, "title": names.title, "url": names.url, "language": names.language, "text": names.text}
        row: dict[str, str | None] = {}
        rest = dict(fields)
        for column, name in roles.items():
            value = rest.pop(name or column, None)
            row[column] = None if value is None else str(value)
        row["metadata"] = json_of(rest) if rest else None
        return row


class JsonWriter(FieldWriter):
    """Writes JSON Lines."""

    def __init__(self, settings: Settings, file: BinaryIO) -> None:
        super().__init__(settings)
        self._file = file

    def put_fields(self, fields: dict[str, Any]) -> None:
        """Write a line."""
        line = json_of(fields)
        try:
            self._file.write(line.encode() + b"\n")
        except UnicodeEncodeError:  # half a surrogate pair, or a byte that was not UTF-8
            self._file.write(json_of(fields, ascii_only=True).encode() + b"\n")


class CsvWriter(FieldWriter):
    """Writes CSV or TSV with a header."""

    def __init__(self, settings: Settings, file: BinaryIO, delimiter: str, *, header: bool) -> None:
        super().__init__(settings)
        self._file = file
        self._delimiter = delimiter
        if header:
            self._line(COLUMNS)

    def put_fields(self, fields: dict[str, Any]) -> None:
        """Write a record."""
        self._line(tuple(value or "" for value in self.columns(fields).values()))

    def _line(self, values: tuple[str, ...]) -> None:
        line = io.StringIO()
        csv.writer(line, delimiter=self._delimiter, lineterminator="\n").writerow(values)
        self._file.write(line.getvalue().encode("utf-8", "surrogateescape"))


class WetWriter(FieldWriter):
    """Writes WET records."""

    def __init__(self, settings: Settings, file: BinaryIO) -> None:
        super().__init__(settings)
        self._file = file

    def write(self, record: Record, result: Result) -> None:
        """Write a record; one of an archive as it is."""
        if isinstance(record, WarcRecord):
            self._file.write(record.render(result))
        else:
            super().write(record, result)

    def put_fields(self, fields: dict[str, Any]) -> None:
        """Write a conversion record."""
        row = self.columns(fields)
        self._file.write(conversion(row["text"] or "", row["url"] or "", row["id"] or ""))


class TextWriter:
    """Writes a file for each document, by the number of its record."""

    def __init__(self, put: Put, stem: str) -> None:
        self._put = put
        self._stem = stem

    def write(self, record: Record, result: Result) -> None:
        """Write a file."""
        self._put(f"{self._stem}/{record.number:09}.txt", result.text.encode("utf-8", "surrogateescape"))

    def keep(self, item: object) -> None:
        """Write nothing: what stands between records is no text."""

    def close(self) -> None:
        """Do nothing: every file is finished."""


class ColumnWriter(FieldWriter):
    """Writes Parquet, or the batches of an Arrow file."""

    def __init__(self, settings: Settings, file: BinaryIO, to: str) -> None:
        super().__init__(settings)
        self._pending: list[dict[str, str | None]] = []
        self._parquet = to == "parquet"
        if self._parquet:
            self._writer = need("pyarrow.parquet").ParquetWriter(file, _schema(), compression="zstd")
        else:
            self._writer = need("pyarrow").ipc.new_stream(file, _schema())

    def put_fields(self, fields: dict[str, Any]) -> None:
        """Take a row."""
        row = self.columns(fields)
        for value in row.values():
            (value or "").encode()  # raises `ValueError` now, while it is known whose fault it is
        self._pending.append(row)
        if len(self._pending) >= ROWS:
            self._flush()

    def close(self) -> None:
        """Write what is left."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._pending:
            self._writer.write_table(need("pyarrow").Table.from_pylist(self._pending, _schema()))
            self._pending.clear()


def _schema() -> Any:
    pyarrow = need("pyarrow")
    return pyarrow.schema([(name, pyarrow.large_string() if name == "text" else pyarrow.string()) for name in COLUMNS])
