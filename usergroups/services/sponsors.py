"""Sponsors of the federation, of a group, of a meetup: put up, changed, taken down."""

from dataclasses import dataclass
from hashlib import sha256

from sqlalchemy import select

from usergroups.db import session
from usergroups.errors import NotAllowedError, NotFoundError
from usergroups.formats import logo
from usergroups.inputs.sponsor import SponsorInput
from usergroups.models import Base, Event, Federation, Group, Sponsor, Sponsorship, User
from usergroups.permissions import may_organize, may_steer
from usergroups.queries import sponsors, standings
from usergroups.services import audit
from usergroups.services.outcome import assign
from usergroups.services.revisions import mark_changed, mark_federation_changed


@dataclass(frozen=True, slots=True)
class Supported:
    """Who is given something: a meetup (with its group), a group, or without either everybody."""

    group: Group | None = None
    event: Event | None = None

    @property
    def row(self) -> Base:
        """What the audit says it was about."""
        return self.event or self.group or session().get_one(Federation, 1)


def add(to: Supported, given: SponsorInput, picture: bytes, *, by: User | None) -> Sponsorship:
    """Put a sponsor up; the logo is drawn anew, and may be left out.

    Raises NotAllowedError, and InvalidInputError at `picture` for what is no picture.
    """
    _guard(to, by)
    made = Sponsorship(
        sponsor=Sponsor(name=given.name),
        group_id=to.group.id if to.group else None,
        event_id=to.event.id if to.event else None,
    )
    _fill(made, given, picture)
    session().add(made)
    session().flush()  # the audit entry needs the id
    _show(to)
    audit.record(f"{_noun(to)}.sponsor_added", to.row, by=by, sponsorship=made.id)
    return made


def change(
    to: Supported, sponsorship_id: int, given: SponsorInput, picture: bytes, *, by: User | None
) -> Sponsorship:
    """Change what stands there; without a picture the logo stays.

    Raises as `add`, and NotFoundError.
    """
    _guard(to, by)
    found = _its(to, sponsorship_id)
    _fill(found, given, picture)
    session().flush()
    _show(to)
    audit.record(f"{_noun(to)}.sponsor_changed", to.row, by=by, sponsorship=found.id)
    return found


def take_down(to: Supported, sponsorship_id: int, *, by: User | None) -> None:
    """Show a sponsor no longer. Raises NotAllowedError, NotFoundError."""
    _guard(to, by)
    found = _its(to, sponsorship_id)
    sponsor = found.sponsor
    session().delete(found)
    session().flush()
    left = select(Sponsorship.id).where(Sponsorship.sponsor_id == sponsor.id).limit(1)
    if session().scalar(left) is None:
        session().delete(sponsor)
    _show(to)
    audit.record(f"{_noun(to)}.sponsor_removed", to.row, by=by, sponsorship=sponsorship_id)


def _its(to: Supported, sponsorship_id: int) -> Sponsorship:
    found = sponsors.known(sponsorship_id)
    place = (to.group.id if to.group else None, to.event.id if to.event else None)
    if (found.group_id, found.event_id) != place:
        raise NotFoundError("nobody gives that here")
    return found


def _fill(made: Sponsorship, given: SponsorInput, picture: bytes) -> None:
    values = given.model_dump()
    assign(made.sponsor, {name: values.pop(name) for name in ("name", "url")})
    assign(made, values)
    if picture:
        made.sponsor.logo = logo.draw(picture)
        made.sponsor.logo_digest = sha256(made.sponsor.logo).hexdigest()


def _guard(to: Supported, by: User | None) -> None:
    standing = standings.of(by)
    allowed = may_organize(standing, to.group) if to.group else may_steer(standing)
    if not allowed:
        raise NotAllowedError("this is for those who look after it")


def _show(to: Supported) -> None:
    if to.group:
        mark_changed(to.group)
    else:
        mark_federation_changed()


def _noun(to: Supported) -> str:
    if to.event:
        return "event"
    return "group" if to.group else "federation"
