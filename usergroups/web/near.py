"""What somebody may have meant whose address leads nowhere: by the words in it."""

from dataclasses import dataclass
from urllib.parse import unquote

from usergroups import text
from usergroups.models import SearchKind
from usergroups.queries import groups, search
from usergroups.queries.events import ListedEvent

# The first parts of addresses, which are no names, and those that say nothing.
_PARTS = {
    "groups", "events", "countries", "organize", "join", "contact", "speak", "calendar", "feed",
    "ics", "atom", "html", "php", "index", "www", "com", "embed", "preview", "png", "series",
}  # fmt: skip
_MOST_WORDS, _MOST_EVENTS, _LONGEST = 6, 3, 200


@dataclass(frozen=True, slots=True)
class Near:
    """The words of an address, and the groups (slug, name) and meetups that are called like it."""

    words: str = ""
    groups: tuple[tuple[str, str], ...] = ()
    events: tuple[ListedEvent, ...] = ()


def near(path: str) -> Near:
    """What is called like an address; five queries at most, none where it has no words."""
    said = [word for word in text.words(unquote(path)[-_LONGEST:]) if word not in _PARTS]
    words = [word for word in said if not word.isdigit()][-_MOST_WORDS:]
    if not words:
        return Near()
    met = search.candidates(words)[SearchKind.EVENT][:_MOST_EVENTS]
    found = tuple(one.listed for one in search.events(met))
    return Near(" ".join(words), tuple(groups.like(" ".join(words))), found)
