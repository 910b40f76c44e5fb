"""Lists of words in patterns."""

from __future__ import annotations

import pytest
import regex

from cleaner.clean import Cleaner
from cleaner.fold import fold
from cleaner.load import parse_rules, prepare
from cleaner.sources import Source
from cleaner.words import with_words

WORDS = {
    "unit": {
        "en": ("Hour", "hours"),
        "pt": ("mes atrás",),
        "zh": ("小时",),
        "de": ("*stunde*",),
        "ru": ("год*",),
        "hi": ("बढ\u093cी",),
        "fr": ("l’an passe\u0301",),
    }
}

FILE = """\
words:
  unit:
    en: [hour, hours]
    is: ["klukku*"]
rules:
- name: ago
  description: How long ago it was.
  pattern: |
    ^\\d+\\s
    {unit}\\s
    ago$
  zone: tail
  when: {unless: ['^9+\\s{unit}']}
  examples: {}
  keep: []
"""


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("2 hours", "hours"),
        ("2 HOUR", "HOUR"),
        ("2 hourss", None),
        ("2 xhour", None),
        ("um mes atrás", "mes atrás"),
        ("um mes atras", None),
        ("3小时前", "小时"),
        ("Viertelstunden", "Viertelstunden"),
        ("года", "года"),
        ("ягод", None),
        ("बढ़ी", "बढ़ी"),
        ("l'an passé", "l'an passé"),
    ],
)
def test_what_words_match(text: str, found: str | None) -> None:
    match = regex.search(with_words("{unit}", WORDS), fold(text).text)
    assert (match and match[0]) == (found and fold(found).text)


@pytest.mark.parametrize(("text", "found"), [("2 Hours", True), ("2 hours", False), ("3小时", True)])
def test_words_that_begin_with_no_small_letter(text: str, *, found: bool) -> None:
    assert bool(regex.search(with_words("{Unit}", WORDS), text)) == found


def test_blocks_and_unknown_names_stay() -> None:
    assert with_words(r"{lead}{cue}{other}\p{Lu}{2}", WORDS) == r"{lead}{cue}{other}\p{Lu}{2}"


@pytest.mark.parametrize(
    ("line", "goes"),
    [("3 hours ago", True), ("3 Klukkustunda ago", True), ("3 hour days ago", False), ("9 hours ago", False)],
)
def test_a_rule_whose_patterns_name_words(line: str, *, goes: bool) -> None:
    cleaner = Cleaner(parse_rules([Source("date.yaml", FILE)]))
    text = (
        f"The ferry left late on Thursday, and nobody on the quay or in the harbour office knew why it did.\n\n{line}"
    )
    assert (cleaner.clean(text) != text) == goes


def test_prepared_rules_have_their_words() -> None:
    prepared = prepare(parse_rules([Source("date.yaml", FILE)]))
    assert prepared.words == {}
    assert regex.search(prepared.rules[0].pattern, "3 hours ago")
