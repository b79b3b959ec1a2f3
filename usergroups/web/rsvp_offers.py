"""Taking a seat that is held for one, or passing it on, by the link in the mail.

The link stands for one offer to one person: opening it shows two buttons, and only they act. It
signs nobody in, and means nothing once the offer was taken, passed on, or has run out.
"""

from flask import Blueprint, Response
from werkzeug.wrappers import Response as AnyResponse

from usergroups import db, tokens
from usergroups.errors import GoneError, NotFoundError
from usergroups.models import Rsvp
from usergroups.queries import rsvps as queries
from usergroups.services import event_mails, rsvps
from usergroups.services.rsvps import RefusedError
from usergroups.web import refusals, site
from usergroups.web.access import public
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("rsvp_offers", __name__))

_OFFER = "/rsvp/offers/<token>"


@blueprint.get(_OFFER)
@public
def show(token: str) -> Response:
    """What is held, until when, and two buttons."""
    return _page(_offered(token), token)


@blueprint.post(f"{_OFFER}/<any(take, pass):what>")
@public
def act(token: str, what: str) -> AnyResponse:
    """Take it, or pass it on."""
    mine = _offered(token)
    done = rsvps.take_offer if what == "take" else rsvps.pass_on
    site.close_reading()
    try:
        with db.transaction():
            done(mine.event_id, by=mine.user)
    except RefusedError as refused:
        site.open_reading()
        return _page(mine, token, wrong=refusals.told(refused.why), status=refused.status)
    site.open_reading()
    return _page(mine, token, done=what)


def _page(
    mine: Rsvp, token: str, *, wrong: str = "", done: str = "", status: int = 200
) -> Response:
    event = queries.answered(mine.event.public_id)
    page = render(
        "rsvp/offer.html", event=event, mine=mine, wrong=wrong, done=done, token=token
    )  # fmt: skip
    return Response(page, status, {"Cache-Control": "no-store"})


def _offered(token: str) -> Rsvp:
    """The answer that the offer was made to; GoneError once it is another offer's, or none's."""
    name = tokens.value_of(event_mails.OFFER, token)
    if name is None:
        raise NotFoundError("this is no address out of a mail of ours")
    mine = queries.by_id(int(name.partition("-")[0]))
    if mine is None or event_mails.named(mine) != name:
        raise GoneError("this offer was answered, or has run out")
    return mine
