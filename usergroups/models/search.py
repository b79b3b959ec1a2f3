"""What is searched: one entry for each group, meetup and talk that everybody may see."""

from enum import StrEnum

from sqlalchemy import BigInteger, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from usergroups.db import Base
from usergroups.models.columns import enum_column


class SearchKind(StrEnum):
    """What an entry stands for. That of the federation says which version all others are of."""

    FEDERATION = "federation"
    GROUP = "group"
    EVENT = "event"
    TALK = "talk"


class SearchEntry(Base):
    """Something that can be found. Its words are where the database searches them.

    SQLite has them in the FTS5 table `search_text` under the same number, PostgreSQL in the column
    `vector`; both are made by the migration and known to nobody but the two files named search.
    An entry is a copy: it refers to its rows by number and goes when it is made anew.
    """

    __tablename__ = "search_entry"
    __table_args__ = (
        Index("uq_search_entry_kind_subject_id", "kind", "subject_id", unique=True),
        Index("ix_search_entry_group_id", "group_id"),
    )

    # Rises with the instant it is about, so that what is soonest, or was latest, is met first.
    id: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[SearchKind] = mapped_column(enum_column(SearchKind, grows=True))
    # Of the group, of the meetup, of the line of an agenda that a talk stands in.
    subject_id: Mapped[int]
    group_id: Mapped[int]
    # What it was made of: while this is the same it need not be made anew.
    stamp: Mapped[str] = mapped_column(default="", server_default=text("''"))
