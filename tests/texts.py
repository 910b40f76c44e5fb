"""Rules and documents for tests of the engine: one small rule for every feature, and texts that try to break it."""

from __future__ import annotations

from functools import cache

from hypothesis import strategies as st

from cleaner import Cleaner, Document, RuleSet, load_rules
from cleaner.characters import COMBINING_RANGES, INVISIBLE_RANGES
from cleaner.load import parse_rules
from cleaner.rule import Rule
from cleaner.sources import Source, read_sources
from cleaner.written import read_rules

#: Characters that are not seen by themselves: folding takes them away or joins them with the letter before.
UNSEEN = frozenset(chr(code) for first, last in INVISIBLE_RANGES + COMBINING_RANGES for code in range(first, last + 1))

#: One rule for each thing that a rule can do.
ENGINE = r"""
protect: ['keep this']
rules:
- name: read
  description: A line that points elsewhere.
  cues: {en: [read more, see also], fr: [à lire aussi], el: [διαβάστε επίσης], tr: [ilgili haber], hi: [यह भी पढ़ें]}
  pattern: '^{lead}{cue}\b'
  when: {unless: ['three rs']}
- name: anywhere
  description: A line with a phrase somewhere in it.
  cues: {en: [all rights reserved]}
  pattern: '{cue}'
- name: footer
  description: A footer glued to the last sentence.
  cues: {en: [appeared first on]}
  pattern: '(?:^|[.] )(?P<cut>The post [^.]{1,80} {cue} [A-Z]\w+( \w+)?\.?)$'
  action: strip_span
- name: link
  description: A link in the middle of a line.
  cues: {en: [click here]}
  pattern: '\(?{cue}\b[^.)]{0,40}[.)]?'
  action: strip_span
- name: cut
  description: One part of a match goes.
  cues: {en: [share this story now]}
  pattern: '(?:^|\. )(?P<cut>{cue}\.?)'
  action: strip_span
- name: follow
  description: A prompt at the edge of a sentence.
  cues: {en: [follow us], de: [folgt uns]}
  pattern: '{edge}{cue} \w+\.?'
  action: strip_span
- name: notice
  description: A notice with all of its block, prose or not.
  cues: {en: [legal notice]}
  pattern: '^{lead}{cue}'
  action: drop_block
  prose: true
- name: box
  description: A box of links.
  cues: {en: [in this section]}
  pattern: '^{lead}{cue}'
  action: drop_block
- name: more
  description: Everything below.
  cues: {en: [more stories]}
  pattern: '^{lead}{cue}{end}'
  action: cut_tail
  zone: tail
- name: credit
  description: A credit at either end.
  pattern: '^\(?[Cc]redit: {name}\)?$'
  zone: ends
- name: section
  description: A label above the text.
  pattern: '^(News|World|Sport)$'
  zone: head
- name: tags
  description: Labels below the text.
  pattern: '^#\w+( #\w+)*$'
  zone: tail
- name: next
  description: A line beside a removed one.
  pattern: '^-> '
  when: {after: [engine/read, engine/next]}
- name: above
  description: A label over a removed line.
  pattern: ':$'
  when: {before: [any], max_chars: 30}
- name: bar
  description: A line that is only a bar.
  pattern: '^[|*]$'
  when: {max_chars: 3}
- name: headline
  description: The headline once more.
  pattern: '^'
  zone: ends
  when: {repeats: title}
- name: twice
  description: A line that stood here before.
  cues: {en: [photo]}
  pattern: '^{cue}'
  when: {repeats: earlier_line}
- name: advert
  description: A label with a line of text under it.
  cues: {en: [advertisement]}
  pattern: '^{cue}$'
  when: {next: '\w'}
  zone: body
- name: sponsor
  description: A line of one site.
  cues: {en: [supported by]}
  pattern: '^{cue}'
  when: {sites: [example.com]}
- name: aggressive
  description: A line that may be more than a label.
  cues: {en: [watch]}
  pattern: '^{cue}: '
  level: aggressive
"""

PROSE = [
    "The ferry was late again on Thursday, and the people on the quay had stopped asking the crew when it would leave.",
    "Nobody had told the harbour office that the second engine was still in pieces on the floor of the workshop.",
    "“Read more and write less,” said the teacher, who had taught the three Rs in the valley for thirty-one years.",
    "Der Gemeinderat hat am Dienstagabend beschlossen, die alte Brücke über den Bach vom Frühjahr an zu sperren.",
    "Le conseil a décidé mardi soir de fermer le vieux pont au printemps, et le maire n’a pas voulu en dire plus.",
    "Η γέφυρα έκλεισε την Τρίτη το βράδυ, και ο δήμαρχος είπε ότι δεν θα ανοίξει ξανά πριν από το καλοκαίρι.",
    "市議会は火曜日の夜、古い橋を来年の春から閉鎖することを決めた。市長は再開の見通しについて何も語らなかった。",
    "नगर परिषद ने मंगलवार की रात पुराने पुल को अगले वसंत से बंद करने का निर्णय लिया, और महापौर ने कुछ नहीं कहा।",
    "وقرر المجلس البلدي مساء الثلاثاء إغلاق الجسر القديم ابتداء من الربيع المقبل، ولم يشأ رئيس البلدية أن يقول المزيد.",
]  # fmt: skip

BOILERPLATE = [
    "Read more: Ten other bridges", "See also Ten other bridges", "à lire aussi : dix ponts",
    "ΔΙΑΒΆΣΤΕ ΕΠΊΣΗΣ: γέφυρες", "İlgili Haber: köprü", "यह भी पढ़ें: पुल", "© 2026 All rights reserved",
    "The post Ten bridges appeared first on Daily Post.", "(click here to see)", "Click here",
    "Share this story now.", "Follow us here.", "It closed. Follow us there. It opened.", "FOLGT UNS hier",
    "Legal notice", "In this section", "More stories", "Credit: Ann Lee", "News", "#bridge #town", "-> Ten bridges",
    "Related:", "|", "*", "Photo: the bridge", "Advertisement", "Supported by the town", "Watch: the bridge",
    "The bridge closes for good", "The bridge closes for good - The Daily Post",
]  # fmt: skip

#: What breaks text: case pairs of other lengths, invisible and combining characters, line ends that are none, markup.
NOISE = [
    "i", "İ", "ı", "ς", "ß", "ẞ", "ſ", "K", "\u0301", "\u0307", "\u093c", "\u200b", "\u200d", "\u00ad", "\ufe0f",
    "\ufeff", "\u202e", "\u2028", "\x85", "\x0b", "\x0c", "\x1c", "\0", "\ud800", "\udfff", "\r", "\t", " ", "  ",
    "\xa0", "\u3000", "\u2003", "’", "“", "–", "…", "：", "【", "】", "&amp;", "&nbsp;", "&#10;", "&NewLine;",
    "&fjlig;", "&#xD800;", "&", "<b>", "</b>", "<br>", '<a href="x">', "</a>", "<", ">", "[", "](http://a.b/c)",
    "**", "#", "- ", "> ", "| ", ": ", ". ", "字", "🙂",
]  # fmt: skip

hosts = st.sampled_from(
    [None, "https://www.example.com/a", "http://news.example.com", "https://other.org/", "http://["]
)
languages = st.sampled_from([None, "en", "de", "pt-BR", "EN_us", ""])


def engine_rules() -> RuleSet:
    """Return the rules of `ENGINE`."""
    return parse_rules([Source("engine.yaml", ENGINE)])


def rules_of(text: str) -> RuleSet:
    """Return the rules of a rule file with this text, in the family `test`."""
    return parse_rules([Source("test.yaml", text)])


def cleaner_of(text: str) -> Cleaner:
    """Return a cleaner with the rules of a rule file with this text."""
    return Cleaner(rules_of(text), level="aggressive")


@cache
def shipped() -> tuple[Rule, ...]:
    """Return the shipped rules as they are written, with their examples."""
    return read_rules(read_sources()).rules.rules


@cache
def shipped_lines() -> list[str]:
    """Return the lines of the shipped rules: examples, look-alikes and cues."""
    lines: dict[str, None] = {}
    for rule in shipped():
        for examples in rule.examples.values():
            for example in examples:
                lines.update(dict.fromkeys(example.text.split("\n")))
        lines.update(dict.fromkeys(rule.keep))
        for phrases in rule.cues.values():
            lines.update(dict.fromkeys(phrases))
    return [line for line in lines if line.strip()]


@cache
def cleaners() -> dict[str, tuple[Cleaner, Cleaner]]:
    """Return the cleaners under test by name, each with both scanners."""
    engine, rules = engine_rules(), load_rules()
    return {
        "engine": (Cleaner(engine, level="aggressive"), Cleaner(engine, level="aggressive", scanner="every-pair")),
        "shipped": (Cleaner(rules), Cleaner(rules, scanner="every-pair")),
        "aggressive": (Cleaner(rules, level="aggressive"), Cleaner(rules, level="aggressive", scanner="every-pair")),
    }


@st.composite
def lines(draw: st.DrawFn) -> str:
    """A line: boilerplate, prose, noise, or these with something put in, in other case or joined."""
    line = draw(
        st.one_of(
            st.sampled_from(BOILERPLATE),
            st.sampled_from(shipped_lines()),
            st.sampled_from(PROSE),
            st.text(st.characters(exclude_characters="\n", codec=None), max_size=12),
            st.lists(st.sampled_from(NOISE), max_size=6).map("".join),
        )
    )
    change = draw(st.integers(0, 7))
    if change == 0:
        position = draw(st.integers(0, len(line)))
        line = line[:position] + draw(st.sampled_from(NOISE)) + line[position:]
    elif change == 1:
        line += draw(st.sampled_from(["", " ", ". ", "  "])) + draw(st.sampled_from(BOILERPLATE + PROSE))
    elif change == 2:
        frames = [f"  {line} ", f"<p><b>{line}</b></p>", f"• {line}", f"[{line}](x)"]
        line = draw(st.sampled_from([line.upper(), line.title(), *frames]))
    return line


@st.composite
def texts(draw: st.DrawFn) -> str:
    """A text of such lines, with blank lines and line ends of all kinds between."""
    parts: list[str] = []
    newline = draw(st.sampled_from(["\n", "\n", "\n", "\r\n"]))
    for line in draw(st.lists(lines(), max_size=12)):
        parts += (line, newline * draw(st.sampled_from([1, 1, 2, 2, 3, 4])))
        if draw(st.integers(0, 9)) == 0:
            parts.append(draw(st.sampled_from(["", " ", "\t", "\u3000", "\u2028", "\r"])) + newline)
    text = "".join(parts)
    return text.rstrip("\r\n") if draw(st.booleans()) else text


@st.composite
def documents(draw: st.DrawFn) -> Document:
    """A document with such a text and what may be known about it."""
    title = draw(st.one_of(st.none(), st.sampled_from(BOILERPLATE), lines()))
    return Document(draw(texts()), title=title, url=draw(hosts), language=draw(languages))
