"""The audit as stewards read it: who did what, found by who, what, where and when."""

from datetime import datetime

from flask import Blueprint, Response

from usergroups import clock
from usergroups.formats.cells import write_table
from usergroups.inputs.search import AuditSearch
from usergroups.queries import audit
from usergroups.queries.audit import ListedEntry
from usergroups.web import audit_words, finding, site
from usergroups.web.access import reviewer, standing
from usergroups.web.charter import countries_of
from usergroups.web.facets import facets
from usergroups.web.templating import render

blueprint = site.reads(Blueprint("audit", __name__))

_COLUMNS = (
    "id", "at", "actor_id", "actor", "act", "told", "subject_kind", "subject_id", "subject",
    "group", "country", "details",
)  # fmt: skip


@blueprint.get("/steward/audit")
@reviewer
def index() -> Response:
    """The entries that are wanted, the latest first."""
    asked = finding.asked(AuditSearch)
    page = render(
        "audit/index.html",
        asked=asked,
        stretch=audit.search(asked.wanted, countries_of(standing())),
        nouns=audit_words.nouns(),
        countries=[(one.code, one.name) for one in facets().countries],
        standing=standing(),
    )
    return Response(page, asked.status)


@blueprint.get("/steward/audit.csv")
@reviewer
def export() -> Response:
    """The same as a table for spreadsheets."""
    asked = finding.asked(AuditSearch)
    entries = audit.everything(asked.wanted, countries_of(standing()))
    answer = Response(write_table(_COLUMNS, map(_row, entries)), mimetype="text/csv")
    name = f"audit-{clock.today().isoformat()}.csv"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _row(entry: ListedEntry) -> tuple[object, ...]:
    return (
        entry.id, _instant(entry.at), entry.actor_id or "", entry.actor, entry.act,
        audit_words.told_plainly(entry), entry.subject_kind, entry.subject_id,
        entry.subject.name if entry.subject else "", entry.group.name if entry.group else "",
        entry.country, audit_words.details(entry),
    )  # fmt: skip


def _instant(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")
