"""The charter in force: what it begins with, and how groups and applications stand by it."""

from sqlalchemy import func, select

from usergroups import clock
from usergroups.charter import Verdict, evaluate
from usergroups.db import session
from usergroups.errors import NotAllowedError
from usergroups.inputs.charter import RULES
from usergroups.models import (
    Application,
    CharterQuestion,
    CharterRule,
    Group,
    QuestionKind,
    User,
)
from usergroups.permissions import may_organize
from usergroups.queries import charter as queries
from usergroups.queries import charter_facts, standings
from usergroups.services import audit, charter_findings
from usergroups.services.revisions import mark_federation_changed

_CONDUCT = "We keep to the code of conduct, and see to it that everybody at our meetups does."
_AGREEMENTS = (
    _CONDUCT,
    "Our meetups are open to everybody, and cost nobody more than the room and the food do.",
    "The group belongs to its community: if we stop, we hand it over, with its name and its pages.",
)
# What is asked, and whether it has to be answered.
_QUESTIONS = (
    ("How often would you like to meet, and where could that be?", True),
    ("Which meetups have you organized, helped with, or been to?", True),
    ("What should the first three evenings be about?", False),
)


def found() -> bool:
    """Give a new installation the rules and questions to begin with; answers whether it did.

    Rules that are missing are added; questions only where there never was one. Twice is once.
    """
    known = set(session().scalars(select(CharterRule.kind)))
    missing = [rule(is_on=True) for kind, rule in RULES.items() if kind not in known]
    session().add_all(
        CharterRule(kind=rule.kind, is_on=rule.is_on, parameters=rule.parameters)
        for rule in missing
    )
    asked = session().scalar(select(func.count()).select_from(CharterQuestion))
    if not asked:
        session().add_all(_first_questions())
    session().flush()
    if missing or not asked:
        mark_federation_changed()
    return bool(missing) or not asked


def _first_questions() -> list[CharterQuestion]:
    texts = [(QuestionKind.QUESTION, text, required) for text, required in _QUESTIONS]
    texts += [(QuestionKind.AGREEMENT, text, True) for text in _AGREEMENTS]
    return [
        CharterQuestion(
            kind=kind, text=text, is_required=required, is_conduct=text == _CONDUCT, position=n
        )
        for n, (kind, text, required) in enumerate(texts)
    ]


def verdicts_of_application(application: Application) -> list[Verdict]:
    """How an application stands by each rule that is on, waivers applied; at most six queries."""
    return evaluate(
        queries.rules(),
        charter_facts.of_application(application),
        queries.exemptions_of_application(application.id),
    )


def verdicts_of_group(group: Group) -> list[Verdict]:
    """How a group stands now by each rule that is on, waivers applied; at most nine queries.

    `since_at` is filled where the last look found the same.
    """
    exemptions = queries.exemptions_of_groups([group.id]).get(group.id, ())
    verdicts = evaluate(queries.rules(), charter_facts.of_group(group), exemptions)
    known = {(one.kind, one.passed): one.since_at for one in queries.findings_of(group)}
    return [one.since(known.get((one.kind, one.is_met))) for one in verdicts]


def evaluate_all() -> int:
    """Look at all living groups and keep what was found; answers how many mails went."""
    return charter_findings.settle_all(charter_facts.of_living())


def reconfirm(group: Group, by: User | None) -> None:
    """Note that its organizers say: we go on, and we keep to the charter. Once a day is enough.

    Raises NotAllowedError for those who do not organize it.
    """
    if not may_organize(standings.of(by), group):
        raise NotAllowedError("only its organizers can say that the group goes on")
    if group.reconfirmed_at and group.reconfirmed_at.date() == clock.today():
        return
    group.reconfirmed_at = clock.now()
    audit.record("group.reconfirmed", group, by=by)
    charter_findings.look_again(group)
