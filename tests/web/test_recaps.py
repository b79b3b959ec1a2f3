"""The recap at its desk and on the meetup's page, feedback, and the stewards' setting."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from tests.browsing import browser_of, post, signed_in, texts
from tests.conftest import NOW
from tests.factories import add_room, make_group, make_meetup, make_rsvp, make_user
from usergroups import clock, db
from usergroups.models import (
    EventLink,
    EventLinkKind,
    Federation,
    Feedback,
    Recap,
    Role,
    Rsvp,
    RsvpStatus,
    WalkIn,
)

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")
RECAP = "/organize/paris/meetups/bcdfghjkmn/recap"
PAGE = "/events/bcdfghjkmn/evening"
HOSTILE = "<script>alert(1)</script>"


@pytest.fixture
def event():
    """The London day in small: one room planned, another taken, some unannounced."""
    with db.transaction() as session:
        group = make_group(slug="paris")
        began = NOW - timedelta(days=3)
        event = make_meetup(group, 10, public_id="bcdfghjkmn", starts_at=began, title="Evening")
        with clock.frozen_at(NOW - timedelta(days=9)):
            add_room(event, 20).name = "Aula"
        for number in range(12):
            make_rsvp(
                event, make_user(), checked_in_at=began,
                country="FR" if number < 6 else "HU" if number < 11 else "NO",
            )  # fmt: skip
        make_rsvp(event, make_user(), RsvpStatus.WAITLISTED)
        session.add(WalkIn(event_id=event.id, tap="phone-one-1", people=3))
        make_meetup(group, public_id="cdfghjkmnp", title="Next *one*")
    return event


def facts_of(page):
    return dict(zip(texts(page, "dt"), texts(page, "dd"), strict=False))


def test_it_is_put_together_edited_and_published(app, event):
    lena = signed_in(app, event.group, Role.ORGANIZER)
    page = lena.get(RECAP)
    assert "How many came?" not in page.text
    assert facts_of(page) == {
        "came": "15", "said they would": "12", "came unannounced": "3",
        "had no seat in the end": "1", "seats": "30",
    }  # fmt: skip
    assert "France 6 · Hungary 5 · elsewhere fewer than 5" in page.text
    draft = texts(page, "textarea")[0]
    assert draft.startswith("We planned for 20. When that was too few, we took Room as well. 12")
    assert "[Next \\*one\\*](&lt;http://usergroups.test/events/cdfghjkmnp/next-one&gt;)" in draft

    text = f"It was **great**. {HOSTILE}"
    looked = post(lena, RECAP, text=text, version="1", act="preview")
    assert "<strong>great</strong>" in looked.text
    assert HOSTILE not in looked.text
    anonymous = app.test_client()
    assert "great" not in anonymous.get(PAGE).text
    assert post(lena, RECAP, text=text, version="1", act="publish").status_code == 303
    shown = anonymous.get(PAGE)
    assert "It was <strong>great</strong>." in shown.text
    assert HOSTILE not in shown.text
    assert "France 6 · Hungary 5 · elsewhere fewer than 5" in shown.text
    taken = post(lena, RECAP, text=text, version="3", act="withdraw")
    assert taken.status_code == 303
    assert "great" not in anonymous.get(PAGE).text


def test_whoever_was_overtaken_loses_no_word(app, event):
    lena = signed_in(app, event.group)
    post(lena, RECAP, text="Theirs.", version="1")
    answer = post(lena, RECAP, text="Mine.", version="1")
    assert answer.status_code == 422
    assert texts(answer, "textarea") == ["Mine."]
    assert "Somebody else wrote meanwhile." in answer.text
    assert post(lena, RECAP, text="", version="2", act="publish").status_code == 422


def test_one_number_is_asked_where_nobody_counted(app, event):
    with db.transaction() as session:
        session.execute(delete(Rsvp))
        session.execute(delete(WalkIn))
    lena = signed_in(app, event.group)
    assert facts_of(lena.get(RECAP))["came"] == "?"
    assert post(lena, f"{RECAP}/came", RECAP, came="many").status_code == 422
    assert post(lena, f"{RECAP}/came", RECAP, came="340").location == RECAP
    assert facts_of(lena.get(RECAP))["came"] == "340"
    assert lena.get(f"{RECAP}/came").location == RECAP


def test_links_stand_on_the_page_with_or_without_a_recap(app, event):
    lena = signed_in(app, event.group)
    fields = {"kind": "slides", "title": HOSTILE, "url": "https://example.org/slides"}
    assert post(lena, f"{RECAP}/links", RECAP, **fields).status_code == 303
    shown = app.test_client().get(PAGE)
    assert 'href="https://example.org/slides" rel="nofollow noopener ugc"' in shown.text
    assert HOSTILE not in shown.text
    for wrong in ({"url": "javascript:alert(1)"}, {"kind": "virus"}, {}):
        assert post(lena, f"{RECAP}/links", RECAP, **fields | wrong).status_code == 422
    with db.reading() as session:
        link = session.scalars(select(EventLink)).one()
    post(lena, f"{RECAP}/links/{link.id}/remove", RECAP)
    assert "example.org/slides" not in app.test_client().get(PAGE).text


def test_before_it_begins_there_is_nothing_to_write(app, event):
    lena = signed_in(app, event.group)
    coming = RECAP.replace("bcdfghjkmn", "cdfghjkmnp")
    assert "Once the meetup is over" in lena.get(coming).text
    assert post(lena, coming, text="Great.", version="1", act="publish").status_code == 409


def test_the_page_of_a_meetup_costs_three_questions_more_for_all_that_remains(
    app, event, count_queries
):
    anonymous = app.test_client()

    def cost():
        anonymous.get(PAGE)
        with count_queries() as queries:
            assert anonymous.get(PAGE).status_code == 200
        return len(queries)

    before = cost()
    with db.transaction() as session:
        session.add(Recap(event_id=event.id, text="Great.", published_at=NOW))
        session.add(
            EventLink(event_id=event.id, kind=EventLinkKind.SLIDES, url="https://example.org")
        )
    assert cost() == before + 3


def test_feedback_is_given_without_names_and_told_to_the_organizers(app, event):
    with db.transaction() as session:
        guest = make_user(name="Guest Who Was There")
        make_rsvp(session.merge(event), guest, checked_in_at=NOW)
    theirs, lena = browser_of(app, guest), signed_in(app, event.group)
    form = "/rsvp/bcdfghjkmn/feedback"
    assert post(theirs, form, rating="6").status_code == 422
    assert post(theirs, form, rating="4", keep=HOSTILE, mend="Chairs").location == form
    assert 'value="4" required checked' in theirs.get(form).text
    assert post(theirs, form, rating="5", mend="Chairs!").status_code == 303
    page = lena.get(RECAP)
    assert [line for line in texts(page, "li") if "Mend" in line] == ["5 of 5 Mend: Chairs!"]
    assert "Guest Who" not in page.text
    assert HOSTILE not in page.text
    stranger = signed_in(app, None)
    assert "Feedback is given by those who were there." in stranger.get(form).text
    assert post(stranger, form, rating="1").status_code in {400, 403}
    coming = form.replace("bcdfghjkmn", "cdfghjkmnp")
    assert "Tell us once it is over" in stranger.get(coming).text


@pytest.mark.parametrize(("answers", "is_public"), [(4, False), (5, True)])
def test_the_public_sees_an_average_of_five_or_more(app, event, answers, is_public):
    with db.transaction() as session:
        session.add(Recap(event_id=event.id, text="Great.", published_at=NOW, shows_feedback=True))
        for number in range(answers):
            said = Feedback(
                event_id=event.id, user_id=make_user().id, rating=4 + number % 2, keep="The soup"
            )
            session.add(said)
    page = app.test_client().get(PAGE)
    assert ("say 5 who were there" in page.text) is is_public
    assert "soup" not in page.text


def test_stewards_set_how_long_attendees_are_known(app, event):
    steward = signed_in(app, None, is_steward=True)
    assert 'value="180"' in steward.get("/steward/attendees").text
    assert post(steward, "/steward/attendees", days="29").status_code == 422
    assert post(steward, "/steward/attendees", days="365").status_code == 303
    assert 'value="365"' in steward.get("/steward/attendees").text
    with db.transaction() as session:
        session.get(Federation, 1).keep_attendees_days = 180
