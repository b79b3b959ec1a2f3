"""iCalendar (RFC 5545), both directions: what we publish, and what other calendars say.

`write` and `read` are imported apart: serving processes only write, and reading brings more along.
"""
