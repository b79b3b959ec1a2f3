"""Every mail there is, as it is written; and that those who leave one agree with its templates."""

import ast
import re
from collections.abc import Iterator
from email import message_from_bytes
from email.headerregistry import Address
from email.policy import default

import pytest

from tests.code.source import modules
from tests.conftest import NOW
from usergroups import emails, tokens
from usergroups.links import Links
from usergroups.models import MailTopic, Message, MessageKind

LINKS = Links("https://groups.example.org")
URL = re.compile(r"https?://[^\s\"'<>]+")
# What `send` takes for itself; everything else is an argument of the mail.
OWN = {"kind", "to", "nonce", "language"}


@pytest.fixture(autouse=True)
def _key() -> None:
    tokens.sign_with("for tests only")


def message(kind: MessageKind, **given) -> Message:
    defaults = {
        "kind": kind, "user_id": 7, "address": "ada@example.org", "language": "en", "nonce": "n",
        "message_id": "<1@usergroups.invalid>", "created_at": NOW,
    }  # fmt: skip
    given = given if "arguments" in given else given | {"arguments": emails.sample(kind)}
    return Message(**defaults | given)


def composed(kind: MessageKind, **given) -> emails.Email:
    return emails.compose(message(kind, **given), LINKS, "Cloud Groups")


@pytest.mark.parametrize("kind", emails.kinds())
@pytest.mark.parametrize("user_id", [7, None])
def test_it_is_written(kind, user_id):
    email = composed(kind, user_id=user_id)
    assert email.subject
    assert email.subject == " ".join(email.subject.split())
    assert email.text.count("\n-- \nCloud Groups\nhttps://groups.example.org/\n") == 1
    assert [line for line in email.text.splitlines() if len(line) > 72 and "://" not in line] == []
    assert "\n\n\n" not in email.text
    assert email.html.count("<h1>") == 1
    assert email.html.startswith('<!doctype html>\n<html lang="en-150" dir="ltr">')
    assert not re.search(r"<(?:img|script|link|iframe)\b|\s(?:src|style)=", email.html)
    for written in (email.text, email.html):
        assert "/None" not in written
        assert not re.search(r"\{\{|\{%|<(?:class|function) ", written)
    relative = [href for href in re.findall(r'href="([^"]*)"', email.html) if "://" not in href]
    assert relative == []
    assert bool(email.unsubscribe) == (kind.topic is not None and user_id is not None)
    # Whoever reads the text alone can do what whoever reads the HTML can.
    spelled = {url.replace("&amp;", "&") for url in URL.findall(email.html)}
    assert spelled - set(URL.findall(email.text)) == set()


def test_a_mail_says_the_same_each_time_it_is_written():
    assert composed(MessageKind.SIGN_IN) == composed(MessageKind.SIGN_IN)


def calls() -> Iterator[tuple[str, MessageKind, ast.Call]]:
    """Every `send(MessageKind.X, …)` of the package, for each kind that stands there."""
    for module in modules():
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"send", "queue.send"}:
                for name in re.findall(r"\bMessageKind\.(\w+)", ast.unparse(node.args[0])):
                    yield f"{module.name}:{node.lineno}", MessageKind[name], node


def test_every_mail_that_is_left_somewhere_has_templates():
    named = {
        MessageKind[name]
        for module in modules()
        if module.name not in {"usergroups/models/message.py", "usergroups/emails.py"}
        for name in re.findall(r"\bMessageKind\.([A-Z_]+)\b", module.text)
    }
    assert {kind for kind in named if kind not in emails.kinds()} == set()


def test_whoever_leaves_a_mail_gives_what_its_templates_name():
    wrong = {}
    for where, kind, call in calls():
        given = {keyword.arg for keyword in call.keywords} - OWN
        if None not in given and kind in emails.kinds() and given != emails.sample(kind).keys():
            wrong[where] = f"{kind}: gives {given}, the sample has {emails.sample(kind).keys()}"
    assert wrong == {}


def test_names_can_neither_break_lines_nor_turn_them_around():
    hostile = "Ada\r\nBcc: all@example.org\u202e\x00\u2028gro"
    assert emails._clean("group", hostile) == "Ada Bcc: all@example.org gro"
    assert emails._clean("text", hostile) == "Ada\nBcc: all@example.org\ngro"
    assert emails._clean("unmet", [{"name": hostile}, 3]) == [
        {"name": "Ada Bcc: all@example.org gro"}, 3,
    ]  # fmt: skip


HOSTILE = "</p><script>alert(1)</script>\r\nBcc: all@example.org\r\n\r\n\u202e\u2066\x00gro\u2028"


def hostile(value):
    """The same shape, each word of it an attack; what code compares with stays."""
    if isinstance(value, str):
        is_instant = re.fullmatch(r"\d{4}-\d\d-\d\d.*", value)
        is_zone = re.fullmatch(r"[A-Z]\w+/\w+", value)
        return value if is_instant or is_zone or value.islower() else HOSTILE
    if isinstance(value, list):
        return [hostile(each) for each in value]
    if isinstance(value, dict):
        ours = {"recurrence_id"}  # a time that we wrote, or nothing
        return {name: each if name in ours else hostile(each) for name, each in value.items()}
    return value


@pytest.mark.parametrize("kind", emails.kinds())
def test_whatever_people_wrote_the_mail_stays_whole(kind):
    given = {name: hostile(value) for name, value in emails.sample(kind).items()}
    given.pop("reply_to", None)
    email = emails.compose(message(kind, arguments=given), LINKS, f"Cloud {HOSTILE}")
    sent = message_from_bytes(email.message("a@example.org", HOSTILE).as_bytes(), policy=default)
    assert {name.lower() for name in sent} - {"list-unsubscribe", "list-unsubscribe-post"} == {
        "from", "to", "subject", "date", "message-id", "auto-submitted", "mime-version",
        "content-type", "content-language",
    }  # fmt: skip
    assert sent["To"].addresses == (Address(addr_spec="ada@example.org"),)
    assert "\n" not in sent["Subject"]
    text, html = (sent.get_body((name,)).get_content() for name in ("plain", "html"))
    assert not re.search("[\u202a-\u202e\u2066-\u2069\x00\u2028]", text + html + sent["Subject"])
    assert "<script" not in html
    assert re.findall(r"^Bcc", text, re.MULTILINE) == []


@pytest.mark.parametrize(
    "address",
    ["a@b.org\r\nBcc: c@d.org", "a@b.org\nX", '"@b.org', "@b.org", "a b@c.org", "a@b, c@d.org"],
)
def test_what_is_no_address_gets_no_mail(address):
    with pytest.raises(ValueError, match=r"."):
        composed(MessageKind.SIGN_IN, address=address).message("a@example.org", "A")


def test_answers_go_to_whoever_asked():
    email = composed(MessageKind.SIGN_IN, arguments={"reply_to": "bo@example.org"})
    assert email.message("a@example.org", "A")["Reply-To"] == "bo@example.org"


def test_what_somebody_wrote_is_set_apart_and_harmless():
    plain = emails.environment().overlay(autoescape=False).from_string("{{ text|quoted }}")
    assert plain.render(text="one\n\ntwo") == "> one\n>\n> two"
    html = emails.environment().overlay(autoescape=True).from_string("{{ text|quoted }}")
    assert html.render(text="**one** <script>alert(1)</script>") == (
        "<blockquote><p><strong>one</strong> &lt;script&gt;alert(1)&lt;/script&gt;</p>\n"
        "</blockquote>"
    )


def test_long_lines_are_folded_and_addresses_kept_whole():
    address = "https://groups.example.org/" + "a" * 90
    written = f"- {'word ' * 20}\n\n\n\n> {'said ' * 20}\n{address}\n-- \nend"
    lines = emails._wrapped(written).splitlines()
    assert [line for line in lines if len(line) > 72] == [address]
    assert [line[:3] for line in lines if "word" in line] == ["- w", "  w"]
    assert [line[:3] for line in lines if "said" in line] == ["> s", "> s"]
    assert lines.count("") == 1
    assert lines[-2:] == ["-- ", "end"]


def test_a_kind_of_mail_is_refused_by_a_token_of_ours():
    kind = next(kind for kind in MessageKind if kind.topic is MailTopic.REVIEWS)
    token = emails._unsubscribe(message(kind, arguments={}), LINKS).rpartition("/")[2]
    assert tokens.value_of(emails.UNSUBSCRIBE, token) == "7.reviews"
    assert tokens.value_of("sign_in", token) is None
    assert tokens.value_of(emails.UNSUBSCRIBE, token.replace("7.", "8.")) is None
