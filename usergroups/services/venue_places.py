"""Where a venue's address is, asked of an outside geocoder where the operator set one.

A venue stands where its city is until then. Each address is asked once; all processes of the
installation together ask one question a second, as the rules of public geocoders have it.
"""

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from usergroups import clock
from usergroups.db import session
from usergroups.models import GeocodedAddress, GeocoderTurn, JobKind, Venue
from usergroups.queries import venues as queries
from usergroups.queue import enqueue
from usergroups.services import seats, venues
from usergroups.text import fold, one_line

BETWEEN_QUESTIONS = timedelta(seconds=1)
# Streets get names and houses numbers; an answer is asked for again after so long.
KEPT = timedelta(days=180)


def ask(venue: Venue) -> None:
    """Leave the job that finds a venue's address, unless there is none."""
    if venue.address:
        enqueue(
            JobKind.LOCATE_VENUE,
            venue_id=venue.id,
            latitude=venue.latitude,
            longitude=venue.longitude,
        )


def wanted(venue_id: int, latitude: float, longitude: float) -> str | None:
    """The address of a venue that still stands there; None where somebody moved it, or it is gone.

    With its city and country, on one line.
    """
    venue = session().get(Venue, venue_id)
    if (
        venue is None
        or not venue.address
        or (venue.latitude, venue.longitude) != (latitude, longitude)
    ):
        return None
    return one_line(f"{venue.address}, {venue.city}, {venue.country}")


def answered(address: str) -> GeocodedAddress | None:
    """What the geocoder said to an address, if it was asked lately."""
    found = session().get(GeocodedAddress, fold(address))
    return found if found and found.asked_at > clock.now() - KEPT else None


def take_turn() -> datetime:
    """The instant at which the caller may ask; nobody else has it."""
    query = select(GeocoderTurn).where(GeocoderTurn.id == 1).with_for_update()
    turn = session().scalars(query).one()
    mine = max(turn.next_at, clock.now())
    turn.next_at = mine + BETWEEN_QUESTIONS
    return mine


def keep(address: str, position: tuple[float, float] | None) -> None:
    """Note what the geocoder said; that it knows nothing, too."""
    latitude, longitude = position or (None, None)
    session().merge(
        GeocodedAddress(
            address=fold(address), latitude=latitude, longitude=longitude, asked_at=clock.now()
        )
    )


def settle(venue_id: int, latitude: float, longitude: float, *, address: str) -> None:
    """Put the venue, if it still stands there, where its address was found, with its meetups.

    An answer far from its city is one about another street of that name, and changes nothing.
    """
    found = answered(address)
    if found is None or found.latitude is None or found.longitude is None:
        return
    held = seats.hold_all(one.id for one in queries.coming_in(venue_id=venue_id))
    venue = session().scalar(select(Venue).where(Venue.id == venue_id).with_for_update())
    if venue is not None and wanted(venue_id, latitude, longitude) == address:
        venues.put_at(venue, (found.latitude, found.longitude), held)


def forget_old() -> None:
    """Remove answers that will be asked for anew anyway."""
    session().execute(delete(GeocodedAddress).where(GeocodedAddress.asked_at < clock.now() - KEPT))
