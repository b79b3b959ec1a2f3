"""What is searched: one text per group, meetup and talk."""

from usergroups.errors import SetupError

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    pass


def downgrade() -> None:
    raise SetupError("there is no way back over this: restore the backup made before it")
