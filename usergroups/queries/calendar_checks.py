"""Calendars on the doctor's table."""

from sqlalchemy import select
from sqlalchemy.orm import undefer

from usergroups import clock, tokens
from usergroups.db import session
from usergroups.errors import NotFoundError
from usergroups.models import CalendarCheck
from usergroups.models.calendar_check import KEPT


def waiting(check_id: int) -> CalendarCheck | None:
    """One that was not examined yet, with its file; None where it was, or is forgotten."""
    return session().scalar(
        select(CalendarCheck)
        .where(CalendarCheck.id == check_id, CalendarCheck.checked_at.is_(None))
        .options(undefer(CalendarCheck.content))
    )


def by_secret(secret: str) -> CalendarCheck:
    """The one whose page has this secret in its address. Raises NotFoundError, after a day too."""
    found = session().scalar(
        select(CalendarCheck).where(
            CalendarCheck.secret_hash == tokens.hashed(secret),
            CalendarCheck.created_at > clock.now() - KEPT,
        )
    )
    if found is None:
        raise NotFoundError("there is no such examination")
    return found
