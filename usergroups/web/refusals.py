"""What is wrong with a field, in the reader's language, by the stable code of the refusal."""

from usergroups.errors import Refusal
from usergroups.web.language import gettext as _


def told(why: Refusal) -> str:
    """The sentence for a refusal; the English one that came with it where its code is not known."""
    sentence = _sentences().get(why.code)
    return sentence % why.values if sentence else _(why.sentence)


def _sentences() -> dict[str, str]:
    """Made for each answer, since each has its language. Placeholders are the refusal's values."""
    return {
        "empty": _("Please fill this in."),
        "missing": _("Please fill this in."),
        "too_long": _("At most %(most)s characters, please: this has %(given)s."),
        "country_unknown": _("We know no country with the code %(given)s."),
        "timezone_unknown": _("We know no time zone called %(given)s."),
        "slug_form": _("Only lower-case letters, digits and single hyphens, please."),
        "unanswered": _("Not answered yet: %(names)s. Tick who is to be left out, or wait."),
        "blocked": _("Somebody named here may not apply. Write to the stewards if that is wrong."),
        "cooling_off": _("You may apply for this place again from %(day)s."),
        "not_reviewer": _("Only somebody who reviews this country, and has no part in it."),
        "pattern_form": _("An address such as ada@example.org, or a domain such as @example.org."),
        "blocked_already": _("This is blocked already."),
        "greater_than_equal": _("At least %(ge)s, please."),
        "less_than_equal": _("At most %(le)s, please."),
        "int_parsing": _("A whole number, please."),
        "day_form": _("A day such as 2026-06-10, please."),
        "waiver_until": _("A day after today, within five years, please."),
        "waived_already": _("This rule is waived already. End that waiver first."),
        "email_form": _("An address such as ada@example.org, please."),
        "password_short": _("At least %(least)s characters, please."),
        "password_weak": _(
            "This one is among the first to be guessed. Longer, and less like your name or "
            "address, please: four words that do not belong together do well."
        ),
        "password_wrong": _("This is not your password."),
        "not_this_address": _("This is not the address of your account."),
        "place_unknown": _("We know no place of that name. Try the next larger city."),
        "place_guessed": _("We know no place of that name. Did you mean %(meant)s?"),
        "sign_in_failed": _("Address and password do not go together."),
        "url_scheme": _("An address that begins with http:// or https://, please."),
    }
