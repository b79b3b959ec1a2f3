"""The address of every public thing, relative to the installation's base address.

Pure: whoever needs an absolute address puts the base in front, or passes a `Links`.
"""

from dataclasses import dataclass
from urllib.parse import quote, urlencode


@dataclass(frozen=True, slots=True)
class Links:
    """Makes absolute addresses below one base (no slash at its end)."""

    base: str

    def home(self) -> str:
        """The front page."""
        return f"{self.base}/"

    def page(self, path: str) -> str:
        """The page at a path of this site, which begins with a slash."""
        return f"{self.base}{quote(path)}"

    def group(self, slug: str) -> str:
        """A group's page."""
        return f"{self.base}/groups/{quote(slug)}"

    def group_calendar(self, slug: str) -> str:
        """A group's feed."""
        return f"{self.base}/groups/{quote(slug)}/calendar.ics"

    def group_embed(self, slug: str) -> str:
        """A group's next meetups, for a frame of any page."""
        return f"{self.base}/groups/{quote(slug)}/embed"

    def group_atom(self, slug: str) -> str:
        """A group's meetups and recaps, for readers of news."""
        return f"{self.base}/groups/{quote(slug)}/feed.atom"

    def atom(self) -> str:
        """The federation's, for readers of news."""
        return f"{self.base}/feed.atom"

    def calendar(self, **query: str) -> str:
        """The federation's feed, or that of a topic, a place (near, within) or chosen groups."""
        asked = urlencode({name: value for name, value in query.items() if value}, safe=",")
        return f"{self.base}/calendar.ics{asked and '?'}{asked}"

    def subscribe(self, **query: str) -> str:
        """The page of such a calendar: all ways to take it over."""
        return f"{self.base}/subscribe?{urlencode(query, safe=',')}"

    def country_calendar(self, code: str) -> str:
        """The feed of a country, by its ISO 3166-1 code."""
        return f"{self.base}/countries/{code}/calendar.ics"

    def event(self, public_id: str, slug: str) -> str:
        """A meetup's page."""
        return f"{self.base}/events/{public_id}/{quote(slug)}"

    def event_calendar(self, public_id: str) -> str:
        """One meetup as a calendar file."""
        return f"{self.base}/events/{public_id}.ics"

    def series(self, public_id: str) -> str:
        """The page of a series: its next meetups."""
        return f"{self.base}/events/series/{public_id}"

    def door(self, slug: str, public_id: str, token: str) -> str:
        """What a ticket says: a page that tells organizers who shows it."""
        return f"{self.base}/organize/{quote(slug)}/meetups/{public_id}/door/{token}"

    def answer(self, public_id: str) -> str:
        """The page on which people say whether they come to a meetup."""
        return f"{self.base}/rsvp/{public_id}"

    def my_calendars(self) -> str:
        """The page of somebody's own calendars."""
        return f"{self.base}/me/calendars"

    def my_calendar(self, secret: str) -> str:
        """A calendar of somebody's own, for whoever has its secret."""
        return f"{self.base}/me/calendar/{secret}.ics"

    def sign_in(self, secret: str) -> str:
        """The page on which a one-time link is turned into being signed in."""
        return f"{self.base}/sign-in/{secret}"

    def reset(self, secret: str) -> str:
        """The page on which a new password is chosen."""
        return f"{self.base}/reset/{secret}"

    def verify(self, secret: str) -> str:
        """The page on which somebody shows that mail to an address reaches them."""
        return f"{self.base}/verify/{secret}"

    def mail_choices(self) -> str:
        """The page on which people choose which mails they get."""
        return f"{self.base}/me/mail"

    def waiting(self, token: str) -> str:
        """Where whoever waits for a group says yes, or waits no longer."""
        return f"{self.base}/waiting/by/{token}"

    def unsubscribe(self, token: str) -> str:
        """The page on which one kind of mail is refused, without signing in."""
        return f"{self.base}/unsubscribe/{token}"
