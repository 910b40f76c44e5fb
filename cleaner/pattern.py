"""The building blocks of patterns, and how a pattern becomes a compiled regular expression for one cue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any

import regex

from .characters import LEAD_CLASS
from .compiled import compile
from .dates import TIME, date
from .speech import SAID

#: A word with a capital, or one of a script that has none (Arabic, Hebrew, Devanagari, Chinese, Thai, Georgian ...).
_CAPITALISED = r"(?:\p{Lu}[\p{L}\p{M}'.-]*|\p{Lo}[\p{Lo}\p{M}'-]{0,20}|[ა-ჺ]{2,20})"
_PARTICLE = r"(?:de|da|di|do|dos|del|della|du|van|von|vom|zu|der|den|ter|la|le|el|al|bin|ibn|binti|y)\b"
_NAME = rf"{_CAPITALISED}(?:\s(?:{_CAPITALISED}|{_PARTICLE})){{0,4}}"
_AND = (
    r"(?:\s?[,&/;]\s?|\s?[、・،]\s?|\s(?:and|und|et|e|y|en"
    r"|og|och|ja|dan|ve|a|si|és|et|și|şi|и|й|та|і|και|و|with|mit|avec|con)\s)"
)

#: What leads to a name inside a prompt ("from The Harbour Gazette"), and what goes on behind that name.
_LEADS = (
    r"from|of|by|at|via|with|on|in|to|for|the|and|or|our|your|&|latest|daily|weekly|top|best|newest|free"
    r"|von|vom|aus|für|mit|und|im|am|auf|zu|zum|zur|der|die|das|den|dem|des|eine?[nmr]?|unser\p{Ll}*|\p{Ll}+st(?:en|e)|aktuellen?|alle[nr]?"
    r"|de|del|do|da|dos|das|di|du|en|em|no|na|nos|nas|el|la|los|las|le|les|o|a|os|as|y|e|et|il|lo|gli|su|sur|sul|dal|dalla"
    r"|para|por|pour|per|con|com|avec|в|на|и|с|от|о|из|для|по"
)
_GOES_ON = (
    r"for|to|and|or|on|at|via|in|today|now|here|apps?|newsletters?|channel|news|stories|group|page|an|aus|und|zu|zum|zur"
    r"|para|pour|per|y|e|et|и|для"
)
#: Words with a capital that go on with a prompt: networks, and how German speaks to the reader.
_KNOWN = (
    r"(?i:facebook|twitter|instagram|whats\s?app|telegram|youtube|tiktok|linkedin|google|newsletters?|e-?mails?)\b"
    r"|Sie\b|Ihr\p{Ll}*"
)
_WORD = r"(?:[^\s.!?…\"]|\.(?=[\p{L}\p{N}]))"
_CAPITAL_WORD = r"\p{Lu}(?:[\p{L}\p{M}\p{N}&'-]|\.(?=\p{L}))*"
_REST = (
    rf"[\p{{L}}\p{{N}}/,'-]*(?:\s(?:(?:(?<=,\s)|(?:{_LEADS})\s)(?!{_KNOWN}){_CAPITAL_WORD}(?:\s{_CAPITAL_WORD}){{0,3}}"
    rf"(?:,|(?=[.!?:]|\s(?:{_GOES_ON})\b|\s*$))|(?:{_KNOWN}){_WORD}*|(?!(?:[\"'(«„]\s?)?\p{{Lu}}){_WORD}+)){{0,40}}"
)

#: What a sentence ends with, or a label: the punctuation that `{edge}` asks for, and how much white space behind it.
EDGES = ".!?…:;\"')]}»。।؟۔」』"
SPACES = 3

#: name -> (regular expression, what it stands for). Text is folded before it is matched: typographic quotes, dashes
#: and spaces are plain ones.
BLOCKS: dict[str, tuple[str | Callable[[], str], str]] = {
    "lead": (
        LEAD_CLASS + "*+",
        "bullets, brackets, arrows, quotes and emoji before the first word",
    ),
    "sep": (
        r"\s*(?:[:|>»→•]+|-{1,2}(?=\s)|\.{3}|…)\s*",
        "what separates a label from its text: a colon, bar, dash, arrow",
    ),
    "colon": (
        r"\s?(?:[:|»→]|>+)+",
        "the colon, bar or arrows right behind a label; with a cue before it, any cue is cheap",
    ),
    "edge": (
        rf"(?<=^\s{{0,{SPACES}}}|[{regex.escape(EDGES)}]\s{{0,{SPACES}}})",
        "the edge of a sentence: the start of the line, or punctuation before; with a cue behind it, any cue is cheap",
    ),
    "end": (r"[\s.:!…|>»→)\]*_。।۔-]*$", "nothing more but punctuation up to the end of the line"),
    "title": (r"\S(?:.{0,300}?\S)?", "the title of an article: up to about 300 characters, the fewest that fit"),
    "name": (_NAME, "a person's name: one to five words with capitals, or particles"),
    "names": (rf"{_NAME}(?:{_AND}{_NAME}){{0,5}}", "one to six names with commas or `and` between them"),
    "date": (date, "a date with a month, in figures or words, with or without day of the week and year"),
    "time": (TIME, "a time of day, with its zone"),
    "said": (SAID, "a comma or a closing quote, and that somebody said it: `, the mayor said`, in any language"),
    "url": (r"(?:https?://|www\.)[^\s<>\"]{3,500}", "a web address"),
    "network": (
        # Folded forms: no Arabic hamza, no Persian kaf. Names that are words as well count with their capital only.
        r"(?:\b(?i:facebook|twitter|instagram|whats\s?app|tele\s?gram|you\s?tube|tik\s?tok|linkedin|pinterest|reddit|google"
        r"\s?(?:news|plus|\+|not[íi]cias|notizie|haberler|actualit[ée]s|nieuws|berita)|mastodon|blue\s?sky|snapchat|flipboard|zalo|rutube"
        r"|tumblr|vkontakte|viber|wechat|weibo|kakaotalk|stumbleupon|digg|delicious)\b|\b(?:X|VK|OK|LINE|Line|Threads|Discord"
        r"|MAX|Rumble|Gettr|GETTR|Parler|Gab|Messenger|Signal|Insta|Xing|XING|Skype|Pocket|Truth\sSocial)\b"
        r"|(?i:фейсбук|твиттер|инстаграм|телеграм|вконтакте|одноклассник|дзен|ютуб|вайбер|вотсап|ватсап)\w*"
        r"|फेसबुक|ट्विटर|इंस्टाग्राम|व्हाट्स\s?[एऐ]प|टेलीग्राम|यूट्यूब"
        r"|فيس\s?بوك|فيسبوك|تويتر|توييتر|انست[جغ]رام|اينستا[جگ]رام|واتس\s?اب|واتساپ|تي?ل[يه]?[جغگك]رام|يوتيوب"
        r"|פייסבוק|טוויטר|אינסטגרם|טלגרם|וואטסאפ|페이스북|트위터|인스타그램|카카오톡|네이버|유튜브"
        r"|فيس\s?بك|ٹو[ئي]ٹر|انسٹاگرام|واٹس\s?ايپ|يوٹيوب|روبيكا|ايتا(?=\s)|গুগল\sনিউজ|ফেসবুক|ইউটিউব|হো[\u09af\u09df]াটসঅ্যাপ|টেলিগ্রাম"
        r"|ইনস্টাগ্রাম|व्हॉट्स[अॅऍ]+प|गूगल\sन्यूज|வாட்ஸ்\s?அப்|யூடியூப்|டெலிகிராம்|వాట్సాప్|యూట్యూబ్|వాట్సప్|വാട്സാപ്പ്|വാട്‌സ്ആപ്പ്"
        r"|വാട്സ്ആപ്പ്|വാട്ട്‌സ്ആപ്പ്|યુટ્યુબ|વોટ્સએપ|เฟซบุ๊ก|เฟสบุ๊ค|ยูทูบ|ทวิตเตอร์|อินสตาแกรม|ติ๊กต็อก|(?<!ออน)ไลน์|ფეისბუქ"
        r"|微信|微博|脸书|臉書|推特|公众号|公眾號|视频号|抖音|小红书|小紅書|粉絲團|粉絲專頁|粉絲頁|粉专|粉專"
        r"|ツイッター|インスタグラム|フェイスブック)",
        "a social network, messenger or news reader, as buttons and prompts name it",
    ),
    "rest": (_REST, "how a prompt goes on: at most 40 words, none of which begins a sentence of its own"),
    "site": (r"[\p{L}\p{N}][^\n]{0,80}?", "the name of a site or publication: up to 80 characters"),
}

#: A `{name}` in a pattern: of a building block, or of a list of words. `\p{Lu}` and `{1,3}` are none.
BLOCK = r"(?<!\\[pPN])\{([A-Za-z][a-z_]*)\}"

#: What stands for the cue in a pattern. With `{phrase}` it must be compiled for each cue.
CUES = {
    "cue": "one of the cues, in any case",
    "Cue": "one of the cues with a capital first letter, as it begins a label",
    "phrase": "one of the cues, of which a look-behind may read the letters; takes longer",
}

#: Letters of scripts that no news is written in, for the capitals, small letters, other letters, digits and punctuation
#: of a cue: so that one pattern serves all cues of a rule, and still sees how the cue was typed.
_CAPITAL, _SMALL, _LETTER, _DIGIT, _MARK = "\u2c00\u2c30\ua4d0\u1810\ua67e"
#: Places of one cue in a line, or in the stretch of a long one, that are tried one by one. More are no writer's.
MAX_PLACES = 8
_MASKED = f"[{_CAPITAL}{_SMALL}{_LETTER}{_DIGIT}{_MARK}]"


def unknown_blocks(pattern: str) -> list[str]:
    """Return the name of each `{name}` in a pattern that is no building block: of a list of words, or of nothing."""
    return [found[1] for found in regex.finditer(BLOCK, pattern) if found[1] not in BLOCKS and found[1] not in CUES]


def masked(text: str, lowered: str, cue: str, *, first: bool = False) -> Iterator[tuple[str, int]]:
    """Yield a folded text with one place of the cue masked, and where that place ends, for each place or the `first`.

    `lowered` is `text` in lower case. What the pattern asks for beside the cue may be the same word again, so the other
    places stay readable, except where they are so many that trying each would take too long: then all are masked, and
    -1 stands for their ends. The length of the text stays.

    >>> list(masked("A, a", "a, a", "a")) == [("\u2c00, a", 1), ("A, \u2c30", 4)]
    True
    """
    places: list[int] = []
    position = lowered.find(cue)
    while position >= 0 and not (first and places):
        places.append(position)
        position = lowered.find(cue, position + len(cue))
    for together in [[place] for place in places] if len(places) <= MAX_PLACES else [places]:
        pieces: list[str] = []
        end = 0
        for place in together:
            pieces += (text[end:place], text[place : place + len(cue)].translate(_MASKS))
            end = place + len(cue)
        yield "".join((*pieces, text[end:])), end if len(together) == 1 else -1


class _Masks(dict[int, str]):
    """What each character of a cue is masked with; filled as characters are met."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        mask = _DIGIT if character.isnumeric() else _MARK
        if character == " ":
            mask = character
        elif character.isalpha():
            mask = _CAPITAL if character.isupper() else _SMALL if character.islower() else _LETTER
        self[code] = mask
        return mask


_MASKS = _Masks()


def masks_cue(pattern: str) -> bool:
    """Whether a pattern is matched on text whose cue is masked."""
    return "{cue}" in pattern or "{Cue}" in pattern


def looks_into_cue(pattern: str) -> bool:
    """Whether a pattern must be compiled for each cue."""
    return "{phrase}" in pattern


def expand(pattern: str, phrase: str = "") -> str:
    """Return the regular expression of a pattern with its building blocks put in, for text with masked cues.

    `phrase` is the cue of a pattern that looks into it.
    """
    # From its beginning, not from the middle of it: a line full of cues would be tried from each letter to its end.
    cue = f"(?:(?<!{_MASKED}[ ]?){_MASKED}++(?:[ ]{_MASKED}++)*+)"
    quoted = r"\s+".join(regex.escape(word, special_only=True) for word in phrase.split(" "))
    cues = {"cue": cue, "Cue": f"(?-i:(?={_CAPITAL})){cue}", "phrase": f"(?i:{quoted})"}
    return regex.sub(BLOCK, lambda m: cues.get(m[1]) or f"(?:{_block(m[1])})", pattern)


def _block(name: str) -> str:
    written = BLOCKS[name][0]
    return written if isinstance(written, str) else written()


def same_length(pattern: str) -> str:
    """Return a pattern with stand-ins as long as its building blocks: positions in it are those of the original."""
    return regex.sub(BLOCK, lambda m: f"(?:{'x' * (len(m[0]) - 4)})", pattern)


# As many as there are shipped rules with their conditions, many times over.
@lru_cache(maxsize=8192)
def compile_pattern(pattern: str, phrase: str = "") -> regex.Pattern[str]:
    """Compile a pattern. Raises `regex.error` where it is malformed, `KeyError` for an unknown block."""
    return compile(expand(pattern, phrase))


def why_not(pattern: str, error: regex.error) -> str:
    """Return what is wrong with a pattern as it was written, before its building blocks are put in."""
    try:
        regex.compile(same_length(pattern))
    except regex.error as written:
        found: Any = written  # its published type leaves out `msg` and `pos`
        position = len(pattern) if found.pos is None else found.pos
        where = f"before {pattern[position : position + 12]!r}" if position < len(pattern) else "at its end"
        return f"{found.msg} {where}"
    return str(error)


def cue_block(pattern: str) -> str:
    """Return the first block of a pattern that stands for the cue, "" if there is none."""
    return next((name for name in CUES if f"{{{name}}}" in pattern), "")
