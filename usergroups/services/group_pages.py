"""A group's page, as its organizers write it. Its name is services/naming.py's matter."""

from typing import Any

from usergroups.errors import ConflictError, NotAllowedError
from usergroups.inputs.desk import PageInput
from usergroups.inputs.group import GroupInput
from usergroups.models import Group, User
from usergroups.permissions import may_organize
from usergroups.queries import standings
from usergroups.services import groups
from usergroups.services.memberships import hold
from usergroups.services.outcome import Outcome


def describe(group: Group, given: PageInput, *, by: User | None) -> groups.Saved:
    """Write the page anew; what is the same changes nothing.

    Raises NotAllowedError, and ConflictError where somebody changed it after it was looked at.
    """
    if not may_organize(standings.of(by), group):
        raise NotAllowedError("only its organizers can change a group's page")
    group = hold(group)
    is_stale = given.seen != group.revised_at.isoformat()
    saved = groups.save(GroupInput.model_validate(_whole(group, given)), by=by)
    if is_stale and saved.outcome is Outcome.UPDATED:
        raise ConflictError("somebody else changed the page in the meantime")
    return saved


def _whole(group: Group, given: PageInput) -> dict[str, Any]:
    kept = (
        "name", "slug", "city", "region", "country", "latitude", "longitude", "timezone",
        "status", "members_elsewhere",
    )  # fmt: skip
    return {name: getattr(group, name) for name in kept} | {
        "summary": given.summary,
        "description": given.description,
        "language": given.language or "",
        "founded_on": given.founded_on,
        "topics": given.topic_names,
        "links": given.links,
    }
