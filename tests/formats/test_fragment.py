"""Fragments of HTML: what rules drop goes, every other byte stays."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cleaner import clean_html
from cleaner.clean import Cleaner
from cleaner.formats.fragment import FragmentReader, is_page
from cleaner.formats.markup import Markup
from cleaner.load import load_rules

PROSE = "The heron stood in the shallow water all morning, and nobody on the towpath dared to say a word about it."
MORE = "At noon it flew over the lock towards the mill, with one slow beat of its wings after the other, and was gone."
RULES = load_rules()


def test_a_block_goes_with_its_elements_and_all_else_stays_byte_for_byte() -> None:
    source = (
        f"<p class='lead'>{PROSE}</p >\n<P><b>Read more:</b> <a href=\"/x?a=1&b=2\">Ten other herons</a></P>\n"
        f"<img src=heron.jpg  alt='&quot;'>\n<p>{MORE}&nbsp;<br/></p><!-- end -->"
    )
    cleaned = clean_html(source)
    assert cleaned == (
        f"<p class='lead'>{PROSE}</p >\n<img src=heron.jpg  alt='&quot;'>\n<p>{MORE}&nbsp;<br/></p><!-- end -->"
    )


def test_a_footer_is_cut_out_of_its_paragraph_with_its_links() -> None:
    footer = 'The post <a href="https://a.example/h">The heron</a> appeared first on <a href="https://a.example">Towpath</a>.'
    assert clean_html(f"<p>{PROSE} {footer}</p>") == f"<p>{PROSE}</p>"


def test_entities_are_read_and_kept() -> None:
    assert clean_html(f"<p>{PROSE}</p><p>Lire aussi&nbsp;: Dix h&eacute;rons</p>") == f"<p>{PROSE}</p>"
    assert clean_html(f"<p>Fish &amp; chips: {PROSE}</p>") == f"<p>Fish &amp; chips: {PROSE}</p>"


def test_a_list_whose_items_all_go_goes_with_them() -> None:
    links = "".join(f"<li>Read more: <a href=/{n}>Heron number {n}</a></li>\n" for n in range(3))
    assert clean_html(f"<p>{PROSE}</p><ul>\n{links}</ul><p>{MORE}</p>") == f"<p>{PROSE}</p><p>{MORE}</p>"


def test_lines_are_also_what_breaks_divide() -> None:
    assert clean_html(f"{PROSE}<br>Read also: Ten other herons<br />{MORE}") == f"{PROSE}<br>{MORE}"


def test_a_picture_stays_when_its_caption_goes() -> None:
    caption = "<figcaption>Photo: Ann Reed/Reuters</figcaption>"
    source = f"<p>{PROSE}</p><figure><img src=h.jpg>{caption}</figure><p>{MORE}</p>"
    assert clean_html(source) == f"<p>{PROSE}</p><figure><img src=h.jpg></figure><p>{MORE}</p>"


def test_a_list_of_contents_is_made_of_links() -> None:
    links = '<ul class="toc"><li><a href="#mill">The mill</a></li></ul>'
    part = f'<div class="toc"><h2 id="mill">The mill</h2><p>{MORE}</p></div>'
    assert clean_html(f"<p>{PROSE}</p>{links}{part}") == f"<p>{PROSE}</p>{part}"


def test_elements_known_by_class_go_whole() -> None:
    source = f'<p>{PROSE}</p><div class="share-buttons"><img src=x.png><p>Tell the ducks</p></div><p>{MORE}</p>'
    document = FragmentReader(RULES).read(source).document
    assert [(part.rule, part.text) for part in document.pruned] == [("page/share", "Tell the ducks")]
    assert clean_html(source) == f"<p>{PROSE}</p><p>{MORE}</p>"


def test_a_site_rule_with_a_selector_takes_elements_of_that_site_only(tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("rules") / "mine.yaml"
    path.write_text(
        "rules:\n- name: ducks\n  description: The duck box.\n  select: 'p > em.duck:first-child'\n"
        "  when: {sites: [a.example]}\n",
        encoding="utf-8",
    )
    rules = load_rules(path)
    source = f"<p>{PROSE}</p><p><em class=duck>Quack</em></p>"
    for url, text in (("https://www.a.example/1", PROSE), ("https://b.example/1", f"{PROSE}\n\nQuack")):
        assert FragmentReader(rules).read(source, url=url).document.text == text


@pytest.mark.parametrize(
    "source",
    ["", "no markup", "a < b and c > d", "<p>unclosed", "</p></div>stray", "<!-- comment <p> -->", "&bogus; &#0; &amp"],
)
def test_what_is_no_boilerplate_is_not_touched(source: str) -> None:
    assert clean_html(source) == source


def test_a_page_says_so() -> None:
    assert is_page("<!DOCTYPE html><p>x")
    assert is_page("<html lang=de>")
    assert is_page("\n<BODY class=x>")
    assert not is_page("<p>An essay about the <code>html</code> element.")


def test_ten_thousand_nested_elements_take_no_recursion() -> None:
    source = "<div><b>" * 5000 + PROSE + "</b></div>" * 5000
    assert clean_html(source) == source


def test_a_table_is_read_row_by_row() -> None:
    rows = "<table><tr><td>Bird<td>Eggs<tr><td><p>Heron</p><td>4</table>"
    assert [line.text for line in Markup(rows).lines] == ["Bird | Eggs", "Heron | 4"]


MARKUP = st.lists(
    st.sampled_from(["<p>", "</p>", "<b>", "</b>", "<ul><li>", "</li>", "<br>", "<a href=x>", "</a>", "<td>", "&amp;"])
    | st.sampled_from(["Read more: Ten herons", PROSE, "Share this:", "© 2024 Towpath", "x ", "<", "<!-- -->"]),
    max_size=12,
).map("".join)


@given(MARKUP)
def test_cleaning_a_fragment_only_deletes_and_has_an_end(source: str) -> None:
    cleaned = clean_html(source)
    rest = iter(source)
    assert all(character in rest for character in cleaned)
    without_rules = Cleaner(RULES, select=["page/unseen"])
    fragment = FragmentReader().read(source)
    assert fragment.render(without_rules.explain(fragment.document)) == source


@given(MARKUP)
def test_elements_nest_and_pieces_are_where_they_say(source: str) -> None:
    markup = Markup(source)
    for element in markup.elements:
        assert element.start < element.content <= element.end <= len(source)
        if element.parent is not None:
            assert element.parent.start < element.start
            assert element.end <= element.parent.end
    for line in markup.lines:
        for piece in line.pieces:
            if piece.start >= 0 and piece.text.strip() and "&" not in source[piece.start : piece.end]:
                assert source[piece.start : piece.end] == piece.text
