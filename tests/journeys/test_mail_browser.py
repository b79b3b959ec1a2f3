"""The pages of mail in a real browser; every mail there is, light and dark, wide and narrow."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import NEEDED, PHONE, opened, served, troubles, violations
from tests.factories import make_user
from usergroups import db, emails, queue, tokens
from usergroups.app import create_app
from usergroups.config import DEVELOPMENT_URL, Config
from usergroups.jobs import runner
from usergroups.models import MailTopic, MessageKind
from usergroups.queries import jobs, messages, users
from usergroups.services import accounts

pytestmark = NEEDED


@pytest.fixture(scope="module")
def config(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Config:
    folder = tmp_path_factory.mktemp("mail")
    (folder / "usergroups.sqlite").write_bytes(sqlite_template.read_bytes())
    return Config(instance_dir=folder, secret_key="test")


@pytest.fixture(scope="module")
def address(config: Config) -> Iterator[str]:
    app = create_app(config)
    with served(app) as at:
        yield at
    queue.announce_with(None)


def ask_for_sign_in(config: Config, email: str) -> int:
    """As the sign-in page and the worker do it; answers whose it is."""
    with db.transaction():
        user = make_user(email=email)
        nonce = tokens.nonce()
        accounts.offer_sign_in(user, nonce=nonce)
        queue.send(MessageKind.SIGN_IN, to=user, nonce=nonce)
    with db.reading():
        due = jobs.due()
    for job_id, _kind in due:
        runner.run(job_id, config)
    return user.id


@pytest.fixture
def signed_in(browser: Browser, address: str, config: Config) -> Iterator[tuple[Page, int]]:
    """Somebody who signed in by the mail in the mailbox of the development set-up."""
    page, witness = opened(browser, viewport=PHONE)
    user_id = ask_for_sign_in(config, "ada@example.org")
    page.goto(f"{address}/dev/mail")
    page.get_by_role("link", name="Sign in to Usergroups").first.click()
    link = page.get_by_role("region", name="As text").get_by_role("link").first
    secret = (link.get_attribute("href") or "").rpartition("/")[2]
    page.goto(f"{address}/sign-in/{secret}")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/me")
    yield page, user_id
    assert witness.complaints == []
    page.context.close()
    with db.transaction() as session:
        session.delete(users.by_id(user_id))


def refused(user_id: int) -> set[MailTopic]:
    with db.reading():
        return messages.refused_by(users.by_id(user_id))


def test_choosing_mails_by_keyboard(signed_in, address):
    page, user_id = signed_in
    page.goto(f"{address}/me/mail")
    box = page.get_by_role("checkbox", name="Groups I am a member of")
    expect(box).to_be_checked()
    box.focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Save").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status")).to_have_text("Saved. From now on you get these mails.")
    expect(box).not_to_be_checked()
    assert refused(user_id) == {MailTopic.GROUPS}
    assert violations(page) == []


def test_a_kind_is_refused_from_its_mail(signed_in, address):
    page, user_id = signed_in
    token = tokens.signed(emails.UNSUBSCRIBE, f"{user_id}.{MailTopic.REVIEWS}")
    page.goto(f"{address}/unsubscribe/{token}")
    assert violations(page) == []
    assert refused(user_id) == set()
    page.get_by_role("button", name="No more of these mails").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Done: no more of these mails")
    assert refused(user_id) == {MailTopic.REVIEWS}
    assert violations(page) == []


@pytest.mark.parametrize("kind", emails.kinds())
def test_every_mail_is_for_everybody(browser, address, kind):
    page, witness = opened(browser)
    assert troubles(page, address, [f"/dev/mail/{kind}"]) == {}  # axe looks into the frame, too
    inside = page.frame_locator("iframe")
    expect(inside.get_by_role("heading", level=1)).to_be_visible()
    expect(inside.locator("body")).not_to_have_css("background-color", "rgba(0, 0, 0, 0)")
    assert witness.hosts == {"127.0.0.1"}
    assert witness.complaints == []
    page.context.close()


def test_the_mailbox_is_for_everybody(browser, address):
    page, witness = opened(browser)
    assert troubles(page, address, ["/dev/mail"]) == {}
    assert witness.complaints == []
    page.context.close()


def test_a_link_in_the_frame_opens_outside_of_it(browser, address):
    page, witness = opened(browser)
    page.route(f"{DEVELOPMENT_URL}/sign-in/*", lambda route: route.fulfill(body="there"))
    page.goto(f"{address}/dev/mail/sign_in")
    page.frame_locator("iframe").get_by_role("link", name="Sign in", exact=True).click()
    expect(page.get_by_text("there", exact=True)).to_be_visible()
    assert witness.complaints == []
    page.context.close()
