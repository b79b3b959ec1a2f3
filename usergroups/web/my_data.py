"""What is held about somebody: taken along, or deleted."""

from flask import Blueprint, Response
from flask_login import current_user, logout_user
from werkzeug.wrappers import Response as AnyResponse

from usergroups.inputs.account import DeletionInput
from usergroups.inputs.fields import Input
from usergroups.models import User
from usergroups.services import archives, deletion, sign_ins
from usergroups.web import forms, site
from usergroups.web.access import signed_in
from usergroups.web.forms import Form
from usergroups.web.language import gettext as _
from usergroups.web.limits import limited
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("my_data", __name__))


def _me() -> User:
    user: User = current_user.user
    return user


@blueprint.get("/me/archive")
@signed_in
def archive() -> str:
    """Everything held about one, to be asked for and fetched."""
    return render("account/archive.html", archive=archives.latest(_me()))


@blueprint.post("/me/archive")
@signed_in
@limited(machine="10 per hour")
def ask() -> AnyResponse:
    """Have it made."""
    return forms.submit(
        "account/archive.html",
        lambda _given: archives.ask(by=_me()),
        Input,
        then=lambda _asked: "/me/archive",
        archive=lambda: archives.latest(_me()),
    )


@blueprint.get("/me/archive.zip")
@signed_in
def fetch() -> Response:
    """The file."""
    headers = {"Content-Disposition": 'attachment; filename="about-me.zip"'}
    return Response(archives.content_of(_me()), headers=headers, mimetype="application/zip")


@blueprint.get("/me/delete")
@signed_in
def farewell() -> str:
    """What deleting one's account would do."""
    return render("account/delete.html", form=Form(), **_farewell())


@blueprint.post("/me/delete")
@signed_in
@limited(machine="20 per hour")
def delete() -> AnyResponse:
    """Delete it."""

    def leave(given: DeletionInput) -> None:
        here = current_user.sign_in_id
        deletion.delete_account(given.email, given.password, by=_me(), sign_in_id=here)
        logout_user()

    return forms.submit(
        "account/delete.html",
        leave,
        DeletionInput,
        then=lambda _gone: "/sign-in",
        said=_("Your account is gone. Thank you for having been here."),
        user=_me,
        groups=lambda: deletion.led_by(_me()),
        is_sure=_is_sure,
    )


def _is_sure() -> bool:
    """Whether it can be known that it is they: by their password, or as they just signed in."""
    fresh = sign_ins.is_fresh(current_user.sign_in_id, by=_me())
    return bool(_me().password_hash) or fresh


def _farewell() -> dict[str, object]:
    return {"user": _me(), "groups": deletion.led_by(_me()), "is_sure": _is_sure()}
