"""A group's logo: put up, taken down."""

from hashlib import sha256

from usergroups import clock
from usergroups.db import session
from usergroups.errors import NotAllowedError
from usergroups.formats import logo
from usergroups.models import Group, Logo, User
from usergroups.permissions import may_organize
from usergroups.queries import standings
from usergroups.services import audit
from usergroups.services.memberships import hold
from usergroups.services.revisions import mark_changed


def put(group: Group, sent: bytes, *, by: User | None) -> str:
    """Give a group this picture, drawn anew; answers its digest. The same again changes nothing.

    Raises NotAllowedError, and InvalidInputError for what is no picture that we take.
    """
    _guard(group, by)
    content = logo.draw(sent)
    digest = sha256(content).hexdigest()
    group = hold(group)
    if group.logo_digest == digest:
        return digest
    session().merge(Logo(group_id=group.id, digest=digest, content=content))
    _show(group, digest, by)
    return digest


def take_down(group: Group, *, by: User | None) -> None:
    """Have no logo. Raises NotAllowedError."""
    _guard(group, by)
    group = hold(group)
    if not group.logo_digest:
        return
    if (row := session().get(Logo, group.id)) is not None:
        session().delete(row)
    _show(group, "", by)


def _guard(group: Group, by: User | None) -> None:
    if not may_organize(standings.of(by), group):
        raise NotAllowedError("only its organizers can change a group's logo")


def _show(group: Group, digest: str, by: User | None) -> None:
    group.logo_digest, group.revised_at = digest, clock.now()
    session().flush()  # the counters go past the session, straight to the row
    mark_changed(group)
    audit.record("group.logo_changed", group, by=by, has_logo=bool(digest))
