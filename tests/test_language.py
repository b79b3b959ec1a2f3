import pytest

from usergroups import language, pseudo


@pytest.mark.parametrize(
    ("tag", "name"),
    [
        ("en", "en_150"), ("en-GB", "en_150"), ("en-US", "en_US"), ("en_US", "en_US"),
        ("en-AU", "en_150"), ("hu", "en_150"), ("", "en_150"), ("en-US-x-y", "en_US"),
    ],
)  # fmt: skip
def test_the_nearest_language_that_we_speak(tag, name):
    assert language.nearest(tag) == name


def test_a_language_is_spoken_for_the_length_of_a_block():
    assert language.tag() == "en-150"
    with language.spoken("en_US"):
        assert (language.tag(), language.country("DE")) == ("en-US", "Germany")
    assert language.tag() == "en-150"


def test_phrases_take_their_values():
    assert language.gettext("Sign in to %(name)s", name="50 %") == "Sign in to 50 %"
    assert language.gettext("100 %") == "100 %"
    assert language.ngettext("%(num)d group", "%(num)d groups", 2) == "2 groups"


@pytest.mark.parametrize(
    ("locale", "names"),
    [
        ("en_150", ["Austria", "Curaçao", "Türkiye", "United States", "Åland"]),
        ("de", ["Ägypten", "Albanien", "Oman", "Österreich", "Ungarn"]),
        ("es", ["Nueva Zelanda", "Ñuñoa", "Omán"]),
        ("fi", ["Albania", "Zimbabwe", "Åland", "Ääres", "Öland"]),
        ("hu", ["Ciprus", "Curaçao", "Csehország", "Olaszország", "Omán", "Örményország"]),
        ("nb", ["Albania", "Zimbabwe", "Ærø", "Østerrike", "Åland"]),
    ],
)
def test_names_come_in_the_order_of_the_alphabet_of_the_language(locale, names):
    with language.spoken(locale):
        found = sorted(sorted(names), key=language.alphabetical)
    assert found == (names if locale != "en_150" else ["Åland", *names[:-1]])


def test_a_number_of_things_is_written_as_the_language_writes_it():
    said = language.plural("%(num)d group", "%(num)d groups", 1234)
    assert said == "1,234 groups"
    with language.spoken("fr"):
        assert language.ngettext("%(num)d group", "%(num)d groups", 4321) in {
            "4\u202f321 groups", "4\u202f321 groupes",
        }  # fmt: skip


def test_a_language_is_written_from_left_to_right_or_the_other_way():
    assert (language.direction(), language.own_name()) == ("ltr", "English")
    with language.spoken("en_XB"):
        assert (language.direction(), language.own_name()) == ("rtl", "en-XB")


def test_the_first_language_that_is_spoken_is_taken():
    assert language.nearest("xx", "en-us-x-y", "en") == "en_US"
    assert language.nearest("xx", "yy") == language.DEFAULT


def test_languages_for_trying_pages_leave_placeholders_and_tags_as_they_are():
    assert pseudo.accented("To %(name)s <b>x</b>") == "[Ţö %(name)s <b>ẋ</b>~~~~~~]"
    assert pseudo.mirrored("To %(name)s &amp; {n}") == ("\u202eTo \u202c%(name)s &amp; {n}")
