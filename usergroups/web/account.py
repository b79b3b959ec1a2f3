"""Who is signed in, on which pages that is asked, and one's own page."""

import re
from collections.abc import Sequence
from typing import cast

from flask import Blueprint, Flask, Request, Response, after_this_request, request, session
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, current_user, login_user
from flask_wtf.csrf import CSRFProtect

from usergroups import clock, db
from usergroups.inputs.search import EventSearch
from usergroups.language import choose, chosen, nearest
from usergroups.models import User
from usergroups.permissions import may_review
from usergroups.queries import events, my_meetups, standings, users
from usergroups.queries.events import ListedEvent
from usergroups.queries.nearby import Point
from usergroups.services import sign_ins
from usergroups.web import language, site
from usergroups.web.access import signed_in
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("account", __name__))

_WANTED = "wanted"
# Browsers take two slashes or more, and backslashes, for the beginning of a host; they leave out
# tabs and line ends before they look.
_OUR_PATH = re.compile(r"/(?!/)[^\\\x00-\x20\x7f]*")
_COMING = 5
_NEAR_KM = 100.0

# Whose addresses begin like this may know who asks; all others have no session at all.
PRIVATE = (
    "/apply",
    "/calendar-doctor",
    "/claim/",
    "/contact/",
    "/dev/",
    "/invitations/",
    "/join/",
    "/language",
    "/me",
    "/organize/",
    "/report/",
    "/reset",
    "/rsvp/",
    "/sign-in",
    "/sign-out",
    "/sign-up",
    "/speak/",
    "/steward",
    "/unsubscribe/",
    "/verify/",
    "/waiting",
)


# Read by programs, which are known by the secret in the address and have no cookies.
_BY_ADDRESS = "/me/calendar/"


def is_private(path: str) -> bool:
    """Whether the page may know who asks."""
    return path.startswith(PRIVATE) and not path.startswith(_BY_ADDRESS)


class Sessions(SecureCookieSessionInterface):
    """Sessions in a signed cookie, for private pages only: public ones neither read nor set it."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        """The session of a private page; None, which Flask takes for an empty one, elsewhere."""
        if not is_private(request.path):
            return None
        return super().open_session(app, request)


class Account(UserMixin):  # type: ignore[misc]  # Flask-Login has no types
    """Somebody signed in, as Flask-Login wants to see them."""

    def __init__(self, user: User, secret: str, sign_in_id: int = 0) -> None:
        """Take what pages ask of them, and what their browser is known by."""
        self.user = user
        self.id = user.id
        self.secret = secret
        self.sign_in_id = sign_in_id
        self.standing = standings.of(user)

    @property
    def may_review(self) -> bool:
        """Whether the stewards' desk is open to them."""
        return may_review(self.standing)

    def get_id(self) -> str:
        """What the browser keeps, in its signed cookie."""
        return self.secret


def init_app(app: Flask) -> None:
    """Sessions for private pages, who is signed in there, and forms that only we can send."""
    app.session_interface = Sessions()
    CSRFProtect(app)
    manager = LoginManager()
    manager.user_loader(_account)
    manager.unauthorized_handler(_unauthorized)
    app.jinja_env.globals["me"] = signed_in_account
    # Public pages know nobody: nothing of the user is put into templates by itself.
    # No init_app: it looks after "remember me" cookies at every answer, and there are none.
    app.login_manager = manager  # type: ignore[attr-defined]  # where Flask-Login looks


def signed_in_account() -> Account | None:
    """Whoever is signed in, on pages that may ask; templates call it `me()`."""
    if not is_private(request.path) or not current_user.is_authenticated:
        return None
    return cast(Account, current_user)


def _account(secret: str) -> Account | None:
    """Whoever is signed in by the secret in their browser's cookie."""
    site.open_reading()
    found = sign_ins.find(secret)
    if found is None:
        return None
    choose(nearest(found.user.language))
    if request.method == "POST" and found.seen_at < clock.now() - sign_ins.SEEN_EVERY:
        with db.transaction():
            sign_ins.seen(found.id)
    return Account(found.user, secret, found.id)


def enter(user: User) -> str:
    """Sign somebody in, in the browser that asks; answers where they wanted to go."""
    # A new session: what a stranger may have put into the old one is not taken along.
    wanted = session.get(_WANTED, "")
    session.clear()
    login_user(Account(user, sign_ins.begin(user, browser=request.user_agent.string)))
    session.permanent = True
    speak(user.language)
    return wanted or "/me"


def speak(tag: str) -> None:
    """Keep somebody's language in their browser, too: public pages do not know who asks."""
    if nearest(tag) != chosen():

        @after_this_request
        def _keep(answer: Response) -> Response:
            language.keep(answer, tag)
            return answer


def is_ours(wanted: str) -> bool:
    """Whether an address is a path of this site, and leads nowhere else."""
    return _OUR_PATH.fullmatch(wanted) is not None


def remember_where(wanted: str) -> None:
    """Keep where somebody wants to go once they are signed in: a path of this site, or nothing."""
    if is_ours(wanted):
        session[_WANTED] = wanted[:500]


def _unauthorized() -> Response:
    wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
    return Response(render("account/unauthorized.html", wanted=wanted), 401)


@blueprint.get("/me")
@signed_in
def me() -> str:
    """Who one is here, what one goes to next, and one's groups."""
    user: User = current_user.user
    return render(
        "account/me.html",
        user=user,
        memberships=users.memberships_of(user),
        coming=my_meetups.coming_of(user.id, most=_COMING),
        near=_near(user),
    )


def _near(user: User) -> Sequence[ListedEvent]:
    """The next meetups near somebody's home; none where that is not known."""
    if user.latitude is None or user.longitude is None:
        return ()
    wanted = EventSearch(within=_NEAR_KM)
    return events.search(wanted, Point(user.latitude, user.longitude)).rows[:_COMING]
