"""People who speak: what they say of themselves, and where they will be."""

from usergroups import clock
from usergroups.db import session
from usergroups.errors import ConflictError, InvalidInputError, NotFoundError, Refusal
from usergroups.gazetteer.place import Place
from usergroups.inputs.talk import SpeakerInput, TravelInput
from usergroups.models import Speaker, TravelNote, User
from usergroups.queries import talks
from usergroups.services.outcome import assign
from usergroups.services.revisions import mark_federation_changed

MOST_TRAVELS = 20


def describe(given: SpeakerInput, *, by: User) -> Speaker:
    """Say who one is as a speaker; the first time makes the page. The same again is nothing."""
    found = talks.speaker_of(by.id)
    if found is None:
        found = Speaker(user_id=by.id, name=given.name)
        session().add(found)
    if assign(found, given.model_dump()):
        found.revised_at = clock.now()
        mark_federation_changed()
    session().flush()
    return found


def travel(given: TravelInput, place: Place, *, by: User) -> TravelNote:
    """Say where one will be. Raises ConflictError for somebody without a speaker's page.

    InvalidInputError for days that are over, and for more notes than anybody travels.
    """
    found = talks.speaker_of(by.id)
    if found is None:
        raise ConflictError("say first who you are as a speaker")
    if given.until_on < clock.today():
        raise InvalidInputError({"until_on": Refusal("day_over", "that day is over")})
    if len(talks.travels_of(found.id)) >= MOST_TRAVELS:
        raise InvalidInputError({"place": Refusal("travels_many", "so many are enough")})
    note = TravelNote(
        speaker_id=found.id, place=place.label, country=place.country, latitude=place.lat,
        longitude=place.lng, **given.model_dump(exclude={"place", "choice"}),
    )  # fmt: skip
    session().add(note)
    session().flush()
    mark_federation_changed()
    return note


def stay(note_id: int, *, by: User) -> None:
    """Travel there no longer. Raises NotFoundError for a note that is not one's own."""
    found, note = talks.speaker_of(by.id), session().get(TravelNote, note_id)
    if found is None or note is None or note.speaker_id != found.id:
        raise NotFoundError("you wrote no such note")
    session().delete(note)
    session().flush()
    mark_federation_changed()
