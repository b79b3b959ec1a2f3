"""What templates may call: addresses, dates, words for states, safe Markdown."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

from babel.lists import format_list
from flask import Flask, request
from markupsafe import Markup

from usergroups import assets, clock, text
from usergroups.language import alphabetical
from usergroups.models import GroupStatus
from usergroups.web import dates, language, phrases, site, stylesheet, words


def init_app(app: Flask) -> None:
    """Put them where templates find them."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.globals.update(
        asset=assets.url,
        sprite=assets.url("img/states.svg"),
        stylesheet=stylesheet.address,
        usual_stylesheet=stylesheet.usual,
        query=query,
        is_over=is_over,
        has_geocoder=app.extensions["config"].geocoder != "embedded",
    )
    _add_filters(app)


def _add_filters(app: Flask) -> None:
    app.jinja_env.filters.update(
        country=language.country,
        countries=countries,
        listed=listed,
        its_language=its_language,
        markdown=markdown,
        excerpt=text.excerpt,
        initials=text.initials,
        group_path=group_path,
        event_path=event_path,
        iso=datetime.isoformat,
        local=dates.local,
        last_day=dates.last_day,
        full_day=dates.full_day,
        short_day=dates.short_day,
        iso_day=dates.iso_day,
        month=dates.month,
        period=dates.period,
        short_month=dates.short_month,
        weekday=dates.weekday,
        clock_time=dates.clock_time,
        offset=dates.offset,
        number=dates.number,
        kilometres=words.kilometres,
        group_state=words.group_state,
        group_state_told=words.group_state_told,
        link_kind=words.link_kind,
        role=words.role,
        status_options=status_options,
        site=site_of,
        webcal=webcal,
        bare_address=bare_address,
    )


def render(template: str, **context: Any) -> str:
    """The page of a template, with what every page needs."""
    return (
        phrases.environment()
        .get_template(template)
        .render(
            federation=site.federation(),
            links=site.links(),
            lang=language.tag(),
            direction=language.direction(),
            language_choice=_language_choice(),
            language_name=language.own_name(),
            here=request.path,
            **context,
        )
    )


def _language_choice() -> str:
    """Where to choose a language, and come back from. Secrets are in no address but their own."""
    named = (request.view_args or {}).keys()
    if request.method not in {"GET", "HEAD"} or {"secret", "token", "digest"} & named:
        return "/language"
    return query("/language", {"back": request.path})


def listed(names: Iterable[str]) -> str:
    """Names as a language lists them: "a, b and c"."""
    return str(format_list([*names], locale=language.locale()))


def countries(codes: Iterable[str]) -> list[str]:
    """The names of countries, in the order of the language that is spoken."""
    return sorted(map(language.country, codes), key=alphabetical)


def its_language(spoken: str) -> Markup:
    """Says to browsers and readers aloud that an element is in the language of who wrote it.

    Its direction is that of its first letters, whatever the page's is.
    """
    return Markup(' lang="{}" dir="auto"').format(spoken) if spoken else Markup(' dir="auto"')


@lru_cache(maxsize=512)
def markdown(source: str) -> Markup:
    """Safe HTML of what somebody wrote; kept, because texts change seldom."""
    return Markup(text.markdown(source))  # noqa: S704  nh3 has cleaned it


@lru_cache(maxsize=8192)
def _quoted(slug: str) -> str:
    return quote(slug)


def group_path(slug: str) -> str:
    """A group's page on this site."""
    return f"/groups/{_quoted(slug)}"


def event_path(event: Any) -> str:
    """A meetup's page on this site."""
    return f"/events/{event.public_id}/{_quoted(event.slug)}"


def status_options(statuses: Iterable[GroupStatus]) -> list[tuple[str, str]]:
    """States for a list to choose from."""
    return [(status.value, words.group_state(status)) for status in statuses]


def site_of(address: str) -> str:
    """The host of an address, which is what tells people where they are sent."""
    return urlsplit(address).hostname or address


def webcal(address: str) -> str:
    """The address as calendar programs take it over: webcal instead of http."""
    return "webcal" + address[address.index("://") :]


def bare_address(address: str) -> str:
    """An address as people say it: no scheme, no slash at its end."""
    return address.partition("://")[2].removeprefix("www.").rstrip("/")


def query(path: str, given: Mapping[str, Any], **changes: Any) -> str:
    """The address with these parameters, some changed; empty ones are left out."""
    wanted = {
        name: value for name, value in {**given, **changes}.items() if value not in {"", None}
    }
    return f"{path}?{urlencode(wanted)}" if wanted else path


def is_over(ends_at: datetime) -> bool:
    """Whether that instant has passed."""
    return ends_at <= clock.now()
