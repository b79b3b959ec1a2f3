"""Questions about the charter: its rules, what applicants are asked, how groups stood by it."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from usergroups import clock
from usergroups.charter import Exemption
from usergroups.db import session
from usergroups.errors import NotFoundError
from usergroups.inputs.charter import RULES, RuleInput, read_rule
from usergroups.inputs.search import FindingSearch
from usergroups.models import (
    Application,
    ApplicationStatus,
    CharterQuestion,
    CharterRule,
    Finding,
    Group,
    QuestionKind,
    RuleKind,
    Waiver,
)
from usergroups.queries.paging import SIZE, Page, start

# The countries that somebody may look at; None stands for all of them.
Countries = frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Waived:
    """A waiver with what it is for: a group, or an application to run one."""

    waiver: Waiver
    slug: str | None
    name: str | None
    public_id: str | None
    group_name: str | None
    country: str


def rules() -> list[RuleInput]:
    """Every rule with its parameters, also those that are off, in reading order; one query."""
    order = list(RULES)
    found = session().scalars(select(CharterRule))
    return [
        read_rule(row.kind, row.parameters | {"is_on": row.is_on})
        for row in sorted(found, key=lambda row: order.index(row.kind))
    ]


def rule(kind: RuleKind) -> CharterRule:
    """One rule's row. Raises NotFoundError where the charter was never founded."""
    row = session().scalar(select(CharterRule).where(CharterRule.kind == kind))
    if row is None:
        raise NotFoundError("there is no such rule: run `usergroups db upgrade`")
    return row


def questions(kind: QuestionKind | None = None) -> list[CharterQuestion]:
    """What applicants are asked today, then what they agree to, or one of both; one query."""
    query = select(CharterQuestion).where(CharterQuestion.retired_at.is_(None))
    if kind is not None:
        query = query.where(CharterQuestion.kind == kind)
    questions_first = CharterQuestion.kind.desc()
    order = (questions_first, CharterQuestion.position, CharterQuestion.id)
    return list(session().scalars(query.order_by(*order)))


def question(question_id: int) -> CharterQuestion:
    """A question or agreement, retired ones too. Raises NotFoundError."""
    found = session().get(CharterQuestion, question_id)
    if found is None:
        raise NotFoundError("there is no such question")
    return found


def question_ids() -> list[int]:
    """Of everything that was ever asked; one query."""
    return list(session().scalars(select(CharterQuestion.id)))


def conduct() -> CharterQuestion | None:
    """The agreement to the code of conduct as it is today; None where nobody is asked for one."""
    return session().scalar(
        select(CharterQuestion)
        .where(CharterQuestion.is_conduct, CharterQuestion.retired_at.is_(None))
        .order_by(CharterQuestion.id.desc())
        .limit(1)
    )


def findings_of(group: Group) -> list[Finding]:
    """How a group stood by each rule when it was last looked at, in the order of the rules."""
    found = session().scalars(select(Finding).where(Finding.group_id == group.id))
    order = list(RULES)
    return sorted(found, key=lambda finding: order.index(finding.kind))


def exemptions_of_groups(ids: Iterable[int] | None = None) -> dict[int, list[Exemption]]:
    """Waivers in force by group, of these or of all; one query.

    A waiver for an application goes on for the group that came of it.
    """
    group_id = func.coalesce(Waiver.group_id, Application.group_id)
    query: Select[int, Waiver] = (
        select(group_id, Waiver)
        .outerjoin(Application, _came_of_application())
        .where(*_in_force(), group_id.is_not(None))
        .order_by(Waiver.id)
    )
    if ids is not None:
        query = query.where(group_id.in_(list(ids)))
    found: dict[int, list[Exemption]] = {}
    for key, waiver in session().execute(query):
        found.setdefault(key, []).append(_exemption(waiver))
    return found


def exemptions_of_application(application_id: int) -> list[Exemption]:
    """Waivers in force for an application; one query."""
    query = select(Waiver).where(*_in_force(), Waiver.application_id == application_id)
    return [_exemption(waiver) for waiver in session().scalars(query.order_by(Waiver.id))]


def waivers_of_group(group_id: int) -> list[Waiver]:
    """Every waiver a group ever had, also by its application, the latest first; one query."""
    by_application = select(Application.id).where(
        Application.group_id == group_id, Application.status == ApplicationStatus.APPROVED
    )
    is_its = or_(Waiver.group_id == group_id, Waiver.application_id.in_(by_application))
    return list(session().scalars(_waivers().where(is_its)))


def waivers_of_application(application_id: int) -> list[Waiver]:
    """Every waiver an application ever had, the latest first; one query."""
    return list(session().scalars(_waivers().where(Waiver.application_id == application_id)))


def waived(countries: Countries) -> list[Waived]:
    """Waivers in force for what is in these countries, the next to end first; one query."""
    country = func.coalesce(Group.country, Application.country)
    query = (
        _waivers()
        .outerjoin(Group, Group.id == Waiver.group_id)
        .outerjoin(Application, Application.id == Waiver.application_id)
        .add_columns(Group.slug, Group.name, Application.public_id, Application.group_name, country)
        .where(*_in_force())
        .order_by(None)
        .order_by(Waiver.until_on, Waiver.id)
    )
    if countries is not None:
        query = query.where(country.in_(sorted(countries)))
    return [Waived(*row) for row in session().execute(query)]


def application(public_id: str) -> Application:
    """An application that was handed in, by itself. Raises NotFoundError, for drafts too."""
    found = session().scalar(
        select(Application).where(
            Application.public_id == public_id, Application.status != ApplicationStatus.DRAFT
        )
    )
    if found is None:
        raise NotFoundError("there is no such application")
    return found


def waiver(waiver_id: int) -> Waiver:
    """A waiver, ended ones too. Raises NotFoundError."""
    found = session().get(Waiver, waiver_id)
    if found is None:
        raise NotFoundError("there is no such waiver")
    return found


@dataclass(frozen=True, slots=True)
class Short:
    """A group that falls short, and in what, in the order of the rules."""

    group: Group
    findings: Sequence[Finding]


@dataclass(frozen=True, slots=True)
class Standing:
    """How many living groups meet a rule, and how many do not."""

    kind: RuleKind
    met: int
    unmet: int

    @property
    def groups(self) -> int:
        """All that it was asked of."""
        return self.met + self.unmet


def standings(countries: Countries) -> list[Standing]:
    """For each rule how many groups of these countries meet it, as last looked at; one query."""
    passed = func.sum(case((Finding.passed, 1), else_=0))
    query = (
        select(Finding.kind, passed, func.count())
        .join(Finding.group)
        .where(*_within(countries))
        .group_by(Finding.kind)
    )
    found = {kind: Standing(kind, met, all_ - met) for kind, met, all_ in session().execute(query)}
    return [found[kind] for kind in RULES if kind in found]


def unmet(wanted: FindingSearch, countries: Countries) -> Page[Short]:
    """Who fails what, those first who have for longest; three queries."""
    conditions = [Finding.passed.is_(False), *_within(countries)]
    if wanted.rule is not None:
        conditions.append(Finding.kind == wanted.rule)
    if wanted.country is not None:
        conditions.append(Group.country == wanted.country)
    total = session().scalar(
        select(func.count(Finding.group_id.distinct())).join(Finding.group).where(*conditions)
    )
    since = func.min(Finding.since_at)
    query = (
        select(Finding.group_id)
        .join(Finding.group)
        .where(*conditions)
        .group_by(Finding.group_id)
        .order_by(since, Finding.group_id)
    )
    ids = list(session().scalars(query.limit(SIZE).offset(start(wanted.page))))
    return Page(_short(ids, conditions), wanted.page, total or 0)


def _short(ids: list[int], conditions: list[ColumnElement[bool]]) -> list[Short]:
    query = (
        select(Finding)
        .join(Finding.group)
        .options(contains_eager(Finding.group))
        .where(Finding.group_id.in_(ids), *conditions)
    )
    found: dict[int, list[Finding]] = {}
    for finding in session().scalars(query):
        found.setdefault(finding.group_id, []).append(finding)
    order = list(RULES)
    return [
        Short(found[key][0].group, sorted(found[key], key=lambda one: order.index(one.kind)))
        for key in ids
    ]


def countries_unmet(countries: Countries) -> list[tuple[str, int]]:
    """Countries with groups that fail something, and how many of them, by code; one query."""
    query = (
        select(Group.country, func.count(Group.id.distinct()))
        .join(Finding, Finding.group_id == Group.id)
        .where(Finding.passed.is_(False), *_within(countries))
        .group_by(Group.country)
        .order_by(Group.country)
    )
    return [(country, number) for country, number in session().execute(query)]


def looked_at() -> datetime | None:
    """When the living groups were last looked at; one query."""
    return session().scalar(select(func.max(Finding.looked_at)))


def _waivers() -> Select[Waiver]:
    return select(Waiver).options(joinedload(Waiver.granted_by)).order_by(Waiver.id.desc())


def _within(countries: Countries) -> list[ColumnElement[bool]]:
    return [] if countries is None else [Group.country.in_(sorted(countries))]


def _in_force() -> tuple[ColumnElement[bool], ...]:
    return Waiver.ended_at.is_(None), Waiver.until_on >= clock.today()


def _came_of_application() -> ColumnElement[bool]:
    return (Waiver.application_id == Application.id) & (
        Application.status == ApplicationStatus.APPROVED
    )


def _exemption(waiver: Waiver) -> Exemption:
    return Exemption(waiver.id, waiver.kind, waiver.until_on, waiver.why)
