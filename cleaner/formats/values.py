"""Values of any type as Python has them, and as JSON."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Iterator
from typing import Any

from .extra import need


def rows_of(table: Any) -> Iterator[dict[str, Any]]:
    """Yield the rows of a table by the names of their columns. Raises `ValueError`."""
    columns = [_values(table.column(place), name) for place, name in enumerate(table.column_names)]
    for values in zip(*columns, strict=True):
        yield dict(zip(table.column_names, values, strict=True))


def _values(column: Any, name: str) -> list[Any]:
    """Return the values of a column: as texts, if they are dates or times that Python has none for."""
    try:
        return list(column.to_pylist())
    except (ValueError, OverflowError):
        try:
            return list(column.cast(need("pyarrow").string()).to_pylist())
        except (ValueError, NotImplementedError) as error:
            raise ValueError(f"the column {name!r} cannot be converted: {error}") from None


def json_of(fields: dict[str, Any], *, ascii_only: bool = False) -> str:
    """Return fields as JSON. It has no form for numbers that are none: they are null."""
    try:
        return json.dumps(fields, ensure_ascii=ascii_only, allow_nan=False, default=_as_text)
    except ValueError:
        return json.dumps(_finite(fields), ensure_ascii=ascii_only, default=_as_text)


def _as_text(value: object) -> str:
    """Return a date, a decimal number or bytes as JSON can hold them; bytes that are no text in base64."""
    if not isinstance(value, bytes):
        return str(value)
    try:
        return value.decode()
    except UnicodeDecodeError:
        return base64.b64encode(value).decode()


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _finite(inner) for name, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
