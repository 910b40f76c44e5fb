"""The compact Thrift protocol, as far as the footer of a Parquet file needs it: read, change, write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)

#: A struct: field number -> (type, value). Lists are (type of the items, items).
Struct = dict[int, tuple[int, Any]]


def read_struct(data: bytes) -> Struct:
    """Return the struct at the start of `data`. Raises `ValueError` and `IndexError` where there is none."""
    struct: Struct = _Reader(data).value(STRUCT)
    return struct


def first_of(data: bytes, number: int) -> Any:
    """Return the first item of the list in a field of the struct at the start of `data`, and read nothing behind it.

    None if the list is empty. Raises `ValueError` and `IndexError` where there is no such list.
    """
    return _Reader(data).first_of(number)


def write_struct(struct: Struct) -> bytes:
    """Return the bytes of a struct."""
    out = bytearray()
    _write(out, STRUCT, struct)
    return bytes(out)


class _Reader:
    def __init__(self, data: bytes) -> None:
        self._data = data
        self._position = 0

    def value(self, type_: int) -> Any:
        if type_ in (TRUE, FALSE):
            return type_ == TRUE
        if type_ == BYTE:
            return self._take(1)
        if type_ in (I16, I32, I64):
            number = self._varint()
            return (number >> 1) ^ -(number & 1)
        if type_ == DOUBLE:
            return self._take(8)
        if type_ == BINARY:
            return self._take(self._varint())
        if type_ in (LIST, SET):
            return self._list()
        if type_ == STRUCT:
            return self._struct()
        raise ValueError(f"Thrift type {type_} has no place in a Parquet footer")

    def first_of(self, wanted: int) -> Any:
        for number, type_ in self._fields():
            if number == wanted and type_ == LIST:
                item, size = self._list_head()
                return self.value(item) if size else None
            self.value(type_)
        raise ValueError(f"no list in field {wanted}")

    def _fields(self) -> Iterator[tuple[int, int]]:
        """Yield number and type of each field of a struct, before its value."""
        number = 0
        while head := self._take(1)[0]:
            number = number + (head >> 4) if head >> 4 else self.value(I16)
            yield number, head & 15

    def _struct(self) -> Struct:
        return {number: (type_, self.value(type_)) for number, type_ in self._fields()}

    def _list_head(self) -> tuple[int, int]:
        head = self._take(1)[0]
        return head & 15, head >> 4 if head >> 4 < 15 else self._varint()

    def _list(self) -> tuple[int, list[Any]]:
        item, size = self._list_head()
        if item in (TRUE, FALSE):  # in a list each has a byte of its own
            return item, [self._take(1) for _ in range(size)]
        return item, [self.value(item) for _ in range(size)]

    def _varint(self) -> int:
        number = shift = 0
        while True:
            byte = self._data[self._position]
            self._position += 1
            number |= (byte & 127) << shift
            if byte < 128:
                return number
            shift += 7

    def _take(self, size: int) -> bytes:
        taken = self._data[self._position : self._position + size]
        self._position += size
        if len(taken) != size:
            raise ValueError("the Thrift data end too early")
        return taken


def _write(out: bytearray, type_: int, value: Any) -> None:
    if type_ in (I16, I32, I64):
        _write_varint(out, (value << 1) ^ (value >> 63))
    elif type_ in (BYTE, DOUBLE):
        out += value
    elif type_ == BINARY:
        _write_varint(out, len(value))
        out += value
    elif type_ in (LIST, SET):
        item, items = value
        out.append((min(len(items), 15) << 4) | item)
        if len(items) >= 15:
            _write_varint(out, len(items))
        for each in items:
            _write(out, BYTE if item in (TRUE, FALSE) else item, each)
    elif type_ == STRUCT:
        last = 0
        for number, (field, inner) in sorted(value.items()):
            if 0 < number - last < 16:
                out.append((number - last) << 4 | field)
            else:
                out.append(field)
                _write(out, I16, number)
            _write(out, field, inner)
            last = number
        out.append(0)


def _write_varint(out: bytearray, number: int) -> None:
    number &= (1 << 64) - 1
    while number > 127:
        out.append(number & 127 | 128)
        number >>= 7
    out.append(number)
