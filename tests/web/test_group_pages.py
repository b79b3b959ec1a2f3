"""A group's page, written by its organizers."""

import pytest
from sqlalchemy import select

from tests.browsing import post, signed_in, texts
from tests.factories import make_group
from usergroups import clock, db
from usergroups.models import AuditEntry, Group, GroupLink, Role
from usergroups.queries import groups

EDIT = "/organize/paris/edit"
GIVEN = {
    "summary": "We meet on Tuesdays.", "description": "**Come** and [see](https://example.org).",
    "topics": "Web, Données, web", "language": "fr", "founded_on": "2019-03-01",
    "link_kind": ["website", "chat", "website"],
    "link_url": ["https://paris.example.org", "https://chat.example.org", ""],
}  # fmt: skip


@pytest.fixture
def group(database, frozen_clock):
    with db.transaction():
        made = make_group(slug="paris", name="UG Paris", summary="Old")
        made.links = [GroupLink(kind="website", url="https://old.example.org")]
    return made


def seen(group) -> str:
    with db.reading():
        return groups.by_slug("paris").revised_at.isoformat()


def test_the_page_is_written(app, group, frozen_clock):
    browser = signed_in(app, group, Role.ORGANIZER)
    with clock.frozen_at(frozen_clock.replace(hour=13)):
        answer = post(browser, EDIT, seen=seen(group), **GIVEN)
    assert (answer.status_code, answer.location) == (303, EDIT)
    assert "Saved." in browser.get(EDIT).text
    with db.reading() as session:
        found = groups.in_full("paris")
        acts = session.scalars(select(AuditEntry.act)).all()
    assert (found.name, found.summary, found.language) == (
        "UG Paris", "We meet on Tuesdays.", "fr",
    )  # fmt: skip
    assert sorted(topic.name for topic in found.topics) == ["Données", "Web"]
    assert [(link.kind.value, link.url) for link in found.links] == [
        ("website", "https://paris.example.org"), ("chat", "https://chat.example.org"),
    ]  # fmt: skip
    assert found.founded_on.isoformat() == "2019-03-01"
    assert found.revised_at.hour == 13
    assert found.version == 2
    assert acts == ["group.changed"]
    page = app.test_client().get("/groups/paris").text
    assert "<strong>Come</strong>" in page
    form = browser.get(EDIT).text
    assert 'value="Données, Web"' in form
    assert 'value="https://chat.example.org"' in form


def test_a_look_at_it_first_changes_nothing_and_is_safe(app, group):
    browser = signed_in(app, group)
    hostile = "<script>alert(1)</script> [x](javascript:alert(1)) **bold**"
    answer = post(
        browser, EDIT, seen=seen(group), preview="yes", **GIVEN | {"description": hostile}
    )
    assert answer.status_code == 200
    preview = answer.text.partition('id="preview"')[2].partition("</section>")[0]
    assert "<strong>bold</strong>" in preview
    assert "<script>" not in answer.text
    assert "javascript:" not in preview.replace("[x](javascript:alert(1))", "")
    assert "[x](javascript:alert(1))" in answer.text  # what stands in the field, as text
    with db.reading():
        assert groups.by_slug("paris").summary == "Old"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("summary", "x" * 201, "At most 200 characters, please: this has 201."),
        ("summary", "evil \u202etxt", "This has characters that cannot be seen"),
        ("summary", "nul \0", "This has characters that cannot be seen"),
        ("description", "x" * 20_001, "At most 20000 characters, please: this has 20001."),
        ("topics", ",".join(f"t{n}" for n in range(13)), "At most 12, please: these are 13."),
        ("language", "xx", "Choose a language from the list."),
        ("founded_on", "yesterday", "A day such as 2026-06-10, please."),
        ("founded_on", "2027-01-01", "A day that has been, please."),
        ("link_url", ["javascript:alert(1)", "", ""], "An address that begins with http://"),
        ("link_url", ["https://example.org"], "Nothing was saved yet."),
    ],
)
def test_what_does_not_fit_comes_back_filled(app, group, field, value, told):
    browser = signed_in(app, group)
    for more in ({}, {"preview": "yes"}):
        answer = post(browser, EDIT, seen=seen(group), **GIVEN | {field: value} | more)
        assert answer.status_code == 422
        assert told in " ".join(texts(answer, "p"))
        assert "We meet on Tuesdays." in answer.text or field == "summary"
    with db.reading():
        assert groups.by_slug("paris").summary == "Old"


def test_a_text_of_two_megabytes_is_refused(app, group):
    browser = signed_in(app, group)
    answer = post(browser, EDIT, seen=seen(group), **GIVEN | {"summary": "x" * 2_000_000})
    assert answer.status_code == 422
    assert "At most 200 characters, please: this has 2000000." in answer.text
    answer = post(browser, EDIT, seen=seen(group), **GIVEN | {"summary": "x" * 2_200_000})
    assert answer.status_code == 413
    assert "no more than two megabytes" in answer.text


def test_the_second_of_two_learns_what_the_first_wrote(app, group, frozen_clock):
    first, second = signed_in(app, group), signed_in(app, group, Role.ORGANIZER)
    before = seen(group)
    with clock.frozen_at(frozen_clock.replace(hour=13)):
        post(first, EDIT, seen=before, **GIVEN | {"description": "From the first."})
    mine = GIVEN | {"description": "From the second."}
    answer = post(second, EDIT, seen=before, **mine)
    assert answer.status_code == 409
    assert "From the first." in answer.text
    assert "From the second." in answer.text
    assert "Somebody else has changed the page" in answer.text
    assert (
        post(second, EDIT, seen=before, **GIVEN | {"description": "From the first."}).status_code
        == 303
    )
    assert post(second, EDIT, seen=seen(group), **mine).status_code == 303
    with db.reading() as session:
        assert session.scalar(select(Group.description)) == "From the second."


def test_the_form_asks_little(app, group, count_queries):
    browser = signed_in(app, group)
    with count_queries() as queries:
        assert browser.get(EDIT).status_code == 200
    assert len(queries) <= 8
