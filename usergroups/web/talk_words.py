"""Talks in words."""

from usergroups.models import TalkFormat, TalkStatus
from usergroups.web.language import gettext as _


def kind(one: TalkFormat) -> str:
    """What kind of session it is."""
    return {
        TalkFormat.TALK: _("Talk"),
        TalkFormat.LIGHTNING: _("Lightning talk"),
        TalkFormat.WORKSHOP: _("Workshop"),
        TalkFormat.INSTALLFEST: _("Installfest"),
        TalkFormat.PANEL: _("Panel"),
    }[one]


def status(one: TalkStatus) -> str:
    """Where a proposal stands."""
    return {
        TalkStatus.PROPOSED: _("Waits for an answer"),
        TalkStatus.ACCEPTED: _("Accepted"),
        TalkStatus.DECLINED: _("Declined"),
        TalkStatus.WITHDRAWN: _("Withdrawn"),
    }[one]


def kinds() -> list[tuple[str, str]]:
    """The kinds to choose from."""
    return [(one.value, kind(one)) for one in TalkFormat]
