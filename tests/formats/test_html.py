"""Pages: what is article comes out, what is not says by which rule it went, and what cannot be read says so."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable

import pytest
from lxml.html import fromstring

from cleaner.cli import main
from cleaner.edit import apply_edits, restore
from cleaner.formats.blocks import lines_of
from cleaner.formats.fragment import FragmentReader
from cleaner.formats.html import PageError, PageReader
from cleaner.formats.pages import spans, with_values
from cleaner.formats.rescue import rescue
from tests import pages

PROSE = (
    "The keeper of the observatory swept the dome every evening, although nobody had looked through the telescope since "  # noqa: E501
    "the year of the flood, and the slit in the roof would no longer open more than a hand's breadth."
)
MORE = (
    "He said that dust was worse than clouds, because clouds went away by themselves. In the guest book there was one "
    "entry for the whole of last year, in pencil, by a girl who had seen an owl and wished to be told its name."
)
PAGE = f"<!DOCTYPE html><html><head><title>The dome</title></head><body><article><p>{PROSE}</p><p>{MORE}</p></article></body></html>"  # noqa: E501


@pytest.fixture
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a page is never fetched")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


@pytest.mark.usefixtures("no_network")
@pytest.mark.parametrize("slug", pages.SLUGS)
def test_pages_come_out_as_they_did(slug: str) -> None:
    result = pages.cleaned(slug)
    folder = pages.FOLDER / slug
    assert result.text + "\n" == (folder / "expected.txt").read_text(encoding="utf-8")
    assert pages.account(result) == json.loads((folder / "edits.json").read_text(encoding="utf-8"))
    assert apply_edits(result.document.text, result.edits) == result.text
    assert restore(result.text, result.edits) == result.document.text


def test_there_are_pages_of_all_kinds() -> None:
    changed = [slug for slug in pages.SLUGS if pages.account(pages.cleaned(slug))["edits"]]
    assert len(pages.SLUGS) >= 10
    assert 0 < len(changed) < len(pages.SLUGS)


def test_the_language_of_links_is_known_to_the_lines() -> None:
    page = PAGE.replace(
        "</article>", '<ul><li><a href="/a">An owl with no name</a></li><li>A broom</li></ul></article>'
    )
    document = PageReader().read(page)
    hints = {document.text[start:].split("\n")[0]: hint for start, hint in document.hints.items()}
    assert hints["- An owl with no name"].tag == "li"
    assert hints["- An owl with no name"].link_density == 1.0
    assert hints["- A broom"].link_density == 0.0
    assert hints[PROSE].tag == "p"


@pytest.mark.parametrize(
    ("href", "same"),
    [
        ("/a", True),
        ("a.html?b=c", True),
        ("//www.dome.example/a", True),
        ("https://news.dome.example/a", True),
        ("https://owl.example/a", False),
        ("#notes", False),
        ("mailto:owl@dome.example", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("says_where", [True, False])
def test_links_lead_to_other_pages_of_the_site_or_elsewhere(href: str, same: bool, says_where: bool) -> None:
    address = "https://www.dome.example/keeper"
    entries = f'<li><a href="{href}">An owl with no name</a></li><li>A broom</li>'
    page = PAGE.replace("</article>", f"<ul>{entries}</ul></article>")
    if says_where:
        document = PageReader().read(page.replace("</head>", f'<link rel="canonical" href="{address}"></head>'))
    else:
        document = PageReader().read(page, url=address)
    assert document.hints[document.text.index("- An owl")].same_site is same
    fragment = FragmentReader().read(f'<p>{PROSE}</p><p><a class=x href="{href}">An owl</a></p>', url=address).document
    assert fragment.hints[fragment.text.index("An owl")].same_site is same


def test_a_line_stays_on_the_site_if_all_its_links_do() -> None:
    links = '<a href="https://dome.example/1">An owl</a> and <a href="https://owl.example">another</a>'
    picture = '<a href="https://owl.example"><img src="/owl.png"></a>'
    document = PageReader().read(PAGE.replace("</article>", f"<p>{links}</p>{picture}<p>No link at all.</p></article>"))
    assert [hint.same_site for hint in document.hints.values()] == [False] * len(document.hints)


def test_bytes_are_read_in_the_charset_they_are_in() -> None:
    german = PAGE.replace(
        PROSE, "Der Wärter fegte die Kuppel jeden Abend, obwohl seit dem Jahr der Flut niemand mehr käme. " * 3
    )
    for head, codec in (("", "utf-8"), ('<meta charset="iso-8859-1">', "iso-8859-1"), ("", "windows-1252")):
        page = german.replace("<head>", f"<head>{head}").encode(codec)
        assert (
            "Wärter fegte die Kuppel jeden Abend, obwohl seit dem Jahr der Flut niemand mehr käme"
            in PageReader().read(page).text
        )


def test_a_declared_charset_that_is_wrong_or_unknown_loses_nothing() -> None:
    for declared in ("iso-8859-1", "no-such-charset"):
        page = PAGE.replace("<head>", f"<head><meta charset={declared}>").replace("girl", "Mädchen").encode("utf-8")
        assert "Mädchen who had seen an owl" in PageReader().read(page).text


UNREADABLE: dict[str, str | bytes] = {
    "empty": "",
    "blank": b" \n\t ",
    "json": '{"title": "<b>not</b> a page"}',
    "plain text": "No markup at all, only words.",
    "feed": '<?xml version="1.0"?><rss><channel><item><title>x</title></item></channel></rss>',
    "no text": "<html><head><title>t</title></head><body><img src=x></body></html>",
    "binary": bytes(range(256)),
}


@pytest.mark.parametrize("kind", UNREADABLE)
def test_what_is_no_page_is_an_error_with_a_reason(kind: str) -> None:
    with pytest.raises(PageError, match=r"\w"):
        PageReader().read(UNREADABLE[kind])


@pytest.mark.parametrize(
    "page",
    [
        "<html><body>" + "<div>" * 10_000 + f"<p>{PROSE}</p>" + "</div>" * 10_000 + "</body></html>",
        f"<html><body><p>{PROSE}<p>{MORE}" + "<span>" * 5000,
        PAGE + "<p>&nbsp;</p>" * 100_000,
        f"<p>{PROSE}</p><p>{MORE}</p>",
        f"<?xml version='1.0' encoding='utf-8'?><html xmlns='http://www.w3.org/1999/xhtml'><body><p>{PROSE}</p></body></html>",
        PAGE.replace("<p>", "<p>\x00\x0b", 1),
        PAGE.replace("<article>", '<article><div class="' + "share-" * 50_000 + '">x</div>'),
        PAGE.replace("<title>", f'<meta name="description" content="{MORE * 2}">' * 5000 + "<title>"),
    ],
    ids=["nested", "unclosed", "megabytes", "no body", "xhtml", "control characters", "long name", "many descriptions"],
)
def test_hostile_pages_are_read_all_the_same(page: str) -> None:
    assert "swept the dome every evening" in PageReader().read(page).text


def test_rules_never_take_the_article_whatever_its_class() -> None:
    for name in ("related", "newsletter-signup", "author-box", "comments"):
        page = PAGE.replace("<article>", f'<div class="{name}">').replace("</article>", "</div>")
        assert "swept the dome" in pages.shipped()[1].read(page).text
        split = PAGE.replace("<p>", f'<p class="{name}">')
        assert "swept the dome" in pages.shipped()[1].read(split).text


def test_what_was_pruned_names_its_rule() -> None:
    page = PAGE.replace("</article>", '<div class="share-bar">Send this on</div></article>')
    document = pages.shipped()[1].read(page)
    assert [(part.rule, part.text) for part in document.pruned] == [("page/share", "Send this on")]
    assert "Send this on" not in document.text


DESCRIPTION = (
    "The observatory sells its lenses to whoever fetches them, and nobody in the town wants to say who asked for the "
    "oldest of them, which was ground by hand in a winter without coal."
)


@pytest.mark.parametrize(
    "place", ["<footer><p>{}</p></footer>", "<aside><p>{}</p></aside>", "<ul><li>{}</li></ul>", "<!-- {} -->"]
)
def test_a_description_is_no_standfirst_where_none_can_stand(place: str) -> None:
    page = PAGE.replace("<title>", f'<meta name="description" content="{DESCRIPTION}"><title>')
    shown = page.replace("<article>", f"<div><p>{DESCRIPTION}</p></div><article>")
    assert PageReader().read(shown).text.startswith(DESCRIPTION)
    elsewhere = page.replace("<article>", place.format(DESCRIPTION) + "<article>")
    assert "lenses" not in PageReader().read(elsewhere).text
    below = page.replace("</article>", f"</article><footer><p>{DESCRIPTION}</p></footer>")
    assert "lenses" not in PageReader().read(below).text


@pytest.mark.parametrize("protect", [[], ["^Wake the owl"]])
def test_what_is_protected_stays_in_its_element(protect: list[str]) -> None:
    rules = pages.shipped()[0].rules._replace(protect=tuple(protect))
    box = "<div class=most-read><p>Send this on</p><p><b>Wake</b> the owl</p></div>"
    page = PAGE.replace(f"<p>{MORE}", f"{box}<p>{MORE}")
    assert ("Wake the owl" in PageReader(rules).read(page).text) is bool(protect)
    fragment = FragmentReader(rules).read(f"<p>{PROSE}</p>{box}<p>{MORE}</p>")
    assert ("Wake the owl" in fragment.document.text) is bool(protect)


def test_an_element_that_shows_the_description_is_not_pruned() -> None:
    page = PAGE.replace("<title>", f'<meta property="og:description" content="{DESCRIPTION}"><title>')
    page = page.replace("<article>", f'<div class="share-bar"><p>{DESCRIPTION}</p></div><article>')
    document = pages.shipped()[1].read(page)
    assert document.text.startswith(DESCRIPTION)
    assert document.pruned == ()


def test_a_description_that_stands_in_a_thousand_places_costs_no_more_than_one() -> None:
    page = PAGE.replace("<title>", f'<meta name="description" content="{DESCRIPTION}"><title>')
    crowd = "<b>" * 200 + f"<nav>{DESCRIPTION}</nav>" * 2000
    assert "swept the dome" in PageReader().read(page.replace("<article>", crowd + "<article>")).text


BIO = "Ada Nightingale has written about lenses and the dust on them for thirty years, and sleeps with the window open."


@pytest.mark.parametrize(
    "told",
    [
        '<meta name="author" content="By Ada Nightingale and Jo Quill">',
        '<script type="application/ld+json">{"author": {"@type": "Person", "name": "Ada Nightingale"}}</script>',
        '<a rel="author" href="/ada">Ada Nightingale</a>',
    ],
)
def test_what_is_said_of_the_author_below_the_article_goes(told: str) -> None:
    cleaner, reader = pages.shipped()
    page = PAGE.replace("</article>", f"<p>{BIO}</p><p>Share</p></article>").replace("<article>", f"{told}<article>")
    result = cleaner.explain(reader.read(page))
    assert "lenses" not in result.text
    assert "page/author-below" in [edit.rule for edit in result.edits]
    nameless = PAGE.replace("</article>", f"<p>{BIO}</p></article>")
    for other in (nameless, page.replace("said that", "told Nightingale")):
        assert "lenses" in cleaner.explain(reader.read(other)).text


@pytest.mark.parametrize(
    ("last", "goes"),
    [
        ("Ada Nightingale is a historian of lenses at the college by the lake. She sleeps with the window open.", True),
        ("Ada Nightingale ist Leiterin der Sammlung am See. Sie schläft bei offenem Fenster.", True),
        ("Ada Nightingale is the only one who has seen the owl since. She sleeps with the window open.", False),
        ("The Old Observatory is a founder of the club of domes, and has been one since the flood.", False),
    ],
)
def test_a_person_whom_only_the_last_line_knows_may_be_the_author(last: str, goes: bool) -> None:
    cleaner, reader = pages.shipped()
    result = cleaner.explain(reader.read(PAGE.replace("</article>", f"<p>{last}</p></article>")))
    assert (last not in result.text) is goes
    known = PAGE.replace("by a girl", "by Mrs Nightingale").replace("</article>", f"<p>{last}</p></article>")
    assert last in cleaner.explain(reader.read(known)).text
    several = "".join(f"<p>{first} {last.partition(' ')[2]}</p>" for first in ("Ida", "Eda", "Ada"))
    if last.startswith("Ada"):
        assert last in cleaner.explain(reader.read(PAGE.replace("</article>", f"{several}</article>"))).text


def test_an_element_with_the_name_of_a_list_of_contents_and_no_links_is_a_part_of_the_article() -> None:
    part = '<div class="toc"><h2>The owl</h2><p>It came back in May.</p></div>'
    links = '<ul class="toc"><li><a href="#owl">The owl</a></li><li><a href="#girl">And the girl</a></li></ul>'
    document = pages.shipped()[1].read(PAGE.replace("<article>", f"<article>{links}{part}"))
    assert "It came back in May." in document.text
    assert [(piece.rule, piece.text) for piece in document.pruned] == [("page/contents", "The owl And the girl")]


TIP = "Bring a lamp with a red glass, for the keeper has only one, and it hangs where the owl sits in the evening."


@pytest.mark.parametrize(
    ("box", "stays"),
    [
        ("<div><strong>Tip:</strong> {}</div>", True),
        ("<div><div>{}</div></div>", True),
        ("<aside><div>{}</div></aside>", False),
        ('<div class="sidebar"><div>{}</div></div>', False),
        ('<div><a href="/lamps">{}</a></div>', False),
    ],
)
def test_prose_between_two_paragraphs_of_the_article_is_a_part_of_it(box: str, stays: bool) -> None:
    page = PAGE.replace("</p><p>", f"</p>{box.format(TIP)}<p>")
    text = PageReader().read(page).text
    assert (TIP in text) is stays
    assert not stays or text.index(PROSE) < text.index(TIP) < text.index(MORE)


def test_an_article_that_stands_on_its_page_twice_comes_out_once() -> None:
    parts = [f"{number} {PROSE}" for number in range(4)]
    body = "".join(f"<p>{part}</p>" for part in parts)
    text = PageReader().read(PAGE.replace(f"<p>{PROSE}</p><p>{MORE}</p>", f"<div>{body}</div><div>{body}</div>")).text
    assert text.split("\n\n") == parts
    refrain = f"<p>{PROSE}</p><p>{MORE}</p><p>{parts[1]}</p><p>{PROSE}</p><p>{parts[2]}</p>"
    assert PageReader().read(PAGE.replace(f"<p>{PROSE}</p><p>{MORE}</p>", refrain)).text.count(PROSE) == 4


@pytest.mark.parametrize(
    ("tree", "texts"),
    [
        ("<ol><li>Boil</li><li>Stir</li></ol>", ["1. Boil", "2. Stir"]),
        ('<ol start="9"><li>Boil</li><li value="3">Stir</li><li>Eat</li></ol>', ["9. Boil", "3. Stir", "4. Eat"]),
        ("<ol><li>Boil<ul><li>water</li></ul></li><li>Stir</li></ol>", ["1. Boil", "- water", "2. Stir"]),
        ('<ol type="a"><li>Boil</li></ol>', ["- Boil"]),
        ("<ol reversed><li>Stir</li><li>Boil</li></ol>", ["2. Stir", "1. Boil"]),
        ('<ol start="soon"><li>Boil</li></ol>', ["1. Boil"]),
        ("<ul><li>1. Boil</li></ul>", ["- 1. Boil"]),
        ("<div><li>Boil</li></div>", ["- Boil"]),
        ('<ul><li rend="7">Boil</li></ul>', ["- Boil"]),
    ],
)
def test_items_have_the_marks_that_a_reader_sees(tree: str, texts: list[str]) -> None:
    root = fromstring(tree)
    rescue(root)
    lines = lines_of(root)
    assert [line.text for line in lines] == texts
    assert all(line.marker + line.written == line.text for line in lines)


def test_a_list_that_goes_on_has_the_numbers_that_go_on() -> None:
    steps = [f"{place}: {MORE}" for place in ("Dome", "Stairs", "Guest book")]
    more = f'<ol><li>{steps[0]}</li></ol><p>{MORE}</p><ol start="2"><li>{steps[1]}</li><li>{steps[2]}</li></ol>'
    text = PageReader().read(PAGE.replace(f"<p>{MORE}</p>", more)).text
    assert [line[:6] for line in text.split("\n")[2::2]] == ["1. Dom", "He sai", "2. Sta"]
    assert "\n3. Guest" in text


@pytest.mark.parametrize(("name", "stays"), [("quote", True), ("wp-block-pullquote", False), ("wp-block-embed", False)])
def test_a_figure_may_be_a_quotation(name: str, stays: bool) -> None:
    words = "I wished to be told its name, and nobody did, so that I had to give it one myself."
    quote = f'<figure class="{name}"><blockquote><p>{words}</p></blockquote></figure>'
    assert (words in PageReader().read(PAGE.replace(f"<p>{MORE}", f"{quote}<p>{MORE}")).text) is stays


def test_metadata_are_what_the_page_says() -> None:
    page = (pages.FOLDER / "news" / "source.html").read_bytes()
    known = PageReader().read(page, metadata=True).metadata
    assert known["title"] == "Ferry to Little Skarn stops for good"
    assert known["author"] == "Ines Varga"
    assert known["date"] == "2024-03-02"
    assert known["language"] == "en"
    assert PageReader().read(page).metadata == {}


Run = Callable[[bytes, list[str]], tuple[int, bytes]]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]) -> Run:
    """Return a function that runs the command with bytes as its input."""

    def call(data: bytes, args: list[str]) -> tuple[int, bytes]:
        done = subprocess.run([sys.executable, "-m", "cleaner", *args], input=data, capture_output=True, check=False)
        return done.returncode, done.stdout

    return call


def test_a_page_in_the_pipe_comes_out_as_text_below_its_headline(run: Run) -> None:
    assert run(PAGE.encode(), ["--from", "html"]) == (0, f"The dome\n\n{PROSE}\n\n{MORE}\n".encode())
    assert run(PAGE.encode(), ["--from", "html", "--title", "drop"]) == (0, f"{PROSE}\n\n{MORE}\n".encode())


def test_a_field_of_html_fills_the_text_field_and_no_other_byte_changes(run: Run) -> None:
    line = b'{"big": 12345678901234567890, "f": 1.0, "html": ' + json.dumps(PAGE).encode() + b', "k": "\\u00e9"}\n'
    code, output = run(line, ["--from", "jsonl", "--html-field", "html"])
    added = json.dumps({"title": "The dome", "text": f"{PROSE}\n\n{MORE}"})[1:-1].encode()
    assert code == 0
    assert output == line.replace(b"}\n", b", " + added + b"}\n")


def test_metadata_fill_only_what_a_record_does_not_say(run: Run) -> None:
    page = (pages.FOLDER / "news" / "source.html").read_text(encoding="utf-8")
    record = {"author": "Somebody Else", "date": None, "html": page}
    code, output = run(json.dumps(record).encode() + b"\n", ["--from", "jsonl", "--html-field", "html", "--metadata"])
    filled = json.loads(output)
    assert code == 0
    assert (filled["author"], filled["date"], filled["site"]) == ("Somebody Else", "2024-03-02", "The Skarn Observer")


def test_a_record_without_a_page_is_an_error_or_left_out(run: Run) -> None:
    lines = b'{"html": "{}"}\n' + json.dumps({"html": PAGE}).encode() + b"\n"
    page = ["--from", "jsonl", "--html-field", "html", "--html", "page"]
    assert run(lines, page)[0] == 3
    code, output = run(lines, [*page, "--on-error", "skip"])
    assert code == 0
    assert [json.loads(line)["title"] for line in output.splitlines()] == ["The dome"]


def test_a_record_whose_page_has_no_text_stays_and_says_so() -> None:
    shell = "<html><head><title>Loading</title></head><body><div id=app></div><script>start()</script></body></html>"
    lines = "".join(json.dumps({"id": number, "html": page}) + "\n" for number, page in enumerate((shell, PAGE)))
    command = [sys.executable, "-m", "cleaner", "--from", "jsonl", "--html-field", "html"]
    done = subprocess.run(command, input=lines.encode(), capture_output=True, check=True)
    assert [json.loads(line)["text"] for line in done.stdout.splitlines()] == ["", f"{PROSE}\n\n{MORE}"]
    assert done.stderr == b"cleaner: record 1: no text in this page\n"
    alone = subprocess.run([*command[:3], "--from", "html"], input=shell.encode(), capture_output=True, check=True)
    assert (alone.stdout, alone.stderr) == (b"", b"cleaner: -: no text in this page\n")


def test_a_fragment_needs_no_article(run: Run) -> None:
    source = b"<p>One short line.</p><p>Read more: <a href=x>Ten domes</a></p>"
    assert run(source, ["--from", "html"]) == (0, b"One short line.\n")


def test_values_are_put_where_they_belong() -> None:
    assert with_values(b"{}", {"text": "x"}, {}) == b'{"text": "x"}'
    assert with_values(b'{"text":"a","text":{"b":[1]}}', {"text": "x"}, {}) == b'{"text":"a","text":"x"}'
    assert with_values(b' {"a" : "" , "b":"}"}\n', {}, {"a": "1", "b": "2"}) == b' {"a" : "1" , "b":"}"}\n'
    assert spans('{"a": {"a": 1}, "b": "\\"}"}') == {"a": (6, 14), "b": (21, 26)}


def test_a_text_filter_loads_no_parser() -> None:
    code = "import sys, cleaner; cleaner.clean('x'); print(sorted({'trafilatura', 'bs4', 'lxml'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


def test_the_command_can_be_called_in_process(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("pages")
    source, target = folder / "dome.html", folder / "dome.txt"
    source.write_text(PAGE, encoding="utf-8")
    assert main([str(source), "-o", str(target)]) == 0
    assert target.read_text(encoding="utf-8") == f"The dome\n\n{PROSE}\n\n{MORE}\n"
