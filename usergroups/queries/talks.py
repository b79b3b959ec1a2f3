"""Questions about talks, agendas, and the people who speak."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import Select, bindparam, func, select
from sqlalchemy.orm import joinedload, selectinload

from usergroups import clock
from usergroups.db import session
from usergroups.errors import NotFoundError
from usergroups.models import (
    PUBLISHED,
    AgendaItem,
    Event,
    EventRoom,
    Group,
    Room,
    Speaker,
    Talk,
    TalkFormat,
    TalkReview,
    TalkSpeaker,
    TalkStatus,
    TravelNote,
    User,
)
from usergroups.models.event import event_slug
from usergroups.queries import nearby
from usergroups.queries.nearby import Point
from usergroups.queries.rows import rows

_TRAVEL_KM = 300.0


@dataclass(frozen=True, slots=True)
class AgendaLine:
    """A line of an agenda as a meetup's page shows it."""

    # Public id and name of each who speaks.
    speakers: tuple[tuple[str, str], ...]
    id: int
    starts_at: datetime
    ends_at: datetime
    track: str
    title: str
    room: str
    abstract: str
    format: TalkFormat | None
    slides_url: str
    video_url: str


@dataclass(frozen=True, slots=True)
class GivenTalk:
    """A talk on its speaker's page: where and when it is, or was, given."""

    title: str
    format: TalkFormat
    slides_url: str
    video_url: str
    public_id: str
    event_title: str
    starts_at: datetime
    timezone: str
    group_name: str
    city: str

    @property
    def slug(self) -> str:
        """The readable end of the meetup's address."""
        return event_slug(self.event_title)

    @property
    def local_start(self) -> datetime:
        """The meetup's start as the clock on its wall shows it."""
        return self.starts_at.astimezone(ZoneInfo(self.timezone))


@dataclass(frozen=True, slots=True)
class Traveller:
    """A speaker who comes near, and how near."""

    public_id: str
    name: str
    place: str
    from_on: date
    until_on: date
    note: str
    km: float


_TALK, _ITEM = Talk.metadata.tables["talk"], AgendaItem.metadata.tables["agenda_item"]
_ROOM, _SPEAKER = Room.metadata.tables["room"], Speaker.metadata.tables["speaker"]
_GIVES = TalkSpeaker.metadata.tables["talk_speaker"]
_AGENDA = (
    select(
        _ITEM.c.talk_id,
        _ITEM.c.id,
        _ITEM.c.starts_at,
        _ITEM.c.ends_at,
        _ITEM.c.track,
        func.coalesce(_TALK.c.title, _ITEM.c.title),
        func.coalesce(_ROOM.c.name, ""),
        func.coalesce(_TALK.c.abstract, ""),
        _TALK.c.format,
        func.coalesce(_TALK.c.slides_url, ""),
        func.coalesce(_TALK.c.video_url, ""),
    )
    .select_from(
        _ITEM.outerjoin(_TALK, _TALK.c.id == _ITEM.c.talk_id).outerjoin(
            _ROOM, _ROOM.c.id == _ITEM.c.room_id
        )
    )
    .where(_ITEM.c.event_id == bindparam("event_id"))
    .order_by(_ITEM.c.starts_at, _ITEM.c.track, _ITEM.c.id)
)
_SPEAKING = (
    select(_GIVES.c.talk_id, _SPEAKER.c.public_id, _SPEAKER.c.name)
    .select_from(_GIVES.join(_SPEAKER, _SPEAKER.c.id == _GIVES.c.speaker_id))
    .where(
        _GIVES.c.talk_id.in_(
            select(_ITEM.c.talk_id).where(_ITEM.c.event_id == bindparam("event_id"))
        )
    )
    .order_by(_SPEAKER.c.name, _SPEAKER.c.id)
)


def agenda(event_id: int) -> list[AgendaLine]:
    """The agenda of a meetup, by time and track; two queries."""
    speaking: dict[int, list[tuple[str, str]]] = {}
    for talk_id, public_id, name in rows(_SPEAKING, event_id=event_id):
        speaking.setdefault(talk_id, []).append((public_id, name))
    found = rows(_AGENDA, event_id=event_id)
    return [AgendaLine(tuple(speaking.get(talk_id, ())), *columns) for talk_id, *columns in found]


def of_group(group_id: int, status: TalkStatus) -> Sequence[Talk]:
    """A group's proposals in a state, the latest first, speakers and reviews loaded."""
    query = _whole().where(Talk.group_id == group_id, Talk.status == status)
    return session().scalars(query.order_by(Talk.proposed_at.desc(), Talk.id.desc())).all()


def counts(group_id: int) -> dict[TalkStatus, int]:
    """How many proposals a group has in each state; one query."""
    query = select(Talk.status, func.count()).where(Talk.group_id == group_id)
    return {row[0]: row[1] for row in session().execute(query.group_by(Talk.status))}


def of_person(user_id: int) -> Sequence[Talk]:
    """What somebody proposed, or speaks about, the latest first."""
    speaks = select(TalkSpeaker.talk_id).join(Speaker, Speaker.id == TalkSpeaker.speaker_id)
    mine = speaks.where(Speaker.user_id == user_id)
    query = _whole().where((Talk.proposed_by_id == user_id) | Talk.id.in_(mine))
    return session().scalars(query.order_by(Talk.proposed_at.desc(), Talk.id.desc())).all()


def by_public_id(public_id: str) -> Talk:
    """A proposal, its speakers and reviews loaded. Raises NotFoundError."""
    found = session().scalar(_whole().where(Talk.public_id == public_id))
    if found is None:
        raise NotFoundError("there is no such talk")
    return found


def free_for(group_id: int, event_id: int) -> Sequence[Talk]:
    """Accepted talks that a meetup's agenda may take up: meant for it, or for none yet."""
    taken = select(AgendaItem.talk_id).where(AgendaItem.talk_id.is_not(None))
    query = (
        select(Talk)
        .where(Talk.group_id == group_id, Talk.status == TalkStatus.ACCEPTED)
        .where((Talk.event_id == event_id) | Talk.event_id.is_(None), Talk.id.not_in(taken))
        .order_by(Talk.title, Talk.id)
    )
    return session().scalars(query).all()


def events_to_speak_at(group_id: int) -> Sequence[Event]:
    """A group's meetups to come, drafts apart, that a talk may be meant for; one query."""
    query = (
        select(Event)
        .where(Event.group_id == group_id, Event.status.in_(PUBLISHED))
        .where(Event.ends_at > clock.now(), Event.cancelled_at.is_(None))
        .order_by(Event.starts_at, Event.id)
    )
    return session().scalars(query.limit(20)).all()


def speaker(public_id: str) -> Speaker:
    """Somebody who speaks. Raises NotFoundError. One query."""
    found = session().scalar(select(Speaker).where(Speaker.public_id == public_id))
    if found is None:
        raise NotFoundError("there is no such speaker")
    return found


def speaker_of(user_id: int) -> Speaker | None:
    """What somebody says of themselves as a speaker; None where they never spoke. One query."""
    return session().scalar(select(Speaker).where(Speaker.user_id == user_id))


def given_by(speaker_id: int) -> list[GivenTalk]:
    """The talks on agendas that everybody may see, the latest first; one query."""
    query = (
        select(
            Talk.title,
            Talk.format,
            Talk.slides_url,
            Talk.video_url,
            Event.public_id,
            Event.title,
            Event.starts_at,
            Event.timezone,
            Group.name,
            Group.city,
        )
        .join(TalkSpeaker, TalkSpeaker.talk_id == Talk.id)
        .join(AgendaItem, AgendaItem.talk_id == Talk.id)
        .join(Event, Event.id == AgendaItem.event_id)
        .join(Group, Group.id == Event.group_id)
        .where(TalkSpeaker.speaker_id == speaker_id, Event.status.in_(PUBLISHED))
        .order_by(Event.starts_at.desc(), Talk.id.desc())
    )
    return [GivenTalk(*row) for row in rows(query)]


def travels_of(speaker_id: int) -> Sequence[TravelNote]:
    """Where a speaker will be, the soonest first; one query."""
    query = (
        select(TravelNote)
        .where(TravelNote.speaker_id == speaker_id, TravelNote.until_on >= clock.today())
        .order_by(TravelNote.from_on, TravelNote.id)
    )
    return session().scalars(query).all()


def travellers_near(point: Point) -> list[Traveller]:
    """Speakers who will be within reach (300 km), the soonest first; one query."""
    note = TravelNote.metadata.tables["travel_note"].c
    box = nearby.inside(nearby.boxes(point, _TRAVEL_KM), note.latitude, note.longitude)
    query = (
        select(TravelNote, Speaker.public_id, Speaker.name)
        .join(Speaker, Speaker.id == TravelNote.speaker_id)
        .where(box, TravelNote.until_on >= clock.today())
        .order_by(TravelNote.from_on, TravelNote.id)
        .limit(100)
    )
    notes = {row[0].id: row for row in session().execute(query)}
    spots = [(key, row[0].latitude, row[0].longitude) for key, row in notes.items()]
    km = {key: distance for distance, key in nearby.within(point, spots, _TRAVEL_KM)}
    return [
        Traveller(public_id, name, note.place, note.from_on, note.until_on, note.note, km[note.id])
        for note, public_id, name in notes.values()
        if note.id in km
    ]


def open_of(group_id: int, user: User) -> int:
    """How many undecided proposals somebody has at a group; one query."""
    query = select(func.count(Talk.id)).where(
        Talk.group_id == group_id,
        Talk.proposed_by_id == user.id,
        Talk.status == TalkStatus.PROPOSED,
    )
    return session().scalar(query) or 0


def reviews_of(talk_id: int) -> Sequence[TalkReview]:
    """What organizers think of a proposal, who they are loaded; one query."""
    query = (
        select(TalkReview)
        .where(TalkReview.talk_id == talk_id)
        .options(joinedload(TalkReview.reviewer))
        .order_by(TalkReview.reviewed_at)
    )
    return session().scalars(query).all()


def rooms_of(event_id: int) -> Sequence[Room]:
    """The rooms that a meetup uses; one query."""
    query = (
        select(Room)
        .join(EventRoom, EventRoom.room_id == Room.id)
        .where(EventRoom.event_id == event_id)
        .order_by(Room.id)
    )
    return session().scalars(query).all()


def _whole() -> Select[Talk]:
    return select(Talk).options(
        selectinload(Talk.speakers), selectinload(Talk.reviews), joinedload(Talk.event)
    )
