"""Waiting for a group near a place: asked for, confirmed by mail, told once, forgotten.

An address is kept for this alone: until the mail about the first group near the place has left,
until it is taken back, or for two years. What nobody confirmed goes after a week.
"""

from datetime import timedelta

from sqlalchemy import delete, exists, or_, select

from usergroups import clock
from usergroups.db import session
from usergroups.errors import InvalidInputError, NotFoundError, Refusal
from usergroups.gazetteer.place import Place
from usergroups.inputs.waiting import WaitingInput
from usergroups.models import LIVING, Group, JobKind, MessageKind, User, Waiting
from usergroups.queries import nearby
from usergroups.queries.nearby import Point
from usergroups.queue import enqueue, send

# An evening's way, there and back.
REACH_KM = 100.0
KEPT, UNCONFIRMED = timedelta(days=730), timedelta(days=7)
# The purpose of the token that confirms and takes back.
PURPOSE = "waiting"
_W = Waiting.__table__.c


def ask(given: WaitingInput, place: Place, *, by: User | None, language: str = "en") -> Waiting:
    """Wait for a group near a place; the mailbox is asked, unless it is that of who asks.

    Asked again, nothing new is kept but an offer to help, and that only until the mailbox has said
    yes: nobody offers for somebody else. Raises InvalidInputError where nobody agreed to be kept,
    or who would help gives no name.
    """
    if not given.agreed:
        raise InvalidInputError({"agreed": Refusal("tick_to_wait", "refused: not agreed")})
    if given.helps and not given.name:
        raise InvalidInputError({"name": Refusal("name_to_help", "refused: no name")})
    known = session().scalar(
        select(Waiting).where(Waiting.email == given.email, Waiting.place == place.label)
    )
    waiting = known or Waiting(
        email=given.email, language=language, place=place.label, country=place.country,
        latitude=place.lat, longitude=place.lng,
    )  # fmt: skip
    is_own = by is not None and by.email == given.email
    if given.helps and (is_own or waiting.confirmed_at is None):
        waiting.helps, waiting.name = True, given.name
    session().add(waiting)
    session().flush()
    if waiting.confirmed_at is None:
        if is_own:
            waiting.confirmed_at = clock.now()
        else:
            send(
                MessageKind.WAITING_ASKED, waiting.email, language=waiting.language,
                place=waiting.place, key=waiting.key,
            )  # fmt: skip
    return waiting


def confirm(key: str) -> None:
    """The mailbox says yes; twice is once. Raises NotFoundError."""
    waiting = known(key)
    waiting.confirmed_at = waiting.confirmed_at or clock.now()


def forget(key: str) -> None:
    """Wait no longer; the address is gone."""
    session().execute(delete(Waiting).where(Waiting.key == key))


def known(key: str) -> Waiting:
    """Who waits by this key. Raises NotFoundError where nobody does, or does no longer."""
    waiting = session().scalar(select(Waiting).where(Waiting.key == key))
    if waiting is None:
        raise NotFoundError("nobody waits by this key")
    return waiting


def announce(group: Group) -> None:
    """Leave the job that tells those who wait near a group, if anybody waits anywhere."""
    if group.status in LIVING and session().scalar(select(exists().select_from(Waiting))):
        enqueue(JobKind.TELL_WAITING, group_id=group.id)


def tell(group_id: int) -> int:
    """Leave a mail for each who waits near a living group, and forget them; answers how many."""
    group = session().get(Group, group_id)
    if group is None or group.status not in LIVING:
        return 0
    here = Point(group.latitude, group.longitude)
    around = nearby.boxes(here, REACH_KM)
    found = session().scalars(
        select(Waiting)
        .where(Waiting.confirmed_at.is_not(None))
        .where(nearby.inside(around, _W.latitude, _W.longitude))
        .with_for_update()
    )
    near = [one for one in found if nearby.distance(here, one.latitude, one.longitude) <= REACH_KM]
    for one in near:
        send(
            MessageKind.GROUP_NEAR, one.email, language=one.language, place=one.place,
            group=group.name, slug=group.slug, city=group.city,
        )  # fmt: skip
        session().delete(one)
    session().flush()
    return len(near)


def forget_old() -> None:
    """Forget who has waited for years, and whose mailbox never answered."""
    now = clock.now()
    too_old = Waiting.asked_at < now - KEPT
    unanswered = Waiting.confirmed_at.is_(None) & (Waiting.asked_at < now - UNCONFIRMED)
    session().execute(delete(Waiting).where(or_(too_old, unanswered)))
