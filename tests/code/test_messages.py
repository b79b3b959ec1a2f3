"""Messages: what the code says, what catalogs hold, and which languages may be offered."""

import importlib.util
import re
from collections import defaultdict
from gettext import c2py
from pathlib import Path
from types import ModuleType

import pytest
from babel import Locale
from babel.messages import Catalog

from tests.code.source import ROOT
from usergroups import language

LOCALES = sorted(path.name for path in (ROOT / "usergroups" / "translations").iterdir())
OFFERED = sorted({name for name in language.LOCALES.values() if not name.startswith("en")})


def tool() -> ModuleType:
    """What `make messages` runs."""
    spec = importlib.util.spec_from_file_location("messages", ROOT / ".make" / "messages.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


messages = tool()


@pytest.fixture(scope="module")
def said() -> Catalog:
    """What is said in the code."""
    return messages.extracted()


@pytest.mark.parametrize("locale", LOCALES)
def test_what_is_translated_has_the_placeholders_and_tags_of_the_code(locale):
    done = [one for one in messages.catalog(locale) if messages.is_done(one)]
    wrong = {messages.first(one): messages.faults(one, one.string, locale) for one in done}
    assert {told: why for told, why in wrong.items() if why} == {}


def test_languages_that_are_offered_are_complete():
    missing = {
        locale: [messages.first(one) for one in messages.catalog(locale) if _lacks(one)]
        for locale in OFFERED
    }
    assert {locale: lacking for locale, lacking in missing.items() if lacking} == {}


def _lacks(one) -> bool:
    return bool(one.id) and not messages.is_done(one)


@pytest.mark.parametrize("locale", LOCALES)
def test_plural_forms_are_those_of_the_cldr(locale):
    chosen = c2py(messages.plural_forms(locale).partition("plural=")[2].rstrip(";"))
    rule = Locale.parse(locale).plural_form
    forms = defaultdict(set)
    for number in range(1000):
        forms[chosen(number)].add(rule(number))
    assert [len(tags) for _form, tags in sorted(forms.items())] == [1] * len(forms)


def test_no_two_messages_differ_by_spaces_or_a_final_stop_alone(said):
    alike = defaultdict(set)
    for one in (one for one in said if one.id):
        alike[re.sub(r"\s+", " ", messages.first(one)).strip().rstrip(".")].add(messages.first(one))
    assert [sorted(words) for words in alike.values() if len(words) > 1] == []


def jsonl(folder: Path, *lines: str) -> str:
    file = folder / "given.jsonl"
    file.write_text("\n".join(lines))
    return str(file)


@pytest.fixture
def apart(tmp_path, monkeypatch) -> Path:
    """Catalogs in a folder of their own, of three messages."""
    some = Catalog()
    for one in ("Meetups", "%(num)d of %(all)s <b>x</b>", ("One seat", "%(num)d seats")):
        some.add(one, locations=[("templates/base.html", 1)])
    monkeypatch.setattr(messages, "FOLDER", tmp_path)
    monkeypatch.setattr(messages, "extracted", lambda: some)
    messages.update()
    return tmp_path


def test_a_translator_is_told_what_is_missing_and_what_is_wrong(apart, capsys):
    capsys.readouterr()
    messages.untranslated("hu", "10")
    keys = re.findall(r'"key": "(\w+)"', capsys.readouterr().out)
    assert len(keys) == 3
    known = {messages.key_of(one): one for one in messages.extracted() if one.id}
    by = {messages.first(one): key for key, one in known.items()}
    plain, tagged, plural = by["Meetups"], by["%(num)d of %(all)s <b>x</b>"], by["One seat"]
    wrong = jsonl(
        apart,
        f'{{"{plain}": "Találkozók", "{plural}": ["Egy hely"]}}',
        f'{{"{tagged}": "%(num)d <i>x</i>", "{plain}": "Találkozók\\n"}}',
        '{"nothing": "x"}',
        "no JSON",
    )
    assert messages.translate("hu", wrong) == 1
    told = capsys.readouterr()
    assert told.out == "hu: 1 taken, 5 refused\n"
    assert [line.split(": ", 1)[0].rpartition(":")[2] for line in told.err.splitlines()] == [
        "1", "2", "2", "3", "4",
    ]  # fmt: skip
    right = jsonl(apart, f'{{"{plural}": ["Egy hely", "%(num)d hely"]}}')
    assert messages.translate("hu", right) == 0
    messages.compile_()
    assert (apart / "hu" / "LC_MESSAGES" / "messages.mo").exists()
    messages.update()
    assert "hu: 2 of 3" in capsys.readouterr().out
