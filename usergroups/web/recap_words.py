"""A recap in words: what is known of a meetup, as the beginning of a text to be edited."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from flask import Blueprint

from usergroups.links import Links
from usergroups.models import EventLinkKind
from usergroups.queries.events import ListedEvent
from usergroups.queries.recaps import Facts, UsedRoom
from usergroups.queries.sponsors import ShownSponsor
from usergroups.queries.talks import AgendaLine
from usergroups.queries.turnout import FEWEST
from usergroups.web import dates, language
from usergroups.web.language import gettext as _
from usergroups.web.language import ngettext


@dataclass(frozen=True, slots=True)
class Material:
    """What a recap is made of."""

    facts: Facts
    rooms: Sequence[UsedRoom]
    agenda: Sequence[AgendaLine]
    sponsors: Sequence[ShownSponsor]
    # The group's next meetups.
    coming: Sequence[ListedEvent]


def init(blueprint: Blueprint) -> None:
    """Put them where templates find them."""
    blueprint.add_app_template_filter(link_kind, "event_link_kind")
    blueprint.add_app_template_filter(countries_told, "countries_told")
    blueprint.add_app_template_filter(dates.decimal, "decimal")


def link_kind(kind: EventLinkKind) -> str:
    """What lies behind a link."""
    return {
        EventLinkKind.SLIDES: _("Slides"),
        EventLinkKind.RECORDING: _("Recording"),
        EventLinkKind.PHOTOS: _("Photos"),
        EventLinkKind.NOTES: _("Notes"),
        EventLinkKind.OTHER: _("Something else"),
    }[kind]


def countries_told(facts: Facts) -> list[str]:
    """Where people came from, most first: France 210."""
    told = [
        f"{language.country(code)} {dates.number(count)}"
        for code, count in facts.turnout.countries.items()
    ]
    if 0 < facts.turnout.elsewhere < FEWEST:
        told.append(_("elsewhere fewer than %(few)s", few=FEWEST))
    elif facts.turnout.elsewhere:
        told.append(_("elsewhere %(count)s", count=dates.number(facts.turnout.elsewhere)))
    return told


def draft(known: Material, links: Links) -> str:
    """A first text in Markdown out of what is known; organizers make theirs of it."""
    parts = [
        " ".join(_numbers(known.facts, known.rooms)),
        _talks(known.agenda),
        _thanks(known.sponsors),
        _next(known.coming, links),
    ]
    return "\n\n".join(part for part in parts if part)


def _numbers(facts: Facts, rooms: Sequence[UsedRoom]) -> Iterator[str]:
    if rooms:
        first = [room for room in rooms if room.taken_at == rooms[0].taken_at]
        planned = sum(room.capacity for room in first)
        yield ngettext("We planned for %(num)d.", "We planned for %(num)d.", planned)
        for room in rooms[len(first) :]:
            yield _("When that was too few, we took %(room)s as well.", room=room.name)
    if facts.turnout.going:
        yield ngettext(
            "%(num)d person said they would come.", "%(num)d people said they would come.",
            facts.turnout.going,
        )  # fmt: skip
    if facts.came:
        yield ngettext("%(num)d person came.", "%(num)d people came.", facts.came)
    if facts.turnout.walk_ins:
        yield ngettext(
            "%(num)d of them unannounced, and just as welcome.",
            "%(num)d of them unannounced, and just as welcome.",
            facts.turnout.walk_ins,
        )


def _talks(agenda: Iterable[AgendaLine]) -> str:
    lines = [_talk(line) for line in agenda if line.speakers]
    return "\n".join([f"## {_('Talks')}", "", *lines]) if lines else ""


def _talk(line: AgendaLine) -> str:
    who = ", ".join(_escaped(name) for _public_id, name in line.speakers)
    ways = ((_("slides"), line.slides_url), (_("recording"), line.video_url))
    links = "".join(f" · [{word}](<{url}>)" for word, url in ways if url)
    return f"- **{_escaped(line.title)}**, {who}{links}"


def _thanks(sponsors: Iterable[ShownSponsor]) -> str:
    names = [_escaped(one.name) for one in sponsors]
    return (
        _("Thank you for making it possible: %(names)s.", names=", ".join(names)) if names else ""
    )


def _next(coming: Iterable[ListedEvent], links: Links) -> str:
    lines = [
        f"- [{_escaped(one.title)}](<{links.event(one.public_id, one.slug)}>), "
        f"{dates.short_day(dates.local(one.starts_at, one.timezone))}"
        for one in coming
    ]
    return "\n".join([f"## {_('What is next')}", "", *lines]) if lines else ""


def _escaped(text: str) -> str:
    """Words that Markdown leaves as they are."""
    return "".join(f"\\{letter}" if letter in r"\`*_[]<>#!" else letter for letter in text)
