"""What a demo meetup is about: talks dealt from a deck, each group's in its own order."""

from datetime import date
from functools import lru_cache

from babel.dates import format_date

from usergroups.demo.content import Language, LocalGroup, Talk, languages
from usergroups.demo.rhythm import Occurrence, dice
from usergroups.inputs.event import EventInput
from usergroups.models import Attendance, EventStatus

# Days ahead of which a programme may be open still, and within which bad news is out.
_PENCILLED, _CALLED_OFF = 50, 40
_WITHOUT_TALKS = 0.12  # of the meetups with a room
_WITHOUT_A_ROOM = 0.35  # of the meetups that one can join from afar
_ONE_TALK = 0.4
_LOCAL_EVERY = 3  # a talk in the language of the city


def compose(local: LocalGroup, occurrence: Occurrence, today: date) -> EventInput:
    """The meetup of one month as it is announced on this day."""
    status = status_on(local, occurrence, today)
    chance = dice(local.group.slug, occurrence.key, "place")
    venue = chance.choice(local.venues)
    attendance = _attendance(chance.random(), local.rhythm.remote)
    on_site, online = attendance is not Attendance.ONLINE, attendance is not Attendance.IN_PERSON
    if status is EventStatus.TENTATIVE:
        title, description = _pencilled(local, occurrence)
    else:
        title, description = _programme(local, occurrence, on_site=on_site)
    return EventInput(
        uid=f"demo-{local.group.slug}-{occurrence.key}@demo.usergroups.example",
        title=title,
        description=description,
        starts_at=occurrence.starts_at,
        ends_at=occurrence.ends_at,
        timezone=local.group.timezone,
        status=status,
        attendance=attendance,
        venue=venue.name if on_site else "",
        latitude=venue.latitude if on_site else None,
        longitude=venue.longitude if on_site else None,
        online_url=f"https://meet.example.org/{local.group.slug}" if online else "",
    )


def status_on(local: LocalGroup, occurrence: Occurrence, today: date) -> EventStatus:
    """Whether a meetup is firm on this day: plans far ahead are pencilled in by some groups."""
    ahead = (occurrence.on - today).days
    if occurrence.is_called_off and ahead <= _CALLED_OFF:
        return EventStatus.CANCELLED
    is_open = dice(local.group.slug, occurrence.key, "programme").choice((True, False))
    if ahead > _PENCILLED and is_open:
        return EventStatus.TENTATIVE
    return EventStatus.CONFIRMED


def _attendance(drawn: float, remote: float) -> Attendance:
    if drawn < _WITHOUT_A_ROOM * remote:
        return Attendance.ONLINE
    return Attendance.HYBRID if drawn < remote else Attendance.IN_PERSON


def _language(local: LocalGroup) -> Language:
    return languages().get(local.group.language) or languages()["en"]


def _pencilled(local: LocalGroup, occurrence: Occurrence) -> tuple[str, str]:
    code = local.group.language if local.group.language in languages() else "en"
    month = format_date(occurrence.on, "LLLL", locale=code)
    return f"{local.group.city}, {month}", languages()[code].pencilled


def _programme(local: LocalGroup, occurrence: Occurrence, *, on_site: bool) -> tuple[str, str]:
    words = _language(local)
    chance = dice(local.group.slug, occurrence.key)
    if on_site and chance.random() < _WITHOUT_TALKS:
        evening = chance.choice(words.evenings)
        return _title(local, occurrence, [evening]), evening.text
    talks = _talks(local, occurrence)[: 1 if chance.random() < _ONE_TALK else 2]
    told = [f"### {talk.title}\n\n{talk.text}\n\n*{_speaker(words, talk)}*" for talk in talks]
    # Doors, soup and lifts are said of rooms only.
    parts = [chance.choice(words.openings), *told, chance.choice(words.closings)]
    return _title(local, occurrence, talks), "\n\n".join(parts if on_site else told)


def _speaker(words: Language, talk: Talk) -> str:
    """Who gives this talk, in whichever city: talks travel with their speakers."""
    at_home = words if talk in words.talks else languages()["en"]
    return dice(talk.title).choice(at_home.speakers)


def _talks(local: LocalGroup, occurrence: Occurrence) -> list[Talk]:
    """Two talks that this group has not had for years, now and then one in its own language."""
    deck = _deck(local.group.slug)
    talks = [deck[(2 * occurrence.number + place) % len(deck)] for place in (0, 1)]
    own = languages().get(local.group.language)
    turn, first = divmod(occurrence.number, _LOCAL_EVERY)
    if own and local.group.language != "en" and own.talks and first == 0:
        start = dice(local.group.slug, "own talks").randrange(len(own.talks))
        talks[0] = own.talks[(start + turn) % len(own.talks)]
    return talks


@lru_cache(maxsize=128)
def _deck(slug: str) -> tuple[Talk, ...]:
    talks = languages()["en"].talks
    return tuple(dice(slug, "talks").sample(talks, len(talks)))


def _title(local: LocalGroup, occurrence: Occurrence, talks: list[Talk]) -> str:
    words = _language(local)
    first = talks[0].title
    match local.rhythm.style:
        case "pair":
            return " + ".join(talk.title for talk in talks)
        case "numbered":
            return f"{words.meetup} #{occurrence.number}: {first}"
        case "named":
            return f"{local.group.name}: {first}"
        case _:
            return first
