"""What strangers may send to the pages of applying: refused or made fit, and never an error."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from tests.browsing import browser_of, token
from tests.factories import make_application, make_user
from usergroups import db
from usergroups.models import Application, ApplicationStatus, CoOrganizer
from usergroups.services import charter

pytestmark = pytest.mark.usefixtures("database", "frozen_clock")
WHY = "There is no group here, and forty of us would come each month."
GROUP = {"group_name": "UG Szeged", "why": WHY, "language": "hu", "version": "1"}
BEYOND = str(2**31)
FAR_BEYOND = str(10**30)


@pytest.fixture
def ilona(app: Flask) -> Any:
    """Somebody with a draft and an application that was handed in, in a browser."""
    with db.transaction() as session:
        charter.found()
        user = make_user(email="ilona@example.org")
        make_application(
            user, public_id="draft00001", status=ApplicationStatus.DRAFT, submitted_at=None
        )
        one = make_application(user, public_id="handedin00", city="Szeged")
        session.add(CoOrganizer(application_id=one.id, email="bence@example.org"))
    return browser_of(app, user)


def rows() -> list[tuple[Any, ...]]:
    with db.reading() as session:
        columns = (Application.public_id, Application.status, Application.version, Application.why)
        return [tuple(row) for row in session.execute(select(*columns).order_by(Application.id))]


@pytest.mark.parametrize(
    "path",
    [
        "/apply?group=%00", "/apply?place=%00&group=%FF", "/apply/%00", "/apply/%00/group",
        "/apply/co-organizer/%00", "/apply/notes/%00", "/apply/notes/1.2.3",
        f"/apply/co-organizer/{'x' * 5_000}", f"/apply/{'x' * 5_000}",
    ],
)  # fmt: skip
def test_addresses_that_nobody_gave_out_lead_nowhere(ilona: Any, path: str) -> None:
    assert ilona.get(path).status_code in {200, 400, 404}


@pytest.mark.parametrize(
    ("path", "sent", "status"),
    [
        ("/apply", {"place": "\0"}, 422),
        ("/apply", {"place": "Cambridge", "choice": "\0"}, 422),
        ("/apply/takeover", {"group": "\0"}, 422),
        ("/apply/takeover", {"group": "a\0b"}, 404),
        ("/apply/takeover", {}, 422),
        ("/apply/draft00001/place", {"place": "Pécs", "version": "-1"}, 422),
        ("/apply/draft00001/place", {"place": "Pécs", "version": FAR_BEYOND}, 422),
        ("/apply/draft00001/group", GROUP | {"version": BEYOND}, 422),
        ("/apply/draft00001/group", GROUP | {"website": "https://[::1"}, 422),
        ("/apply/draft00001/group", GROUP | {"calendar_url": "webcal://"}, 422),
        ("/apply/draft00001/group", GROUP | {"calendar_url": "https://a:b@example.org/"}, 422),
        ("/apply/draft00001/group", GROUP | {"website": "javascript:alert(1)"}, 422),
        ("/apply/draft00001/group", GROUP | {"calendar_url": "file:///etc/passwd"}, 422),
        ("/apply/draft00001/group", GROUP | {"luma": "https://example.org?to=a@b.org"}, 303),
        ("/apply/draft00001/group", GROUP | {"group_name": ["UG Szeged", "\0"]}, 303),
        ("/apply/draft00001/people", {"name": "I", "people": "a\0b@example.org\n@"}, 422),
        ("/apply/draft00001/people", {"name": "I", "people": "a@b.example\r\nBcc: x@y.z"}, 422),
        ("/apply/draft00001/charter", {}, 422),
        ("/apply/draft00001/check", {"version": FAR_BEYOND}, 422),
        ("/apply/handedin00/withdraw", {"version": FAR_BEYOND}, 422),
        ("/apply/handedin00/withdraw", {"version": "x"}, 422),
        ("/apply/handedin00/withdraw", {"version": "2147483647"}, 409),
        ("/apply/handedin00/message", {"text": "\0\u202e"}, 422),
        ("/apply/handedin00/remind", {"co_organizer": FAR_BEYOND}, 404),
        ("/apply/handedin00/remind", {"co_organizer": "x"}, 404),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_with_a_word(ilona: Any, path, sent, status) -> None:
    known = rows()
    data = {"csrf_token": token(ilona.get("/apply/handedin00"))} | sent
    answer = ilona.post(path, data=data)
    assert answer.status_code == status, answer.text
    if status != 303:
        assert rows() == known


def test_what_can_be_made_fit_is_kept_without_what_nobody_sees(ilona: Any) -> None:
    sent = GROUP | {
        "why": f"{WHY}\0\u202e\r\nAnd so on.", "topics": ["\0Clouds", "clouds", "\u202e"],
        "other_topics": f",,{'x' * 150}, \0 ,<b>",
    }  # fmt: skip
    data = {"csrf_token": token(ilona.get("/apply/handedin00"))} | sent
    assert ilona.post("/apply/draft00001/group", data=data).status_code == 303
    with db.reading() as session:
        draft = session.scalars(
            select(Application).where(Application.public_id == "draft00001")
        ).one()
    assert draft.why == f"{WHY}\nAnd so on."
    assert draft.topics == ["Clouds", "x" * 60, "<b>"]
    assert "&lt;b&gt;" in ilona.get("/apply/draft00001/group").text
