"""What an outside geocoder was asked, and when it may be asked again."""

from datetime import datetime

from sqlalchemy import CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from usergroups import clock
from usergroups.db import Base
from usergroups.models.columns import position_checks


class GeocodedAddress(Base):
    """An address and where it is; without a position the geocoder did not know it, either."""

    __tablename__ = "geocoded_address"
    __table_args__ = (*position_checks(),)

    # As it was asked for, folded and without needless spaces.
    address: Mapped[str] = mapped_column(primary_key=True)
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    asked_at: Mapped[datetime] = mapped_column(default=clock.now)


class GeocoderTurn(Base):
    """The one row that all processes of the installation queue up at."""

    __tablename__ = "geocoder_turn"
    __table_args__ = (CheckConstraint("id = 1", name="one_row"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    next_at: Mapped[datetime]
