"""One document through the whole engine: actions, zones, neighbours, repeats of the pass, and what it costs."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import Cleaner, Document, clean, explain, restore
from cleaner.clean import MAX_PASSES, NoFixedPoint
from cleaner.document import Hint

from .texts import PROSE, cleaner_of, cleaners, engine_rules

A, B, C = PROSE[:3]


def engine(text: str) -> str:
    return cleaners()["engine"][0].clean(text)


def test_drop_line() -> None:
    assert engine(f"{A}\n\nRead more: x\n\n{B}\n\n• SEE ALSO x\n\n{C}\n") == f"{A}\n\n{B}\n\n{C}\n"


def test_strip_span() -> None:
    assert engine(f"{A} (Click here) {B} The post Ten bridges appeared first on Daily Post.") == f"{A} {B}"


def test_drop_block_goes_to_the_next_blank_line_or_prose() -> None:
    assert engine(f"{A}\n\nIn this section\nx\ny\n\nz") == f"{A}\n\nz"
    assert engine(f"{A}\n\nIn this section\nx\n{B}\ny") == f"{A}\n\n{B}\ny"
    assert engine(f"{A}\n\nIn this section\n \nx") == f"{A}\n\nx"
    assert engine(f"{A}\n\nLegal notice\n{B}\nx\n\ny") == f"{A}\n\ny"  # this rule may take prose
    assert engine("In this section\r\nx\r\n\r\ny\r\n") == "y\r\n"


def test_cut_tail_takes_all_that_is_left_but_never_prose() -> None:
    assert engine(f"{A}\n\nMore stories\n\nx\ny\n\nz\n") == f"{A}\n"
    assert engine(f"x\n\nMore stories\n\n{A}\n\nMore stories\n\ny") == f"x\n\nMore stories\n\n{A}"
    assert engine("More stories\n\nx") == "More stories\n\nx"  # no prose, no tail


def test_cut_tail_anywhere_stops_at_prose() -> None:
    cleaner = cleaner_of(
        "rules: [{name: x, description: '', cues: {en: [stories]}, pattern: '^{cue}', action: cut_tail}]"
    )
    assert cleaner.clean(f"x\n\nstories\n\ny\n\n{A}\n\nz\n\nstories\n\nw") == f"x\n\n{A}\n\nz"


def test_both_ends_are_peeled_up_to_prose() -> None:
    head, tail = "News\n\nx\n\nSport\n\n", "\n\n#a\n\nx\n\n#b #c\n\nCredit: Ann Lee"
    assert engine(f"{head}{A}\n\nSport\n\n#d\n\n{B}{tail}") == f"x\n\n{A}\n\nSport\n\n#d\n\n{B}\n\nx"


def test_prose_that_goes_does_not_end_a_zone() -> None:
    other = "The harbour has two gates, and the older of them has been closed for as long as anyone can remember."
    assert engine(f"Legal notice {A}\n\nSport\n\n{B}\n\n#a\n\nLegal notice {other}") == B


def test_what_somebody_said_goes_by_no_rule() -> None:
    assert engine(f"{B}\n\nLegal notice {C}") == f"{B}\n\nLegal notice {C}"


def test_without_prose_there_are_no_ends() -> None:
    assert engine("News\n\nx\n\n#a") == "News\n\nx\n\n#a"
    assert engine(f"News\n\nLegal notice {A}\n\n#a") == "News\n\n#a"


def test_neighbours_fall_in_chains() -> None:
    assert engine(f"{A}\nRead more: x\n-> a\n\n-> b\n\n\n-> c\n{B}\n-> d") == f"{A}\n{B}\n-> d"
    assert engine(f"{A}\n\nElse:\nRelated:\n\nRead more: x\n\n{B}\n\nElse:\n\ny") == f"{A}\n\n{B}\n\nElse:\n\ny"
    assert engine(f"{A}\n\nRelated:\n\n|\n\n-> a") == f"{A}\n\n-> a"  # any rule, but `next` asks for one of two


def test_the_first_line_that_stays_may_be_the_headline() -> None:
    cleaner = cleaner_of(
        """
        rules:
        - {name: label, description: '', cues: {en: [latest news]}, pattern: '^{cue}$'}
        - {name: below, description: '', pattern: '^[A-Z]', when: {titled: true, after: [test/label, test/below]}}
        """
    )
    assert cleaner.clean(f"Latest news\n\nBridge closes\n\nFor good\n\n{A}") == f"Bridge closes\n\nFor good\n\n{A}"
    assert cleaner.clean(f"Latest news\n\nFerry stays\n\nFor good\n\n{A}", title="Bridge closes") == A
    assert cleaner.clean(f"Bridge closes\n\nLatest news\n\nFerry stays\n\n{A}") == f"Bridge closes\n\n{A}"


def test_what_heads_something_is_no_label() -> None:
    cleaner = cleaner_of(
        """
        rules:
        - name: label
          description: ''
          pattern: '^(?:\\d+ May|Boats)$'
          zone: ends
          when: {no_heading: true}
        - {name: mail, description: '', cues: {en: [write to us]}, pattern: '^{cue}', zone: ends}
        """
    )
    diary = f"3 May\n{A}\n\n4 May\nRain.\n\n5 May\nMore of it."
    assert cleaner.clean(diary) == diary
    assert cleaner.clean(f"{A}\n\nBoats\nNone came.") == f"{A}\n\nBoats\nNone came."
    assert cleaner.clean(f"{A}\n\nBoats\nWrite to us.") == A
    assert cleaner.clean(f"3 May\n\n{A}\n\nThe pier\n4 May\nThe quay\n5 May") == f"{A}\n\nThe pier\nThe quay"


def test_questions_with_answers_are_no_labels() -> None:
    cleaner = cleaner_of(
        """
        rules:
        - name: login
          description: ''
          cues: {en: ["forgot your password?"]}
          pattern: '^{cue}$'
          when: {no_heading: true}
        """
    )
    asked = f"{B}\n\nForgot your password?\n{A}\n\nWho may come?\nAll may.\n\nWhat is it for?\nFor fun.\n\n{B}"
    assert cleaner.clean(asked) == asked
    assert cleaner.clean(f"{A}\n\nForgot your password?\n\nWhy?\nBecause.\n{B}") == f"{A}\n\nWhy?\nBecause.\n{B}"


def test_words_above_what_they_mean_are_no_labels() -> None:
    cleaner = cleaner_of(
        """
        rules:
        - {name: advert, description: '', cues: {en: [advertisement]}, pattern: '^{cue}$', when: {no_heading: true}}
        """
    )
    glossary = "Advertisement\nA box.\n\nColumn\nA text.\n\nDesk\nA group."
    assert cleaner.clean(f"{A}\n\n{glossary}\n\n{B}") == f"{A}\n\n{glossary}\n\n{B}"
    assert cleaner.clean(f"{A}\n\nAdvertisement\nA box.\n\nColumn\nA text.\n\n{B}").startswith(f"{A}\n\nA box.")
    assert "Advertisement" not in cleaner.clean(f"{glossary}\n\nAdvertisement\n{A}\n\n{B}")  # it stands there twice
    spread = "Advertisement\n\nA box.\n\nColumn\n\nA text.\n\nDesk\n\nA group."
    assert "Advertisement" not in cleaner.clean(f"{A}\n\n{spread}\n\n{B}")


def test_what_begins_a_sentence_is_no_label() -> None:
    cleaner = cleaner_of(
        """
        rules:
        - {name: call, description: '', cues: {en: [apply now]}, pattern: '^{cue}\\W*$', when: {no_heading: true}}
        """
    )
    hung = "Apply now\n\nhung in the door for eleven years."
    assert cleaner.clean(f"{A}\n\n{hung}") == f"{A}\n\n{hung}"
    assert cleaner.clean(hung) == hung
    assert (
        cleaner.clean(f"The ferry stays where it\n\n{hung}")
        == "The ferry stays where it\n\nhung in the door for eleven years."
    )
    assert (
        cleaner.clean(f"{A}\n\nApply now!\n\nhung in the door.\n\n{B}")
        == f"{A}\n\nApply now!\n\nhung in the door.\n\n{B}"
    )
    assert cleaner.clean(f"{A}\n\nApply now.\n\nhung in the door.\n\n{B}") == f"{A}\n\nhung in the door.\n\n{B}"
    assert cleaner.clean(f"{A}\n\nApply now\n\nfacebook\n\n{B}") == f"{A}\n\nfacebook\n\n{B}"


def test_lines_around_veto_up_to_prose() -> None:
    cleaner = cleaner_of(
        """
        rules:
        - name: author
          description: ''
          cues: {en: [author]}
          pattern: '^{cue}: '
          when: {unless_near: ['^Price:']}
        """
    )
    book = f"{A}\n\nAuthor: Ann Lee\nPages: 90\n\nPrice: 9"
    assert cleaner.clean(book) == book
    assert cleaner.clean(f"Author: Ann Lee\n{A}\nPrice: 9") == f"{A}\nPrice: 9"
    fields = "".join(f"{n}: x\n" for n in "abcdef")
    assert cleaner.clean(f"{A}\nAuthor: Ann Lee\n{fields}Price: 9") == f"{A}\n{fields}Price: 9"


def test_two_sentences_on_a_line_end_the_tail() -> None:
    cleaner = cleaner_of("rules: [{name: x, description: '', pattern: '^Boats$', zone: tail}]")
    said = "“What is it?” she asked. He did not know what."
    assert cleaner.clean(f"{A}\n\nBoats\n\n{said}\n\nBoats") == f"{A}\n\nBoats\n\n{said}"
    assert cleaner.clean(f"{A}\n\nBoats\n\nOne boat. Two.") == f"{A}\n\nOne boat. Two."


def test_body_rules_look_at_their_neighbours() -> None:
    assert engine(f"{A}\n\nAdvertisement\n\n{B}") == f"{A}\n\n{B}"
    assert engine(f"{A}\n\nAdvertisement") == f"{A}\n\nAdvertisement"


def test_what_a_pass_leaves_is_looked_at_again() -> None:
    """The line under a footer that goes becomes the last one, and so does the one above it."""
    assert engine(f"{A}\n\n#a\n\nClick here Read more: x\n\n#b") == A
    assert engine("click here. Read more: x") == ""


def test_unknown_titles_and_addresses_do_no_harm() -> None:
    assert clean(A, title="", url="", language="") == A
    assert clean("", title="x", url="::", language="?") == ""


def test_explain_names_rule_and_text_of_every_edit() -> None:
    result = Cleaner(engine_rules()).explain(Document(f"{A}\n\nRead more: x\n\n{B} Click here."))
    assert [(edit.rule, edit.text) for edit in result.edits] == [
        ("engine/read", "Read more: x\n\n"),
        ("engine/link", " Click here."),
    ]
    assert restore(result.text, result.edits) == result.document.text
    assert explain("Read more: ten bridges").text == ""


def test_select_ignore_and_level() -> None:
    text = "Read more: x\n\nWatch: y\n\nCredit: Ann Lee\n\nz"
    rules = engine_rules()
    assert Cleaner(rules).clean(text) == "Watch: y\n\nCredit: Ann Lee\n\nz"
    assert Cleaner(rules, level="aggressive").clean(text) == "Credit: Ann Lee\n\nz"
    assert Cleaner(rules, ignore=["engine/read"]).clean(text) == text
    assert Cleaner(rules, select=["engine/anywhere"]).clean(text) == text
    assert Cleaner(rules, select=["engine"], level="safe", ignore=["engine"]).clean(text) == text
    with pytest.raises(KeyError, match="engine/none"):
        Cleaner(rules, select=["engine/none"])


def test_one_name_may_be_given_by_itself() -> None:
    rules = engine_rules()
    assert Cleaner(rules, select="engine/read").rules == Cleaner(rules, select=["engine/read"]).rules
    assert Cleaner(rules, ignore="engine").rules.rules == ()


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"level": "agressive"}, "level is safe, balanced, aggressive; found 'agressive' .did you mean 'aggressive'?"),
        ({"title": "remove"}, "title is keep, drop; found 'remove'"),
        ({"scanner": "slow"}, "scanner is fast, every-pair; found 'slow'"),
    ],
)
def test_arguments_that_mean_nothing_are_told(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Cleaner(engine_rules(), **wrong)


@pytest.mark.parametrize(
    ("text", "message"), [(b"x", "bytes: decode it first$"), (None, "NoneType$"), (3.5, "not float$")]
)
def test_what_is_no_text_is_told(text: Any, message: str) -> None:
    with pytest.raises(TypeError, match=message):
        clean(text)


def test_no_rules_at_all() -> None:
    text = f"Read more: x\r\n\n{A}\x00\ud800"
    assert Cleaner(engine_rules(), level="safe", ignore=["engine"]).clean(text) == text


def test_rules_without_end_leave_a_document_whole() -> None:
    """A chain that needs more passes than a document gets: better whole and told of than half done."""
    peel = cleaner_of(
        "rules: [{name: x, description: '', cues: {en: [read]}, pattern: '^{cue}: ', action: strip_span}]"
    )
    fits = "read: " * (MAX_PASSES - 1) + "x"
    assert peel.clean(fits) == "x"
    with pytest.warns(NoFixedPoint, match="^a document left whole"):
        peel.clean("read: " + fits)
    with pytest.warns(NoFixedPoint, match="^document 7 left whole"):
        result = peel.explain(Document("read: " + fits, id="7"))
    assert (result.text, result.edits) == ("read: " + fits, ())


def seconds(work: Callable[[], object]) -> float:
    """Return the processor time of the faster of two runs."""
    times = []
    for _ in range(2):
        started = time.process_time()
        work()
        times.append(time.process_time() - started)
    return min(times)


def links(n: int) -> str:
    return "\n\n".join(["Read more: ten other bridges"] * n)


#: Texts of n parts on which careless code takes n times n steps.
COSTLY: dict[str, Callable[[int], str]] = {
    "one long line": lambda n: "The ferry was late again on Thursday. " * n,
    "one long line without spaces": lambda n: "x" * 20 * n,
    "one cue in one line": lambda n: "Click here: " * n,
    "one footer in one line": lambda n: "The post Ten appeared first on Daily Post. " * n,
    "cues in a line of markup": lambda n: "<b>Click</b> here&nbsp;x. " * n,
    "short lines": lambda n: "x\n" * n,
    "lines of prose": lambda n: f"{A}\n\n" * (n // 4),
    "blank lines": lambda n: A + "\n" * n + "Read more: x" + "\n" * n + B,
    "blank lines between links": lambda n: (("\n" * 30) + "Read more: x\n") * (n // 10),
    "nothing but white space": lambda n: " \t\xa0" * n,
    "links": links,
    "links around prose": lambda n: f"{links(n)}\n\n{A}\n\n{links(n)}",
    "labels at the ends": lambda n: "News\n\n" * n + A + "\n\n#tag" * n,
    "no prose": lambda n: "News\n\n#tag\n" * n,
    "tails to cut": lambda n: A + "\n\nMore stories\nx" * n,
    "blocks to drop": lambda n: "In this section\n" * n,
    "chains of neighbours": lambda n: "Read more: x\n" + "-> x\n\n" * n,
    "labels over links": lambda n: "Related:\n" * n + "Read more: x\n",
    "lines that repeat": lambda n: "\n".join(f"Photo: the bridge {i % 10}" for i in range(n)),
    "headlines": lambda n: "The bridge closes for good\n" * n + A,
    "open brackets": lambda n: "[<&" * n + "Click here",
    "combining characters": lambda n: "e\u0301\u0301\u0301" * n + "\nRead more: x",
    "carriage returns": lambda n: "Read more: x\r" * n,
    "spans and lines by turns": lambda n: "Click here\n\nx Click here\n\nRead more: x\n\n" * (n // 3),
}


@pytest.mark.parametrize("name", COSTLY)
def test_cost_grows_with_the_length_of_a_document(name: str) -> None:
    """Ten times the text takes ten times the time, give or take: twenty-five times leaves room for a busy machine."""
    cleaner = cleaners()["engine"][0]
    small, large = COSTLY[name](500), COSTLY[name](5_000)
    cleaner.clean(small)
    assert seconds(lambda: cleaner.clean(large)) < 25 * max(seconds(lambda: cleaner.clean(small)), 0.002)


@given(st.lists(st.tuples(st.integers(0, 3), st.booleans(), st.integers(1, 3)), max_size=12))
def test_hints_of_a_page_stay_with_their_lines_over_all_passes(parts: list[tuple[int, bool, int]]) -> None:
    """Lines lose their beginnings and neighbours go; still only the lines that were links are taken for links."""
    cleaner = cleaner_of(
        """
        rules:
        - {name: a, description: '', cues: {en: [read]}, pattern: '^{cue}: ', action: strip_span}
        - {name: b, description: '', cues: {en: [gone]}, pattern: '^{cue}'}
        - {name: c, description: '', cues: {en: [link]}, pattern: '^{cue}', when: {min_link_density: 0.5}}
        """
    )
    text, hints, kept = "", {}, []
    for number, (prefixes, is_link, blanks) in enumerate(parts):
        hints[len(text)] = Hint(link_density=1.0 if is_link else 0.0)
        text += "read: " * prefixes + f"link {number}" + "\n" * blanks + "gone\n"
        if not is_link:
            kept.append(f"link {number}")
    result = cleaner.explain(Document(text, hints=hints))
    assert [line for line in result.text.split("\n") if line] == kept


WRAPPED = """\
The ferry that had carried cars across the river for forty years was
sold on Monday. Nobody had wanted to pay for its engine, and whoever
had loved it had no money. The man who bought it wants to know of its
source.

He had seen it for the first time as a boy, from the quay, when the
read more of his books there was still a light on the pier, and all of
them had pictures of ships. He would like to paint it as it is on his
cover.
"""


def loud() -> Cleaner:
    cue = "cues: {en: [source, cover, read more]}"
    return cleaner_of(f"rules: [{{name: x, description: '', {cue}, pattern: '^{{lead}}{{cue}}[^\\n]*$'}}]")


def test_a_piece_of_a_broken_paragraph_is_prose() -> None:
    assert loud().clean(WRAPPED) == WRAPPED
    assert loud().clean(WRAPPED.replace("\n", "\r\n")) == WRAPPED.replace("\n", "\r\n")
    longer = f"{WRAPPED}\n{'A paragraph of one line only. ' * 20}\n"
    assert loud().clean(longer) == longer


def test_a_line_that_ends_the_sentence_of_the_one_above_is_prose() -> None:
    text = f"{C}{C}\n\nHe stood on the quay for a while and looked for the\nsource.\n\n{A}{A}\n"
    assert loud().clean(text) == text
    assert loud().clean(text.replace("for the\n", "for it.\n")) != text.replace("for the\n", "for it.\n")
    assert loud().clean(text.replace("source.", "Source")) != text.replace("source.", "Source")


def test_a_verse_is_prose_where_the_next_begins_small_and_the_last_stops() -> None:
    text = f"{A}\n\nRead more\nof the palm of a hand,\nof the back of a leaf.\n"
    assert loud().clean(text) == text
    for verse, label in (("\nof the palm", "\nOf the palm"), ("leaf.", "leaf"), ("more\n", "more.\n")):
        assert "Read more" not in loud().clean(text.replace(verse, label))


def test_what_the_line_below_goes_on_with_stays_in_the_line() -> None:
    cleaner = cleaner_of(
        "rules: [{name: x, description: '', cues: {en: [see more]}, pattern: '\\s*{cue}$', action: strip_span}]"
    )
    line = "He walked along the quay until the last of the lamps went out. See more"
    assert cleaner.clean(f"{line}\nof him in the second part.\n") == f"{line}\nof him in the second part.\n"
    assert cleaner.clean(f"{line}\n\nThe second part.\n") == f"{line.removesuffix(' See more')}\n\nThe second part.\n"


def test_lines_that_share_brackets_or_a_sentence_are_prose() -> None:
    brackets = "He stood on the quay and looked for the pilot (the\nsource).\n"
    sentence = "Source of it all was the old pilot who had stood on\nthe quay. Nobody else had seen the\nship.\n"
    for text in (brackets, sentence):
        assert loud().clean(f"{C}{C}\n\n{text}\n{A}{A}\n") == f"{C}{C}\n\n{text}\n{A}{A}\n"


def test_a_short_line_inside_a_sentence_is_a_piece_of_it() -> None:
    cleaner = cleaner_of("rules: [{name: word, description: '', cues: {en: [read more]}, pattern: '^{cue}$'}]")
    mail = "They did not come by themselves, and when they came they bit. Please\nread more\ncarefully."
    assert cleaner.clean(mail) == mail
    links = "They did not come by themselves, and the council is still waiting\nread more\nshare\ntweet"
    assert "read more" not in cleaner.clean(f"{A}\n\n{links}\n\n{B}")


def test_what_is_cut_below_a_line_ends_at_a_broken_paragraph() -> None:
    for action in ("cut_tail", "drop_block"):
        rule = f"name: x, description: '', cues: {{en: [more stories]}}, pattern: '^{{cue}}$', action: {action}"
        assert cleaner_of(f"rules: [{{{rule}}}]").clean(f"{A}{B}\n\nMore stories\n{WRAPPED}") == f"{A}{B}\n\n{WRAPPED}"


def test_lines_that_end_where_they_end_are_no_broken_paragraph() -> None:
    for above in (
        f"{A}\n",
        "Old ferry sold for the price of its engine\n",
        "He stood on the quay and looked for it.\n",
    ):
        assert "source" not in loud().clean(f"{above}source\n{B}\n\n{C}{C}")
    assert loud().clean(f"{WRAPPED}\nSource: x\n") == WRAPPED


def test_a_line_that_is_no_longer_a_piece_of_a_paragraph_goes_too() -> None:
    """Whether a line goes on depends on the one above: another pass must see that this one went."""
    text = WRAPPED.replace(
        "cover.", "source and\ncover it with his paper and his paints, one after the other, until\nsource."
    )
    assert loud().clean(loud().clean(text)) == loud().clean(text)
