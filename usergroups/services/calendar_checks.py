"""Calendars on the doctor's table: asked for, examined by a job, forgotten after a day.

Nobody has to say who they are, so nothing is kept of them; who knows the page's address sees it.
"""

import secrets
from typing import Any

from sqlalchemy import delete, update

from usergroups import clock, tokens
from usergroups.db import session
from usergroups.errors import InvalidInputError, Refusal
from usergroups.inputs.calendar_check import CalendarCheckInput
from usergroups.models import CalendarCheck, JobKind
from usergroups.models.calendar_check import KEPT
from usergroups.queue import enqueue
from usergroups.text import one_line

# What a form may send, with something to spare for the rest of it.
MOST_BYTES = 1_900_000
_LONGEST_NAME = 100


def begin(given: CalendarCheckInput, *, name: str = "", content: bytes = b"") -> str:
    """Have a calendar examined, a file before an address; answers the secret of its page.

    Raises InvalidInputError where there is neither, or more of a file than is taken.
    """
    if len(content) > MOST_BYTES:
        most = f"{MOST_BYTES / 1_000_000} MB"
        raise InvalidInputError(
            {"file": Refusal("picture_large", "expected at most {most}", {"most": most})}
        )
    if not content and not given.address:
        raise InvalidInputError({"address": Refusal("empty", "expected an address or a file")})
    secret = secrets.token_urlsafe(16)
    check = CalendarCheck(
        secret_hash=tokens.hashed(secret),
        location=one_line(name)[:_LONGEST_NAME] or "calendar.ics" if content else given.address,
        content=content or None,
        is_file=bool(content),
    )
    session().add(check)
    session().flush()
    enqueue(JobKind.CHECK_CALENDAR, check_id=check.id)
    return secret


def keep(check_id: int, result: dict[str, Any]) -> None:
    """Write down what was found, once; the file is forgotten."""
    session().execute(
        update(CalendarCheck)
        .where(CalendarCheck.id == check_id, CalendarCheck.checked_at.is_(None))
        .values(result=result, checked_at=clock.now(), content=None)
    )


def forget_old() -> None:
    """Forget what was examined a day ago."""
    session().execute(delete(CalendarCheck).where(CalendarCheck.created_at < clock.now() - KEPT))
