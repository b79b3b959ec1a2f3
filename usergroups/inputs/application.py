"""A request to run a group, one input for each step of its form."""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated, Any

from babel import Locale
from pydantic import AfterValidator, BeforeValidator, Field, create_model
from pydantic_core import PydanticCustomError

from usergroups.errors import InvalidInputError, Refusal
from usergroups.inputs.fields import Email, FilledLine, Input, Line, Prose, WebAddress, Whole, read
from usergroups.models import CharterQuestion, LinkKind, QuestionKind
from usergroups.text import has_unseen, mixes_alphabets, one_line, slugify

# People need to read a name at a glance, on a map and in a list.
LONGEST_NAME = 80
MOST_TOPICS = 12
_LONGEST_TOPIC = 60
# So many beside the applicant: a group that names more has not asked them.
MOST_CO_ORGANIZERS = 6
LONGEST_NOTE = 1_000
_LEAST_LETTERS = 20
_BETWEEN_ADDRESSES = re.compile(r"[\s,;]+")
_CODE = re.compile("[a-z]{2}")
_WEBCAL = re.compile(r"webcals?://", re.IGNORECASE)


@lru_cache(maxsize=1)
def languages() -> frozenset[str]:
    """Codes of the languages that people speak (ISO 639-1), as Babel knows them."""
    return frozenset(code for code in map(str, Locale("en").languages) if _CODE.fullmatch(code))


def _legible(name: str) -> str:
    if has_unseen(name):
        raise PydanticCustomError("unseen", "expected only characters that can be seen")
    if len(name) > LONGEST_NAME:
        raise PydanticCustomError(
            "too_long",
            "expected at most {most} characters, not {given}",
            {"most": LONGEST_NAME, "given": len(name)},
        )
    if mixes_alphabets(name):
        raise PydanticCustomError("mixed_alphabets", "expected each word in one alphabet")
    if name and not slugify(name):
        raise PydanticCustomError("empty", "expected at least one letter or digit")
    return one_line(name)


def _why(text: str) -> str:
    if len(text) < _LEAST_LETTERS:
        raise PydanticCustomError("too_short", "expected a sentence or two")
    return text


def _language(code: str) -> str:
    if code not in languages():
        raise PydanticCustomError("language_unknown", "expected a language from the list")
    return code


def _calendar(address: Any) -> Any:
    """A calendar's address; programs give it out as webcal, too."""
    return _WEBCAL.sub("https://", address.strip()) if isinstance(address, str) else address


def _filled(text: str) -> str:
    if not text:
        raise PydanticCustomError("empty", "expected an answer")
    return text


def _short(text: str) -> str:
    if len(text) > LONGEST_NOTE:
        raise PydanticCustomError(
            "too_long",
            "expected at most {most} characters, not {given}",
            {"most": LONGEST_NOTE, "given": len(text)},
        )
    return text


def _agreed(tick: str) -> str:
    if not tick:
        raise PydanticCustomError("not_agreed", "expected you to agree")
    return tick


Agreed = Annotated[Line, AfterValidator(_agreed)]
Answered = Annotated[Prose, AfterValidator(_filled)]
Name = Annotated[str, AfterValidator(_legible)]
Why = Annotated[Prose, AfterValidator(_why)]
LanguageCode = Annotated[str, AfterValidator(_language)]


class StepInput(Input):
    """A step of the form; `version` is that of the application somebody had before them."""

    version: Whole = 0


class PlaceInput(StepInput):
    """A city as typed, and which of those with that name (`choice`, its id in the gazetteer)."""

    place: FilledLine
    choice: Line = ""


class TakeoverInput(StepInput):
    """Why somebody wants to run a group that is there, and its calendar elsewhere."""

    why: Why
    language: LanguageCode
    website: WebAddress = ""
    meetup: WebAddress = ""
    luma: WebAddress = ""
    chat: WebAddress = ""
    calendar_url: Annotated[WebAddress, BeforeValidator(_calendar)] = ""

    @property
    def links(self) -> list[dict[str, str]]:
        """Where the group lives today."""
        given = {
            LinkKind.WEBSITE: self.website,
            LinkKind.MEETUP: self.meetup,
            LinkKind.LUMA: self.luma,
            LinkKind.CHAT: self.chat,
        }
        return [{"kind": kind.value, "url": url} for kind, url in given.items() if url]

    @property
    def columns(self) -> dict[str, Any]:
        """What of it is kept, as an application has it."""
        return {
            "why": self.why,
            "language": self.language,
            "links": self.links,
            "calendar_url": self.calendar_url,
        }


class GroupStep(TakeoverInput):
    """What the group is called and talks about, why, and where it lives today."""

    group_name: Annotated[Name, AfterValidator(_filled)]
    topics: tuple[Line, ...] = ()
    other_topics: Line = ""

    @property
    def columns(self) -> dict[str, Any]:
        """What of it is kept, as an application has it. Topics that read the same are one."""
        named = [*self.topics, *self.other_topics.split(",")]
        topics: dict[str, str] = {}
        for topic in named:
            topics.setdefault(slugify(topic), one_line(topic)[:_LONGEST_TOPIC])
        topics.pop("", None)
        kept = list(topics.values())[:MOST_TOPICS]
        return {**super().columns, "group_name": self.group_name, "topics": kept}


class PersonInput(Input):
    """Who somebody is: reviewers look for people from more than one employer."""

    name: FilledLine
    employer: Line = ""


class PeopleInput(PersonInput, StepInput):
    """The applicant, and addresses of those who are to run the group, too: one a line."""

    people: Prose = ""

    @property
    def addresses(self) -> list[str]:
        """Each address once. Raises InvalidInputError, naming the first that is none."""
        given = [word for word in _BETWEEN_ADDRESSES.split(self.people) if word]
        return list(dict.fromkeys(_address(word) for word in given))


class _Address(Input):
    people: Email


def _address(word: str) -> str:
    try:
        return read(_Address, {"people": word}).people
    except InvalidInputError:
        told = Refusal("people_form", f"{word[:80]} is no address", {"given": one_line(word[:80])})
        raise InvalidInputError({"people": told}) from None


class WrittenInput(Input):
    """Something that applicants write: to the reviewers, or to one another."""

    text: Annotated[Prose, AfterValidator(_filled)]


class NoteToApplicantInput(Input):
    """A few words to somebody who applies nearby."""

    text: Annotated[Prose, AfterValidator(_short), AfterValidator(_filled)]


class SubmitInput(StepInput):
    """The application is handed in, or withdrawn, as it was seen."""


def charter_input(questions: Iterable[CharterQuestion]) -> type[StepInput]:
    """The input of the step with the charter: a field for each question and each agreement.

    `answer_<id>` is a text, `agree_<id>` a tick; without those that are required it is refused.
    """
    fields: dict[str, Any] = {}
    for question in questions:
        if question.kind is QuestionKind.AGREEMENT:
            shape = Agreed if question.is_required else Line
            fields[f"agree_{question.id}"] = (shape, Field("", validate_default=True))
        else:
            shape = Answered if question.is_required else Prose
            fields[f"answer_{question.id}"] = (shape, Field("", validate_default=True))
    return create_model("CharterInput", __base__=StepInput, **fields)
