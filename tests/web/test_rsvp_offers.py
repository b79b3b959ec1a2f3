"""The link in the mail that offers a seat: opening it does nothing, its buttons do, once."""

from datetime import timedelta

import pytest

from tests.browsing import person, post
from tests.factories import make_event, make_group
from usergroups import clock, db, tokens
from usergroups.models import Registration, Rsvp, RsvpStatus
from usergroups.services import event_mails

pytestmark = pytest.mark.usefixtures("frozen_clock")


@pytest.fixture
def offer(database):
    with db.transaction() as session:
        event = make_event(make_group(), title="Clouds", registration=Registration.HERE)
        user = person(email="ada@example.org")
        rsvp = Rsvp(
            event_id=event.id, user_id=user.id, status=RsvpStatus.OFFERED, arrival=1,
            offered_until=clock.now() + timedelta(hours=2),
        )  # fmt: skip
        session.add(rsvp)
        session.flush()
    return rsvp


def path(rsvp) -> str:
    return f"/rsvp/offers/{tokens.signed(event_mails.OFFER, event_mails.named(rsvp))}"


def status(rsvp) -> RsvpStatus:
    with db.reading() as session:
        return session.get_one(Rsvp, rsvp.id).status


@pytest.mark.parametrize(
    ("what", "then"), [("take", RsvpStatus.GOING), ("pass", RsvpStatus.CANCELLED)]
)
def test_its_buttons_act_once(client, offer, what, then):
    link = path(offer)
    page = client.get(link)
    assert (page.status_code, page.headers["Cache-Control"]) == (200, "no-store")
    assert status(offer) is RsvpStatus.OFFERED
    assert post(client, f"{link}/{what}", form=link).status_code == 200
    assert status(offer) is then
    assert client.get(link).status_code == 410
    assert client.get("/me").status_code == 401  # it signs nobody in


def test_the_link_of_another_offer_means_nothing(client, offer):
    link = path(offer)
    with db.transaction() as session:
        session.get_one(Rsvp, offer.id).offered_until = clock.now() + timedelta(hours=3)
    assert client.get(link).status_code == 410


@pytest.mark.parametrize("token", ["nothing", "1-2.forged", "x.y", "9999999999999999999999-1.z"])
def test_forged_links(client, offer, token):
    assert client.get(f"/rsvp/offers/{token}").status_code == 404
