import pytest
from hypothesis import given
from hypothesis import strategies as st

from usergroups.text import excerpt, fold, markdown, one_line, plain, slugify


def test_controls_and_direction_overrides_are_dropped_and_breaks_made_one_kind():
    assert plain("a\x00b\x1b\u202ec\r\nd\re\u2028f\tg") == "abc\nd\ne\nf\tg"


def test_one_line_has_single_spaces():
    assert one_line("  a \n\n b\t c\u2029d ") == "a b c d"


@pytest.mark.parametrize(
    ("words", "slug"),
    [
        ("Győr & Łódź!", "gyor-lodz"),
        ("  München -- Straße ", "munchen-strasse"),
        ("東京 Users", "東京-users"),
        ("a/../b?c=d", "a-b-c-d"),
        ("!!!", ""),
        ("x" * 80, "x" * 60),
    ],
)
def test_slugs(words, slug):
    assert slugify(words) == slug


def test_folding_meets_accents_and_case():
    assert fold("GYŐR") == fold("gyor")


@given(st.text())
def test_a_slug_is_its_own_slug(words):
    assert slugify(slugify(words)) == slugify(words)


def test_markdown_keeps_its_shapes_and_marks_links_as_strangers():
    assert markdown("# Hello\n\n**you** [there](https://example.org)") == (
        "<h2>Hello</h2>\n"
        '<p><strong>you</strong> <a href="https://example.org" rel="nofollow noopener ugc">'
        "there</a></p>\n"
    )


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "![x](https://tracker.example.org/a.png)",
        "<a href='data:text/html,x'>x</a>",
        "[x](vbscript:a 'onmouseover=alert(1)')",
    ],
)
def test_markdown_runs_nothing_and_loads_nothing(hostile):
    html = markdown(hostile)
    for sign in ("<script", "<img", 'href="javascript', 'href="data', 'href="vbscript', "<a onm"):
        assert sign not in html


def test_an_excerpt_ends_between_words():
    assert excerpt("one **two** three four", 12) == "one two…"
    assert excerpt("short") == "short"


def test_an_excerpt_has_words_without_their_marks():
    text = "# Hello\n\n**You**, _there_: [see](https://example.org) `snake_case` > all"
    assert excerpt(text) == "Hello You, there: see snake_case all"
