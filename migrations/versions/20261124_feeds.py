"""What feeds keep: bytes of each meetup, feeds of countries, topics and places."""

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing yet."""
