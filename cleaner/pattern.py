"""The building blocks of patterns, and how a pattern becomes a compiled regular expression for one cue."""

from __future__ import annotations

from functools import lru_cache

import regex

from .fold import LEAD_CLASS

_NAME_WORD = r"(?:\p{Lu}[\p{L}\p{M}'.-]*|(?:de|da|di|del|della|dos|van|von|der|den|ter|la|le|el|al|bin|ibn|y|zu)\b)"

#: name -> (regular expression, what it stands for). Text is folded before it is matched: typographic quotes, dashes
#: and spaces are plain ones.
BLOCKS: dict[str, tuple[str, str]] = {
    "lead": (
        LEAD_CLASS + "*+",
        "bullets, brackets, arrows, quotes and emoji before the first word",
    ),
    "sep": (r"\s*(?:[:|>»→•]+|-{1,2}(?=\s)|\.{3}|…)\s*", "what separates a label from its text: a colon, bar, dash, arrow"),
    "end": (r"[\s.:!…|>»→)\]*_-]*$", "nothing more but punctuation up to the end of the line"),
    "title": (r"\S(?:.{0,300}?\S)?", "the title of an article: up to about 300 characters, the fewest that fit"),
    "name": (
        rf"\p{{Lu}}[\p{{L}}\p{{M}}'.-]*(?:\s{_NAME_WORD}){{0,4}}",
        "a person's name: one to five words with capitals, or particles",
    ),
    "names": (
        rf"\p{{Lu}}[\p{{L}}\p{{M}}'.-]*(?:\s{_NAME_WORD}){{0,4}}"
        rf"(?:\s?(?:,|&|/|and|und|et|e|y|en|og|och|i|dan|ve)\s\p{{Lu}}[\p{{L}}\p{{M}}'.-]*(?:\s{_NAME_WORD}){{0,4}}){{0,5}}",
        "one to six names with commas or `and` between them",
    ),
    "time": (r"\d{1,2}[:.h]\d{2}(?::\d{2})?\s?(?:[AaPp]\.?[Mm]\.?)?(?:\s?\(?\p{Lu}{2,5}\)?)?", "a time of day, with its zone"),
    "url": (r"(?:https?://|www\.)[^\s<>\"]{3,500}", "a web address"),
    "network": (
        # Folded forms: no Arabic hamza, no Persian kaf. Names that are words as well count with their capital only.
        r"(?:\b(?i:facebook|twitter|instagram|whats\s?app|tele\s?gram|you\s?tube|tik\s?tok|linkedin|pinterest|reddit|google"
        r"\s?(?:news|plus|\+|not[íi]cias|notizie|haberler|actualit[ée]s|nieuws|berita)|mastodon|blue\s?sky|snapchat|flipboard"
        r"|tumblr|vkontakte|viber|wechat|weibo|kakaotalk|stumbleupon|digg|delicious)\b|\b(?:X|VK|OK|LINE|Line|Threads|Discord"
        r"|Rumble|Gettr|GETTR|Parler|Gab|Messenger|Signal|Insta|Xing|XING|Skype|Pocket|Truth\sSocial)\b"
        r"|(?i:фейсбук|твиттер|инстаграм|телеграм|вконтакте|одноклассник|дзен|ютуб|вайбер|вотсап|ватсап)\w*"
        r"|फेसबुक|ट्विटर|इंस्टाग्राम|व्हाट्स\s?[एऐ]प|टेलीग्राम|यूट्यूब"
        r"|فيس\s?بوك|فيسبوك|تويتر|توييتر|انست[جغ]رام|اينستا[جگ]رام|واتس\s?اب|واتساپ|تي?ل[يه]?[جغگك]رام|يوتيوب"
        r"|פייסבוק|טוויטר|אינסטגרם|טלגרם|וואטסאפ|페이스북|트위터|인스타그램|카카오톡|네이버|유튜브"
        r"|微信|微博|脸书|臉書|推特|公众号|公眾號|ツイッター|インスタグラム|フェイスブック)",
        "a social network, messenger or news reader, as buttons and prompts name it",
    ),
    "site": (r"[\p{L}\p{N}][^\n]{0,80}?", "the name of a site or publication: up to 80 characters"),
}

#: A `{word}` of a pattern; `\p{Lu}` and quantifiers such as `{1,3}` are none.
_BLOCK = regex.compile(r"(?<!\\[pPN])\{([a-z_]+)\}")


def unknown_blocks(pattern: str) -> list[tuple[int, str]]:
    """Return the position (characters) and name of each `{name}` in a pattern that is no building block."""
    return [(m.start(), m[1]) for m in _BLOCK.finditer(pattern) if m[1] not in BLOCKS and m[1] != "cue"]


def starts_line(pattern: str) -> bool:
    """Whether the pattern's cue is the first word of the line, so that scanners need only look there."""
    return pattern.startswith(("^{lead}{cue}", "^{cue}"))


def expand(pattern: str, cue: str = "") -> str:
    """Return the regular expression of a pattern with its building blocks, and the cue (if any), put in."""
    quoted = r"\s+".join(regex.escape(word, special_only=True) for word in cue.split(" "))
    return _BLOCK.sub(lambda m: f"(?i:{quoted})" if m[1] == "cue" else f"(?:{BLOCKS[m[1]][0]})", pattern)


def same_length(pattern: str) -> str:
    """Return a pattern with stand-ins as long as its building blocks, so that positions in it are those of the original."""
    return _BLOCK.sub(lambda m: f"(?:{'x' * (len(m[0]) - 4)})", pattern)


# As many as there are pairs of a rule and a cue in the shipped rules, a few times over.
@lru_cache(maxsize=65536)
def compile_pattern(pattern: str, cue: str = "") -> regex.Pattern[str]:
    """Compile a pattern for one cue. Raises `regex.error` where it is malformed, `KeyError` for an unknown block."""
    return regex.compile(expand(pattern, cue), regex.VERSION0)
