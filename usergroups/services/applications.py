"""Applying to run a group: a draft that grows step by step, handed in, amended, withdrawn.

Every act moves the application's version. Whoever changes it names the version that they saw; the
same act twice is one click that came twice, and changes nothing.
"""

from typing import Any

from sqlalchemy import delete, select, update

from usergroups import clock, queue
from usergroups.db import session
from usergroups.errors import (
    ConflictError,
    InvalidInputError,
    Refusal,
)
from usergroups.gazetteer.place import Place
from usergroups.inputs.application import GroupStep, StepInput, TakeoverInput
from usergroups.models import (
    OPEN,
    Answer,
    Application,
    ApplicationStatus,
    CharterQuestion,
    Group,
    GroupStatus,
    JobKind,
    MessageKind,
    QuestionKind,
    User,
)
from usergroups.queries import applications as queries
from usergroups.queries import charter
from usergroups.services import application_mails, audit, blocking, co_organizers
from usergroups.services.application_changes import advance, change, guard, lock

# Who has so many unfinished begins no other.
MOST_DRAFTS = 5
# States in which a group waits for somebody to take it over.
FREE = (GroupStatus.VACANT, GroupStatus.DORMANT)


def start(place: Place, *, by: User) -> Application:
    """A new draft for a city; one that somebody has already is taken up again.

    Raises InvalidInputError for whoever has begun too many.
    """
    return _begin(Application(applicant_id=by.id, is_takeover=False, **_columns(place)), by)


def start_takeover(group: Group, *, by: User) -> Application:
    """A new draft to take a group over, or the one that is there.

    Raises ConflictError for a group that has somebody who runs it.
    """
    if group.status not in FREE:
        raise ConflictError("this group has somebody who runs it")
    draft = Application(
        applicant_id=by.id, is_takeover=True, group_id=group.id, group_name=group.name,
        city=group.city, region=group.region, country=group.country, latitude=group.latitude,
        longitude=group.longitude, timezone=group.timezone, population=group.population,
        language=group.language,
    )  # fmt: skip
    return _begin(draft, by)


def move(application: Application, place: Place, *, by: User, version: int) -> None:
    """Have it be about another city. Raises ConflictError, NotAllowedError."""
    if application.is_takeover:
        raise ConflictError("the group to be taken over stays where it is")
    change(application, _columns(place), by=by, version=version)


def describe(application: Application, given: TakeoverInput, *, by: User) -> None:
    """Say what the group is called and talks about, why, and where it lives today.

    A calendar that is new is tried in the background. Raises InvalidInputError for a name that
    another group has or seems to have.
    """
    if isinstance(given, GroupStep):
        refuse_name(given.group_name, application)
    before_it = application.calendar_url
    change(application, given.columns, by=by, version=given.version)
    if application.calendar_url != before_it:
        try_calendar(application, by=by)


def promise(
    application: Application, given: StepInput, questions: list[CharterQuestion], *, by: User
) -> None:
    """Answer the charter's questions and agree to what it asks; what was agreed keeps its date."""
    answers, agreements = dict(application.answers), dict(application.agreements)
    values = given.model_dump()
    for question in questions:
        key = str(question.id)
        if question.kind is QuestionKind.QUESTION:
            answers[key] = values[f"answer_{key}"]
        elif not values[f"agree_{key}"]:
            agreements.pop(key, None)
        else:
            agreements.setdefault(key, clock.now().isoformat())
    columns = {"answers": answers, "agreements": agreements}
    change(application, columns, by=by, version=given.version)


def try_calendar(application: Application, *, by: User) -> None:
    """Have its calendar read in the background, again if it was before; at once it is unread."""
    guard(application, by)
    application.calendar_preview, application.calendar_tried_at = {}, None
    if application.calendar_url:
        queue.enqueue(
            JobKind.PREVIEW_CALENDAR, application_id=application.id, url=application.calendar_url
        )


def keep_preview(application_id: int, url: str, preview: dict[str, Any]) -> None:
    """Note what reading a calendar gave, unless the application names another by now."""
    session().execute(
        update(Application)
        .where(Application.id == application_id, Application.calendar_url == url)
        .values(calendar_preview=preview, calendar_tried_at=clock.now())
        .execution_options(synchronize_session=False)
    )


def submit(application: Application, *, by: User, version: int) -> bool:
    """Hand an application in, for the first time or again; answers whether it was the first click.

    Its co-organizers are asked, its reviewers told. Raises InvalidInputError for what is missing,
    for people who may not apply now, for a second one for the same place; ConflictError where it
    is no longer what they saw.
    """
    lock(application, by=by)
    if application.status is ApplicationStatus.SUBMITTED and application.version == version + 1:
        return False
    _one_at_a_time(by)
    _see_that_it_is_whole(application)
    blocking.admit(application)
    is_first = application.submitted_at is None
    at = "submitted_at" if is_first else "resubmitted_at"
    advance(application, ApplicationStatus.SUBMITTED, version, **{at: clock.now()})
    audit.record(
        "application.submitted" if is_first else "application.resubmitted", application, by=by
    )
    co_organizers.invite(application)
    application_mails.tell_reviewers(application, is_again=not is_first)
    queue.send(
        MessageKind.APPLICATION_RECEIVED, by, public_id=application.public_id,
        group_name=application.group_name, city=application.city, is_again=not is_first,
    )  # fmt: skip
    return True


def withdraw(application: Application, *, by: User, version: int) -> None:
    """Take an application back; who took part and who looked after it are told; twice is once.

    Raises ConflictError where it has been decided.
    """
    lock(application, by=by)
    if application.status is ApplicationStatus.WITHDRAWN:
        return
    accepted = [one.user for one in application.co_organizers if one.answer is Answer.ACCEPTED]
    advance(application, ApplicationStatus.WITHDRAWN, version, decided_at=clock.now())
    audit.record("application.withdrawn", application, by=by)
    for one in application.co_organizers:
        if one.answer is Answer.OPEN:
            one.answer, one.answered_at, one.secret_hash = Answer.WITHDRAWN, clock.now(), None
    told = [user for user in accepted if user] + application_mails.assigned(application)
    for person in told:
        queue.send(
            MessageKind.APPLICATION_WITHDRAWN, person, group_name=application.group_name,
            city=application.city,
        )  # fmt: skip


def discard(application: Application, *, by: User) -> None:
    """Throw a draft away. Raises ConflictError for what was handed in."""
    guard(application, by)
    gone = session().execute(
        delete(Application)
        .where(Application.id == application.id, Application.status == ApplicationStatus.DRAFT)
        .execution_options(synchronize_session=False)
    )
    if not gone.rowcount:  # type: ignore[attr-defined]  # a DELETE's result has it
        raise ConflictError("this was handed in: it can be withdrawn")


def missing(application: Application) -> list[str]:
    """The steps that are not done yet, in their order; one query."""
    given = {**application.answers, **application.agreements}
    has_charter = all(
        given.get(str(question.id)) for question in charter.questions() if question.is_required
    )
    has_applicant = application.applicant is not None and bool(application.applicant.name)
    done = {
        "place": application.has_place,
        "group": bool(application.group_name and application.why and application.language),
        "people": has_applicant,
        "charter": has_charter,
    }
    return [step for step, is_done in done.items() if not is_done]


def refuse_name(name: str, application: Application) -> None:
    """Raises InvalidInputError for a name that cannot be told from that of another group."""
    point = queries.point_of(application)
    other = queries.namesake(name, point, but=application.group_id)
    if other is not None:
        raise InvalidInputError({"group_name": other.refusal})


def _begin(draft: Application, by: User) -> Application:
    _one_at_a_time(by)
    known = queries.like(draft, ApplicationStatus.DRAFT)
    if known is not None:
        return known
    if queries.count_drafts(by.id) >= MOST_DRAFTS:
        raise InvalidInputError(
            {"place": Refusal("too_many_drafts", "finish or discard one first", {})}
        )
    session().add(draft)
    session().flush()  # its address is needed
    return draft


def _one_at_a_time(by: User) -> None:
    """What one person does at once, in two windows or by two clicks, happens one by one."""
    session().scalar(select(User.id).where(User.id == by.id).with_for_update(key_share=True))


def _columns(place: Place) -> dict[str, Any]:
    return {
        "city": place.name,
        "region": place.region,
        "country": place.country,
        "latitude": place.lat,
        "longitude": place.lng,
        "timezone": place.timezone,
        "population": place.population,
    }


def _see_that_it_is_whole(application: Application) -> None:
    if steps := missing(application):
        raise InvalidInputError(
            {"input": Refusal("unfinished", f"not done yet: {', '.join(steps)}", {"steps": steps})}
        )
    if not application.is_takeover:
        refuse_name(application.group_name, application)
    elif session().scalar(select(Group.status).where(Group.id == application.group_id)) not in FREE:
        raise ConflictError("this group has somebody who runs it by now")
    if queries.like(application, *OPEN) is not None:
        raise InvalidInputError(
            {"input": Refusal("applied_already", "you have applied for this place already")}
        )
