"""What lists can be narrowed to: read once for each version of the federation and language."""

from collections.abc import Sequence
from dataclasses import dataclass

from usergroups.language import alphabetical
from usergroups.queries import groups, topics
from usergroups.queries.topics import TopicCount
from usergroups.web import language
from usergroups.web.kept import kept


@dataclass(frozen=True, slots=True)
class CountryCount:
    """A country, its name in the language of the answer, and the number of its groups."""

    code: str
    name: str
    groups: int


@dataclass(frozen=True, slots=True)
class Facets:
    """Countries by name, topics by name, and topics with the most common first."""

    countries: Sequence[CountryCount]
    topics: Sequence[TopicCount]
    common_topics: Sequence[TopicCount]


def facets() -> Facets:
    """The facets as they stand; two queries when the federation has changed, else none."""
    return kept(_read, "facets", language.chosen())


def _read() -> Facets:
    countries = [
        CountryCount(code, language.country(code), number) for code, number in groups.countries()
    ]
    common = topics.counted()
    return Facets(
        sorted(countries, key=lambda one: alphabetical(one.name)),
        sorted(common, key=lambda one: alphabetical(one.name)),
        common,
    )
