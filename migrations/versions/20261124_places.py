"""Places: where people wait, and what an outside geocoder said."""

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from usergroups.db import UtcDateTime

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _geocoder()
    _waiting()


def _waiting() -> None:
    op.create_table(
        "waiting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("email", sa.String(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("place", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=False),
        sa.Column("longitude", sa.Double(), nullable=False),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.Column("confirmed_at", UtcDateTime(), nullable=True),
        sa.Column("helps", sa.Boolean(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.CheckConstraint("NOT helps OR name <> ''", name=op.f("ck_waiting_helper_named")),
        sa.CheckConstraint("email LIKE '%_@_%'", name=op.f("ck_waiting_email_has_at")),
        sa.CheckConstraint("latitude BETWEEN -90 AND 90", name=op.f("ck_waiting_latitude_range")),
        sa.CheckConstraint(
            "longitude BETWEEN -180 AND 180", name=op.f("ck_waiting_longitude_range")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_waiting")),
        sa.UniqueConstraint("email", "place", name=op.f("uq_waiting_email_place")),
        sa.UniqueConstraint("key", name=op.f("uq_waiting_key")),
    )


def _geocoder() -> None:
    op.create_table(
        "geocoded_address",
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("asked_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint(
            "latitude BETWEEN -90 AND 90", name=op.f("ck_geocoded_address_latitude_range")
        ),
        sa.CheckConstraint(
            "longitude BETWEEN -180 AND 180", name=op.f("ck_geocoded_address_longitude_range")
        ),
        sa.CheckConstraint(
            "(latitude IS NULL) = (longitude IS NULL)",
            name=op.f("ck_geocoded_address_position_whole"),
        ),
        sa.PrimaryKeyConstraint("address", name=op.f("pk_geocoded_address")),
    )
    turn = op.create_table(
        "geocoder_turn",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("next_at", UtcDateTime(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_geocoder_turn_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_geocoder_turn")),
    )
    op.bulk_insert(turn, [{"id": 1, "next_at": datetime(2026, 1, 1, tzinfo=UTC)}])
