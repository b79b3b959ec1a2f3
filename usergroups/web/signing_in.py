"""The way in and out: by a mailed link or a password, and what mailed links are for besides."""

from flask import Blueprint, Response, redirect, request
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response as AnyResponse

from usergroups import db
from usergroups.errors import GoneError, InvalidInputError, NotFoundError
from usergroups.inputs.account import AddressInput, PasswordInput, SignInInput
from usergroups.inputs.fields import read
from usergroups.models import LinkPurpose, User
from usergroups.services import accounts, mailed_links, sign_ins
from usergroups.web import account, forms, site
from usergroups.web.access import public, signed_in
from usergroups.web.forms import Form, TwoSteps
from usergroups.web.language import plain_tag
from usergroups.web.limits import limited
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("signing_in", __name__))


@blueprint.get("/sign-in")
@public
def door() -> AnyResponse:
    """By a link that is mailed, or by a password; whoever is in already goes to their page."""
    if account.signed_in_account():
        return redirect("/me", 303)
    account.remember_where(request.args.get("next", ""))
    return Response(render("account/sign_in.html", form=Form()))


@blueprint.post("/sign-in")
@public
@limited(machine="30 per hour", field="email", address="10 per hour")
def by_password() -> AnyResponse:
    """Enter with address and password. The comparison takes long: nobody is locked meanwhile."""
    values = forms.sent(SignInInput)
    try:
        given = read(SignInInput, values)
        checked = accounts.check_password(given.email, given.password)
        site.close_reading()
        with db.transaction():
            wanted = account.enter(accounts.sign_in_checked(checked))
    except InvalidInputError as refused:
        return forms.again("account/sign_in.html", Form(values, forms.by_field(refused)))
    return redirect(wanted, 303)


@blueprint.get("/sign-up")
@public
def sign_up() -> str:
    """A first account: the same link, which makes one for an address that has none."""
    account.remember_where(request.args.get("next", ""))
    return render("account/sign_up.html", form=Form())


@blueprint.post("/sign-in/link")
@public
@limited(machine="20 per hour", field="email", address="5 per hour")
def mail_link() -> AnyResponse:
    """Have a link mailed. The answer is the same for every address."""
    return forms.submit(
        "account/sign_up.html",
        lambda given: accounts.mail_sign_in(given.email, language=plain_tag()),
        AddressInput,
        then=lambda _sent: "/sign-in/sent",
    )


@blueprint.get("/sign-in/sent")
@public
def sent() -> str:
    """What to do now."""
    return render("account/sent.html")


@blueprint.get("/sign-in/<secret>")
@public
def offer(secret: str) -> AnyResponse:
    """A button: programs that look at links in mails shall not use them up."""
    return _opened(secret, "account/offer.html", LinkPurpose.SIGN_IN)


@blueprint.post("/sign-in/<secret>")
@public
@limited(machine="60 per hour")
def enter(secret: str) -> AnyResponse:
    """Use the link up and be signed in."""
    site.close_reading()
    try:
        with db.transaction():
            wanted = account.enter(accounts.sign_in_by_link(secret, language=plain_tag()))
    except (NotFoundError, GoneError) as spent:
        return _spent(spent)
    return redirect(wanted, 303)


@blueprint.post("/sign-out")
@signed_in
def sign_out() -> AnyResponse:
    """Be a visitor again, in this browser."""
    site.close_reading()
    with db.transaction():
        sign_ins.end(current_user.sign_in_id, by=current_user.user)
    logout_user()
    return redirect("/", 303)


@blueprint.get("/reset")
@public
def forgotten() -> str:
    """Where to ask for a new password."""
    return render("account/forgotten.html", form=Form())


@blueprint.post("/reset")
@public
@limited(machine="20 per hour", field="email", address="5 per hour")
def mail_reset() -> AnyResponse:
    """Have a link mailed for choosing one. The answer is the same for every address."""
    return forms.submit(
        "account/forgotten.html",
        lambda given: accounts.mail_reset(given.email, language=plain_tag()),
        AddressInput,
        then=lambda _sent: "/sign-in/sent",
    )


@blueprint.get("/reset/<secret>")
@public
def new_password(secret: str) -> AnyResponse:
    """Where a new password is chosen."""
    return _opened(secret, "account/new_password.html", LinkPurpose.RESET_PASSWORD)


@blueprint.post("/reset/<secret>")
@public
@limited(machine="60 per hour")
def reset(secret: str) -> AnyResponse:
    """Choose it, and be signed in with it."""
    try:
        return forms.submit(
            "account/new_password.html",
            TwoSteps(
                lambda given: accounts.new_password_by_link(secret, given.password),
                lambda chosen: account.enter(accounts.reset_password(secret, chosen)),
            ),
            PasswordInput,
            then=str,
        )
    except (NotFoundError, GoneError) as spent:
        return _spent(spent)


@blueprint.get("/verify/<secret>")
@public
def verification(secret: str) -> AnyResponse:
    """A button that says: mail to this address reaches me."""
    purposes = (LinkPurpose.VERIFY_ADDRESS, LinkPurpose.CHANGE_ADDRESS)
    return _opened(secret, "account/verify.html", *purposes)


@blueprint.post("/verify/<secret>")
@public
@limited(machine="60 per hour")
def verify(secret: str) -> AnyResponse:
    """Use the link; whoever uses it need not be signed in."""
    site.close_reading()
    try:
        with db.transaction():
            user: User = accounts.confirm_address(secret)
    except (NotFoundError, GoneError) as spent:
        return _spent(spent)
    return Response(render("account/verified.html", email=user.email))


def _opened(secret: str, template: str, *purposes: LinkPurpose) -> AnyResponse:
    """The page of a mailed link that still works, else why it does not and how to get another."""
    try:
        link = mailed_links.look(secret, *purposes)
    except (NotFoundError, GoneError) as spent:
        return _spent(spent)
    return Response(render(template, link=link, form=Form()))


def _spent(why: NotFoundError | GoneError) -> AnyResponse:
    """Why a link does not work, and a new one at a click."""
    site.open_reading()
    page = render("account/spent.html", form=Form(), is_old=isinstance(why, GoneError))
    return Response(page, why.status)
