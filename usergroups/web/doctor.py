"""The calendar doctor: a calendar's address or file, and a page of what was found."""

from flask import Blueprint, request
from werkzeug.wrappers import Response as AnyResponse

from usergroups.inputs.calendar_check import CalendarCheckInput
from usergroups.queries import calendar_checks as queries
from usergroups.services import calendar_checks
from usergroups.services.calendar_checks import MOST_BYTES
from usergroups.web import doctor_words, forms, site
from usergroups.web.access import public
from usergroups.web.forms import Form
from usergroups.web.limits import limited
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("doctor", __name__))
blueprint.add_app_template_filter(doctor_words.count, "count_findings")
blueprint.add_app_template_filter(doctor_words.warnings, "reading_warnings")
blueprint.add_app_template_filter(doctor_words.reason, "reading_reason")

_MOST = f"{MOST_BYTES / 1_000_000} MB"


@blueprint.get("/calendar-doctor")
@public
def show() -> str:
    """The form; an address may come along, so that pages can lead here."""
    form = Form({"address": request.args.get("address", "")[:2_000]})
    return render("doctor/show.html", form=form, most=_MOST)


@blueprint.post("/calendar-doctor")
@public
@limited(machine="30 per hour", field="address", address="20 per hour")
def begin() -> AnyResponse:
    """Have it examined, in the background: somebody else's server may take its time."""
    name, content = _sent()
    return forms.submit(
        "doctor/show.html",
        lambda given: calendar_checks.begin(given, name=name, content=content),
        CalendarCheckInput,
        then=lambda secret: f"/calendar-doctor/{secret}",
        most=_MOST,
    )


@blueprint.get("/calendar-doctor/<secret>")
@public
def result(secret: str) -> str:
    """What was found; until then a page that looks again by itself."""
    check = queries.by_secret(secret)
    return render("doctor/result.html", check=check, found=doctor_words.examined(check.result))


def _sent() -> tuple[str, bytes]:
    """Name and bytes of the file of this request, or so many of them that they are too many."""
    file = request.files.get("file")
    if file is None:
        return "", b""
    with file.stream as stream:
        return file.filename or "", stream.read(MOST_BYTES + 1)
