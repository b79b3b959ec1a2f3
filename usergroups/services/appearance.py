"""What the federation is called and looks like: its stewards set that."""

from hashlib import sha256

from usergroups.db import session
from usergroups.errors import NotAllowedError
from usergroups.formats import logo
from usergroups.inputs.appearance import AppearanceInput
from usergroups.models import Federation, User
from usergroups.permissions import may_steer
from usergroups.queries import standings
from usergroups.services import audit
from usergroups.services.revisions import mark_federation_changed


def change(given: AppearanceInput, *, by: User | None) -> None:
    """Set name, line and colour. Raises NotAllowedError for all but stewards."""
    federation = _held(by)
    before = {name: getattr(federation, name) for name in AppearanceInput.model_fields}
    after = given.model_dump()
    changed = {name: [before[name], after[name]] for name in after if before[name] != after[name]}
    if not changed:
        return
    for name, (_, value) in changed.items():
        setattr(federation, name, value)
    audit.record("federation.appearance_changed", federation, by=by, **changed)
    _show()


def put_logo(sent: bytes, *, by: User | None) -> None:
    """Give it this picture, drawn anew.

    Raises NotAllowedError, and InvalidInputError for what is no picture that we take.
    """
    federation = _held(by)
    content = logo.draw(sent)
    digest = sha256(content).hexdigest()
    if federation.logo_digest == digest:
        return
    federation.logo, federation.logo_digest = content, digest
    audit.record("federation.logo_changed", federation, by=by, has_logo=True)
    _show()


def take_down_logo(*, by: User | None) -> None:
    """Have our own mark again. Raises NotAllowedError."""
    federation = _held(by)
    if federation.logo_digest:
        federation.logo, federation.logo_digest = None, ""
        audit.record("federation.logo_changed", federation, by=by, has_logo=False)
        _show()


def _held(by: User | None) -> Federation:
    if not may_steer(standings.of(by)):
        raise NotAllowedError("only stewards decide what the federation looks like")
    return session().get_one(Federation, 1, with_for_update=True)


def _show() -> None:
    session().flush()  # the counters go past the session, straight to the row
    mark_federation_changed()
