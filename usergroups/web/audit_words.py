"""The audit in words: a sentence for every act that is recorded anywhere.

tests/code/test_acts.py finds the acts in the code and asks for each of them here.
"""

from typing import Any

from flask import Flask
from markupsafe import Markup, escape

from usergroups.models import RuleKind
from usergroups.queries.audit import ListedEntry
from usergroups.web import charter_words
from usergroups.web.language import gettext as _


def _mark(message: str) -> str:
    """A message that is translated when it is asked for (pybabel extract -k _mark)."""
    return message


ACTS: dict[str, str] = {
    # Accounts
    "user.made_steward": _mark("Made %(subject)s a steward"),
    "user.dismissed_steward": _mark("Made %(subject)s a steward no longer"),
    "user.made_coordinator": _mark("Made %(subject)s a regional coordinator"),
    "user.dismissed_coordinator": _mark("Made %(subject)s a regional coordinator no longer"),
    "user.deleted": _mark("Deleted an account"),
    # Applications
    "application.submitted": _mark("Handed in the application %(subject)s"),
    "application.resubmitted": _mark("Handed in the application %(subject)s again"),
    "application.changed": _mark("Changed the application %(subject)s"),
    "application.withdrawn": _mark("Withdrew the application %(subject)s"),
    "application.taken_up": _mark("Began to look after the application %(subject)s"),
    "application.assigned": _mark("Asked %(person)s to look after the application %(subject)s"),
    "application.unassigned": _mark("Let %(person)s off the application %(subject)s"),
    "application.message": _mark("Wrote a message about the application %(subject)s"),
    "application.note": _mark("Wrote about the application %(subject)s"),
    "application.changes_requested": _mark("Asked for changes to the application %(subject)s"),
    "application.approved": _mark("Approved the application %(subject)s"),
    "application.declined": _mark("Declined the application %(subject)s"),
    "address.blocked": _mark("Blocked %(subject)s"),
    "address.unblocked": _mark("No longer blocks %(subject)s"),
    "federation.cooling_off_changed": _mark("Changed how long one waits after a decline"),
    "federation.appearance_changed": _mark("Changed what the federation is called or looks like"),
    "federation.logo_changed": _mark("Changed the federation's logo"),
    "federation.keep_attendees_changed": _mark("Changed how long attendees are known"),
    # The charter
    "charter.rule_changed": _mark("Changed the rule %(subject)s"),
    "charter.question_added": _mark("Added to the charter: %(subject)s"),
    "charter.question_changed": _mark("Worded better, in the charter: %(subject)s"),
    "charter.question_replaced": _mark("Put in the place of another, in the charter: %(subject)s"),
    "charter.question_retired": _mark("Took out of the charter: %(subject)s"),
    "charter.question_moved": _mark("Moved within the charter: %(subject)s"),
    "waiver.granted": _mark("Waived a rule for %(subject)s"),
    "waiver.ended": _mark("Ended a waiver of %(subject)s"),
    # Groups
    "group.added": _mark("Added the group %(subject)s"),
    "group.changed": _mark("Changed the group %(subject)s"),
    "group.logo_changed": _mark("Changed the logo of %(subject)s"),
    "group.renamed": _mark("Renamed %(subject)s"),
    "group.archived": _mark("Ended %(subject)s"),
    "group.reopened": _mark("Took up %(subject)s again"),
    "event.tentative": _mark("Announced %(subject)s, its day still open"),
    "event.confirmed": _mark("Confirmed %(subject)s"),
    "event.cancelled": _mark("Called off %(subject)s"),
    "event.double_merged": _mark("Made %(subject)s one with another entry of the same meetup"),
    "event.double_apart": _mark("Said that %(subject)s and one like it are two meetups"),
    "event.double_undone": _mark("Took back what was said of %(subject)s and one like it"),
    "event.taken_up": _mark("Took up %(subject)s after all"),
    "event.discarded": _mark("Threw away a draft"),
    "event.copied": _mark("Made the draft %(subject)s like another meetup"),
    "event.shared": _mark("Made a link to the draft %(subject)s"),
    "event.unshared": _mark("Ended the link to the draft %(subject)s"),
    "event.date_proposed": _mark("Asked about a date for %(subject)s"),
    "event.date_dropped": _mark("Asks no longer about a date for %(subject)s"),
    "event.wrote": _mark("Wrote to people about %(subject)s"),
    "event.co_host_invited": _mark("Asked another group to hold %(subject)s too"),
    "event.co_host_accepted": _mark("Said yes to holding %(subject)s together"),
    "event.co_host_declined": _mark("Said no to holding %(subject)s together"),
    "event.co_host_parted": _mark("Ended holding %(subject)s together"),
    "group.sponsor_added": _mark("Put up a sponsor of %(subject)s"),
    "group.sponsor_changed": _mark("Changed a sponsor of %(subject)s"),
    "group.sponsor_removed": _mark("Took down a sponsor of %(subject)s"),
    "event.sponsor_added": _mark("Put up a sponsor of %(subject)s"),
    "event.sponsor_changed": _mark("Changed a sponsor of %(subject)s"),
    "event.sponsor_removed": _mark("Took down a sponsor of %(subject)s"),
    "event.shared_with_sponsor": _mark("Took away who agreed to a sponsor of %(subject)s"),
    "federation.sponsor_added": _mark("Put up a sponsor of the federation"),
    "federation.sponsor_changed": _mark("Changed a sponsor of the federation"),
    "federation.sponsor_removed": _mark("Took down a sponsor of the federation"),
    "group.talk_accepted": _mark("Said yes to a talk for %(subject)s"),
    "group.talk_declined": _mark("Said no to a talk for %(subject)s"),
    "event.agenda_changed": _mark("Changed the agenda of %(subject)s"),
    "group.merged": _mark("Merged another group into %(subject)s"),
    "group.wrote_to_members": _mark("Wrote to the members of %(subject)s"),
    "report.settled": _mark("Settled a report about %(subject)s"),
    "report.rejected": _mark("Turned down a report about %(subject)s"),
    "claim.opened": _mark("Claimed %(subject)s"),
    "claim.approved": _mark("Gave %(subject)s to whoever claimed it"),
    "claim.rejected": _mark("Turned down a claim of %(subject)s"),
    "group.reconfirmed": _mark("Said that %(subject)s goes on"),
    "group.taken_over": _mark("Gave %(subject)s to new organizers"),
    "group.vacated": _mark("Left %(subject)s without a lead"),
    "membership.appointed": _mark("Gave %(person)s a role"),
    "membership.removed": _mark("Took %(person)s out of the group"),
    "membership.left": _mark("Left the group"),
    "membership.stepped_down": _mark("Stepped down, and is a member"),
    "invitation.sent": _mark("Invited %(subject)s"),
    "invitation.accepted": _mark("Accepted the invitation of %(subject)s"),
    "invitation.declined": _mark("Declined the invitation of %(subject)s"),
    "invitation.withdrawn": _mark("Withdrew the invitation of %(subject)s"),
    # Meetups and calendars
    "event.added": _mark("Announced the meetup %(subject)s"),
    "event.updated": _mark("Changed the meetup %(subject)s"),
    "event.attendee_changed": _mark("Changed how %(person)s comes to %(subject)s"),
    "event.attendee_brought_back": _mark("Had %(person)s come to %(subject)s again"),
    "event.attendee_removed": _mark("Took %(person)s off the list of %(subject)s"),
    "event.attendee_let_in": _mark("Let %(person)s into %(subject)s before their turn"),
    "event.question_added": _mark("Asks one thing more of those who come to %(subject)s"),
    "event.question_changed": _mark("Worded a question of %(subject)s anew"),
    "event.question_removed": _mark("Took a question out of %(subject)s"),
    "event.question_retired": _mark("Asks one thing less of those who come to %(subject)s"),
    "event.venue_chosen": _mark("Chose where %(subject)s takes place"),
    "event.room_taken": _mark("Took a room for %(subject)s"),
    "event.room_given_back": _mark("Gave back a room of %(subject)s"),
    "event.room_noted": _mark("Noted what a room of %(subject)s is for"),
    "event.online_limited": _mark("Changed how many may take part in %(subject)s online"),
    "event.came_told": _mark("Said how many came to %(subject)s"),
    "event.recap_changed": _mark("Wrote the recap of %(subject)s"),
    "event.recap_published": _mark("Published the recap of %(subject)s"),
    "event.recap_withdrawn": _mark("Took down the recap of %(subject)s"),
    "event.link_added": _mark("Added a link to %(subject)s"),
    "event.link_removed": _mark("Took a link away from %(subject)s"),
    "door.checked_in": _mark("Checked somebody in at %(subject)s"),
    "door.check_in_undone": _mark("Took back that somebody was at %(subject)s"),
    "door.walk_in_counted": _mark("Counted somebody who came unannounced to %(subject)s"),
    "door.walk_in_undone": _mark("Took back a walk-in at %(subject)s"),
    "venue.added": _mark("Added the venue %(subject)s"),
    "venue.changed": _mark("Changed the venue %(subject)s"),
    "venue.located": _mark("Found where the address of the venue %(subject)s is"),
    "venue.shared": _mark("Let all groups of the country use the venue %(subject)s"),
    "venue.closed": _mark("Uses the venue %(subject)s no longer"),
    "venue.reopened": _mark("Uses the venue %(subject)s again"),
    "venue.room_added": _mark("Added a room to the venue %(subject)s"),
    "venue.room_changed": _mark("Changed a room of the venue %(subject)s"),
    "venue.room_closed": _mark("Uses a room of the venue %(subject)s no longer"),
    "venue.room_reopened": _mark("Uses a room of the venue %(subject)s again"),
    "series.made": _mark("Made the series %(subject)s"),
    "series.changed": _mark("Changed the series %(subject)s"),
    "series.split": _mark("Let a series go on as %(subject)s"),
    "series.announced": _mark("Announced the series %(subject)s"),
    "series.skipped": _mark("Left out a date of %(subject)s"),
    "series.put_back": _mark("Put back a date of %(subject)s"),
    "series.ended": _mark("Ended the series %(subject)s"),
    "source.detached": _mark("Took a calendar away"),
    "source.paused": _mark("Reads a calendar no more for now"),
    "source.confirmed": _mark("Showed that a calendar is the group's"),
    "source.shrunk_taken": _mark("Believed a calendar that much of it is gone"),
    "source.shrunk_kept": _mark("Kept what a calendar names no longer"),
    "source.attached": _mark("Attached a calendar"),
    "source.synced": _mark("Read a calendar"),
}


def init_app(app: Flask) -> None:
    """Put them where templates find them."""
    app.jinja_env.filters.update(act_told=told, act_details=details)


def nouns() -> list[tuple[str, str]]:
    """What entries are about, to choose from: the beginnings of acts."""
    return [
        ("group.", _("Groups")),
        ("membership.", _("Roles")),
        ("invitation.", _("Invitations")),
        ("report.", _("Reports")),
        ("claim.", _("Claims")),
        ("application.", _("Applications")),
        ("event.", _("Meetups")),
        ("door.", _("The door")),
        ("venue.", _("Venues")),
        ("series.", _("Series")),
        ("source.", _("Calendars")),
        ("charter.", _("Charter")),
        ("waiver.", _("Waivers")),
        ("user.", _("People")),
        ("address.", _("Blocked addresses")),
        ("federation.", _("Settings of the federation")),
    ]


def told(entry: ListedEntry) -> Markup:
    """What was done as a sentence, with a link to what it was done to."""
    name = _name(entry)
    path = entry.subject.path if entry.subject else ""
    subject = Markup('<a href="{}">{}</a>').format(path, name) if path else escape(name)
    return escape(_sentence(entry)) % {"subject": subject, "person": entry.person or _("somebody")}


def told_plainly(entry: ListedEntry) -> str:
    """The same without a link."""
    return _sentence(entry) % {"subject": _name(entry), "person": entry.person or _("somebody")}


def _sentence(entry: ListedEntry) -> str:
    known = ACTS.get(entry.act)
    return _(known) if known else f"{entry.act.replace('%', '%%')}: %(subject)s"


def _name(entry: ListedEntry) -> str:
    if entry.subject is None:
        return _("something that is gone")
    if entry.subject_kind == "charter_rule":
        return charter_words.rule_name(RuleKind(entry.subject.name))
    return entry.subject.name


def details(entry: ListedEntry) -> str:
    """The states and numbers that belong to it; ids say nothing to people."""
    known = ((name, value) for name, value in entry.details.items() if not name.endswith("_id"))
    return ", ".join(f"{name.replace('_', ' ')}: {_value(value)}" for name, value in known)


def _value(value: Any) -> str:
    if isinstance(value, list):
        return " → ".join(map(_value, value))
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    return "–" if value is None else str(value)
