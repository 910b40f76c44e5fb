"""Dates in the languages of the news, and what only looks like one."""

from __future__ import annotations

import pytest
import regex

from cleaner.dates import MONTHS, one_of
from cleaner.fold import fold
from cleaner.pattern import compile_pattern

DATE = compile_pattern("^{date}$")


@pytest.mark.parametrize(
    "text",
    [
        "3 March 2024", "March 3, 2024", "Tue, 3 Mar 2024", "3rd of March 2024", "03.04.2024", "2024-03-04", "3/4/24",
        "Dienstag, 3. März 2024", "mardi 3 mars 2024", "martes 3 de marzo de 2024", "terça-feira, 3 de março de 2024",
        "martedì 3 marzo 2024", "3 maart 2024", "3 марта 2024 г.", "3 березня 2024 року", "3 marca 2024 r.",
        "3. března 2024", "3 Mart 2024", "3 Maret 2024", "ngày 3 tháng 3 2024",
        "3 مارس 2024", "3 मार्च 2024", "2024年3月4日", "2024년 3월 4일", "3 mars 2024", "3. marts 2024",
        "3. maaliskuuta 2024", "3 martie 2024", "3 Μαρτίου 2024", "2024. március 4.", "3 במרץ 2024", "3 mars, 2024",
        "3 Ağustos 2024", "utorak, 3. ožujka 2024", "vineri, 3 mai 2024",
    ],
)  # fmt: skip
def test_dates(text: str) -> None:
    assert DATE.search(fold(text).text), text


@pytest.mark.parametrize(
    "text",
    ["3 Marathons", "5 Products", "7 Mayors", "2012 Martin", "12 Outdoor", "3 Discussion", "0.12.13", "Marble 4",
     "Patch 8.1.1934", "2 Settings", "Decade 2020"],
)  # fmt: skip
def test_what_is_no_date(text: str) -> None:
    assert not DATE.search(text), text


def test_every_month_is_found() -> None:
    words = [word for names in MONTHS.values() for word in names.split()]
    assert [word for word in words if not DATE.search(fold(f"3 {word.title()} 2024").text)] == []


def test_one_of_is_any_of_the_words() -> None:
    words = ["may", "mayo", "maria", "june", "j"]
    assert [word for word in (*words, "ma", "jun", "mayor", "") if regex.fullmatch(one_of(words), word)] == words
