"""Nothing: a number that databases have passed already, so that it is not given again."""

from usergroups.errors import SetupError

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise SetupError("there is no way back over this: restore the backup made before it")
