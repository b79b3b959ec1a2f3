"""Usergroups: run the user groups of a community in many cities as one federation.

Layers outside, nouns inside, arrows only downward (docs/architecture.md has the picture):

    a page, a form, a feed's address          web/<noun>s.py, templates/<noun>s/
    an operator's command                     cli/<noun>s.py
    something done later or on a timetable    jobs/
    a conversation with another server        federation/
    a verb that changes things                services/<noun>s.py
    a question to the database                queries/<noun>s.py
    outside text from or to our values        formats/
    the network itself                        clients/
    who may do what                           permissions.py
    what comes in, checked                    inputs/<noun>.py
    a table, or a fact true of one row        models/<noun>.py
    a setting                                 config.py
"""

from zoneinfo import reset_tzpath

# The rules of clocks are those of the package tzdata, which is pinned and kept up with everything
# else. Python would prefer the machine's, often a year old: meetups in a country that has changed
# its clocks since (Morocco in 2026) would then be an hour off.
reset_tzpath(to=())
