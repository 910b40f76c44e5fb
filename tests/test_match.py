"""Every condition of a rule, alone: where it holds, where not, and what a pattern takes."""

from __future__ import annotations

import time
import warnings

import pytest

from cleaner import Cleaner, Document
from cleaner.cue import cues_of
from cleaner.document import Hint, Lines
from cleaner.headline import MAX_HEADLINE, headline_forms, normalise
from cleaner.match import WINDOW, Matcher, obstacles
from cleaner.place import Page, Place
from cleaner.timeout import TIMEOUT, RuleTimeout

from .texts import PROSE, cleaner_of

BODY = f"{PROSE[0]}\n\n{{}}\n\n{PROSE[1]}"


def one(pattern: str, cue: str = "cue", **fields: str) -> Cleaner:
    """Return a cleaner with one rule; fields are YAML."""
    cues = f"cues: {{en: [{cue}]}}, " if cue else ""
    rest = "".join(f", {key}: {value}" for key, value in fields.items())
    return cleaner_of(f"rules: [{{name: x, description: '', {cues}pattern: '{pattern}'{rest}}}]")


def goes(cleaner: Cleaner, line: str, text: str = BODY, **known: str) -> bool:
    """Whether a line goes, whole, between two lines of prose."""
    left = cleaner.clean(text.format(line), **known)
    assert left in (text.format(line), text.format("").replace("\n\n\n", "\n"))
    return left != text.format(line)


@pytest.mark.parametrize(
    ("when", "stays", "leaves"),
    [
        ("{previous: quay}", "x\n\ncue", "cue"),
        ("{next: harbour office}", "cue\n\nx", "cue"),
        ("{min_chars: 5}", "cue", "cue x"),
        ("{max_chars: 5}", "cue xy", "<b>cue</b> x"),
        ("{max_words: 2}", "cue x y", "cue xyz"),
        ("{digits: true}", "cue five", "cue ٥"),
        ("{unless: [mayor, 'b[ei]t']}", "cue bit", "cue but"),
    ],
)
def test_conditions_on_the_line_and_its_neighbours(when: str, stays: str, leaves: str) -> None:
    cleaner = one("^{cue}", when=when)
    assert goes(cleaner, leaves)
    assert not goes(cleaner, stays)


@pytest.mark.parametrize(("when", "text"), [("{previous: ^$}", "cue\n\n{}"), ("{next: ^$}", "{}\n\ncue")])
def test_a_neighbour_may_have_to_be_missing(when: str, text: str) -> None:
    cleaner = one("^{cue}", when=when)
    alone = text.format(PROSE[0])
    assert cleaner.clean(alone) == PROSE[0]
    both = f"{PROSE[1]}\n\n{alone}\n\n{PROSE[1]}"
    assert cleaner.clean(both) == both


@pytest.mark.parametrize(
    "line",
    [
        "Cue or not, the mayor said.",
        '"Cue" - powiedziała.',
        "Cue, zei hij, en toen niet meer.",
        "Cue, сказал он.",
        "cue，父亲常说。",
        "Cueと市長は話した。",
        "Cue라고 시장은 말했다.",
        "Cue, dedi başkan.",
        "Cue، قال المتحدث يوم الاثنين.",
        "Cue, thị trưởng nói hôm thứ Hai.",
        "Cue महापौर ने कहा।",
    ],
)
def test_what_somebody_said_stays(line: str) -> None:
    cleaner = one("{cue}", prose="true")
    assert not goes(cleaner, line)
    assert goes(cleaner, "The cue stands here, and nobody is named.")


def test_rules_of_a_site_hold_for_its_subdomains_and_no_other() -> None:
    cleaner = one("^{cue}", when="{sites: [example.com]}")
    for url in ("https://example.com/a", "http://WWW.Example.com:8080/", "https://news.example.com"):
        assert goes(cleaner, "cue", url=url)
    for url in ("https://badexample.com/", "https://example.com.org", "example.com", "http://[::1", ""):
        assert not goes(cleaner, "cue", url=url)
    assert not goes(cleaner, "cue")


def test_languages_of_cues_and_of_rules() -> None:
    cleaner = cleaner_of(
        """
        rules:
        - {name: a, description: '', cues: {de: [mehr], any: [xyz], en: [more]}, pattern: '^{cue}'}
        - {name: b, description: '', cues: {any: [pt]}, pattern: '^{cue}', when: {languages: [pt]}}
        """
    )
    assert goes(cleaner, "mehr")  # nothing known: all of them
    assert goes(cleaner, "pt")
    for language in ("de", "DE", "de-AT", "de_CH"):
        assert goes(cleaner, "mehr", language=language)
    assert not goes(cleaner, "mehr", language="fr")
    assert goes(cleaner, "more", language="fr")  # English stands on pages of every language
    assert goes(cleaner, "xyz", language="fr")
    assert goes(cleaner, "pt", language="pt-BR")
    assert not goes(cleaner, "pt", language="de")


@pytest.mark.parametrize(
    ("rules", "documents"),
    [
        ("no", "nb nn nb-NO nob_Latn nno no NB"),
        ("de", "deu ger deu_Latn de-CH"),
        ("he", "iw heb_Hebr"),
        ("id", "in ind"),
        ("tl", "fil fil_Latn tgl"),
        ("zh", "cmn_Hani zho_Hans chi zh-TW"),
        ("ceb", "ceb ceb_Latn"),
    ],
)
def test_other_codes_of_a_language(rules: str, documents: str) -> None:
    cleaner = cleaner_of(
        f"rules: [{{name: a, description: '', cues: {{'{rules}': [here], fr: [ici]}}, pattern: '^{{cue}}$'}}]"
    )
    for language in documents.split():
        assert goes(cleaner, "here", language=language)
        assert not goes(cleaner, "ici", language=language)


@pytest.mark.parametrize("language", ["german", "und", "und_Latn", "xx", "", "-", "?", "C", "sh"])
def test_a_code_of_no_language_restricts_nothing(language: str) -> None:
    rule = "{name: a, description: '', cues: {de: [hier]}, pattern: '^{cue}$', when: {languages: [de]}}"
    assert goes(cleaner_of(f"rules: [{rule}]"), "hier", language=language)


def test_zones() -> None:
    text = f"cue 1\n{PROSE[0]}\ncue 2\n{PROSE[1]}\ncue 3"
    left = {zone: one("^{cue}", zone=zone).clean(text) for zone in ("any", "head", "body", "tail", "ends")}
    gone = {zone: {n for n in "123" if f"cue {n}" not in kept} for zone, kept in left.items()}
    assert gone == {"any": set("123"), "head": {"1"}, "body": {"2"}, "tail": {"3"}, "ends": {"1", "3"}}


def test_links_and_tags_of_pages() -> None:
    text = BODY.format("cue")
    start = text.index("cue")

    def left(cleaner: Cleaner, hint: Hint | None) -> str:
        return cleaner.explain(Document(text, hints={start: hint} if hint else {})).text

    dense, listed = one("^{cue}", when="{min_link_density: 0.5}"), one("^{cue}", when="{tags: [li, td]}")
    inside = one("^{cue}", when="{same_site: true}")
    assert "cue" not in left(dense, Hint(link_density=0.5))
    assert "cue" in left(dense, Hint(link_density=0.4))
    assert "cue" not in left(listed, Hint(tag="td"))
    assert "cue" in left(listed, Hint(tag="p"))
    assert "cue" not in left(inside, Hint(same_site=True))
    assert "cue" in left(inside, Hint(link_density=1.0))
    assert left(dense, None) == left(listed, None) == left(inside, None) == text


def test_a_protected_line_stays() -> None:
    cleaner = cleaner_of(
        """
        protect: ['\\bBridge\\b', '^x']
        rules:
        - {name: a, description: '', cues: {en: [cue]}, pattern: '{cue}'}
        - {name: b, description: '', cues: {en: [section]}, pattern: '^{cue}', action: drop_block}
        - {name: c, description: '', cues: {en: [stories]}, pattern: '^{cue}', action: cut_tail}
        - {name: d, description: '', cues: {en: [share now]}, pattern: '{cue}', action: strip_span}
        """
    )
    assert goes(cleaner, "cue bridges")
    for line in ("cue Bridge", "x cue", "<b>Bridge</b> cue", "share now Bridge"):
        assert not goes(cleaner, line)
    assert cleaner.clean("section\na\nthe Bridge\nb") == "the Bridge\nb"
    assert cleaner.clean("a\n\nstories\n\nb\n\nthe Bridge\n\nb") == "a\n\nthe Bridge\n\nb"


def test_prose_stays_unless_the_rule_says_otherwise() -> None:
    line = f"Cue {PROSE[1]}"
    assert not goes(one("^{cue}"), line)
    assert goes(one("^{cue}", prose="true"), line)
    assert not goes(one("^{cue}.*", action="strip_span"), line)
    assert goes(one("^{cue}.*", action="strip_span", prose="true"), line)
    assert one("^{cue} ", action="strip_span").clean(line) == PROSE[1]


def test_prose_stays_when_many_spans_of_one_rule_take_it() -> None:
    line = "Cue: ten bridges that closed. " * 20
    assert not goes(one("{cue}: [^.]+[.]", action="strip_span"), line.strip())
    assert goes(one("{cue}: [^.]+[.]", action="strip_span", prose="true"), line.strip())


def test_prose_stays_when_spans_of_two_rules_take_it() -> None:
    rules = """
        rules:
        - {name: a, description: '', cues: {en: [first part]}, pattern: '^{cue} [^.]+[.]', action: strip_span}
        - {name: b, description: '', cues: {en: [last part]}, pattern: '{cue} [^.]+[.]$', action: strip_span}
        """
    long = "that the people on the quay had waited for since the ferry left on a wet Thursday in the middle of spring"
    both = f"First part {long}. Last part {long}."
    assert cleaner_of(rules).clean(both) == f"Last part {long}."
    assert cleaner_of(rules).clean("First part a. Last part b.") == ""


def test_a_span_goes_with_its_markup_and_the_line_if_nothing_is_left() -> None:
    cleaner = one("{cue}: [^.]+[.]?", action="strip_span")
    assert goes(cleaner, "<p> <a href='x'>Cue: ten bridges</a> </p>")
    assert goes(cleaner, "**Cue:** [ten bridges](http://a.b/c).")
    assert cleaner.clean("It closed. <i>Cue: ten.</i> It opened.") == "It closed. It opened."
    assert cleaner.clean("It closed. [Cue: ten](http://a.b/c)") == "It closed."


def test_only_the_cut_group_goes() -> None:
    cleaner = one(r"[.] (?P<cut>{cue} now)[.]", action="strip_span")
    assert cleaner.clean("It closed. Cue now. It opened.") == "It closed. . It opened."


def test_spans_in_a_line_of_any_length() -> None:
    """A pattern sees a stretch around its cue; what might have gone on behind it is left alone."""
    cleaner = one("{cue}: .{1,20}?[.]", action="strip_span")
    filler = "The ferry was late again. " * WINDOW
    assert cleaner.clean(f"{filler}Cue: x. {filler}") == f"{filler}{filler}"
    assert cleaner.clean(f"{filler}Cue: x. Cue: y. {filler}Cue: z.") == f"{filler}{filler}".rstrip()
    greedy = one("{cue}: .*", action="strip_span")
    assert greedy.clean(f"{filler}Cue: {filler}") == f"{filler}Cue: {filler}"
    assert greedy.clean(f"{filler}Cue: x") == filler.strip()


def test_a_pattern_that_blows_up_is_skipped_on_that_line() -> None:
    """With one warning; other rules, other lines and the document do not suffer."""
    rules = """
        rules:
        - {name: a, description: '', cues: {en: [cue]}, pattern: '^{cue}(?:a|a|aa)+$'}
        - {name: b, description: '', cues: {en: [read]}, pattern: '^{cue}'}
        """
    line = "cue" + "a" * 200 + "b"
    started = time.monotonic()
    with pytest.warns(RuleTimeout, match="test/a: skipped on a line") as caught:
        left = cleaner_of(rules).clean(f"A.\n\nread b\n\n{line}\n\ncuea\n\nB.")
    assert left == f"A.\n\n{line}\n\nB."
    assert len(caught) <= 2  # once in each pass
    assert time.monotonic() - started < 10 * TIMEOUT


@pytest.mark.parametrize("field", ["when: {unless: ['(?:a|a|aa)+$']}", "when: {unless: ['^x', '(?:a|a|aa)+$']}"])
def test_a_veto_that_blows_up_keeps_the_line(field: str) -> None:
    cleaner = cleaner_of(f"rules: [{{name: x, description: '', cues: {{en: [cue]}}, pattern: '^{{cue}}', {field}}}]")
    with pytest.warns(RuleTimeout):
        assert goes(cleaner, "cue" + "a" * 200 + "b") is False


def test_protection_that_blows_up_keeps_the_line() -> None:
    rules = "protect: ['(?:a|a|aa)+$']\nrules: [{name: x, description: '', cues: {en: [cue]}, pattern: '^{cue}'}]"
    with pytest.warns(RuleTimeout):
        assert goes(cleaner_of(rules), "cue" + "a" * 200 + "b") is False


def test_rules_without_cues_that_blow_up_are_named() -> None:
    cleaner = one("^(?:a|a|aa)+$", cue="", zone="tail")
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        assert goes(cleaner, "a" * 200 + "b", f"{PROSE[0]}\n\n{{}}\n") is False
    assert {str(warning.message).split(":")[0] for warning in caught} == {"test/x"}


@pytest.mark.parametrize(
    ("one_title", "other"),
    [
        ("The bridge closes for good", "THE BRIDGE CLOSES FOR GOOD!"),
        ("The bridge “closes” – for good", 'The bridge "closes" - for good'),
        ("The bridge closes for good", "The bridge closes for good - The Daily Post"),
        ("The bridge closes for good | Daily Post", "The bridge closes for good"),
        ("The bridge closes for good", "<h1>The&nbsp;bridge closes <b>for good</b></h1>"),
        ("橋は春から閉鎖される", "橋は春から閉鎖される"),
    ],
)
def test_titles_that_are_one(one_title: str, other: str) -> None:
    cleaner = one("^", cue="", zone="ends", when="{repeats: title}")
    for title, line in ((one_title, other), (other, one_title)):
        assert cleaner.clean(f"{line}\n\n{PROSE[0]}", title=title) == PROSE[0]
        assert cleaner.clean(f"{title}\n\n{line}\n\n{PROSE[0]}") == f"{title}\n\n{PROSE[0]}"


@pytest.mark.parametrize(
    ("title", "line"),
    [
        ("Sport - The Daily Post", "Sport"),  # too short to be a headline
        ("The bridge closes for good", "The bridge closes"),
        ("Council news today - The bridge closes", "Council news today - The school opens"),
        ("!!! ??? !!! ??? !!! ???", "... ... ... ... ... ..."),
        ("x" * MAX_HEADLINE + "y", "x" * MAX_HEADLINE + "y"),
        ("", ""),
    ],
)
def test_titles_that_are_two(title: str, line: str) -> None:
    cleaner = one("^", cue="", zone="ends", when="{repeats: title}")
    text = f"{line}\n\n{PROSE[0]}"
    assert cleaner.clean(text, title=title) == text


def test_the_first_of_two_headlines_stays_though_another_rule_takes_it() -> None:
    """The line that a repeat points to must be there at the end: so the repeat stays where the first one goes."""
    rules = """
        rules:
        - {name: repeat, description: '', pattern: '^', zone: head, when: {repeats: title}}
        - {name: site, description: '', cues: {en: [Daily Post]}, pattern: '{cue}$'}
        """
    headline = "The bridge closes for good"
    text = f"{headline} | Daily Post\n\n{headline}\n\n{PROSE[0]}"
    assert cleaner_of(rules).clean(text) == f"{headline}\n\n{PROSE[0]}"


def test_lines_that_stood_before() -> None:
    cleaner = one("^{cue}", when="{repeats: earlier_line}")
    assert cleaner.clean("Cue A\n\nx\n\nCUE  a!\n\nCue B") == "Cue A\n\nx\n\nCue B"
    anything = one("^", cue="", zone="tail", when="{repeats: earlier_line}")
    assert anything.clean(f"***\n\nx\n\n{PROSE[0]}\n\n***\n\nx") == f"***\n\nx\n\n{PROSE[0]}\n\n***"


def test_normalise() -> None:
    assert normalise("  “The&nbsp;Bridge” – it’s 2 m²!") == "thebridgeits2m²"


def test_the_forms_of_a_hostile_headline_come_at_once() -> None:
    for title in ("x" + " " * 100_000 + "y", " - " * 100_000, "<b>" * 100_000, "a | " * 100 + "b" * 10_000):
        started = time.monotonic()
        headline_forms(title)
        assert time.monotonic() - started < 1


def test_obstacles_are_named() -> None:
    rules = one("^{cue}!", zone="head", when="{min_chars: 6}").rules
    matcher, (cue, *_) = Matcher(rules), cues_of(rules.rules)

    def obstacle(text: str, *, head: bool = True) -> str | None:
        lines = Lines(text)
        return matcher.obstacle(0, cue, Place(Page(Document(text), lines), lines.at(0), head=head))

    assert obstacle("cue! x", head=False) == "zone"
    assert obstacle("cue!") == "min_chars"
    assert obstacle("other!") == "cues"
    assert obstacle("cue? x") == "pattern"
    assert obstacle("cue! x") is None


def test_what_costs_as_much_as_a_pattern_is_asked_behind_it() -> None:
    rules = one("^{cue}!", when="{unless: [mayor], max_words: 2}").rules
    matcher, (cue, *_) = Matcher(rules), cues_of(rules.rules)
    assert obstacles(rules.rules[0])[:5] == ["prose", "max_chars", "max_words", "cues", "pattern"]
    for line, held in (("cue, mayor", "pattern"), ("cue! mayor", "unless"), ("cue, a mayor", "max_words")):
        lines = Lines(line)
        assert matcher.obstacle(0, cue, Place(Page(Document(line), lines), lines.at(0))) == held


def test_a_span_whose_sentence_goes_on_below_is_held_by_the_broken_line() -> None:
    rules = one(r"\s*{cue}$", action="strip_span").rules
    matcher, (cue, *_) = Matcher(rules), cues_of(rules.rules)
    line = "He walked along the quay until the last of the lamps went out, cue"
    for below, held in (("of him in the second part.", "broken"), ("", None)):
        lines = Lines(f"{line}\n{below}")
        assert matcher.obstacle(0, cue, Place(Page(Document(lines.text), lines), lines.at(0))) == held


@pytest.mark.parametrize(("action", "pattern"), [("drop_line", "^{cue}"), ("strip_span", "^{cue}.*")])
def test_what_somebody_said_is_held_whole(action: str, pattern: str) -> None:
    rules = one(pattern, action=action, prose="true").rules
    matcher, (cue, *_) = Matcher(rules), cues_of(rules.rules)
    for line, held in (
        ("Cue or not, said the mayor, the bridge is old.", "said"),
        ("Cue or not, the bridge is old.", None),
    ):
        lines = Lines(line)
        assert matcher.obstacle(0, cue, Place(Page(Document(line), lines), lines.at(0))) == held
