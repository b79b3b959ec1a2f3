"""What organizers do at a group's desk: its page, its name, letters to its members."""

from datetime import date
from typing import Annotated, Any

from pydantic import AfterValidator, BeforeValidator, Field, model_validator
from pydantic_core import PydanticCustomError

from usergroups import clock
from usergroups.inputs.application import LanguageCode, Name
from usergroups.inputs.fields import FilledLine, Input, Line, Prose, Slug, WebAddress
from usergroups.inputs.group import LinkInput
from usergroups.inputs.search import Chosen, Day, PageNumber
from usergroups.models import LinkKind
from usergroups.text import has_unseen, one_line, slugify

MOST_LINKS, MOST_TOPICS = 12, 12
_LONGEST_TOPIC = 60
_LONGEST_LETTER = 8_000


def _seen(given: Any) -> Any:
    if isinstance(given, str) and has_unseen(given):
        raise PydanticCustomError("unseen", "expected only characters that can be seen")
    return given


def _past(day: date | None) -> date | None:
    if day is not None and day > clock.today():
        raise PydanticCustomError("day_to_come", "expected a day that has been")
    return day


def _few(line: str) -> str:
    names = [name for name in line.split(",") if slugify(name)]
    if len(names) > MOST_TOPICS:
        raise PydanticCustomError(
            "too_many",
            "expected at most {most}, not {given}",
            {"most": MOST_TOPICS, "given": len(names)},
        )
    return line


def _letter(text: str) -> str:
    if not text:
        raise PydanticCustomError("empty", "expected at least one character that can be seen")
    if len(text) > _LONGEST_LETTER:
        raise PydanticCustomError(
            "too_long",
            "expected at most {most} characters, not {given}",
            {"most": _LONGEST_LETTER, "given": len(text)},
        )
    return text


def _agreed(tick: str) -> str:
    if not tick:
        raise PydanticCustomError("address_shown", "expected you to agree")
    return tick


def _filled(name: str) -> str:
    if not name:
        raise PydanticCustomError("empty", "expected at least one letter or digit")
    return name


# A line with marks that cannot be seen is refused; a longer text, which people paste, is cleaned.
Legible = BeforeValidator(_seen)
Letter = Annotated[Prose, AfterValidator(_letter)]
# Names with commas between them.
Topics = Annotated[Line, AfterValidator(_few), Legible]


def topic_names(line: str) -> tuple[str, ...]:
    """The names in a line; of those that read the same the first."""
    named: dict[str, str] = {}
    for name in line.split(","):
        if key := slugify(name):
            named.setdefault(key, one_line(name)[:_LONGEST_TOPIC])
    return tuple(named.values())


class PageInput(Input):
    """A group's page, but for its name and place. `seen` is when the page was last revised."""

    summary: Annotated[Line, Legible] = ""
    description: Prose = ""
    topics: Topics = ""
    language: Annotated[LanguageCode | None, Chosen] = None
    founded_on: Annotated[Day, AfterValidator(_past)] = None
    link_kind: tuple[LinkKind, ...] = ()
    link_url: tuple[WebAddress, ...] = ()
    seen: Line = ""

    @model_validator(mode="after")
    def _pairs(self) -> "PageInput":
        if len(self.link_kind) != len(self.link_url) or len(self.link_url) > MOST_LINKS:
            raise PydanticCustomError("links_form", "expected a kind for each address")
        return self

    @property
    def links(self) -> tuple[LinkInput, ...]:
        """Addresses elsewhere, each once; empty ones are left out."""
        pairs = zip(self.link_kind, self.link_url, strict=True)
        given = {url: kind for kind, url in pairs if url}
        return tuple(LinkInput(kind=kind, url=url) for url, kind in given.items())

    @property
    def topic_names(self) -> tuple[str, ...]:
        """Topics; of those that read the same the first."""
        return topic_names(self.topics)


class NameInput(Input):
    """What a group is called, and the end of its address; empty: made from the name."""

    name: Annotated[Name, AfterValidator(_filled)]
    slug: Annotated[Slug | None, Chosen] = None


class EndInput(Input):
    """The group's name once more: nobody ends a group by a slip."""

    name: Line = ""


class LetterInput(Input):
    """A letter to the members of a group."""

    subject: Annotated[FilledLine, Legible]
    text: Letter


class WordInput(Input):
    """A word to the organizers of a group; the writer agrees that they see the address."""

    text: Letter
    shows_address: Annotated[Line, AfterValidator(_agreed), Field(validate_default=True)] = ""


class MemberSearch(Input):
    """Which members are wanted, by name or address."""

    q: Line = ""
    page: PageNumber = 1
