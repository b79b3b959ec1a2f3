"""The recap of a meetup: how many came, the organizers' text, slides and recordings."""

from usergroups import clock
from usergroups.db import session, upsert
from usergroups.errors import ConflictError, InvalidInputError, NotAllowedError, Refusal
from usergroups.inputs.recap import CameInput, EventLinkInput, RecapInput
from usergroups.models import Event, EventLink, EventStatus, JobKind, Origin, Recap, User
from usergroups.permissions import may_organize
from usergroups.queries import recaps, standings
from usergroups.queue import enqueue
from usergroups.services import audit
from usergroups.services.revisions import mark_changed

MOST_LINKS = 50


def of(event_id: int) -> Recap:
    """The recap of a meetup, made where there is none, and ours until the transaction ends."""
    new = upsert(Recap).values(event_id=event_id, revised_at=clock.now(), text="")
    session().execute(new.on_conflict_do_nothing(index_elements=["event_id"]))
    return session().get_one(Recap, event_id, with_for_update=True, populate_existing=True)


def tell_came(event: Event, given: CameInput, *, by: User | None) -> None:
    """Say how many came, where nobody counted at the door.

    Raises NotAllowedError, ConflictError before a meetup is over or where it did not take place.
    """
    _guard(event, by)
    recap = of(event.id)
    if recap.came == given.came:
        return
    audit.record("event.came_told", event, by=by, before=recap.came, came=given.came)
    recap.came = given.came
    session().flush()
    mark_changed(event.group)


def save(event: Event, given: RecapInput, *, by: User | None) -> Recap:
    """Keep the text; where the recap is public already, everybody sees it at once.

    Raises InvalidInputError where somebody else wrote meanwhile, NotAllowedError, ConflictError.
    """
    _guard(event, by)
    recap = of(event.id)
    if given.version != recap.version and (given.text, given.shows_feedback) != _said(recap):
        raise InvalidInputError(
            {"text": Refusal("recap_overtaken", "somebody else wrote meanwhile")}
        )
    if _said(recap) != (given.text, given.shows_feedback):
        recap.text, recap.shows_feedback = given.text, given.shows_feedback
        audit.record("event.recap_changed", event, by=by)
        _changed(event, recap)
    return recap


def publish(event: Event, given: RecapInput, *, by: User | None) -> Recap:
    """Keep the text and put it on the meetup's page. Those who were there are told: once, ever.

    Raises as `save`, and InvalidInputError for a recap without a word.
    """
    if not given.text:
        raise InvalidInputError({"text": Refusal("empty", "expected a few words")})
    recap = save(event, given, by=by)
    if recap.published_at is None:
        recap.published_at = clock.now()
        audit.record("event.recap_published", event, by=by)
        _changed(event, recap)
    if recap.told_at is None:
        recap.told_at = clock.now()
        enqueue(JobKind.TELL_RECAP, event_id=event.id, after=0)
    return recap


def withdraw(event: Event, given: RecapInput, *, by: User | None) -> Recap:
    """Keep the text, and take it off the meetup's page. Raises as `save`."""
    recap = save(event, given, by=by)
    if recap.published_at is not None:
        recap.published_at = None
        audit.record("event.recap_withdrawn", event, by=by)
        _changed(event, recap)
    return recap


def add_link(event: Event, given: EventLinkInput, *, by: User | None) -> EventLink:
    """Name where slides, a recording or photos are; the same address twice is once.

    Raises NotAllowedError, ConflictError for a meetup that is looked after elsewhere,
    InvalidInputError for more than there is room for.
    """
    _organizing(event, by)
    if event.origin is not Origin.NATIVE:
        raise ConflictError("this meetup is looked after elsewhere")
    of(event.id)  # two at once come one after the other
    known = {one.url: one for one in recaps.links(event.id)}
    if len(known) >= MOST_LINKS:
        refusal = Refusal("links_many", "there are many links", {"most": MOST_LINKS})
        raise InvalidInputError({"url": refusal})
    if given.url in known:
        raise InvalidInputError({"url": Refusal("link_known", "this address is here already")})
    row = EventLink(event_id=event.id, kind=given.kind, title=given.title, url=given.url)
    session().add(row)
    session().flush()
    audit.record("event.link_added", event, by=by, link=row.id)
    mark_changed(event.group)
    return row


def remove_link(event: Event, link_id: int, *, by: User | None) -> None:
    """Take a link away; twice is once. Raises NotAllowedError."""
    _organizing(event, by)
    row = recaps.link(event.id, link_id)
    if row is None:
        return
    audit.record("event.link_removed", event, by=by, link=row.id)
    session().delete(row)
    session().flush()
    mark_changed(event.group)


def took_place(event: Event) -> bool:
    """Whether there is something to tell here: a meetup of ours that has begun at least."""
    is_ours = event.origin is Origin.NATIVE and event.status is EventStatus.CONFIRMED
    return is_ours and bool(event.starts_at <= clock.now())


def _said(recap: Recap) -> tuple[str, bool]:
    return recap.text, recap.shows_feedback


def _changed(event: Event, recap: Recap) -> None:
    recap.version += 1
    recap.revised_at = clock.now()
    session().flush()
    mark_changed(event.group)


def _guard(event: Event, by: User | None) -> None:
    _organizing(event, by)
    if not took_place(event):
        raise ConflictError("a recap is written of a meetup that took place")


def _organizing(event: Event, by: User | None) -> None:
    if not may_organize(standings.of(by), event.group):
        raise NotAllowedError("this is for the group's organizers")
