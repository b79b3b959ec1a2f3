"""What somebody tells of themselves, how they get in, and where they are signed in."""

from flask import Blueprint
from flask_login import current_user
from werkzeug.wrappers import Response as AnyResponse

from usergroups.errors import InvalidInputError, Refusal
from usergroups.inputs.account import AddressInput, NewPasswordInput, ProfileInput
from usergroups.inputs.fields import Input, timezones
from usergroups.language import offered
from usergroups.models import User
from usergroups.services import accounts, passwords, sign_ins
from usergroups.services.accounts import Home
from usergroups.services.passwords import Password
from usergroups.web import account, finding, forms, site
from usergroups.web.access import signed_in
from usergroups.web.browsers import browser_told
from usergroups.web.forms import Form, TwoSteps
from usergroups.web.language import gettext as _
from usergroups.web.limits import limited
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("profile", __name__))
blueprint.add_app_template_filter(browser_told)


def _me() -> User:
    user: User = current_user.user
    return user


@blueprint.get("/me/profile")
@signed_in
def profile() -> str:
    """Name, employer, language, clock and home."""
    names = ("name", "employer", "language", "timezone", "place")
    form = Form({name: getattr(_me(), name) for name in names})
    return render("account/profile.html", form=form, **_choices())


@blueprint.post("/me/profile")
@signed_in
def change_profile() -> AnyResponse:
    """Save them; a home that nobody knows comes back with what may have been meant."""
    return forms.submit(
        "account/profile.html",
        _change,
        ProfileInput,
        then=lambda _saved: "/me/profile",
        said=_("Saved."),
        **_choices(),
    )


@blueprint.get("/me/access")
@signed_in
def access() -> str:
    """Address, password, and the browsers one is signed in with."""
    return render("account/access.html", form=Form(), **_access())


@blueprint.post("/me/address")
@signed_in
@limited(machine="20 per hour", field="email", address="5 per hour")
def change_address() -> AnyResponse:
    """Have a link mailed to a new address, which makes it the account's."""
    return forms.submit(
        "account/access.html",
        lambda given: accounts.ask_new_address(given.email, by=_me()),
        AddressInput,
        then=lambda _sent: "/me/access",
        said=_("A mail is on its way to the new address. Open the link in it."),
        **_later(),
    )


@blueprint.post("/me/verify")
@signed_in
@limited(machine="10 per hour")
def ask_verification() -> AnyResponse:
    """Have a link mailed that shows that mail reaches one."""
    return forms.submit(
        "account/access.html",
        lambda _given: accounts.ask_verification(by=_me()),
        Input,
        then=lambda _sent: "/me/access",
        said=_("A mail is on its way to you. Open the link in it."),
        **_later(),
    )


@blueprint.post("/me/password")
@signed_in
@limited(machine="30 per hour")
def change_password() -> AnyResponse:
    """Choose a password, knowing the present one if there is one."""
    return forms.submit(
        "account/access.html",
        TwoSteps(_new_password, _choose_password),
        NewPasswordInput,
        then=lambda _saved: "/me/access",
        said=_("Your password is set. Every other browser is signed out."),
        **_later(),
    )


@blueprint.post("/me/sign-ins/<int:number>")
@signed_in
def end(number: int) -> AnyResponse:
    """Sign one browser out."""
    return forms.submit(
        "account/access.html",
        lambda _given: sign_ins.end(number, by=_me()),
        Input,
        then=lambda _ended: "/me/access",
        said=_("That browser is signed out."),
        **_later(),
    )


def _choose_password(chosen: Password) -> None:
    accounts.choose_password(chosen, by=_me(), keeping=current_user.sign_in_id)


def _new_password(given: NewPasswordInput) -> Password:
    kept = _me().password_hash
    if kept and not passwords.matches(kept, given.present):
        raise InvalidInputError({"present": Refusal("password_wrong", "not the password")})
    return accounts.new_password(given.password, by=_me())


def _change(given: ProfileInput) -> None:
    accounts.change_profile(given, _home(given.place), by=_me())
    account.speak(given.language)


def _home(place: str) -> Home:
    """Where a place is. Raises InvalidInputError for one that nobody knows."""
    if not place:
        return Home()
    found = finding.whereabouts(place)
    if found.point is None:
        meant = ", ".join(other.label for other in found.others)
        code = "home_guessed" if meant else "place_unknown"
        raise InvalidInputError({"place": Refusal(code, "no such place", {"meant": meant})})
    return Home(found.label, found.point.latitude, found.point.longitude)


def _choices() -> dict[str, object]:
    return {
        "languages": list(offered().items()),
        "timezones": [(name, name.replace("_", " ")) for name in sorted(timezones())],
    }


def _access() -> dict[str, object]:
    return {"user": _me(), "browsers": sign_ins.of(_me()), "here_id": current_user.sign_in_id}


def _later() -> dict[str, object]:
    """The same, read when a form comes back."""
    return {"user": _me, "browsers": lambda: sign_ins.of(_me()), "here_id": current_user.sign_in_id}
