"""Reading columns without making objects: what lists of a page are made of."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Executable

from usergroups.db import session


def rows(statement: Executable, **values: Any) -> Sequence[Any]:
    """The rows of a statement in the scope of the session, past its bookkeeping of objects."""
    return session().connection().execute(statement, values).all()


def first(statement: Executable, **values: Any) -> Any:
    """Its first row, or None."""
    return session().connection().execute(statement, values).first()
