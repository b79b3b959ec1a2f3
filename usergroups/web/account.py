"""Signing in by a link, signing out, and one's own page: the only pages with a session."""

from flask import Blueprint, Flask, Request, Response, redirect
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user, login_user, logout_user
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response as AnyResponse

from usergroups import db
from usergroups.errors import NotFoundError
from usergroups.models import User
from usergroups.queries import standings, users
from usergroups.services import accounts
from usergroups.web import site
from usergroups.web.access import public, signed_in
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("account", __name__))

# Whose addresses begin like this may know who asks; all others have no session at all.
PRIVATE = (
    "/apply",
    "/claim/",
    "/contact/",
    "/dev/",
    "/invitations/",
    "/join/",
    "/me",
    "/organize/",
    "/report/",
    "/reset",
    "/sign-in",
    "/sign-out",
    "/sign-up",
    "/steward",
    "/unsubscribe/",
    "/verify/",
)


class Sessions(SecureCookieSessionInterface):
    """Sessions in a signed cookie, for private pages only: public ones neither read nor set it."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a private page; None, which Flask takes for an empty one, elsewhere."""
        if not request.path.startswith(PRIVATE):
            return None
        return super().open_session(app, request)


class Account(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """Somebody signed in, as Flask-Login wants to see them."""

    def __init__(self, user: User) -> None:
        """Take what pages ask of them."""
        self.user = user
        self.id = user.id
        self.standing = standings.of(user)


def init_app(app: Flask) -> None:
    """Sessions for private pages, who is signed in there, and forms that only we can send."""
    app.session_interface = Sessions()
    CSRFProtect(app)
    manager = LoginManager()
    manager.user_loader(_account)
    manager.unauthorized_handler(_unauthorized)
    # Public pages know nobody: nothing of the user is put into templates by itself.
    # No init_app: it looks after "remember me" cookies at every answer, and there are none.
    app.login_manager = manager  # type: ignore[attr-defined]  # where Flask-Login looks


def _account(user_id: str) -> Account | None:
    site.open_reading()
    user = users.by_id(int(user_id))
    return Account(user) if user else None


def _unauthorized() -> Response:
    return Response(render("account/unauthorized.html"), 401)


@blueprint.get("/sign-in/<secret>")
@public
def offer(secret: str) -> str:
    """A button: programs that look at links in mails shall not use them up."""
    return render("account/offer.html", secret=secret)


@blueprint.post("/sign-in/<secret>")
@public
def sign_in(secret: str) -> AnyResponse:
    """Use the link up and be signed in."""
    site.close_reading()
    with db.transaction():
        login_user(Account(accounts.sign_in_by_link(secret)))
    return redirect("/me", 303)


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> AnyResponse:
    """Be a visitor again."""
    logout_user()
    return redirect("/", 303)


@blueprint.get("/me")
@signed_in
def me() -> str:
    """Who one is here, and one's groups."""
    user = users.by_id(current_user.id)
    if user is None:
        raise NotFoundError("there is no such account")
    return render("account/me.html", user=user, memberships=users.memberships_of(user))
