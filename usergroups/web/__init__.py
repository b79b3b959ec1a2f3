"""The door of pages: one blueprint per noun, a handler is guard, fetch, one call, answer."""

from flask import Flask

from usergroups.web import (
    account,
    application_steps,
    applications,
    attendees,
    audit,
    audit_words,
    blocking,
    charter,
    charter_terms,
    charter_words,
    claims,
    co_hosts,
    co_organizers,
    contact,
    countries,
    desk,
    door,
    errors,
    events,
    feeds,
    fragments,
    group_map,
    group_pages,
    groups,
    headers,
    health,
    invitations,
    joining,
    language,
    logos,
    mail,
    mailbox,
    meetups,
    members,
    my_data,
    naming,
    pages,
    people,
    places,
    profile,
    questions,
    reports,
    reviews,
    rsvp,
    rsvp_guests,
    signing_in,
    site,
    stylesheet,
    team,
    templating,
    tickets,
    waivers,
)

PARTS = (
    pages,
    groups,
    events,
    countries,
    group_map,
    places,
    feeds,
    stylesheet,
    health,
    account,
    signing_in,
    profile,
    my_data,
    mail,
    mailbox,
    reviews,
    applications,
    application_steps,
    co_organizers,
    blocking,
    charter,
    charter_terms,
    waivers,
    audit,
    desk,
    group_pages,
    meetups,
    co_hosts,
    logos,
    members,
    joining,
    rsvp,
    rsvp_guests,
    attendees,
    door,
    tickets,
    contact,
    naming,
    reports,
    claims,
    team,
    invitations,
    people,
    questions,
)


def init_app(app: Flask) -> None:
    """Give the application its pages and its manners."""
    site.init_app(app)
    language.init_app(app)
    templating.init_app(app)
    fragments.init_app(app)
    charter_words.init_app(app)
    audit_words.init_app(app)
    headers.init_app(app)
    errors.init_app(app)
    account.init_app(app)
    for part in PARTS:
        app.register_blueprint(part.blueprint)
