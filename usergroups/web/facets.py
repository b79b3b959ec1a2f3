"""What lists can be narrowed to: read once for each version of the federation and language."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import current_app

from usergroups.language import alphabetical
from usergroups.queries import groups, topics
from usergroups.queries.topics import TopicCount
from usergroups.web import language, site


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
    version = site.federation().version
    kept: dict[str, tuple[int, Facets]] = current_app.extensions.setdefault("facets", {})
    spoken = language.chosen()
    found = kept.get(spoken)
    if found is None or found[0] != version:
        kept[spoken] = found = (version, _read())
    return found[1]


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
