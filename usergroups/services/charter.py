"""The charter in force: what it begins with, and how groups and applications stand by it."""

from sqlalchemy import func, select

from usergroups.db import session
from usergroups.inputs.charter import RULES
from usergroups.models import CharterQuestion, CharterRule, QuestionKind
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
