"""Which mails people get: their own page, and the one click in each mail (RFC 8058)."""

from flask import Blueprint, Response
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from usergroups import db, emails, tokens
from usergroups.errors import NotFoundError
from usergroups.inputs.mail import MailChoices
from usergroups.models import MailTopic
from usergroups.queries import messages as queries
from usergroups.services import messages
from usergroups.web import forms, site
from usergroups.web.access import public, signed_in
from usergroups.web.language import gettext as _
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("mail", __name__))


@blueprint.get("/me/mail")
@signed_in
def choices() -> str:
    """The kinds of mail, those one gets being ticked."""
    wanted = set(MailTopic) - queries.refused_by(current_user.user)
    return render("mail/choices.html", form=forms.Form({"topics": wanted}), topics=_topics())


@blueprint.post("/me/mail")
@signed_in
def choose() -> AnyResponse:
    """Get those that are ticked, and no others."""
    return forms.submit(
        "mail/choices.html",
        lambda given: messages.want(given.topics, by=current_user.user),
        MailChoices,
        then=lambda _done: "/me/mail",
        said=_("Saved. From now on you get these mails."),
        topics=_topics,
    )


@blueprint.get("/unsubscribe/<token>")
@public
def ask(token: str) -> str:
    """A button: programs that look at links in mails shall not refuse mails for people."""
    _user_id, topic = _meant(token)
    return render("mail/unsubscribe.html", token=token, topic=_topics()[topic][0])


@blueprint.post("/unsubscribe/<token>")
@public
def unsubscribe(token: str) -> Response:
    """Refuse one kind of mail, whether a person pressed the button or a mail program did.

    The token says who and what, and that we wrote it: no session and no CSRF token are asked for.
    """
    user_id, topic = _meant(token)
    site.close_reading()
    with db.transaction():
        messages.refuse(user_id, topic)
    return Response(render("mail/unsubscribed.html", topic=_topics()[topic][0]))


blueprint.record_once(lambda state: state.app.extensions["csrf"].exempt(unsubscribe))


def _meant(token: str) -> tuple[int, MailTopic]:
    """Whose mails of which kind. Raises NotFoundError for a token that is not ours."""
    value = tokens.value_of(emails.UNSUBSCRIBE, token)
    if value is None:
        raise NotFoundError("this is no address out of a mail of ours")
    user_id, topic = value.split(".")
    return int(user_id), MailTopic(topic)


def _topics() -> dict[MailTopic, tuple[str, str]]:
    """What each kind is called, and what comes with it."""
    return {
        MailTopic.APPLICATIONS: (
            _("Applications I take part in"),
            _("Somebody wrote, answered or withdrew. What was decided reaches you anyway."),
        ),
        MailTopic.ORGANIZING: (
            _("Groups I organize"),
            _("Questions from visitors, answers to invitations, what the charter finds missing."),
        ),
        MailTopic.GROUPS: (
            _("Groups I am a member of"),
            _("News that organizers send to the members."),
        ),
        MailTopic.MEETUPS: (
            _("Meetups I answered"),
            _(
                "Reminders, letters of the organizers, questions afterwards. That a meetup moves, "
                "is called off, or has a place for you reaches you anyway."
            ),
        ),
        MailTopic.REVIEWS: (
            _("Groups and applications I look after"),
            _("For stewards and coordinators: new applications, claims, reports."),
        ),
    }
