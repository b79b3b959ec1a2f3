"""The federation itself: what its stewards set, and the counters that tell readers of a change."""

from datetime import datetime

from sqlalchemy import CheckConstraint, LargeBinary, text
from sqlalchemy.orm import Mapped, mapped_column

from usergroups import clock
from usergroups.db import Base


class Federation(Base):
    """The one row of settings. `version` moves with anything public, `map_version` with the map."""

    __tablename__ = "federation"
    __table_args__ = (
        CheckConstraint("id = 1", name="only_one"),
        CheckConstraint("name <> ''", name="name_filled"),
        CheckConstraint("colour = '' OR colour LIKE '#______'", name="colour_form"),
        CheckConstraint("cooling_off_days >= 0", name="cooling_off_counted"),
        CheckConstraint("keep_attendees_days >= 30", name="keep_attendees_counted"),
    )

    id: Mapped[int] = mapped_column(primary_key=True, default=1)
    name: Mapped[str] = mapped_column(default="Usergroups")
    tagline: Mapped[str] = mapped_column(default="")
    # Its colour as #rrggbb; empty: ours (formats/palette.py makes it legible).
    colour: Mapped[str] = mapped_column(default="", server_default=text("''"))
    # SHA-256 of the logo's bytes; empty where there is none.
    logo_digest: Mapped[str] = mapped_column(default="", server_default=text("''"))
    logo: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    # How long somebody whose application was declined waits until the next for the same place.
    cooling_off_days: Mapped[int] = mapped_column(default=90, server_default=text("90"))
    # How long after a meetup it is known who was there; then only how many.
    keep_attendees_days: Mapped[int] = mapped_column(default=180, server_default=text("180"))
    version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    map_version: Mapped[int] = mapped_column(default=1, server_default=text("1"))
    # What feeds of the whole federation give as their revision.
    revised_at: Mapped[datetime] = mapped_column(default=clock.now)
