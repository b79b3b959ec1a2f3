"""What an approved application becomes: a group with its people, its calendar, its first steps.

Runs in the transaction that approves: all of it is there, or none.
"""

from collections.abc import Iterator
from itertools import count

from sqlalchemy import exists, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import joinedload

from usergroups import clock, queue
from usergroups.db import session
from usergroups.errors import ConflictError
from usergroups.inputs.group import GroupInput, LinkInput
from usergroups.models import (
    Answer,
    Application,
    CoOrganizer,
    Event,
    EventStatus,
    FormerSlug,
    Group,
    GroupStatus,
    JobKind,
    Membership,
    MessageKind,
    Role,
    Step,
    User,
)
from usergroups.queries import standings
from usergroups.services import audit, first_steps, groups, memberships, sources, waiting
from usergroups.services.revisions import mark_changed
from usergroups.text import slugify

# States in which a group waits for somebody to take it over.
_FREE = (GroupStatus.VACANT, GroupStatus.DORMANT)
# So many approvals of one name in one moment find an address each.
_TRIES = 20


def people(application: Application) -> list[User]:
    """The applicant, then the co-organizers who have said yes; gone accounts are left out."""
    query = (
        select(CoOrganizer)
        .where(CoOrganizer.application_id == application.id, CoOrganizer.answer == Answer.ACCEPTED)
        .options(joinedload(CoOrganizer.user))
        .order_by(CoOrganizer.id)
    )
    accepted = [one.user for one in session().scalars(query) if one.user is not None]
    applicant = session().get(User, application.applicant_id) if application.applicant_id else None
    return ([applicant] if applicant else []) + accepted


def provision(application: Application, *, by: User | None) -> Group:
    """The group of an application: made, or taken over, with all that belongs to it.

    Raises ConflictError where the applicant's account is gone, or the group needs nobody.
    """
    if application.applicant_id is None:
        raise ConflictError("the applicant's account is gone: nobody would lead the group")
    group = _taken_over(application, by) if application.is_takeover else _made(application, by)
    organizers = people(application)
    _appoint(group, organizers, by)
    _attach_calendar(group, application, by)
    done = {Step.LINKS: bool(application.links), Step.CO_ORGANIZER: len(organizers) > 1}
    first_steps.begin(group, done=done)
    return group


def _made(application: Application, by: User | None) -> Group:
    """A new group under an address of its own."""
    for slug in _free_slugs(application):
        try:
            with session().begin_nested():
                group = groups.save(_described(application, slug), by=by).group
        except IntegrityError:
            continue  # another approval took the address, or made a topic, in this moment
        group.population = application.population
        group.status_cause = "approved"
        group.reconfirmed_at = clock.now()
        return group
    raise ConflictError("no address could be found for the group: try again")


def _described(application: Application, slug: str) -> GroupInput:
    return GroupInput(
        name=application.group_name,
        slug=slug,
        city=application.city,
        region=application.region,
        country=application.country,
        latitude=application.latitude or 0,
        longitude=application.longitude or 0,
        timezone=application.timezone,
        status=GroupStatus.FORMING,
        language=application.language,
        topics=tuple(application.topics),
        links=tuple(LinkInput.model_validate(link) for link in application.links),
    )


def _free_slugs(application: Application) -> Iterator[str]:
    """Addresses nobody has or had, the plainest first: name, name and city, and country, numbers.

    They are looked up when asked for, so that a second try sees who was faster.
    """
    for _ in range(_TRIES):
        yield next(slug for slug in _slugs(application) if not _is_taken(slug))


def _slugs(application: Application) -> Iterator[str]:
    name, city = slugify(application.group_name), slugify(application.city)
    plain = name or city or "group"
    yield plain
    if city and city not in plain:
        yield f"{plain}-{city}"
    yield f"{plain}-{application.country.lower()}"
    yield from (f"{plain}-{number}" for number in count(2))


def _is_taken(slug: str) -> bool:
    taken = exists().where(Group.slug == slug) | exists().where(FormerSlug.slug == slug)
    return bool(session().scalar(select(taken)))


def _taken_over(application: Application, by: User | None) -> Group:
    """The group to be taken over, if it still waits for somebody. Its former lead organizes on."""
    group = session().scalar(
        select(Group).where(Group.id == application.group_id).with_for_update()
    )
    if group is None or group.status not in _FREE:
        raise ConflictError("this group has somebody who runs it by now")
    coming = select(func.count(Event.id)).where(
        Event.group_id == group.id,
        Event.starts_at > clock.now(),
        Event.status == EventStatus.CONFIRMED,
    )
    before = group.status
    group.status = GroupStatus.ACTIVE if session().scalar(coming) else GroupStatus.FORMING
    group.status_cause = "taken_over"
    group.status_changed_at = group.revised_at = group.reconfirmed_at = clock.now()
    session().flush()  # the counters go past the session, straight to the row
    mark_changed(group, on_map=True)
    audit.record("group.taken_over", group, by=by, before=before.value, status=group.status.value)
    waiting.announce(group)
    return group


def _appoint(group: Group, organizers: list[User], by: User | None) -> None:
    lead, *others = organizers
    memberships.withdraw_offers(group)
    former = session().scalar(
        select(Membership)
        .where(Membership.group_id == group.id, Membership.role == Role.LEAD)
        .options(joinedload(Membership.user))
    )
    if former is not None and former.user_id != lead.id:
        memberships.appoint(former.user, group, Role.ORGANIZER, by=by)
        queue.send(
            MessageKind.LEAD_CHANGED,
            former.user,
            group=group.name,
            slug=group.slug,
            lead=lead.name or lead.email,
        )
    memberships.appoint(lead, group, Role.LEAD, by=by)
    for person in others:
        memberships.appoint(person, group, Role.ORGANIZER, by=by)
    standings.forget()


def _attach_calendar(group: Group, application: Application, by: User | None) -> None:
    if application.calendar_url:
        source = sources.attach(group, application.calendar_url, by=by)
        queue.enqueue(JobKind.SYNC_SOURCE, source_id=source.id)
