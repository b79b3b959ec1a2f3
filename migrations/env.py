"""How Alembic reaches the database: over the connection that usergroups.cli.schema hands it."""

from typing import Any

from alembic import context

from usergroups import models
from usergroups.db import UtcDateTime


def spell(kind: str, column_type: Any, _autogenerate: Any) -> str | bool:
    """How a new migration writes our own column type."""
    return "UtcDateTime()" if kind == "type" and isinstance(column_type, UtcDateTime) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=models.Base.metadata,
    render_as_batch=True,
    transactional_ddl=True,
    compare_server_default=True,
    render_item=spell,
)
context.run_migrations()
