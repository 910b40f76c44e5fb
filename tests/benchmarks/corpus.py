"""A corpus made from a seed: articles in six languages, a share of them with boilerplate of every rule family."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass

from cleaner.load import parse_rules
from cleaner.rule import Rule
from cleaner.sources import read_sources

#: Words to make sentences of; what they say does not matter, their lengths and letters do.
WORDS = {
    "en": "the council said on Monday that a new bridge over river would open in spring after years "
    "of work by engineers from city and local people who had asked for it since old one was "
    "closed because its wooden deck had rotted",
    "de": "der Rat teilte am Montag mit dass die neue Brücke über den Fluss nach Jahren der Arbeit im "
    "Frühjahr öffnen soll weil alte wegen ihres verfaulten Belags für Fußgänger und Fahrräder "
    "gesperrt werden musste",
    "fr": "le conseil a annoncé lundi que nouveau pont sur la rivière ouvrirait au printemps après "
    "des années de travaux menés par les ingénieurs de ville et habitants qui l’avaient demandé "
    "depuis fermeture",
    "es": "el consejo dijo lunes que nuevo puente sobre río abriría en primavera después de años de "
    "trabajo por ingenieros ciudad y vecinos que lo habían pedido desde cierre del antiguo cuya "
    "cubierta estaba podrida",
    "ru": "совет сообщил в понедельник что новый мост через реку откроется весной после нескольких "
    "лет работы инженеров города и жителей которые просили об этом с тех пор как старый закрыли",
    "zh": "市议会 星期一 表示 新的 大桥 将 在 春天 开放 经过 多年 的 工程 当地 "
    "居民 一直 要求 旧桥 因为 木板 腐烂 而 关闭",
}
#: Shares of the languages, near those of news in web corpora.
WEIGHTS = {"en": 50, "de": 12, "fr": 10, "es": 10, "ru": 10, "zh": 8}


@dataclass(frozen=True)
class Article:
    """A made article and its headline."""

    title: str
    text: str


def articles(seed: int, size: int, boilerplate: float) -> Iterator[Article]:
    """Yield articles of `size` characters in all; a share `boilerplate` (0.0 to 1.0) holds lines that rules remove."""
    draw = random.Random(seed)
    removable = [example for rule in shipped() for examples in rule.examples.values() for example in examples]
    made = 0
    while made < size:
        article = _article(draw, removable if draw.random() < boilerplate else [])
        made += len(article.text)
        yield article


def shipped() -> tuple[Rule, ...]:
    """Return the shipped rules as written, examples included."""
    return parse_rules(read_sources()).rules


def _article(draw: random.Random, removable: list) -> Article:
    language = draw.choices(list(WEIGHTS), list(WEIGHTS.values()))[0]
    title = _sentence(draw, language, 6, 12).rstrip(".。")
    # Twelve paragraphs of three sentences are about 4,000 letters: the median of the news articles we measured.
    blocks = [title] + [
        " ".join(_sentence(draw, language, 8, 30) for _ in range(draw.randint(1, 5)))
        for _ in range(draw.randint(5, 20))
    ]
    for example in draw.sample(removable, min(len(removable), draw.randint(1, 4))):
        lines = set(example.clean.split("\n"))
        gone = [line for line in example.text.split("\n") if line and line not in lines and len(line) < 200]
        place = draw.choice([draw.randint(1, len(blocks)), len(blocks)])
        blocks[place:place] = gone
    return Article(title, "\n\n".join(blocks))


def _sentence(draw: random.Random, language: str, least: int, most: int) -> str:
    words = draw.choices(WORDS[language].split(), k=draw.randint(least, most))
    if language == "zh":
        return "".join(words) + "。"
    text = " ".join(words)
    return text[0].upper() + text[1:] + "."
