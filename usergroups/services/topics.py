"""Topics: one word for one thing, shared by all groups and meetups."""

from collections.abc import Iterable

from sqlalchemy import select

from usergroups.db import session
from usergroups.models import Topic
from usergroups.text import slugify


def named(names: Iterable[str]) -> list[Topic]:
    """The topics of these names, each once; those that nobody had named yet are made."""
    wanted = {slugify(name): name for name in names if slugify(name)}
    known = session().scalars(select(Topic).where(Topic.slug.in_(wanted)))
    found = {topic.slug: topic for topic in known}
    for slug, name in wanted.items():
        if slug not in found:
            found[slug] = Topic(slug=slug, name=name)
            session().add(found[slug])
    session().flush()
    return [found[slug] for slug in wanted]
