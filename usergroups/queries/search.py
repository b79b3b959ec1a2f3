"""Questions of the search: what is called like this, or says so, as far as everybody may see it.

Entries only find (services/search_index.py); whether something may be seen, and what is shown of
it, is asked of its rows. A question costs about the same however much it meets: of each kind so
many candidates are read, those named so before those that only say so, the soonest before others.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    FromClause,
    Integer,
    Select,
    String,
    bindparam,
    cast,
    column,
    func,
    literal,
    literal_column,
    select,
    table,
    union_all,
)
from sqlalchemy.dialects.postgresql import TSQUERY

from usergroups import clock
from usergroups.db import Question, engine
from usergroups.models import (
    PUBLISHED,
    AgendaItem,
    Event,
    Federation,
    Group,
    GroupStatus,
    SearchEntry,
    SearchKind,
    Speaker,
    Talk,
    TalkSpeaker,
    TalkStatus,
)
from usergroups.queries.events import EVENT_COLUMNS, ListedEvent
from usergroups.text import fold

# Of each kind so many that bear the name, and so many that say the words, are looked at.
MOST = 60
# What began no longer ago than this still counts as coming.
_LASTING = timedelta(hours=12)
_MINUTE, _NUMBER_BITS = 60, 32
# More words than these, or longer ones, only make the search slower.
_MOST_WORDS, _LONGEST_WORD = 8, 60
# Of the words that begin like one so many are looked for.
_MOST_LONGER = 24

_S = SearchEntry.metadata.tables["search_entry"]
_GROUP = Group.metadata.tables["group"]
_EVENT = Event.metadata.tables["event"]
_TALK = Talk.metadata.tables["talk"]
_ITEM = AgendaItem.metadata.tables["agenda_item"]
_G, _E, _T = _GROUP.c, _EVENT.c, _TALK.c
_TEXT = table("search_text", column("rowid", Integer))
_WORDS = table("search_text_word", column("word", String), column("is_name", Integer))
# In a question's text, where its kind comes; what comes after all letters.
_KIND, _LAST = "{kind}", "\U0010ffff"
_IS_KEPT = _G.status != GroupStatus.ARCHIVED
_IS_SHOWN = _E.status.in_(PUBLISHED)


class Candidate(NamedTuple):
    """Something that was met: what it is, its number, its name, whether that says it (0 or 1)."""

    kind: SearchKind
    id: int
    name: str
    is_named: int
    is_past: int
    order: int


@dataclass(frozen=True, slots=True)
class FoundGroup:
    """A group as the search shows it."""

    slug: str
    name: str
    city: str
    country: str
    status: GroupStatus
    summary: str
    description: str


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """A meetup as the search shows it."""

    listed: ListedEvent
    description: str


@dataclass(frozen=True, slots=True)
class FoundTalk:
    """A talk as the search shows it, at the meetup where it is, or was, given."""

    title: str
    abstract: str
    speakers: tuple[str, ...]
    listed: ListedEvent


_IS_CURRENT = Question(
    select(Federation.version.cast(String) == _S.c.stamp)
    .join_from(Federation, _S, _S.c.kind == SearchKind.FEDERATION)
    .where(Federation.id == 1)
)


def is_current() -> bool:
    """Whether all that is searched is of the federation as it stands; one query."""
    row = _IS_CURRENT.first()
    return bool(row and row[0])


def candidates(words: Sequence[str]) -> dict[SearchKind, list[Candidate]]:
    """What has all of these words (`text.words`), or words that begin so; best first. Two queries.

    Of each kind at most `2 * MOST`. Names that are the words come first, then those that begin
    with them, have them side by side, have them at all; then what says them. What comes stands
    before what was, the soonest first.
    """
    words = [word[:_LONGEST_WORD] for word in words[:_MOST_WORDS]]
    found: dict[SearchKind, dict[int, Candidate]] = {kind: {} for kind in _SHOWN}
    if not words:
        return {kind: [] for kind in _SHOWN}
    is_sqlite = engine().dialect.name == "sqlite"
    asked = _spell_sqlite(words) if is_sqlite else _spell_postgresql(words)
    values: dict[str, Any] = {}
    for kind in _SHOWN:
        values[f"{kind}_named"] = asked[0].replace(_KIND, kind)
        values[f"{kind}_said"] = asked[1].replace(_KIND, kind)
    begun = clock.now() - _LASTING
    values["from_number"] = int(begun.timestamp() // _MINUTE) << _NUMBER_BITS
    for kind, *met in _meeting(engine().dialect.name).rows(**values):
        one = Candidate(SearchKind(kind), *met)
        found[one.kind].setdefault(one.id, one)
    phrase = " ".join(words)
    return {
        kind: sorted(met.values(), key=lambda one: _rank(one, phrase))
        for kind, met in found.items()
    }


_SHOWN = (SearchKind.GROUP, SearchKind.EVENT, SearchKind.TALK)


def _rank(one: Candidate, phrase: str) -> tuple[int, int, int]:
    likeness = 4
    if one.is_named:
        name = fold(one.name)
        likeness = (
            0 if name == phrase else 1 if name.startswith(phrase) else 2 if phrase in name else 3
        )
    return likeness, one.is_past, -one.order if one.is_past else one.order


def _spell_sqlite(words: Sequence[str]) -> tuple[str, str]:
    """As FTS5 has it, for names and for all; words are letters and digits, none is an operator.

    Words that begin so are named one by one: of each FTS5 reads no more than it has to.
    """
    longer = _beginning(words)
    said = " AND ".join(
        "(" + " OR ".join(f'"{one}"' for one in dict.fromkeys((word, *longer.get(word, ())))) + ")"
        for word in words
    )
    return f'kind : "kind{_KIND}" AND {{name}} : ({said})', f'kind : "kind{_KIND}" AND ({said})'


def _beginning(words: Sequence[str]) -> dict[str, list[str]]:
    """Words that begin so, those of names first, then the shortest; one query, or none."""
    asked = [word for word in dict.fromkeys(words) if len(word) > 1]
    values = {f"word{n}": word for n, word in enumerate(asked)}
    values |= {f"end{n}": word + _LAST for n, word in enumerate(asked)}
    found: dict[str, list[str]] = {}
    for number, word in _longer_words(len(asked)).rows(**values) if asked else ():
        found.setdefault(asked[number], []).append(word)
    return found


@cache
def _longer_words(count: int) -> Question:
    parts = [
        select(literal(n, literal_execute=True).label("number"), _WORDS.c.word)
        .where(_WORDS.c.word > bindparam(f"word{n}"), _WORDS.c.word < bindparam(f"end{n}"))
        .order_by(_WORDS.c.is_name.desc(), func.length(_WORDS.c.word), _WORDS.c.word)
        .limit(_MOST_LONGER)
        for n in range(count)
    ]
    whole = union_all(*(select(part.subquery()) for part in parts)).subquery()
    return Question(select(whole))


def _spell_postgresql(words: Sequence[str]) -> tuple[str, str]:
    """As a tsquery is spelt, for names and for all; A is the weight of names."""
    named = " & ".join(f"'{word}':{'*' if len(word) > 1 else ''}A" for word in words)
    return named, " & ".join(f"'{word}'{':*' if len(word) > 1 else ''}" for word in words)


@cache
def _meeting(dialect: str) -> Question:
    """The question for candidates: so many of each kind, whether by name or by what is said."""
    parts = []
    for stage in ("named", "said"):
        parts.append(_groups(dialect, stage))
        parts.append(_events(dialect, stage, is_past=False))
        parts.append(_events(dialect, stage, is_past=True))
        parts.append(_talks(dialect, stage))
    whole = union_all(*(select(part.subquery()) for part in parts)).subquery()
    return Question(select(whole))


def _met(dialect: str, asked: str) -> tuple[FromClause, ColumnElement[bool], ColumnElement[int]]:
    """Entries, that they have what is asked for, and the number they are read by."""
    if dialect == "sqlite":
        has = literal_column("search_text").op("MATCH", is_comparison=True)(bindparam(asked))
        return _S.join(_TEXT, _TEXT.c.rowid == _S.c.id), has, _TEXT.c.rowid
    has = literal_column("search_entry.vector").op("@@", is_comparison=True)(
        cast(bindparam(asked), TSQUERY)
    )
    return _S, has, _S.c.id


def _picked(
    kind: SearchKind, number: Any, name: Any, stage: str, *, is_past: int = 0
) -> list[ColumnElement[Any]]:
    """The columns of a `Candidate`."""
    return [
        literal_column(f"'{kind}'").label("kind"),
        number.label("number"),
        name.label("name"),
        literal(int(stage == "named"), literal_execute=True).label("is_named"),
        literal(is_past, literal_execute=True).label("is_past"),
        _S.c.id.label("place"),
    ]


def _groups(dialect: str, stage: str) -> Select[Any]:
    entries, has, number = _met(dialect, f"group_{stage}")
    picked = _picked(SearchKind.GROUP, _G.id, _G.name, stage)
    return (
        select(*picked)
        .select_from(entries.join(_GROUP, _G.id == _S.c.subject_id))
        .where(has, _S.c.kind == SearchKind.GROUP, _IS_KEPT)
        .order_by(number)
        .limit(MOST)
    )


def _events(dialect: str, stage: str, *, is_past: bool) -> Select[Any]:
    entries, has, number = _met(dialect, f"event_{stage}")
    picked = _picked(SearchKind.EVENT, _E.id, _E.title, stage, is_past=int(is_past))
    begun: ColumnElement[int] = bindparam("from_number")
    return (
        select(*picked)
        .select_from(
            entries.join(_EVENT, _E.id == _S.c.subject_id).join(_GROUP, _G.id == _E.group_id)
        )
        .where(has, _S.c.kind == SearchKind.EVENT, _IS_KEPT, _IS_SHOWN)
        .where(number < begun if is_past else number >= begun)
        .order_by(number.desc() if is_past else number)
        .limit(MOST)
    )


def _talks(dialect: str, stage: str) -> Select[Any]:
    entries, has, number = _met(dialect, f"talk_{stage}")
    picked = _picked(SearchKind.TALK, _ITEM.c.id, _T.title, stage, is_past=1)
    return (
        select(*picked)
        .select_from(
            entries.join(_ITEM, _ITEM.c.id == _S.c.subject_id)
            .join(_TALK, _T.id == _ITEM.c.talk_id)
            .join(_EVENT, _E.id == _ITEM.c.event_id)
            .join(_GROUP, _G.id == _E.group_id)
        )
        .where(has, _S.c.kind == SearchKind.TALK, _IS_KEPT, _IS_SHOWN)
        .where(_T.status == TalkStatus.ACCEPTED)
        .order_by(number.desc())
        .limit(MOST)
    )


_IDS: ColumnElement[Any] = bindparam("ids", expanding=True)
_THE_GROUPS = Question(
    select(_G.id, _G.slug, _G.name, _G.city, _G.country, _G.status, _G.summary, _G.description)
    .where(_G.id.in_(_IDS), _IS_KEPT)
)  # fmt: skip
_THE_EVENTS = Question(
    select(_E.id, _E.description, *EVENT_COLUMNS)
    .select_from(_EVENT.join(_GROUP, _G.id == _E.group_id))
    .where(_E.id.in_(_IDS), _IS_SHOWN)
)
_THE_TALKS = Question(
    select(_ITEM.c.id, _T.id, _T.title, _T.abstract, *EVENT_COLUMNS)
    .select_from(
        _ITEM.join(_TALK, _T.id == _ITEM.c.talk_id)
        .join(_EVENT, _E.id == _ITEM.c.event_id)
        .join(_GROUP, _G.id == _E.group_id)
    )
    .where(_ITEM.c.id.in_(_IDS), _IS_SHOWN)
)
_GIVES = TalkSpeaker.metadata.tables["talk_speaker"].c
_SPEAKER = Speaker.metadata.tables["speaker"].c
_THE_SPEAKERS = Question(
    select(_GIVES.talk_id, _SPEAKER.name)
    .join_from(_GIVES.talk_id.table, _SPEAKER.id.table, _SPEAKER.id == _GIVES.speaker_id)
    .where(_GIVES.talk_id.in_(_IDS))
    .order_by(_SPEAKER.name, _SPEAKER.id)
)


def groups(some: Sequence[Candidate]) -> list[FoundGroup]:
    """These groups, in this order; one query, none for none."""
    ids = [one.id for one in some]
    found = {row[0]: FoundGroup(*row[1:]) for row in (_THE_GROUPS.rows(ids=ids) if ids else ())}
    return [found[key] for key in ids if key in found]


def events(some: Sequence[Candidate]) -> list[FoundEvent]:
    """These meetups, in this order; one query, none for none."""
    ids = [one.id for one in some]
    rows = _THE_EVENTS.rows(ids=ids) if ids else ()
    found = {row[0]: FoundEvent(ListedEvent(*row[2:]), row[1]) for row in rows}
    return [found[key] for key in ids if key in found]


def talks(some: Sequence[Candidate]) -> list[FoundTalk]:
    """These talks, in this order; two queries, none for none."""
    ids = [one.id for one in some]
    rows = _THE_TALKS.rows(ids=ids) if ids else []
    speaking: dict[int, tuple[str, ...]] = {}
    for talk_id, name in _THE_SPEAKERS.rows(ids=[row[1] for row in rows]) if rows else ():
        speaking[talk_id] = (*speaking.get(talk_id, ()), name)
    found = {
        row[0]: FoundTalk(row[2], row[3], speaking.get(row[1], ()), ListedEvent(*row[4:]))
        for row in rows
    }
    return [found[key] for key in ids if key in found]
