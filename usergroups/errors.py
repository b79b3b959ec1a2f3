"""What can go wrong on purpose.

A door turns these into its own answer (a page, problem JSON, a line on stderr);
anything else that is raised is a defect and becomes a 500.
"""

from collections.abc import Mapping


class DomainError(Exception):
    """An expected refusal, with the HTTP status that says the same."""

    status = 400


class NotFoundError(DomainError):
    """There is no such thing, or nothing that this person may know of."""

    status = 404


class GoneError(DomainError):
    """It was there and will not come back."""

    status = 410


class NotAllowedError(DomainError):
    """This person may not do this."""

    status = 403


class ConflictError(DomainError):
    """Somebody else was first, or the thing is in another state by now."""

    status = 409


class InvalidInputError(DomainError):
    """What came in does not fit; `fields` holds one sentence for each field that is wrong."""

    status = 422

    def __init__(self, fields: Mapping[str, str]) -> None:
        self.fields = dict(fields)
        super().__init__("; ".join(f"{name}: {reason}" for name, reason in self.fields.items()))


class SetupError(DomainError):
    """Something this installation needs is missing; the message says how to get it."""

    status = 503
