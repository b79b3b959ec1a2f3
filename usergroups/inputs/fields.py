"""The kinds of value that come in: cleaned first, then checked, each refusal with a stable code.

The message says what was expected; web translates by the code.
"""

from functools import lru_cache
from importlib.resources import files
from typing import Annotated, Any, TypeVar
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from usergroups.errors import InvalidInputError, Refusal
from usergroups.text import one_line, plain, slugify


class Input(BaseModel):
    """What every input shares: it never changes, and it knows no field but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


Given = TypeVar("Given", bound=Input)
# RFC 5322's specials and the space: of addresses that people have none holds any of them.
_SPECIAL = set(' ()<>[]:;\\,"')
_LONGEST_ADDRESS = 254  # RFC 5321 section 4.5.3.1, as corrected by its erratum 1690


def read(kind: type[Given], values: dict[str, Any]) -> Given:
    """The values as an input of that kind; InvalidInputError says why for each bad field."""
    try:
        return kind.model_validate(values)
    except ValidationError as refused:
        raise InvalidInputError(
            {
                ".".join(str(part) for part in error["loc"]) or "input": Refusal(
                    error["type"], error["msg"], error.get("ctx", {})
                )
                for error in refused.errors(include_url=False)
            }
        ) from refused


@lru_cache(maxsize=1)
def countries() -> frozenset[str]:
    """ISO 3166-1 alpha-2 codes, as the time zone database lists them."""
    table = (files("tzdata") / "zoneinfo" / "iso3166.tab").read_text("utf-8")
    return frozenset(line[:2] for line in table.splitlines() if not line.startswith("#"))


@lru_cache(maxsize=1)
def timezones() -> frozenset[str]:
    """The names of the IANA time zone database."""
    return frozenset(available_timezones())


def _country(code: str) -> str:
    if code.upper() not in countries():
        raise PydanticCustomError(
            "country_unknown",
            "expected an ISO 3166-1 country code such as FR, not {given}",
            {"given": repr(code)},
        )
    return code.upper()


def _timezone(name: str) -> str:
    if name not in timezones():
        raise PydanticCustomError(
            "timezone_unknown",
            "expected an IANA time zone such as Europe/Paris, not {given}",
            {"given": repr(name)},
        )
    return name


def _slug(text: str) -> str:
    if slugify(text, longest=100) != text:
        raise PydanticCustomError(
            "slug_form",
            "expected lower-case letters, digits and single hyphens, not {given}",
            {"given": repr(text)},
        )
    return text


def _web_address(url: str) -> str:
    address = one_line(url)
    if address and not address.lower().startswith(("http://", "https://")):
        raise PydanticCustomError(
            "url_scheme",
            "expected an address with http:// or https://, not {given}",
            {"given": repr(address)},
        )
    machine = _machine(address)
    if address and (not machine.rpartition("@")[2] or " " in machine):
        raise PydanticCustomError("url_form", "expected an address such as https://example.org/")
    if "@" in machine:
        raise PydanticCustomError("url_password", "expected an address without a password")
    return address


def _machine(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:  # a bracket of IPv6 that never closes
        return ""


def _email(address: str) -> str:
    """One address, in lower case: an address is the same however it is written."""
    address = one_line(address).lower()
    name, _, host = address.partition("@")
    is_bare = name and host and "@" not in host and not _SPECIAL & set(address)
    if not is_bare or len(address) > _LONGEST_ADDRESS:
        raise PydanticCustomError(
            "email_form",
            "expected an address such as ada@example.org, not {given}",
            {"given": repr(address[:80])},
        )
    return address


def _at_most(most: int) -> AfterValidator:
    def check(text: str) -> str:
        if len(text) > most:
            raise PydanticCustomError(
                "too_long",
                "expected at most {most} characters, not {given}",
                {"most": most, "given": len(text)},
            )
        return text

    return AfterValidator(check)


def _filled(text: str) -> str:
    if not text:
        raise PydanticCustomError("empty", "expected at least one character that can be seen")
    return text


Email = Annotated[str, AfterValidator(_email)]
Line = Annotated[str, AfterValidator(one_line), _at_most(200)]
FilledLine = Annotated[Line, AfterValidator(_filled)]
Prose = Annotated[str, AfterValidator(plain), _at_most(20_000)]
Slug = Annotated[str, AfterValidator(_slug), AfterValidator(_filled), _at_most(100)]
Country = Annotated[str, AfterValidator(_country)]
Timezone = Annotated[str, AfterValidator(_timezone)]
WebAddress = Annotated[str, AfterValidator(_web_address), _at_most(2_000)]
FilledWebAddress = Annotated[WebAddress, AfterValidator(_filled)]
# A number of rows, or of one of them: as much as an integer column holds in every database.
Whole = Annotated[int, Field(ge=0, le=2**31 - 1)]
Latitude = Annotated[float, Field(ge=-90, le=90, allow_inf_nan=False)]
Longitude = Annotated[float, Field(ge=-180, le=180, allow_inf_nan=False)]
