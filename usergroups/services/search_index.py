"""Keeping what is searched in step with what everybody may see.

A group's entry has the version of the group that it was made of, and the federation's entry that
of the federation. Whatever moves a version (services/revisions.py) thereby makes entries old, and
whoever needs them next makes them anew: the search itself where few are old, else the worker.
Entries only find; what is shown, and whether it may be, is read from the rows themselves.
"""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, NamedTuple, TypeVar
from zlib import crc32

from babel import Locale, UnknownLocaleError
from sqlalchemy import delete, insert, select, text, update

from usergroups import clock
from usergroups.db import session
from usergroups.models import (
    PUBLISHED,
    AgendaItem,
    Event,
    Federation,
    Group,
    SearchEntry,
    SearchKind,
    Speaker,
    Talk,
    TalkSpeaker,
)
from usergroups.queries import topics
from usergroups.queries.rows import rows
from usergroups.text import words

# How many groups one transaction takes, and how many rows one statement.
AT_ONCE = 50
_ROWS = 500
# Longer texts are searched as far as this, in characters.
_LONGEST = 4_000
_BITS, _KIND_BITS = 30, 2
_NUMBERS = {SearchKind.GROUP: 1, SearchKind.EVENT: 2, SearchKind.TALK: 3}
# Names of speakers move the federation's version and no group's: so far back they are looked at.
_LATELY = timedelta(days=2)
_ENGLISH = Locale("en")
_Thing = TypeVar("_Thing")

_S = SearchEntry.metadata.tables["search_entry"]
_G = Group.metadata.tables["group"].c
_E = Event.metadata.tables["event"].c
_T = Talk.metadata.tables["talk"]
_ITEM = AgendaItem.metadata.tables["agenda_item"]
_GIVES = TalkSpeaker.metadata.tables["talk_speaker"]
_SPEAKER = Speaker.metadata.tables["speaker"]
_OLD = (
    select(_G.id, _G.version)
    .outerjoin(_S, (_S.c.kind == SearchKind.GROUP) & (_S.c.subject_id == _G.id))
    .where((_S.c.id.is_(None)) | (_S.c.stamp != text('CAST("group".version AS VARCHAR)')))
    .order_by(_G.id)
)
_WRITE_WORD = text(
    "INSERT INTO search_text_word (word, is_name) VALUES (:word, :is_name) ON CONFLICT (word) "
    "DO UPDATE SET is_name = 1 WHERE excluded.is_name > search_text_word.is_name"
)
_WRITE = {
    "sqlite": text(
        "INSERT INTO search_text (rowid, kind, name, words, body) "
        "VALUES (:id, :kind, :name, :words, :body)"
    ),
    "postgresql": text("UPDATE search_entry SET vector = CAST(:vector AS tsvector) WHERE id = :id"),
}


class _Made(NamedTuple):
    """An entry to be: what it stands for, what it was made of, and its words by their weight."""

    kind: SearchKind
    subject_id: int
    group_id: int
    at: datetime | None
    stamp: str
    name: str
    words: str
    body: str

    @property
    def id(self) -> int:
        """Its number."""
        return number(self.kind, self.subject_id, self.at)


def number(kind: SearchKind, subject_id: int, at: datetime | None) -> int:
    """The number of an entry: by the minute it is about, then by what it stands for."""
    minute = int(at.timestamp() // 60) if at else 0
    return ((minute << _BITS | subject_id) << _KIND_BITS) | _NUMBERS[kind]


def catch_up(most: int = AT_ONCE) -> bool:
    """Make the entries of groups anew that have changed, `most` of them; answers if more are left.

    One does it at a time: whoever comes meanwhile leaves it to them, and does not wait.
    """
    mark = _mark()
    if mark is None:
        return False
    version = session().scalar(select(Federation.version).where(Federation.id == 1))
    old = list(rows(_OLD.limit(most + 1)))
    is_all = len(old) <= most
    wanted = {row[0]: row[1] for row in old[:most]}
    if is_all:
        wanted |= _of_speakers(wanted)
        _forget_gone()
    if wanted:
        _make(wanted)
    if is_all:
        session().execute(
            update(_S).where(_S.c.kind == SearchKind.FEDERATION).values(stamp=str(version))
        )
    return not is_all


def _mark() -> Any:
    """The federation's entry, ours alone until the commit; None where somebody else has it."""
    session().execute(
        text(
            "INSERT INTO search_entry (id, kind, subject_id, group_id, stamp) "
            "VALUES (0, 'federation', 0, 0, '') ON CONFLICT DO NOTHING"
        )
    )
    mine = select(_S.c.id).where(_S.c.kind == SearchKind.FEDERATION)
    return session().execute(mine.with_for_update(skip_locked=True)).first()


def _of_speakers(besides: Iterable[int]) -> dict[int, int]:
    """Groups, with their versions, where somebody speaks whose page has changed lately."""
    query = (
        select(_G.id, _G.version)
        .join(_T, _T.c.group_id == _G.id)
        .join(_GIVES, _GIVES.c.talk_id == _T.c.id)
        .join(_SPEAKER, _SPEAKER.c.id == _GIVES.c.speaker_id)
        .where(_SPEAKER.c.revised_at > clock.now() - _LATELY, _G.id.not_in(list(besides)))
        .distinct()
        .limit(AT_ONCE)
    )
    return {row[0]: row[1] for row in rows(query)}


def _forget_gone() -> None:
    """Entries of groups that became part of others."""
    gone = (
        select(_S.c.group_id)
        .outerjoin(_G.id.table, _G.id == _S.c.group_id)
        .where(_S.c.kind == SearchKind.GROUP, _G.id.is_(None))
    )
    found = [row[0] for row in rows(gone)]
    if found:
        session().execute(delete(_S).where(_S.c.group_id.in_(found)))


def _make(wanted: dict[int, int]) -> None:
    """The entries of these groups (id to version): what has changed, no longer is, or is new."""
    groups = _groups(wanted)
    is_theirs = (_S.c.group_id.in_(list(wanted))) & (_S.c.kind != SearchKind.FEDERATION)
    held = rows(select(_S.c.kind, _S.c.subject_id, _S.c.stamp, _S.c.id).where(is_theirs))
    known = {(row[0], row[1]): (row[2], row[3]) for row in held}
    kept: set[int] = set()
    new: list[_Made] = []
    for made in (*groups.values(), *_events(groups, known, kept), *_talks(groups)):
        stamp, entry_id = known.get((made.kind, made.subject_id), ("", 0))
        if stamp == made.stamp:
            kept.add(entry_id)
        else:
            new.append(made)
    gone = [entry_id for _, entry_id in known.values() if entry_id not in kept]
    for some in _slices(gone):
        session().execute(delete(_S).where(_S.c.id.in_(some)))
    for some in _slices(new):
        _write(some)


def _groups(wanted: dict[int, int]) -> dict[int, _Made]:
    columns = (
        _G.id, _G.name, _G.slug, _G.city, _G.region, _G.country, _G.language, _G.summary,
        _G.description,
    )  # fmt: skip
    about = topics.of_groups(list(wanted))
    found = {}
    for row in rows(select(*columns).where(_G.id.in_(list(wanted)))):
        group_id, name, slug, city, region, country, language, *texts = row
        named = " ".join((name, city, slug.replace("-", " ")))
        where = (region, *_countries(country, language), *(one for _, one in about.get(row[0], ())))
        found[group_id] = _Made(
            SearchKind.GROUP, group_id, group_id, None, str(wanted[group_id]),
            _spelt(named), _spelt(" ".join(where)), _spelt("\n".join(texts)),
        )  # fmt: skip
    return found


@lru_cache(maxsize=512)
def _countries(code: str, language: str) -> tuple[str, ...]:
    """What a country is called in English, and in the language that its groups speak."""
    names = [_ENGLISH.territories.get(code)]
    with suppress(ValueError, UnknownLocaleError):  # a language that Babel does not know
        names.append(Locale.parse(language or "en", sep="-").territories.get(code))
    return tuple(name for name in names if name)


def _events(
    groups: dict[int, _Made], known: dict[Any, tuple[str, int]], kept: set[int]
) -> Iterator[_Made]:
    """Those whose entries are older than they are; of others it is noted that they are kept."""
    stamps = (_E.id, _E.group_id, _E.sequence, _E.revised_at, _E.status)
    is_shown = _E.status.in_(PUBLISHED) & _E.group_id.in_(list(groups))
    old: dict[int, str] = {}
    for event_id, group_id, sequence, revised_at, status in rows(select(*stamps).where(is_shown)):
        mine = groups[group_id]
        stamp = f"{sequence}.{revised_at.timestamp():.0f}.{status}.{crc32(mine.name.encode())}"
        before, entry_id = known.get((SearchKind.EVENT, event_id), ("", 0))
        if before == stamp:
            kept.add(entry_id)
        else:
            old[event_id] = stamp
    columns = (_E.id, _E.group_id, _E.starts_at, _E.title, _E.venue, _E.description)
    for some in _slices(list(old)):
        for event_id, group_id, at, title, venue, description in rows(
            select(*columns).where(_E.id.in_(some))
        ):
            around = f"{groups[group_id].name} {_spelt(venue)}"
            yield _Made(
                SearchKind.EVENT, event_id, group_id, at, old[event_id],
                _spelt(title), around, _spelt(description),
            )  # fmt: skip


def _talks(groups: dict[int, _Made]) -> Iterator[_Made]:
    query = (
        select(_ITEM.c.id, _E.group_id, _E.starts_at, _E.title, _T.c.title, _T.c.abstract, _T.c.id)
        .select_from(_ITEM.join(_T, _T.c.id == _ITEM.c.talk_id).join(_E.id.table))
        .where(_E.group_id.in_(list(groups)), _E.status.in_(PUBLISHED))
        .where(_ITEM.c.event_id == _E.id)
    )
    found = rows(query)
    speaking = _speaking([row[6] for row in found])
    for item_id, group_id, at, event_title, title, abstract, talk_id in found:
        name = _spelt(" ".join((title, *speaking.get(talk_id, ()))))
        around = f"{groups[group_id].name} {_spelt(event_title)}"
        body = _spelt(abstract)
        stamp = f"{at.timestamp():.0f}.{crc32(f'{name} {around} {body}'.encode())}"
        yield _Made(SearchKind.TALK, item_id, group_id, at, stamp, name, around, body)


def _speaking(talks: Sequence[int]) -> dict[int, list[str]]:
    query = select(_GIVES.c.talk_id, _SPEAKER.c.name).join(
        _SPEAKER, _SPEAKER.c.id == _GIVES.c.speaker_id
    )
    found: dict[int, list[str]] = {}
    for some in _slices(talks):
        for talk_id, name in rows(query.where(_GIVES.c.talk_id.in_(some)).order_by(_SPEAKER.c.id)):
            found.setdefault(talk_id, []).append(name)
    return found


def _slices(things: Sequence[_Thing]) -> Iterator[Sequence[_Thing]]:
    """A few at a time: a statement takes only so many values."""
    return (things[start : start + _ROWS] for start in range(0, len(things), _ROWS))


def _spelt(said: str) -> str:
    return " ".join(words(said[:_LONGEST]))


def _write(some: Sequence[_Made]) -> None:
    session().execute(
        insert(_S),
        [
            {"id": m.id, "kind": m.kind, "subject_id": m.subject_id, "group_id": m.group_id,
             "stamp": m.stamp}
            for m in some
        ],
    )  # fmt: skip
    dialect = session().get_bind().dialect.name
    shaped = _for_sqlite if dialect == "sqlite" else _for_postgresql
    session().execute(_WRITE[dialect], [shaped(made) for made in some])
    if dialect == "sqlite":
        _write_words(some)


def _write_words(some: Sequence[_Made]) -> None:
    """Which words there are, and which of them stand in names. Those of what goes stay."""
    named = {word for made in some for word in made.name.split()}
    said = {word for made in some for word in f"{made.words} {made.body}".split()} - named
    session().execute(
        _WRITE_WORD,
        [
            *({"word": word, "is_name": 1} for word in sorted(named)),
            *({"word": word, "is_name": 0} for word in sorted(said)),
        ],
    )


def _for_sqlite(made: _Made) -> dict[str, Any]:
    kind = f"kind{made.kind}"
    return {"id": made.id, "kind": kind, "name": made.name, "words": made.words, "body": made.body}


def _for_postgresql(made: _Made) -> dict[str, Any]:
    """Its words as a tsvector spells them: letters and digits alone, so nothing needs escaping."""
    weighed: dict[str, str] = {}
    for weight, said in (("A", made.name), ("B", made.words), ("C", made.body)):
        for word in said.split():
            weighed.setdefault(word[:200], weight)
    spelt = (f"'{word}':{at}{weighed[word]}" for at, word in enumerate(weighed, 1))
    return {"id": made.id, "vector": " ".join(spelt)}
