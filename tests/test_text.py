import pytest
from hypothesis import given
from hypothesis import strategies as st

from usergroups.text import (
    excerpt,
    fold,
    has_unseen,
    looks,
    markdown,
    mixes_alphabets,
    one_line,
    plain,
    slugify,
)


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


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("UG Paris", "ug-pаris"), ("UG Oslo", "UG 0slo"), ("Lima", "1ima"), ("Modern", "Modem"),
        ("ΑΘΗΝΑ", "ΑΘHNA"), ("Ｐａｒｉｓ", "Paris"), ("Vienna", "Vıenna"), ("Győr", "Gyor"),
    ],
)  # fmt: skip
def test_names_that_look_alike_are_known_to(one, other):
    assert looks(one) == looks(other)


def test_names_that_do_not_look_alike_differ():
    names = ["UG Paris", "UG Parma", "Київ", "Минск", "Αθήνα", "東京", "ירושלים", "Lyon", "Leon"]
    assert len({looks(name) for name in names}) == len(names)
    assert not any(mixes_alphabets(name) for name in [*names, "Python Минск", "C++ Αθήνα", "UG 3"])
    assert mixes_alphabets("Pаris")


def test_what_cannot_be_seen_is_noticed():
    assert [has_unseen(text) for text in ("a\0", "a\u202eb", "a\u200b", "Győr\n", "naïve")] == [
        True, True, True, False, False,
    ]  # fmt: skip
