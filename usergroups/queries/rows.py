"""Reading columns without making objects, by statements that are put together when they are asked.

Those that never change are a `db.Question`.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Executable

from usergroups.db import connection


def rows(statement: Executable, **values: Any) -> Sequence[Any]:
    """The rows of a statement in the scope of the session, past its bookkeeping of objects."""
    return connection().execute(statement, values).all()


def first(statement: Executable, **values: Any) -> Any:
    """Its first row, or None."""
    return connection().execute(statement, values).first()
