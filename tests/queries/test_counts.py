"""Every page takes at most eight queries, and the same number however much there is."""

from datetime import timedelta

import pytest

from tests.factories import make_event, make_group
from usergroups import clock, db
from usergroups.models import GroupLink, LinkKind, Topic

PAGES = [
    "/", "/groups", "/groups?q=group", "/groups?near=Paris&within=500", "/groups?q=Versailles",
    "/groups?country=FR&topic=t0&status=active", "/groups/group-0", "/groups/group-0?past=all",
    "/events", "/events?near=Paris&topic=t0", "/events/e0/meetup-0", "/map", "/map?region=world",
    "/map.svg", "/map/groups.json?bbox=-12,35,40,65&z=4", "/countries/FR",
]  # fmt: skip
MOST = 8


def plant(number: int) -> None:
    with db.transaction():
        topics = [Topic(slug=f"t{n}", name=f"T {n}") for n in range(3)]
        for n in range(number):
            group = make_group(
                slug=f"group-{n}", name=f"Group {n}", topics=topics, search_key=f"group {n}",
                links=[GroupLink(kind=LinkKind.WEBSITE, url="https://example.org/")],
            )  # fmt: skip
            for days in (-7, 7 + n % 50):
                starts_at = clock.now() + timedelta(days=days)
                public_id = f"e{n}" if days > 0 else f"p{n}"
                make_event(group, title=f"Meetup {n}", public_id=public_id, starts_at=starts_at)
        for n in range(number):
            make_event(
                group, title=f"More {n}", public_id=f"m{n}", starts_at=clock.now() - timedelta(n)
            )


def counted(client, count_queries) -> dict[str, int]:
    numbers = {}
    for path in PAGES:
        client.application.extensions.pop("kept", None)
        client.application.extensions.pop("group_index", None)
        with count_queries() as queries:
            assert client.get(path).status_code == 200, path
        numbers[path] = len(queries)
    return numbers


@pytest.mark.usefixtures("database", "frozen_clock")
def test_pages_ask_little_and_no_more_when_there_is_more(client, count_queries) -> None:
    plant(10)
    few = counted(client, count_queries)
    assert {path: number for path, number in few.items() if number > MOST} == {}
    with db.transaction() as session:
        for table in reversed(db.Base.metadata.sorted_tables):
            if table.name != "federation":
                session.execute(table.delete())
    plant(1_000)
    assert counted(client, count_queries) == few
