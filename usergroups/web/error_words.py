"""What went wrong, in a sentence, and what to do next."""

from usergroups.web.language import gettext as _


def told(status: int) -> tuple[str, str]:
    """The title and the advice for an HTTP status."""
    return (_of_askers(status) or _of_ours(status)) or (
        _("That did not work"), _("Go back and try again."),
    )  # fmt: skip


def _of_askers(status: int) -> tuple[str, str] | None:
    known = {
        400: (_("That request cannot be read"), _("Go back, check what you entered, try again.")),
        403: (
            _("This page is not for you"),
            _("It is for other roles than yours. If it should be yours, ask your group's lead."),
        ),
        404: (_("There is nothing here"), _("The address may be misspelt, or the page has moved.")),
        405: (_("That cannot be done here"), _("This page can only be read.")),
        410: (
            _("This has ended"),
            _("It was here once and will not come back. What is on now is one click away."),
        ),
        413: (
            _("That is too much"),
            _("We take no more than two megabytes. Go back, shorten what you wrote, try again."),
        ),
        422: (_("Something does not fit"), _("Check what you entered, then try again.")),
        429: (
            _("That was too often"),
            _("Nothing is wrong with what you entered. Try again in an hour."),
        ),
    }
    return known.get(status)


def _of_ours(status: int) -> tuple[str, str] | None:
    known = {
        500: (_("Something broke on our side"), _("We have noted it. Try again in a minute.")),
        503: (
            _("We are busy just now"),
            _("Nothing is lost, and nothing was changed. Load this page again in a minute."),
        ),
    }
    return known.get(status)


def next_steps(status: int) -> list[tuple[str, str]]:
    """Where to go from there: address and words, the likeliest first."""
    home = ("/", _("To the front page"))
    if status == 403:  # noqa: PLR2004  Forbidden: whoever sees it is signed in
        return [("/me", _("To my page")), home]
    if status in {404, 410}:
        return [
            ("/events", _("What is on")),
            ("/groups", _("All groups")),
            ("/map", _("Map")),
            home,
        ]
    return [home]
