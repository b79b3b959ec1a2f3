"""Applying over HTTP: step by step, refused and mended, followed, amended, withdrawn."""

import re
from datetime import timedelta
from html import unescape

import pytest
from sqlalchemy import func, select

from tests.factories import make_application, make_group, make_user
from usergroups import clock, db, emails
from usergroups.links import Links
from usergroups.models import (
    Answer,
    Application,
    ApplicationStatus,
    BlockedAddress,
    CharterQuestion,
    CoOrganizer,
    Federation,
    Group,
    GroupStatus,
    Job,
    JobKind,
    Message,
    MessageKind,
    Note,
    QuestionKind,
    Reviewer,
    User,
)
from usergroups.queries.charter import questions
from usergroups.services import accounts, applications, charter, reviews

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")
WHY = "There is no group here, and forty of us would come each month."


def token(answer) -> str:
    return re.search(r'name="csrf_token" value="([^"]+)"', answer.text).group(1)


def signed_in(app, email="ilona@example.org", **given):
    """A browser in which such a person is signed in."""
    browser = app.test_client()
    with db.transaction() as session:
        user = session.scalar(select(User).where(User.email == email))
        user = user or make_user(email=email, **given)
        secret = accounts.offer_sign_in(user)
    page = browser.get(f"/sign-in/{secret}")
    assert browser.post(f"/sign-in/{secret}", data={"csrf_token": token(page)}).status_code == 303
    return browser


@pytest.fixture
def charter_there(database):
    with db.transaction():
        charter.found()


@pytest.fixture
def ilona(app, charter_there):
    return signed_in(app, name="")


def send(browser, path: str, **fields):
    """Send the form of a page with its token and the version it shows."""
    page = browser.get(path)
    version = re.search(r'name="version" value="(\d+)"', page.text)
    data = {"csrf_token": token(page)} | ({"version": version.group(1)} if version else {})
    return browser.post(path, data=data | fields)


def begin(browser, place="Budapest, Hungary") -> str:
    answer = send(browser, "/apply", place=place)
    assert answer.status_code == 303, answer.text
    return answer.headers["Location"].removesuffix("/group")


def group(**given):
    return {"group_name": "UG Budapest", "why": WHY, "language": "hu"} | given


def pledges() -> dict[str, str]:
    with db.reading():
        return {
            (f"agree_{one.id}" if one.kind is QuestionKind.AGREEMENT else f"answer_{one.id}"): "yes"
            for one in questions()
        }


def fill(browser, here: str, *, people="bela@example.org", **given) -> None:
    assert send(browser, f"{here}/group", **group(**given)).status_code == 303
    answer = send(browser, f"{here}/people", name="Ilona", employer="Acme", people=people)
    assert answer.headers["Location"] == f"{here}/charter"
    assert send(browser, f"{here}/charter", **pledges()).headers["Location"] == f"{here}/check"


def apply(browser, **given) -> str:
    here = begin(browser)
    fill(browser, here, **given)
    answer = send(browser, f"{here}/check")
    assert answer.headers["Location"] == here, unescape(answer.text)
    return here


def stored(here: str) -> Application:
    with db.reading() as session:
        return session.scalars(
            select(Application).where(Application.public_id == here.rpartition("/")[2])
        ).one()


def mails() -> list[tuple[str, str]]:
    with db.reading() as session:
        query = select(Message.kind, Message.address).order_by(Message.id)
        return [(kind.value, address) for kind, address in session.execute(query)]


def link_to(address: str) -> str:
    """The path of the last invitation that went to an address."""
    with db.reading() as session:
        message = session.scalars(
            select(Message)
            .where(Message.address == address, Message.kind == MessageKind.CO_ORGANIZER_INVITED)
            .order_by(Message.id.desc())
        ).first()
    written = emails.compose(message, Links("http://x.test"), "Cloud Groups").text
    return re.search(r"http://x\.test(/apply/co-organizer/\S+)", written).group(1)


def test_visitors_read_what_it_is_about_and_come_back_after_signing_in(app, client):
    page = client.get("/apply")
    assert page.status_code == 200
    assert "An account is needed" in page.text
    assert 'href="/sign-up?next=%2Fapply"' in page.text
    with db.transaction():
        make_group(slug="lonely", name="UG Lonely", status=GroupStatus.VACANT)
    assert "next=%2Fapply%3Fgroup%3Dlonely" in client.get("/apply?group=lonely").text
    assert client.get("/apply/bcdfghjkmn").status_code == 401
    assert client.post("/apply", data={"place": "Budapest"}).status_code in {400, 401}


def test_a_stranger_applies_step_by_step_and_is_heard(app, ilona):
    with db.transaction() as session:
        session.get_one(Federation, 1).name = "Cloud Groups"
        for city in ("Paris", "Vienna"):
            make_group(name=f"UG {city}", city=city)
        make_user(email="steward@example.org", is_steward=True)
    here = begin(ilona)
    page = ilona.get(f"{here}/group")
    assert 'value="UG Budapest"' in page.text
    assert '<option value="hu" selected>' in page.text
    assert "None within 200 km" in page.text
    fill(ilona, here, topics=["Clouds"], other_topics="Data, clouds ,Grüne IT")
    check = ilona.get(f"{here}/check")
    for words in (WHY, "Clouds, Data, Grüne IT", "bela@example.org", "Enough organizers"):
        assert words in unescape(check.text), words
    assert mails() == []
    assert send(ilona, f"{here}/check").headers["Location"] == here
    one = stored(here)
    assert (one.status, one.submitted_at) == (ApplicationStatus.SUBMITTED, clock.now())
    assert (one.city, one.country, one.timezone) == ("Budapest", "HU", "Europe/Budapest")
    assert one.population > 1_000_000
    assert mails() == [
        ("co_organizer_invited", "bela@example.org"),
        ("application_to_review", "steward@example.org"),
        ("application_received", "ilona@example.org"),
    ]
    page = ilona.get(here)
    assert "It is with the reviewers now" in page.text
    assert "bela@example.org: has not answered yet" in page.text
    steward = signed_in(app, "steward@example.org").get(
        f"/steward{here.replace('apply', 'applications')}"
    )
    assert WHY in steward.text


def test_an_application_has_a_small_map_for_those_who_take_part(app, ilona):
    path = begin(ilona)
    assert f'src="{path}/map.svg"' in ilona.get(f"{path}/place").text
    with db.transaction() as session:
        handed_in = session.scalars(select(Application)).one()
        handed_in.status, handed_in.submitted_at = ApplicationStatus.SUBMITTED, clock.now()
    assert f'src="{path}/map.svg"' in ilona.get(path).text
    picture = ilona.get(f"{path}/map.svg")
    assert (picture.status_code, picture.mimetype) == (200, "image/svg+xml")
    assert "Map around Budapest, Hungary" in picture.text
    assert "style-src 'sha256-" in picture.headers["Content-Security-Policy"]
    stranger = signed_in(app, "bela@example.org")
    assert stranger.get(f"{path}/map.svg").status_code == 404


def test_a_draft_goes_on_where_it_was_left_and_two_clicks_begin_one(ilona):
    here = begin(ilona)
    assert begin(ilona) == here
    assert ilona.get(here).headers["Location"] == f"{here}/group"
    send(ilona, f"{here}/group", **group())
    assert ilona.get(here).headers["Location"] == f"{here}/people"
    assert "UG Budapest" in ilona.get("/apply").text
    page = ilona.get(f"{here}/group")
    answer = ilona.post(f"{here}/discard", data={"csrf_token": token(page)})
    assert answer.headers["Location"] == "/apply"
    assert "The draft is gone." in ilona.get("/apply").text
    assert ilona.get(here).status_code == 404


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Please fill this in."),
        ("Cambridge", "Several places are called that."),
        ("Bdapest", "Did you mean one of these?"),
        ("Nowherexyz", "We know no such city."),
        ("x" * 300, "At most 200 characters"),
    ],
)
def test_a_place_that_is_not_clear_is_asked_again(ilona, typed, told):
    answer = send(ilona, "/apply", place=typed)
    assert answer.status_code == 422
    assert told in answer.text
    assert ('type="radio"' in answer.text) == (typed in {"Cambridge", "Bdapest"})


def test_the_place_is_chosen_among_those_of_its_name(ilona):
    page = send(ilona, "/apply", place="Cambridge")
    choice = re.search(r'value="(\d+)"[^>]*> <span>Cambridge, Massachusetts', page.text).group(1)
    here = send(ilona, "/apply", place="Cambridge", choice=choice).headers["Location"][:-6]
    assert (stored(here).region, stored(here).country) == ("Massachusetts", "US")
    # A choice that does not go with what is typed by now is none.
    assert send(ilona, f"{here}/place", place="Paris", choice=choice).status_code == 422
    assert send(ilona, f"{here}/place", place="Szeged").headers["Location"] == f"{here}/group"
    assert stored(here).city == "Szeged"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("", "Please fill this in."),
        ("—", "Please fill this in."),
        ("UG\u202eBudapest", "characters that cannot be seen"),
        ("UG\0Budapest", "characters that cannot be seen"),
        ("UG Budаpest", "mixes letters of several alphabets"),
        ("x" * 81, "At most 80 characters, please: this has 81."),
        ("UG Győr", "UG Győr is called so already, 108 km away."),
        ("ug-gyor", "UG Győr is called so already"),
        ("UG Gy0r", "This cannot be told from UG Győr"),
        ("UG САРЕ", "This cannot be told from UG CAPE"),
    ],
)
def test_names_that_mislead_are_refused_with_a_clear_word(ilona, name, told):
    with db.transaction():
        make_group(name="UG Győr", latitude=47.6833, longitude=17.6351)
        make_group(name="UG CAPE")
        make_group(name="UG Tokyo", latitude=35.7, longitude=139.7)
    here = begin(ilona)
    answer = send(ilona, f"{here}/group", **group(group_name=name))
    assert answer.status_code == 422
    assert told in unescape(answer.text)
    assert WHY in answer.text
    assert stored(here).group_name == ""
    # The same name far away is told apart by its city.
    assert send(ilona, f"{here}/group", **group(group_name="UG Tokyo")).status_code == 303


def test_a_name_of_two_megabytes_is_refused_with_a_clear_word(ilona):
    here = begin(ilona)
    answer = send(ilona, f"{here}/group", **group(group_name="x" * 2_100_000))
    assert answer.status_code == 413
    assert "That is too much" in answer.text


def test_every_step_comes_back_filled_with_the_message_at_its_field(ilona):
    here = begin(ilona)
    wrong = {"why": "Because.", "language": "klingon", "website": "ftp://x", "calendar_url": "x"}
    page = send(ilona, f"{here}/group", **group(**wrong))
    assert page.status_code == 422
    for told in (
        'why-error">A sentence or two', 'language-error">Choose a language',
        'website-error">An address that begins', 'calendar_url-error">An address that begins',
        'value="ftp://x"',
    ):  # fmt: skip
        assert told in page.text, told
    for people, told in (
        ("bela", "“bela” is no address."),
        ("ilona@example.org", "That is your own address"),
        (" ".join(f"p{n}@example.org" for n in range(7)), "At most 6 people"),
    ):
        page = send(ilona, f"{here}/people", name="Ilona", people=people)
        assert page.status_code == 422
        assert told in page.text
    assert 'name-error">Please fill' in send(ilona, f"{here}/people", people="").text
    page = send(ilona, f"{here}/charter")
    assert page.status_code == 422
    assert page.text.count("Nobody can apply without agreeing to this.") == 3
    assert page.text.count("Please fill this in.") == 2
    page = send(ilona, f"{here}/check", version="1")
    assert page.status_code == 422
    assert "Some steps are not done yet" in page.text
    assert stored(here).status is ApplicationStatus.DRAFT


def test_two_windows_do_not_undo_one_another(ilona):
    here = begin(ilona)
    first = ilona.get(f"{here}/group")
    assert send(ilona, f"{here}/group", **group()).status_code == 303
    data = {"csrf_token": token(first), "version": "1"}
    # The same click once more is no conflict.
    assert ilona.post(f"{here}/group", data=data | group()).status_code == 303
    late = ilona.post(f"{here}/group", data=data | group(why=f"{WHY} And so on."))
    assert late.status_code == 409
    assert "changed in another window" in late.text
    assert f"{WHY} And so on." in late.text
    assert stored(here).why == WHY


def test_sending_twice_sends_once(ilona):
    here = begin(ilona)
    fill(ilona, here)
    page = ilona.get(f"{here}/check")
    version = re.search(r'name="version" value="(\d+)"', page.text).group(1)
    data = {"csrf_token": token(page), "version": version}
    answers = [ilona.post(f"{here}/check", data=data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert [kind for kind, _ in mails()].count("application_received") == 1
    again = begin(ilona)
    assert again != here
    fill(ilona, again, group_name="UG Buda")
    page = send(ilona, f"{again}/check")
    assert page.status_code == 422
    assert "You have applied for this place already." in page.text


def test_blocked_people_and_those_who_wait_are_told_so_and_no_more(ilona):
    here = begin(ilona)
    fill(ilona, here)
    with db.transaction() as session:
        session.add(BlockedAddress(pattern="@example.org", reason="SECRET reason"))
    page = send(ilona, f"{here}/check")
    assert page.status_code == 422
    assert "Somebody named here may not apply." in page.text
    assert "SECRET" not in page.text
    with db.transaction() as session:
        session.execute(BlockedAddress.__table__.delete())
        user = session.scalars(select(User).where(User.email == "ilona@example.org")).one()
        make_application(
            user, status=ApplicationStatus.DECLINED, reason="No.", decided_at=clock.now()
        )
    page = send(ilona, f"{here}/check")
    assert "You may apply for this place again from 2026-09-08." in page.text
    assert stored(here).status is ApplicationStatus.DRAFT
    assert mails() == []


def test_groups_and_applications_nearby_are_shown_without_addresses(app, ilona):
    with db.transaction():
        near = {"latitude": 47.6833, "longitude": 17.6351}
        make_group(slug="gyor", name="UG Győr", **near)
        make_group(slug="free", name="UG Free", status=GroupStatus.VACANT, **near)
        bela = make_user(email="bela@example.org", name="Béla")
        make_application(bela, group_name="Clouds of Buda")
        make_application(bela, group_name="DRAFT", status=ApplicationStatus.DRAFT)
        make_application(bela, group_name="FAR", latitude=48.8, longitude=2.3)
    here = begin(ilona)
    page = ilona.get(f"{here}/group")
    text = " ".join(re.sub(r"<[^>]+>", " ", page.text).split())
    assert "about 110 km away: join it instead?" in text
    assert 'href="/join/gyor"' in page.text
    assert 'href="/apply?group=free"' in page.text
    assert "Clouds of Buda, Budapest" in text
    for hidden in ("DRAFT", "FAR", "bela@example.org", "Béla"):
        assert hidden not in page.text
    way = re.search(r'href="(/apply/notes/[^"]+)"', page.text).group(1)
    assert app.test_client().get(way).status_code == 401
    assert signed_in(app, "eve@example.org").get(way).status_code == 403
    assert "not your address" in ilona.get(way).text
    assert send(ilona, way, text=" ").status_code == 422
    assert send(ilona, way, text="Shall we do it together?").headers["Location"] == "/apply"
    with db.reading() as session:
        message = session.scalars(select(Message)).one()
    assert (message.kind.value, message.address) == ("applicant_note", "bela@example.org")
    written = emails.compose(message, Links("http://x.test"), "Cloud Groups")
    assert "ilona@example.org" not in written.text + written.html
    back = re.search(r"http://x\.test(/apply/notes/\S+)", written.text).group(1)
    bela = signed_in(app, "bela@example.org")
    assert send(bela, back, text="With pleasure.").status_code == 303
    assert mails()[-1] == ("applicant_note", "ilona@example.org")
    for _ in range(4):
        assert send(ilona, way, text="Hello?").status_code == 303
    assert send(ilona, way, text="Hello?").status_code == 429
    ilona.post(f"{here}/discard", data={"csrf_token": token(ilona.get(f"{here}/group"))})
    assert bela.get(back).status_code == 404


def test_a_co_organizer_says_yes_by_the_link_and_has_an_account_by_it(app, ilona):
    here = apply(ilona)
    link = link_to("bela@example.org")
    browser = app.test_client()
    page = browser.get(link)
    assert page.status_code == 200
    assert WHY in page.text
    assert "If that address has no account yet" in page.text
    with db.reading() as session:
        assert session.scalar(select(CoOrganizer.answer)) is Answer.OPEN
    data = {"csrf_token": token(page)}
    nameless = browser.post(f"{link}/accept", data=data)
    assert nameless.status_code == 422
    assert 'name-error">Please fill' in nameless.text
    answer = browser.post(f"{link}/accept", data=data | {"name": "Béla", "employer": "Other"})
    assert answer.headers["Location"] == here
    with db.reading() as session:
        bela = session.scalars(select(User).where(User.email == "bela@example.org")).one()
        assert (bela.name, bela.employer, bela.verified_at) == ("Béla", "Other", clock.now())
    page = browser.get(here)
    assert "You have said yes." in page.text
    assert "Withdraw the application" not in page.text
    assert browser.get(f"{here}/group").status_code == 404
    data = {"csrf_token": token(browser.get("/me")), "version": "2"}
    assert browser.post(f"{here}/withdraw", data=data).status_code == 403
    assert mails()[-1] == ("co_organizer_answered", "ilona@example.org")
    assert "Béla: said yes" in ilona.get(here).text
    # The link is used up, and says so.
    spent = app.test_client().get(link)
    assert spent.status_code == 410
    assert "This link no longer works" in spent.text


def test_a_known_address_says_yes_without_being_signed_in_by_that(app, ilona):
    with db.transaction():
        make_user(email="bela@example.org", name="Béla")
    here = apply(ilona)
    link = link_to("bela@example.org")
    browser = app.test_client()
    data = {"csrf_token": token(browser.get(link)), "name": "Béla"}
    answer = browser.post(f"{link}/accept", data=data)
    assert answer.headers["Location"] == "/apply/co-organizer"
    assert "sign in" in browser.get("/apply/co-organizer").text
    assert browser.get(here).status_code == 401
    assert "said yes" in ilona.get(here).text


def test_saying_no_needs_no_account_and_is_kept(app, ilona):
    here = apply(ilona)
    link = link_to("bela@example.org")
    browser = app.test_client()
    data = {"csrf_token": token(browser.get(link))}
    assert browser.post(f"{link}/decline", data=data).headers["Location"] == "/apply/co-organizer"
    assert "bela@example.org: said no" in ilona.get(here).text
    page = send(ilona, f"{here}/people", name="Ilona", people="bela@example.org")
    assert page.status_code == 422
    assert "bela@example.org has said no." in page.text


def test_old_links_are_renewed_to_the_same_address_and_reminders_rest_a_day(app, ilona):
    here = apply(ilona)
    link = link_to("bela@example.org")
    with db.reading() as session:
        key = session.scalar(select(CoOrganizer.id))
    remind = {"co_organizer": key}
    page = ilona.get(here)
    ilona.post(f"{here}/remind", data=remind | {"csrf_token": token(page)})
    assert "They were asked within the last day." in ilona.get(here).text
    with clock.frozen_at(clock.now() + timedelta(days=30)):
        browser = app.test_client()
        page = browser.get(link)
        assert page.status_code == 410
        assert "A new one can be mailed" in page.text
        browser.post(f"{link}/renew", data={"csrf_token": token(page)})
        assert mails()[-1] == ("co_organizer_invited", "bela@example.org")
        newer = link_to("bela@example.org")
        assert newer != link
        assert browser.get(newer).status_code == 200
        assert browser.get(link).status_code == 404
    assert app.test_client().get("/apply/co-organizer/made-up").status_code == 404


def test_changes_are_asked_for_made_and_sent_again(app, ilona):
    with db.transaction():
        steward = make_user(email="steward@example.org", name="Ada", is_steward=True)
    here = apply(ilona)
    one = stored(here)
    assert ilona.get(f"{here}/group").status_code == 200
    assert (
        send(ilona, f"{here}/group", **group(why=f"{WHY} More.")).headers["Location"]
        == f"{here}/check"
    )
    with db.transaction() as session:
        application = session.get_one(Application, one.id)
        reviews.take_up(application, by=steward, version=application.version)
    # While somebody reads it, it stays as it is.
    assert ilona.get(f"{here}/group").headers["Location"] == here
    page = ilona.get(here)
    assert "A reviewer is reading it." in page.text
    late = ilona.post(f"{here}/group", data={"csrf_token": token(page), "version": "9"} | group())
    assert late.status_code == 409
    assert "Reviewers have begun to look at it" in late.text
    with db.transaction() as session:
        application = session.get_one(Application, one.id)
        version = application.version
        reviews.request_changes(application, "Name a place.", by=steward, version=version)
    page = ilona.get(here)
    assert "Name a place." in page.text
    assert "Ada, reviewer" in page.text
    assert "steward@example.org" not in page.text
    answer = ilona.post(f"{here}/message", data={"csrf_token": token(page), "text": "At Acme’s."})
    assert answer.headers["Location"] == here
    assert mails()[-1] == ("application_message", "steward@example.org")
    send(ilona, f"{here}/group", **group(why=f"{WHY} We meet at Acme’s."))
    before = len(mails())
    assert send(ilona, f"{here}/check").headers["Location"] == here
    assert mails()[before:] == [
        ("application_to_review", "steward@example.org"),
        ("application_received", "ilona@example.org"),
    ]
    one = stored(here)
    assert (one.status, one.resubmitted_at) == (ApplicationStatus.SUBMITTED, clock.now())
    text = " ".join(re.sub(r"<[^>]+>", " ", ilona.get(here).text).split())
    for moment in (
        "Sent",
        "Changed by you",
        "A reviewer has begun to read it",
        "Changes asked for",
        "Sent again",
    ):
        assert moment in text
    with db.transaction() as session:
        application = session.get_one(Application, one.id)
        reviews.approve(
            application, by=steward, version=application.version,
            without=[session.scalar(select(CoOrganizer.id))],
        )  # fmt: skip
    assert "What to do first" in ilona.get(here).text


def test_withdrawing_tells_those_who_took_part_and_ends_the_links(app, ilona):
    with db.transaction():
        steward = make_user(email="steward@example.org", is_steward=True)
    here = apply(ilona, people="bela@example.org slow@example.org")
    browser = app.test_client()
    link = link_to("bela@example.org")
    data = {"csrf_token": token(browser.get(link)), "name": "Béla"}
    browser.post(f"{link}/accept", data=data)
    with db.transaction() as session:
        session.add(Reviewer(application_id=stored(here).id, user_id=steward.id))
    before = len(mails())
    page = ilona.get(here)
    version = re.search(r'name="version" value="(\d+)"', page.text).group(1)
    data = {"csrf_token": token(page), "version": version}
    for _ in range(2):
        assert ilona.post(f"{here}/withdraw", data=data).status_code == 303
    assert mails()[before:] == [
        ("application_withdrawn", "bela@example.org"),
        ("application_withdrawn", "steward@example.org"),
    ]
    assert stored(here).status is ApplicationStatus.WITHDRAWN
    assert app.test_client().get(link_to("slow@example.org")).status_code == 404
    assert "You took it back." in ilona.get(here).text
    assert browser.post(f"{here}/withdraw", data=data).status_code in {400, 403}


def test_what_was_decided_meanwhile_is_told(app, ilona):
    with db.transaction():
        steward = make_user(is_steward=True)
    here = apply(ilona)
    page = ilona.get(here)
    version = re.search(r'name="version" value="(\d+)"', page.text).group(1)
    with db.transaction() as session:
        application = session.get_one(Application, stored(here).id)
        reviews.decline(application, "No.", by=steward, version=application.version)
    data = {"csrf_token": token(page), "version": version}
    late = ilona.post(f"{here}/withdraw", data=data)
    assert late.status_code == 409
    assert "This has been changed or decided meanwhile." in late.text
    assert stored(here).status is ApplicationStatus.DECLINED


def test_a_group_that_needs_somebody_is_taken_over(app, ilona):
    with db.transaction():
        lonely = make_group(slug="lonely", name="UG Lonely", status=GroupStatus.VACANT)
        make_group(slug="busy", name="UG Busy")
        steward = make_user(is_steward=True)
    assert 'href="/apply?group=lonely"' in app.test_client().get("/groups/lonely").text
    assert "/apply?group" not in app.test_client().get("/groups/busy").text
    assert "This group has people who run it." in ilona.get("/apply?group=busy").text
    page = ilona.get("/apply?group=lonely")
    data = {"csrf_token": token(page)}
    assert ilona.post("/apply/takeover", data=data | {"group": "busy"}).status_code == 409
    answer = ilona.post("/apply/takeover", data=data | {"group": "lonely"})
    here = answer.headers["Location"].removesuffix("/group")
    assert "Take over UG Lonely" in ilona.get(f"{here}/group").text
    assert ilona.get(f"{here}/place").headers["Location"] == here
    answer = send(ilona, f"{here}/group", why=WHY, language="fr")
    assert answer.headers["Location"] == f"{here}/people"
    send(ilona, f"{here}/people", name="Ilona", people="")
    send(ilona, f"{here}/charter", **pledges())
    with db.transaction() as session:
        session.get_one(Group, lonely.id).status = GroupStatus.ACTIVE
    page = send(ilona, f"{here}/check")
    assert page.status_code == 409
    assert "has found somebody who runs it" in page.text
    with db.transaction() as session:
        session.get_one(Group, lonely.id).status = GroupStatus.DORMANT
    assert send(ilona, f"{here}/check").headers["Location"] == here
    with db.transaction() as session:
        application = session.get_one(Application, stored(here).id)
        reviews.approve(application, by=steward, version=application.version)
    with db.reading() as session:
        assert session.get_one(Group, lonely.id).status is GroupStatus.FORMING


def test_a_calendar_is_tried_in_the_background_and_told(app, ilona):
    here = begin(ilona)
    answer = send(ilona, f"{here}/group", **group(calendar_url="webcal://example.org/ug.ics"))
    assert answer.headers["Location"] == f"{here}/calendar"
    one = stored(here)
    assert one.calendar_url == "https://example.org/ug.ics"
    with db.reading() as session:
        job = session.scalars(select(Job)).one()
    assert (job.kind, job.arguments) == (
        JobKind.PREVIEW_CALENDAR,
        {"application_id": one.id, "url": one.calendar_url},
    )
    page = ilona.get(f"{here}/calendar")
    assert '<noscript><meta http-equiv="refresh"' in page.text
    assert "We are reading it." in page.text
    tried = {
        "error": None, "coming": 2, "lately": 9, "left_out": 1, "warnings": ["empty_feed"],
        "events": [{"uid": "1", "title": "<b>First</b>", "start": "2026-07-01T17:30:00+00:00"}],
        "skipped": [{"uid": "2", "reason": "not_public"}],
    }  # fmt: skip
    with db.transaction():
        applications.keep_preview(one.id, "https://elsewhere.example/", {"error": "late"})
        applications.keep_preview(one.id, one.calendar_url, tried)
    page = ilona.get(f"{here}/calendar")
    assert "http-equiv" not in page.text
    for words in (
        "2 meetups to come", "9 in the last year", "&lt;b&gt;First&lt;/b&gt;",
        "Wed, 1 Jul 2026, 19:30", "1 entry is left out: marked as private.",
        "The calendar is empty.",
    ):  # fmt: skip
        assert words in page.text, words
    for preview, told in (
        ({"error": "it is not a calendar", "code": "not_calendar"}, "most likely a page"),
        ({"error": "the server answered 403", "code": "unreachable"}, "is not public"),
        ({"error": "the server answered 404", "code": "unreachable"}, "nothing at that address"),
        ({"error": "nobody knows the host x", "code": "unreachable"}, "nobody knows the host x"),
        ({"error": "it has 90,000 events", "code": "too_many_events"}, "too large for us"),
    ):
        with db.transaction():
            applications.keep_preview(one.id, one.calendar_url, preview)
        assert told in ilona.get(f"{here}/calendar").text
    page = ilona.get(f"{here}/calendar")
    ilona.post(f"{here}/calendar", data={"csrf_token": token(page)})
    assert stored(here).calendar_tried_at is None
    with db.reading() as session:
        assert session.scalar(select(func.count(Job.id))) == 2
    # The same address once more is not read again.
    assert send(ilona, f"{here}/group", **group(calendar_url="https://example.org/ug.ics"))
    with db.reading() as session:
        assert session.scalar(select(func.count(Job.id))) == 2


def test_applications_are_their_applicants_alone(app, ilona):
    here = apply(ilona)
    for email in ("eve@example.org", "mallory@example.org"):
        other = signed_in(app, email, is_steward=email.startswith("mallory"))
        data = {"csrf_token": token(other.get("/me")), "version": "2", "text": "Hello"}
        for path in ("", "/group", "/calendar", "/check"):
            assert other.get(here + path).status_code == 404
        for path in (
            "/place", "/group", "/people", "/charter", "/check", "/message", "/withdraw",
            "/calendar", "/discard", "/remind",
        ):  # fmt: skip
            answer = other.post(
                here + path, data=data | group() | {"place": "Szeged"} | pledges() | {"name": "Eve"}
            )
            assert answer.status_code == 404, path
    with db.reading() as session:
        assert session.scalar(select(func.count(Note.id))) == 0
    assert stored(here).city == "Budapest"


def test_who_has_begun_too_many_finishes_one_first(ilona):
    for city in ("Budapest", "Szeged", "Győr", "Vienna", "Prague"):
        with db.transaction() as session:
            user = session.scalars(select(User).where(User.email == "ilona@example.org")).one()
            make_application(user, status=ApplicationStatus.DRAFT, city=city)
    assert "Finish or discard one of them first." in send(ilona, "/apply", place="Debrecen").text


def test_pages_ask_little_and_no_more_when_there_is_more(ilona, count_queries):
    here = apply(ilona)
    draft = send(ilona, "/apply", place="Szeged").headers["Location"].removesuffix("/group")
    paths = [
        "/apply",
        here,
        f"{here}/group",
        f"{draft}/people",
        f"{draft}/charter",
        f"{here}/check",
    ]

    def counted() -> list[int]:
        numbers = []
        for path in paths:
            with count_queries() as queries:
                assert ilona.get(path).status_code == 200, path
            numbers.append(len(queries))
        return numbers

    few = counted()
    with db.transaction() as session:
        one = session.scalars(select(Application).where(Application.id == stored(here).id)).one()
        for n in range(30):
            make_group(name=f"UG {n}", latitude=47.5, longitude=19.1)
            make_application(group_name=f"Other {n}")
            session.add(
                Note(
                    application_id=one.id,
                    author_id=one.applicant_id,
                    audience="applicants",
                    text=f"{n}",
                )
            )
        for _n in range(5):
            user = make_user()
            session.add(
                CoOrganizer(
                    application_id=one.id, email=user.email, user_id=user.id, answer=Answer.ACCEPTED
                )
            )
        session.add(CharterQuestion(kind=QuestionKind.QUESTION, text="Why?", is_required=False))
    many = counted()
    # Where groups are near, their topics and next meetups are asked for.
    assert [number - before for number, before in zip(many, few, strict=True)] == [
        0,
        0,
        3,
        0,
        0,
        -1,
    ]
    assert max(many) <= 16, many
