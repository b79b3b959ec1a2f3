"""Where demo groups meet: their venues with rooms, and the next meetup in one of them."""

from usergroups.db import session
from usergroups.demo.content import LocalGroup
from usergroups.demo.content import Venue as Place
from usergroups.demo.rhythm import dice
from usergroups.models import AccessFact, Attendance, Event, Group, Registration, Room, Venue
from usergroups.queries import events, venues
from usergroups.services import rooms

_ROOMS = (("Hall", (60, 90, 125)), ("Loft", (25, 40, 60)), ("Workshop", (12, 16, 20)))
_FACTS = 4


def furnish(group: Group, local: LocalGroup) -> None:
    """Give a group its venues, and its next meetup a room there that people can come to.

    Twice changes nothing.
    """
    known = {venue.text: venue for venue in venues.of_group(group)}
    for place in local.venues:
        if place.name not in known:
            known[place.name] = _build(group, place)
    session().flush()
    for listed in events.coming_of(group.id):
        event = session().query(Event).filter_by(public_id=listed.public_id).one()
        if event.is_cancelled or event.attendance is Attendance.ONLINE or event.url:
            continue
        if event.venue_id is None and event.venue in known:
            _settle(event, known[event.venue])
        return


def _build(group: Group, place: Place) -> Venue:
    """A venue whose text is what its meetups say already: name, street, city."""
    chance = dice(group.slug, place.name, "rooms")
    name, _, rest = place.name.partition(", ")
    address, _, city = rest.rpartition(", ")
    venue = Venue(
        group_id=group.id, name=name, address=address, city=city or rest, country=group.country,
        latitude=place.latitude, longitude=place.longitude,
        access=sorted(fact.value for fact in chance.sample(list(AccessFact), _FACTS)),
        rooms=[Room(name=called, capacity=chance.choice(sizes)) for called, sizes in _ROOMS],
    )  # fmt: skip
    session().add(venue)
    return venue


def _settle(event: Event, venue: Venue) -> None:
    rooms.move_to(event.id, venue.id, [venue.rooms[0].id], by=None)
    event.registration, event.most_guests = Registration.HERE, 1
    session().flush()
