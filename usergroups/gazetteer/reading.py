"""What a person may have meant by "Cambridge MA" or "London, Ontario"."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from usergroups.gazetteer.keys import LONGEST, key
from usergroups.gazetteer.place import Place
from usergroups.gazetteer.tables import Area

WORDS_OF_AREA = 3


@dataclass(frozen=True, slots=True)
class Reading:
    """A name's key, and the areas it must lie in, all of them. An empty area is an unknown word."""

    name: str
    within: tuple[Area, ...] = ()

    def fits(self, place: Place) -> bool:
        """Whether a place lies in all the areas."""
        return all(
            (place.country, "") in area or (place.country, place.region) in area
            for area in self.within
        )

    @property
    def known(self) -> "Reading":
        """The same without words that mean no area."""
        return Reading(self.name, tuple(area for area in self.within if area))


def readings(text: str, area: Callable[[str], Area]) -> Iterator[Reading]:
    """Each way to part a text into a name and areas, the likeliest first.

    After a comma stand areas; without one the last words may be areas where the whole is no name.
    """
    head, *rest = text[: LONGEST + 1].split(",")
    parts = [part for part in map(key, rest) if part]
    areas = tuple(map(area, parts)) if key(head) else ()
    if areas:
        yield Reading(key(head), areas)
    whole = key(text)
    if whole and not (areas and all(areas)):
        yield Reading(whole)
    words = [] if areas else whole.split()
    for count in range(min(WORDS_OF_AREA, len(words) - 1), 0, -1):
        if meant := area(" ".join(words[-count:])):
            yield Reading(" ".join(words[:-count]), (meant,))
