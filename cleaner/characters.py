"""Which characters fold into others, which are not seen by themselves, which stand before the first word of a line."""

from __future__ import annotations

#: What stands before the first word of a line: bullets, brackets, quotation marks, arrows, emoji. First and last code
#: points: general punctuation, arrows to dingbats, CJK brackets and the pictograph blocks of the Unicode charts.
LEAD_RANGES = [
    (0x00, 0x2F), (0x3A, 0x40), (0x5B, 0x60), (0x7B, 0xA9), (0xAB, 0xB1), (0xB4, 0xB4), (0xB6, 0xB8), (0xBB, 0xBB),
    (0xBF, 0xBF), (0x2000, 0x206F), (0x2190, 0x2BFF), (0x3000, 0x3004), (0x3007, 0x3020), (0xFE00, 0xFE0F),
    (0xFEFF, 0xFEFF), (0xFF01, 0xFF0F), (0xFF1A, 0xFF20), (0xFF3B, 0xFF40), (0xFF5B, 0xFF65), (0x1F300, 0x1FAFF),
]  # fmt: skip
LEAD = frozenset(chr(code) for first, last in LEAD_RANGES for code in range(first, last + 1))

#: Folds one character to one, so that a span of the folded text is that span of the original.
ONE_TO_ONE = {
    **dict.fromkeys(
        map(chr, (0x85, 0xA0, 0x1680, *range(0x2000, 0x200B), 0x2028, 0x2029, 0x202F, 0x205F, 0x3000)), " "
    ),
    **dict.fromkeys("‘’‚‛ʼʻ′´", "'"),
    **dict.fromkeys("“”„‟″", '"'),
    **dict.fromkeys("–—‐‑‒―−", "-"),
    **{chr(0xFEE0 + code): chr(code) for code in range(0x21, 0x7F)},  # full-width forms
    **dict(zip("【】〔〕", "[][]", strict=True)),
    **dict(zip("İı", "Ii", strict=True)),
    **dict(zip("ȘșȚțЁё", "ŞşŢţЕе", strict=True)),  # Romanian comma below, also typed with a cedilla; Russian yo
    **dict(zip("أإآٱىیک", "ااااييك", strict=True)),  # Arabic alef with hamza; Persian yeh and kaf
    # Kelvin, Angstrom and Ohm signs, capital theta symbol, long and capital sharp s
    **dict(zip("\u212a\u212b\u2126\u03f4ſẞ", "KÅΩΘsß", strict=True)),
}

#: Invisible in print: soft hyphen, joiners, direction marks, variation selectors; Hebrew, Arabic vowel points, kashida.
INVISIBLE_RANGES = [
    (0xAD, 0xAD), (0x34F, 0x34F), (0x591, 0x5C7), (0x640, 0x640), (0x64B, 0x652), (0x670, 0x670), (0x200B, 0x200F),
    (0x202A, 0x202E), (0x2060, 0x2069), (0xFE00, 0xFE0F), (0xFEFF, 0xFEFF),
]  # fmt: skip
#: Combining accents, and the dots of Devanagari and Bengali that also exist inside precomposed letters.
COMBINING_RANGES = [(0x300, 0x34E), (0x350, 0x36F), (0x93C, 0x93C), (0x9BC, 0x9BC)]


def _class(ranges: list[tuple[int, int]]) -> str:
    return "".join(rf"\U{first:08x}-\U{last:08x}" for first, last in ranges)


#: For the character classes of patterns.
LEAD_CLASS = f"[{_class(LEAD_RANGES)}]"
INVISIBLE = _class(INVISIBLE_RANGES)
COMBINING = _class(COMBINING_RANGES)
