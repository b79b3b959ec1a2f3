"""A group's team: who organizes it, who was asked to, and who leads."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar, cast

from flask import Blueprint, Response, redirect
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from usergroups import clock
from usergroups.errors import ConflictError
from usergroups.inputs.fields import Input
from usergroups.inputs.team import InstallInput, InviteInput, OfferInput
from usergroups.models import Group, GroupStatus, Invitation, Membership, Role, User
from usergroups.permissions import may_lead, may_oversee
from usergroups.queries import groups
from usergroups.queries import team as queries
from usergroups.services import invitations, leads, memberships
from usergroups.web import forms, site
from usergroups.web.access import lead, organizer, overseer, standing
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.limits import limited
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("team", __name__))

Given = TypeVar("Given", bound=Input)


@blueprint.get("/organize/<slug>/team")
@organizer
def show(slug: str) -> str:
    """Who organizes the group, who was asked to, and what can be done about either."""
    group = groups.known(slug)
    return render("desk/team.html", form=Form(), told="", group=group, team=_team(group))


@blueprint.get("/organize/<slug>/team/<any(invite, offer, appoint):act>")
@organizer
def back(slug: str, act: str) -> AnyResponse:
    """Reloading a page that came back from an act leads to the team itself."""
    del act
    return redirect(_address(slug), 303)


@blueprint.post("/organize/<slug>/team/invite")
@lead
@limited(machine="30 per hour")
def invite(slug: str) -> AnyResponse:
    """Ask somebody to organize the group."""
    return _acted(
        slug,
        InviteInput,
        lambda group, given: invitations.invite(group, given.email, by=_me()),
        _("The invitation is on its way."),
    )


@blueprint.post("/organize/<slug>/team/offer")
@organizer
@limited(machine="30 per hour")
def offer(slug: str) -> AnyResponse:
    """Offer the lead to another organizer, or propose them where nobody leads."""
    return _acted(
        slug,
        OfferInput,
        lambda group, given: invitations.offer_lead(group, given.membership, by=_me()),
        _("Asked by mail. Nothing changes until they say yes."),
    )


@blueprint.post("/organize/<slug>/team/invitations/<int(max=2147483647):invitation_id>/withdraw")
@organizer
def withdraw(slug: str, invitation_id: int) -> AnyResponse:
    """Take an invitation back."""
    return _acted(
        slug,
        Input,
        lambda group, _given: invitations.withdraw(group, invitation_id, by=_me()),
        _("Withdrawn. The link in the mail no longer works."),
    )


@blueprint.post("/organize/<slug>/team/<int(max=2147483647):membership_id>/remove")
@lead
def remove(slug: str, membership_id: int) -> AnyResponse:
    """Take an organizer out of the group."""
    return _acted(
        slug,
        Input,
        lambda group, _given: memberships.remove(group, membership_id, by=_me()),
        _("Taken out of the group. They have been told."),
    )


@blueprint.post("/organize/<slug>/team/step-down")
@organizer
def step_down(slug: str) -> AnyResponse:
    """Organize the group no longer."""
    return _acted(
        slug,
        Input,
        lambda group, _given: memberships.step_down(group, by=_me()),
        _("You no longer organize the group. Thank you for all you did."),
        then="/me",
    )


@blueprint.post("/organize/<slug>/team/take-up")
@organizer
def take_up(slug: str) -> AnyResponse:
    """Lead a vacant group that one organizes alone."""
    return _acted(
        slug, Input, lambda group, _given: leads.take_up(group, by=_me()), _("You lead it now.")
    )


@blueprint.post("/organize/<slug>/team/appoint")
@overseer
def appoint(slug: str) -> AnyResponse:
    """Make somebody organizer or lead at once."""
    return _acted(
        slug,
        InstallInput,
        lambda group, given: leads.install(
            group, given.address, given.role, seen_lead=given.seen_lead, by=_me()
        ),
        _("Appointed. They have been told."),
    )


@dataclass(frozen=True, slots=True)
class Team:
    """All that stands on the page, besides the group."""

    people: Sequence[Membership]
    asked: Sequence[Invitation]
    mine: Membership | None
    may_lead: bool
    may_oversee: bool
    free_at: datetime
    is_vacant: bool

    @property
    def lead(self) -> Membership | None:
        """Who leads; nobody where it is vacant."""
        return next((one for one in self.people if one.role is Role.LEAD), None)

    @property
    def others(self) -> list[Membership]:
        """To whom the lead can be offered by whoever reads."""
        return [one for one in self.people if one.role is Role.ORGANIZER and one is not self.mine]

    @property
    def offered(self) -> Invitation | None:
        """The open offer of the lead."""
        return next((one for one in self.asked if one.role is Role.LEAD), None)

    @property
    def may_propose(self) -> bool:
        """Whether organizers may find a lead among themselves by now."""
        is_free = self.is_vacant and clock.now() >= self.free_at
        return self.mine is not None and is_free and self.offered is None


def _team(group: Group) -> Team:
    people = queries.organizers(group.id)
    return Team(
        people=people,
        asked=queries.open_invitations(group.id),
        mine=next((one for one in people if one.user_id == current_user.id), None),
        may_lead=may_lead(standing(), group),
        may_oversee=may_oversee(standing(), group),
        free_at=leads.free_at(group),
        is_vacant=group.status is GroupStatus.VACANT,
    )


def _acted(
    slug: str,
    kind: type[Given],
    act: Callable[[Group, Given], object],
    said: str,
    then: str = "",
) -> AnyResponse:
    """Do an act and go back to the team; where somebody was first, say what they did (409)."""
    values = forms.sent(kind)
    try:
        return forms.submit(
            "desk/team.html",
            lambda given: act(groups.known(slug), given),
            kind,
            then=lambda _done: then or _address(slug),
            said=said,
            told="",
            group=lambda: groups.known(slug),
            team=lambda: _team(groups.known(slug)),
        )
    except ConflictError as conflict:
        told = forms.sentence(conflict)
        site.open_reading()
        group = groups.known(slug)
        page = render(
            "desk/team.html", form=Form(values), told=told, group=group, team=_team(group)
        )
        return Response(page, conflict.status)


def _me() -> User:
    return cast(User, current_user.user)


def _address(slug: str) -> str:
    return f"/organize/{slug}/team"
