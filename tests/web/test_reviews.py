import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import func, select

from tests.factories import make_application, make_group, make_user
from usergroups import clock, db
from usergroups.models import (
    Answer,
    Application,
    ApplicationStatus,
    Audience,
    BlockedAddress,
    Coordinator,
    CoOrganizer,
    Federation,
    Group,
    Membership,
    Message,
    Note,
    Reviewer,
    User,
)
from usergroups.services import accounts, charter, reviews

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")
DESK = "/steward/applications"
ONE = f"{DESK}/bcdfghjkmn"
MAP = "/map/groups.json?bbox=15,45,22,50&z=7"
HOSTILE = "<script>alert(1)</script>"


def token(answer) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', answer.text).group(1)


def signed_in(app, countries=(), **given):
    """A browser in which such a person is signed in."""
    browser = app.test_client()
    with db.transaction() as session:
        user = make_user(**given)
        session.add_all(Coordinator(user_id=user.id, country=code) for code in countries)
        secret = accounts.offer_sign_in(user)
    page = browser.get(f"/sign-in/{secret}")
    assert browser.post(f"/sign-in/{secret}", data={"csrf_token": token(page)}).status_code == 303
    return browser


@pytest.fixture
def steward(app):
    with db.transaction():
        charter.found()
    return signed_in(app, is_steward=True, name="Ada Steward", timezone="Europe/Paris")


@pytest.fixture
def waiting(database, frozen_clock) -> int:
    """An application that has everything, and strangers' words in all of it."""
    with db.transaction() as session:
        ilona = make_user(
            name="Ilona", email="ilona@example.org", created_at=clock.now() - timedelta(days=3)
        )
        application = make_application(
            ilona, public_id="bcdfghjkmn", group_name=f"UG {HOSTILE}", why=f"Because {HOSTILE}",
            topics=["Clouds"], links=[{"kind": "website", "url": "https://example.org/ug"}],
            calendar_url="https://example.org/ug.ics", calendar_tried_at=clock.now(),
            calendar_preview={
                "verdict": "partial", "error": None, "found": 7, "coming": 1, "lately": 4,
                "left_out": 2, "skipped": [{"uid": "2", "reason": "no date"}],
                "events": [{"uid": "1", "title": "First evening", "start": "2026-07-01T17:30:00Z"}],
            },
            answers={"1": "Each month"}, submitted_at=clock.now() - timedelta(days=9),
        )  # fmt: skip
        session.add(CoOrganizer(application_id=application.id, email="slow@example.org"))
        make_group(slug="vienna", name="UG Vienna", latitude=48.2, longitude=16.37)
        make_application(
            ilona, public_id="earlier0000", group_name="Earlier", status=ApplicationStatus.DECLINED,
            reason="Too few people.", decided_at=clock.now(),
        )  # fmt: skip
        return application.id


def post(browser, act: str, **fields):
    page = browser.get(ONE)
    version = re.search(r'name="version" value="(\d+)"', page.text)
    data = {"csrf_token": token(page), "version": version.group(1) if version else "0"}
    return browser.post(f"{ONE}/{act}", data=data | fields)


def state(key: int) -> tuple[ApplicationStatus, int]:
    with db.reading() as session:
        application = session.get_one(Application, key)
        return application.status, application.version


def test_the_desk_says_what_waits_and_leads_everywhere(steward, waiting):
    page = steward.get("/steward")
    assert page.status_code == 200
    for path in ("applications", "reports", "charter", "audit", "people", "blocked"):
        assert f'href="/steward/{path}"' in page.text
    text = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
    assert "Waiting for us 1 Age of the queue 9 days Sent back for changes 0" in text
    assert "0 open reports 0 groups break a rule" in text


def test_the_queue_is_narrowed_and_bad_filters_are_told(steward, waiting):
    page = steward.get(DESK)
    assert page.status_code == 200
    assert "UG &lt;script&gt;" in page.text
    assert "Earlier" not in page.text
    assert "9 days" in page.text
    assert "Earlier" in steward.get(f"{DESK}?state=declined").text
    assert "No application waits here" in steward.get(f"{DESK}?country=FR&whose=mine").text
    wrong = steward.get(f"{DESK}?country=XX&state=nope&page=0")
    assert wrong.status_code == 422
    assert "Choose a country from the list." in wrong.text


def test_the_evidence_stands_beside_the_text(steward, waiting):
    page = steward.get(ONE)
    assert page.status_code == 200
    assert "<script>alert" not in page.text
    for words in (
        "Each month", "First evening", "Wed, 1 Jul 2026, 19:30",
        "7 meetups found · 1 to come · 4 within a year · 2 left out", "example.org/ug",
        "Enough organizers", "UG Vienna",
        "about 210 km", "ilona@example.org", "address not verified", "3 days",
        "slow@example.org", "Has not answered yet", "Too few people.", "Same people",
        f'src="{ONE}/map.svg"', "Hungarian", "1,741,041 inhabitants", "8 Sept 2026",
    ):  # fmt: skip
        assert words in unescape(page.text), words


def test_the_map_is_drawn_for_reviewers_alone(app, steward, waiting):
    picture = steward.get(f"{ONE}/map.svg")
    assert (picture.status_code, picture.mimetype) == (200, "image/svg+xml")
    assert "style-src 'sha256-" in picture.headers["Content-Security-Policy"]
    assert "private" in picture.headers["Cache-Control"]
    assert "The circle is 50 km wide each way." in picture.text
    assert app.test_client().get(f"{ONE}/map.svg").status_code == 401
    with db.transaction() as session:
        application = session.get_one(Application, waiting)
        application.latitude = application.longitude = None
    assert steward.get(f"{ONE}/map.svg").status_code == 404
    assert steward.get(ONE).status_code == 200


def test_taking_up_assigning_and_letting_go(app, steward, waiting):
    assert post(steward, "take-up").headers["Location"] == ONE
    page = steward.get(ONE)
    assert "It is yours now." in page.text
    assert state(waiting) == (ApplicationStatus.IN_REVIEW, 2)
    with db.transaction():
        local, stranger = make_user(name="Bob Local"), make_user(name="Eve Nobody")
        db.session().add(Coordinator(user_id=local.id, country="HU"))
        keys = local.id, stranger.id
    page = steward.get(ONE)
    assert "Bob Local" in page.text
    assert "Eve Nobody" not in page.text
    assert post(steward, "assign", reviewer=keys[0]).status_code == 303
    assert post(steward, "assign", reviewer=keys[1]).status_code == 422
    assert post(steward, "assign", reviewer="x").status_code == 422
    assert post(steward, "assign", reviewer=999_999).status_code == 404
    assert post(steward, "unassign", reviewer=keys[0]).status_code == 303
    with db.reading() as session:
        assert session.scalar(select(func.count(Reviewer.id))) == 1


def test_talking_with_applicants_and_among_reviewers(app, steward, waiting):
    assert post(steward, "message", message=f"Where? {HOSTILE}").status_code == 303
    assert post(steward, "note", note="SECRET doubts").status_code == 303
    page = steward.get(ONE)
    for words in (
        "Where? &lt;script&gt;",
        "SECRET doubts",
        "Ada Steward",
        "Wed, 10 Jun 2026, 14:00",
    ):
        assert words in page.text
    with db.reading() as session:
        sent = session.execute(select(Message.kind, Message.address, Message.arguments)).all()
    assert [(kind.value, address) for kind, address, _ in sent] == [
        ("application_message", "ilona@example.org")
    ]
    assert "SECRET" not in str(sent)


def sign_in_again(app, email: str):
    """A browser in which somebody is signed in who has an account already."""
    with db.transaction() as session:
        user = session.scalars(select(User).where(User.email == email)).one()
        secret = accounts.offer_sign_in(user)
    browser = app.test_client()
    page = browser.get(f"/sign-in/{secret}")
    browser.post(f"/sign-in/{secret}", data={"csrf_token": token(page)})
    return browser


def test_private_notes_are_on_no_page_of_the_applicants(app, steward, waiting):
    with db.transaction() as session:
        bence = make_user(email="bence@example.org")
        session.scalars(select(CoOrganizer)).one().answer = Answer.DECLINED
        session.add(
            CoOrganizer(
                application_id=waiting, email=bence.email, user_id=bence.id, answer=Answer.ACCEPTED
            )
        )
    post(steward, "take-up")
    post(steward, "note", note="SECRET doubts")
    post(steward, "message", message="OPEN words")
    for person in ("ilona@example.org", "bence@example.org"):
        browser = sign_in_again(app, person)
        followed = browser.get("/apply/bcdfghjkmn")
        assert followed.status_code == 200
        assert "OPEN words" in followed.text
        for path in ("/apply", "/apply/bcdfghjkmn", "/me"):
            text = browser.get(path).text
            assert "SECRET" not in text, path
        assert browser.get(ONE).status_code == 403


def test_forms_come_back_filled_with_the_message_at_the_field(steward, waiting):
    for act, field in (
        ("message", "message"),
        ("note", "note"),
        ("changes", "changes"),
        ("decline", "reason"),
    ):
        empty = post(steward, act, **{field: " \u200b "})
        assert empty.status_code == 422
        assert f'id="{field}-error">Please fill this in.' in empty.text
        long = post(steward, act, **{field: f"{HOSTILE} {'x' * 20_001}"})
        assert long.status_code == 422
        assert "At most 20000 characters, please" in long.text
        assert "&lt;script&gt;alert(1)&lt;/script&gt; xxx" in long.text
    assert state(waiting) == (ApplicationStatus.SUBMITTED, 1)
    assert steward.get(f"{ONE}/decline").headers["Location"] == ONE


def test_who_has_not_answered_stands_in_the_way_until_ticked(steward, waiting):
    refused = post(steward, "approve")
    assert refused.status_code == 422
    assert (
        "Not answered yet: slow@example.org. Tick who is to be left out, or wait." in refused.text
    )
    with db.reading() as session:
        key = session.scalars(select(CoOrganizer.id)).one()
    assert post(steward, "approve", without=key).headers["Location"] == ONE
    page = steward.get(ONE)
    assert "The group is on the map" in page.text
    assert "Left out" in page.text
    assert 'href="/groups/ug-script-alert-1-script"' in page.text


def test_the_public_sees_nothing_before_the_approval_and_the_group_after(client, steward, waiting):
    def public() -> list[str]:
        paths = ("/groups?q=script", MAP, "/groups/ug-script-alert-1-script")
        return [client.get(path).text for path in paths]

    with db.transaction() as session:
        session.scalars(select(CoOrganizer)).one().answer = Answer.DECLINED

    def versions() -> list[str]:
        return [client.get(path).headers["ETag"] for path in ("/groups", MAP)]

    before = versions()
    post(steward, "take-up")
    post(steward, "message", message="Hello")
    post(steward, "changes", changes="More")
    assert versions() == before
    assert not any("ug-script" in text for text in public()[:2])
    with db.transaction() as session:
        session.get_one(Application, waiting).status = ApplicationStatus.SUBMITTED
    assert post(steward, "approve").status_code == 303
    assert not set(versions()) & set(before)
    listed, mapped, shown = public()
    assert "ug-script-alert-1-script" in listed
    assert "ug-script-alert-1-script" in mapped
    assert "This group is just starting" in shown
    assert "Because" not in shown


@pytest.mark.parametrize("first", ["approve", "decline", "changes", "withdraw"])
@pytest.mark.parametrize(
    ("act", "field"), [("decline", "reason"), ("changes", "changes"), ("approve", "")]
)
def test_the_second_is_told_what_the_first_did_and_keeps_their_words(
    steward, waiting, first, act, field
):
    with db.transaction() as session:
        session.scalars(select(CoOrganizer)).one().answer = Answer.DECLINED
    page = steward.get(ONE)
    version = re.search(r'name="version" value="(\d+)"', page.text).group(1)
    with db.transaction() as session:
        bob = make_user(is_steward=True, name="Bob <b>")
        application = session.get_one(Application, waiting)
        if first == "withdraw":
            application.status, application.version = ApplicationStatus.WITHDRAWN, 2
            reviews.audit.record("application.withdrawn", application, by=bob)
        else:
            words = {"approve": (), "decline": ("Bob's reason",), "changes": ("Bob's wish",)}[first]
            name = {"changes": "request_changes"}.get(first, first)
            getattr(reviews, name)(application, *words, by=bob, version=1)
    before = state(waiting)
    data = {"csrf_token": token(page), "version": version} | (
        {field: "My own words"} if field else {}
    )
    answer = steward.post(f"{ONE}/{act}", data=data)
    assert answer.status_code == 409
    did = {
        "approve": "approved this application", "decline": "declined this application",
        "changes": "asked for changes", "withdraw": "withdrew this application",
    }[first]  # fmt: skip
    assert f"Bob &lt;b&gt; {did} on Wed, 10 Jun 2026 at 14:00." in answer.text
    assert ("My own words" in answer.text) == bool(field)
    assert state(waiting) == before
    with db.reading() as session:
        assert "My own words" not in str(session.scalars(select(Message.arguments)).all())


def test_a_double_click_is_one_click(steward, waiting):
    with db.transaction() as session:
        session.scalars(select(CoOrganizer)).one().answer = Answer.DECLINED
    page = steward.get(ONE)
    data = {"csrf_token": token(page), "version": "1"}
    answers = [steward.post(f"{ONE}/approve", data=data) for _ in range(3)]
    assert [one.status_code for one in answers] == [303, 303, 303]
    with db.reading() as session:
        assert session.scalar(select(func.count(Group.id))) == 2  # Vienna was there
        assert session.scalar(select(func.count(Membership.id))) == 1
        assert session.scalar(select(func.count(Message.id))) == 1


def test_a_takeover_of_what_is_taken_is_refused_with_a_word(steward, waiting):
    with db.transaction() as session:
        session.scalars(select(CoOrganizer)).one().answer = Answer.DECLINED
        application = session.get_one(Application, waiting)
        application.is_takeover = True
        application.group_id = session.scalars(select(Group.id)).one()
    refused = post(steward, "approve")
    assert refused.status_code == 409
    assert "This group has somebody who runs it by now." in refused.text


def test_coordinators_work_in_their_countries_alone(app, waiting):
    with db.transaction():
        charter.found()
        make_application(public_id="french00000", group_name="UG Lyon", city="Lyon", country="FR")
    here, there = (signed_in(app, [code]) for code in ("HU", "FR"))
    assert "ilona" in here.get(ONE).text
    assert "UG Lyon" not in here.get(f"{DESK}?state=all").text
    assert "Ilona" not in there.get(f"{DESK}?state=all").text
    for path in (ONE, f"{ONE}/map.svg"):
        assert there.get(path).status_code == 403
    data = {"csrf_token": token(there.get(f"{DESK}/french00000")), "version": "1"}
    for act in (
        "take-up",
        "assign",
        "unassign",
        "message",
        "note",
        "changes",
        "approve",
        "decline",
    ):
        field = {"decline": "reason", "assign": "reviewer", "unassign": "reviewer"}.get(act, act)
        answer = there.post(f"{ONE}/{act}", data=data | {field: "1"})
        assert answer.status_code == 403, act
    assert state(waiting) == (ApplicationStatus.SUBMITTED, 1)
    page = here.get("/steward")
    assert "You look after: Hungary." in page.text
    assert "/steward/blocked" not in page.text
    assert here.get("/steward/blocked").status_code == 403
    assert post(here, "take-up").status_code == 303


def test_nobody_reviews_their_own(app, waiting):
    with db.transaction() as session:
        charter.found()
        application = session.get_one(Application, waiting)
        session.get_one(User, application.applicant_id).is_steward = True
    browser = sign_in_again(app, "ilona@example.org")
    assert browser.get(ONE).status_code == 403
    assert "UG &lt;script" not in browser.get(DESK).text


def test_addresses_are_blocked_and_unblocked(steward):
    page = steward.get("/steward/blocked?pattern=ada@example.org")
    assert 'value="ada@example.org"' in page.text
    data = {"csrf_token": token(page)}
    wrong = steward.post("/steward/blocked", data=data | {"pattern": "nonsense", "reason": ""})
    assert wrong.status_code == 422
    assert "An address such as ada@example.org, or a domain such as @example.org." in wrong.text
    assert 'value="nonsense"' in wrong.text
    good = data | {"pattern": "@Spam.example", "reason": "Sold <b>tickets</b>"}
    assert steward.post("/steward/blocked", data=good).status_code == 303
    page = steward.get("/steward/blocked")
    assert "Sold &lt;b&gt;tickets&lt;/b&gt;" in page.text
    again = steward.post("/steward/blocked", data=good)
    assert (again.status_code, "This is blocked already." in again.text) == (422, True)
    with db.reading() as session:
        key = session.scalars(select(BlockedAddress.id)).one()
    for _ in range(2):
        assert steward.post(f"/steward/blocked/{key}/remove", data=data).status_code == 303
    assert "Nobody is blocked." in steward.get("/steward/blocked").text
    for days, status in (("x", 422), ("-1", 422), ("30", 303)):
        answer = steward.post("/steward/blocked/cooling-off", data=data | {"days": days})
        assert answer.status_code == status, days
    assert steward.get("/steward/blocked/cooling-off").status_code == 303
    with db.reading() as session:
        assert session.get_one(Federation, 1).cooling_off_days == 30


def test_pages_ask_the_same_however_much_waits(steward, waiting, count_queries):
    def asked() -> dict[str, int]:
        numbers = {}
        for path in (
            "/steward",
            DESK,
            f"{DESK}?state=all&page=2",
            f"{DESK}?whose=mine",
            ONE,
            f"{ONE}/map.svg",
            "/steward/blocked",
        ):
            with count_queries() as queries:
                assert steward.get(path).status_code == 200, path
            numbers[path] = len(queries)
        return numbers

    def plant(number: int) -> None:
        with db.transaction() as session:
            people = [make_user(name=f"Person {n}") for n in range(20)]
            for n in range(number):
                one = make_application(
                    people[n % 20], city="Budapest" if n % 2 else "Szeged",
                    status=ApplicationStatus.SUBMITTED if n % 3 else ApplicationStatus.IN_REVIEW,
                )  # fmt: skip
                session.add(Reviewer(application_id=one.id, user_id=people[(n + 1) % 20].id))
                session.add(Note(application_id=waiting, audience=Audience.REVIEWERS, text=f"{n}"))
                session.add(
                    CoOrganizer(application_id=waiting, email=f"co{number}-{n}@example.org")
                )

    plant(70)
    few = asked()
    assert {path: number for path, number in few.items() if number > 26} == {}
    plant(200)
    assert asked() == few, few
