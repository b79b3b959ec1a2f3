"""What people say of themselves: signing in, a password, a profile."""

from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field
from pydantic_core import PydanticCustomError

from usergroups.inputs.fields import Email, Input, Line, Timezone
from usergroups.language import LOCALES

# Longer ones would only cost time: argon2 takes them, people do not type them.
_LONGEST_PASSWORD = 256


def _spoken(tag: str) -> str:
    if tag not in LOCALES:
        raise PydanticCustomError("language_unknown", "expected a language that is spoken here")
    return tag


class AddressInput(Input):
    """An address that a mail is to go to."""

    email: Email


class SignInInput(Input):
    """An address and its password."""

    email: Email
    password: str = Field(max_length=_LONGEST_PASSWORD, repr=False)


class PasswordInput(Input):
    """A password that somebody chose. White space in it is theirs."""

    model_config = ConfigDict(str_strip_whitespace=False)

    password: str = Field(min_length=1, max_length=_LONGEST_PASSWORD, repr=False)


class ProfileInput(Input):
    """What somebody is called, and where their clocks and their way begin."""

    name: Line = ""
    employer: Line = ""
    language: Annotated[str, AfterValidator(_spoken)] = "en"
    timezone: Timezone
    place: Line = ""


class LanguageInput(Input):
    """The language that somebody chose."""

    language: Annotated[str, AfterValidator(_spoken)]


class NewPasswordInput(PasswordInput):
    """A password, and the one it takes the place of, if there was one."""

    present: str = Field(default="", max_length=_LONGEST_PASSWORD, repr=False)


class DeletionInput(Input):
    """One's address, typed to be sure, and one's password where there is one."""

    email: Line
    password: str = Field(default="", max_length=_LONGEST_PASSWORD, repr=False)
