import re

from sqlalchemy import select

from usergroups import db, queue
from usergroups.models import Job, MessageKind
from usergroups.queries import jobs as queries
from usergroups.services import jobs


def give_up(address: str, reason: str) -> int:
    with db.transaction() as session:
        queue.send(MessageKind.SIGN_IN, to=address)
        job = session.scalars(select(Job).order_by(Job.id.desc())).first()
        jobs.give_up(job, reason)
        return job.id


def test_what_was_given_up_is_listed_with_its_reason(run):
    assert run("mail", "list").stdout == "no mail was given up\n"
    give_up("ada@example.org", "550 [a] no")
    give_up("bo@example.org", "554 never")
    with db.transaction():
        queue.send(MessageKind.SIGN_IN, to="waiting@example.org")
    listed = re.sub(
        r"^\d{4}-\d\d-\d\d \d\d:\d\d", "AT", run("mail", "list").stdout, flags=re.MULTILINE
    )
    assert listed == (
        "AT                KIND     TO               REASON\n"
        "AT  sign_in  bo@example.org   554 never\n"
        "AT  sign_in  ada@example.org  550 [a] no\n"
    )


def test_what_was_given_up_is_tried_again_once(run):
    ids = [give_up("ada@example.org", "550 no"), give_up("bo@example.org", "550 no")]
    assert run("mail", "again").stdout == "2 mails to send again\n"
    with db.reading() as session:
        assert [job_id for job_id, _kind in queries.due()] == ids
        assert session.scalars(select(Job.attempts)).all() == [0, 0]
    assert run("mail", "again").stdout == "0 mails to send again\n"
