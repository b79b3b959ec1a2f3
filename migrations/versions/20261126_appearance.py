"""Appearance: the federation's colour and its logo."""

import sqlalchemy as sa
from alembic import op

from usergroups.errors import SetupError

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("federation") as federation:
        federation.add_column(
            sa.Column("colour", sa.String(), server_default=sa.text("''"), nullable=False)
        )
        federation.add_column(
            sa.Column("logo_digest", sa.String(), server_default=sa.text("''"), nullable=False)
        )
        federation.add_column(sa.Column("logo", sa.LargeBinary(), nullable=True))
        federation.create_check_constraint(
            op.f("ck_federation_colour_form"), "colour = '' OR colour LIKE '#______'"
        )


def downgrade() -> None:
    raise SetupError("there is no way back over this: restore the backup made before it")
