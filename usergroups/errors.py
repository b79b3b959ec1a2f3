"""What can go wrong on purpose.

A door turns these into its own answer (a page, problem JSON, a line on stderr);
anything else that is raised is a defect and becomes a 500.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field


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


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one field does not fit: a stable code, a sentence, and the values the sentence names."""

    code: str
    sentence: str
    values: Mapping[str, object] = field(default_factory=dict)


class InvalidInputError(DomainError):
    """What came in does not fit; `refusals` has one for each field that is wrong."""

    status = 422

    def __init__(self, refusals: Mapping[str, Refusal | str]) -> None:
        self.refusals = {
            name: why if isinstance(why, Refusal) else Refusal("refused", why)
            for name, why in refusals.items()
        }
        super().__init__("; ".join(f"{name}: {why}" for name, why in self.fields.items()))

    @property
    def fields(self) -> dict[str, str]:
        """One sentence for each field that is wrong."""
        return {name: why.sentence for name, why in self.refusals.items()}


class SetupError(DomainError):
    """Something this installation needs is missing; the message says how to get it."""

    status = 503
