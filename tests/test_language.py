import pytest

from usergroups import language


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
