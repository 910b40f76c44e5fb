"""The compact Thrift protocol, as far as the footer of a Parquet file needs it: read, change, write."""

from __future__ import annotations

from typing import Any

TRUE, FALSE, BYTE, I16, I32, I64, DOUBLE, BINARY, LIST, SET, MAP, STRUCT = range(1, 13)

#: A struct: field number -> (type, value). Lists are (type of the items, items).
Struct = dict[int, tuple[int, Any]]


def read_struct(data: bytes) -> Struct:
    """Return the struct at the start of `data`. Raises `ValueError` and `IndexError` where there is none."""
    struct: Struct = _Reader(data).value(STRUCT)
    return struct


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
        if type_ in (I64, I32, I16):  # most are numbers, and footers may hold a million
            number = self._varint()
            return (number >> 1) ^ -(number & 1)
        if type_ == BINARY:
            return self._take(self._varint())
        if type_ in (TRUE, FALSE):
            return type_ == TRUE
        if type_ == BYTE:
            return self._take(1)
        if type_ == DOUBLE:
            return self._take(8)
        if type_ in (LIST, SET):
            return self._list()
        if type_ == STRUCT:
            return self._struct()
        raise ValueError(f"Thrift type {type_} has no place in a Parquet footer")

    def _struct(self) -> Struct:
        struct: Struct = {}
        number = 0
        while head := self._byte():
            number = number + (head >> 4) if head >> 4 else self.value(I16)
            type_ = head & 15
            struct[number] = (type_, self.value(type_))
        return struct

    def _list(self) -> tuple[int, list[Any]]:
        head = self._byte()
        item, size = head & 15, head >> 4 if head >> 4 < 15 else self._varint()
        if item in (TRUE, FALSE):  # in a list each has a byte of its own
            return item, [self._take(1) for _ in range(size)]
        return item, [self.value(item) for _ in range(size)]

    def _varint(self) -> int:
        byte = self._byte()
        number, shift = byte & 127, 7
        while byte > 127:
            byte = self._byte()
            number |= (byte & 127) << shift
            shift += 7
        return number

    def _byte(self) -> int:
        self._position += 1
        return self._data[self._position - 1]

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
