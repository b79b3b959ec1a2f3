"""What is wrong with a field, in the reader's language, by the stable code of the refusal."""

from usergroups.errors import Refusal
from usergroups.web.language import gettext as _


def told(why: Refusal) -> str:
    """The sentence for a refusal; the English one that came with it where its code is not known."""
    sentence = _sentences().get(why.code)
    return sentence % why.values if sentence else _(why.sentence)


def _sentences() -> dict[str, str]:
    """Made for each answer, since each has its language. Placeholders are the refusal's values."""
    return (
        _of_fields()
        | _of_accounts()
        | _of_applications()
        | _of_the_desk()
        | _of_groups()
        | _of_venues_and_questions()
        | _of_series()
        | _of_planning()
        | _of_answers()
    )


def _of_fields() -> dict[str, str]:
    return {
        "empty": _("Please fill this in."),
        "missing": _("Please fill this in."),
        "too_long": _("At most %(most)s characters, please: this has %(given)s."),
        "country_unknown": _("We know no country with the code %(given)s."),
        "timezone_unknown": _("We know no time zone called %(given)s."),
        "slug_form": _("Only lower-case letters, digits and single hyphens, please."),
        "greater_than_equal": _("At least %(ge)s, please."),
        "less_than_equal": _("At most %(le)s, please."),
        "int_parsing": _("A whole number, please."),
        "day_form": _("A day such as 2026-06-10, please."),
        "email_form": _("An address such as ada@example.org, please."),
        "unseen": _(
            "This has characters that cannot be seen, or that turn the text around. Type it anew."
        ),
        "mixed_alphabets": _("One word mixes letters of several alphabets. Type it anew, please."),
        "too_short": _("A sentence or two, please."),
        "language_unknown": _("Choose a language from the list."),
        "url_scheme": _("An address that begins with http:// or https://, please."),
        "url_form": _("This is no whole address. Write one such as https://example.org, please."),
        "position_range": _("There is no such place: degrees, please, such as 48.86,2.35."),
        "distance_range": _("Kilometres, please, 500 at most."),
        "groups_many": _("At most %(most)s groups, please: these are %(given)s."),
        "groups_alone": _("Chosen groups go with no other filter."),
        "within_of_nothing": _("A distance needs a place: add near=48.86,2.35."),
        "given_twice": _("Once, please."),
        "url_password": _("Leave name and password out: everybody could read them."),
    }


def _of_accounts() -> dict[str, str]:
    return {
        "password_short": _("At least %(least)s characters, please."),
        "password_weak": _(
            "This one is among the first to be guessed. Longer, and less like your name or "
            "address, please: four words that do not belong together do well."
        ),
        "password_wrong": _("This is not your password."),
        "not_this_address": _("This is not the address of your account."),
        "not_fresh": _("Sign in by a new link first, so that we know that it is you."),
        "home_guessed": _("We know no place of that name. Did you mean %(meant)s?"),
        "organizes_already": _("This person organizes the group already."),
        "invited_already": _("This address was invited already."),
        "invited_many": _("Many were invited lately. Wait for their answers, or a day."),
        "no_account": _("Nobody has an account with this address."),
        "calendars_many": _("You have %(most)s calendars already. Take one away first."),
        "calendar_empty": _("Choose something that is to be in it."),
        "home_unknown": _("Say in your profile where you live first: a city will do."),
        "sign_in_failed": _("Address and password do not go together."),
    }


def _of_applications() -> dict[str, str]:
    return {
        "blocked": _("Somebody named here may not apply. Write to the stewards if that is wrong."),
        "cooling_off": _("You may apply for this place again from %(day)s."),
        "not_agreed": _("Nobody can apply without agreeing to this."),
        "name_taken": _(
            "%(name)s is called so already, %(km)s km away. Choose a name that tells them apart."
        ),
        "name_alike": _(
            "This cannot be told from %(name)s, a group that is there already. Choose another name."
        ),
        "too_many_drafts": _("You have several drafts. Finish or discard one of them first."),
        "unfinished": _("Some steps are not done yet: they are marked above."),
        "applied_already": _("You have applied for this place already. One application will do."),
        "takes_part": _("You take part in this application already."),
        "people_form": _("“%(given)s” is no address. Write one such as ada@example.org."),
        "too_many_people": _("At most %(most)s people beside you, please."),
        "own_address": _("That is your own address: you need not name yourself."),
        "said_no": _("%(address)s has said no. Name somebody else."),
        "place_ambiguous": _("Several places are called that. Choose yours."),
        "place_guessed": _("No city is called that. Did you mean one of these?"),
        "place_unknown": _("We know no such city. Try the next larger one, or another spelling."),
    }


def _of_the_desk() -> dict[str, str]:
    return {
        "unanswered": _("Not answered yet: %(names)s. Tick who is to be left out, or wait."),
        "not_reviewer": _("Only somebody who reviews this country, and has no part in it."),
        "pattern_form": _("An address such as ada@example.org, or a domain such as @example.org."),
        "blocked_already": _("This is blocked already."),
        "waiver_until": _("A day after today, within five years, please."),
        "waived_already": _("This rule is waived already. End that waiver first."),
    }


def _of_groups() -> dict[str, str]:
    return {
        "too_many": _("At most %(most)s, please: these are %(given)s."),
        "day_to_come": _("A day that has been, please."),
        "address_shown": _("Without this they could not answer you."),
        "slug_taken": _("Another group has, or had, this address."),
        "no_group": _("No group has this address or name."),
        "into_itself": _("This is the same group: nothing can be merged into itself."),
        "group_ended": _("This group has ended. Take it up again first, or merge the other way."),
        "name_same": _("That is what it is called now."),
        "name_other": _("That is not the name of the group."),
        "wrote_often": _("Members were written to twice today. Write again tomorrow."),
        "nobody_wants": _("No member wants mail at the moment."),
        "colour": _("Write a colour as # and six digits or letters, such as #0f6b4f."),
        "picture_missing": _("Choose a file first."),
        "file_missing": _("Choose a file first."),
        "file_large": _("This file is too large: at most %(megabytes)s MB, please."),
        "sources_many": _("A group has at most %(most)s calendars. Take one away first."),
        "picture_large": _("This file is too large: at most %(most)s, please."),
        "picture_pixels": _("Too many pixels: at most %(most)s each way, please."),
        "picture_small": _("Too few pixels: at least %(least)s each way, please."),
        "picture_kind": _("This is no picture that we can read. PNG, JPEG, WebP or GIF, please."),
        "picture_script": _("There is a script or a web page in this file. We take pictures only."),
        "kind_form": _("Choose one, please."),
        "claimed_already": _("You have told us already. The stewards look at it."),
        "has_organizers": _("This group has organizers. Write to them."),
        "same_group": _("Choose two different groups."),
        "group_unknown": _("We know no group with this address."),
    }


def _of_venues_and_questions() -> dict[str, str]:
    return {
        "options_count": _("%(least)s to %(most)s options, one a line, please."),
        "option_unknown": _("Choose one of these, please."),
        "tick_needed": _("Nobody can come without a tick here."),
        "name_to_help": _("Your name, please, so that they know whom they write to."),
        "tick_to_wait": _("Without a tick here nothing may be kept."),
        "questions_many": _("At most %(most)s questions: take one away first."),
        "position_form": _("Latitude and longitude such as 48.8566, 2.3522, please."),
        "recap_overtaken": _(
            "Somebody else wrote meanwhile. Your text is here still: look at theirs in another "
            "window, put both together, and save again."
        ),
        "links_many": _("At most %(most)s links: take one away first."),
        "link_known": _("This address is in the list already."),
        "position_far": _("This is %(km)s km from %(city)s. Latitude comes first, then longitude."),
        "online_only": _("This meetup takes place online only. Change that among its details."),
        "room_name_taken": _("Another room here is called that."),
        "place_abroad": _("A shared venue stays in its country."),
    }


def _of_series() -> dict[str, str]:
    return {
        "rule_without_dates": _("No date is left: the rule's first would be on %(day)s."),
        "no_weekday": _("Choose one day of the week at least."),
        "no_such_day": _("A day from 1 to 31, or the last."),
        "time_form": _("A time such as 18:30, please."),
        "days_form": _("Days such as 2026-12-24, please, with commas between them."),
        "day_far": _("A day within two years, please."),
        "literal_error": _("Choose one, please."),
        "enum": _("Choose one, please."),
    }


def _of_planning() -> dict[str, str]:
    return {
        "period_order": _("The last day comes before the first."),
        "talks_many": _("%(most)s of your talks wait for an answer there. Let them decide first."),
        "meetup_unknown": _("Choose a meetup from the list."),
        "decision_missing": _("Say yes, or not this time."),
        "agenda_empty": _("Choose a talk, or say what it is."),
        "agenda_full": _("There are %(most)s lines already."),
        "agenda_busy": _("Something else is on then. For two things at once, use tracks."),
        "agenda_outside": _("That is before the meetup begins, or after it ends."),
        "agenda_late": _("That would last longer than the meetup."),
        "talk_taken": _("Choose a talk from the list."),
        "day_over": _("That day is over."),
        "travels_many": _("So many are enough. Take one back first."),
        "date_asked": _("This date is asked about already."),
        "dates_many": _("%(most)s dates are as many as people read. Drop one first."),
        "wrote_often_here": _("People were written to three times this week. Write again later."),
        "nobody_there": _("Nobody would get this letter."),
        "month_form": _("A month such as 2026-09, please."),
        "moment_form": _("A day and a time such as 2026-09-10T18:30, please."),
        "time_skipped": _("Clocks skip this time on that day. %(before)s or %(after)s?"),
        "time_twice": _("Clocks show this time twice on that day. Say below which one you mean."),
        "ends_first": _("It would end before it begins."),
        "ends_late": _("It would last longer than a month."),
        "closes_first": _("Registration would close before it opens."),
        "opens_late": _("Registration would open when the meetup has begun."),
        "page_elsewhere": _(
            "Anybody could have written that page. Take one of the calendar's own site, or put the "
            "word into the calendar."
        ),
        "day_missing": _("It can be confirmed once its day is fixed."),
        "answered_here": _("People have answered here already. Leave this as it is."),
        "answered_so": _("%(heads)s people have answered to come the other way. Keep both ways."),
        "co_host_itself": _("That is the group itself."),
        "co_host_nobody": _("That group has nobody at the moment who could say yes."),
        "co_host_asked": _("That group was asked already."),
        "co_host_many": _("At most %(most)s groups hold a meetup together with yours."),
        "co_host_alike": _("No group is called so. Perhaps one of these: %(near)s"),
        "co_host_unknown": _("No group is called so. Copy the address of its page."),
    }


def _of_answers() -> dict[str, str]:
    return {
        "event_cancelled": _("This meetup is cancelled."),
        "event_tentative": _("The day is not fixed yet. Answers are taken once it is."),
        "registration_elsewhere": _("Nobody registers here for this meetup."),
        "event_begun": _("This meetup has begun: answers are not taken any more."),
        "registration_closed": _("Registration has closed."),
        "registration_not_open": _("Registration is not open yet."),
        "answer_over": _("This cannot be changed any more."),
        "offer_over": _("No seat is held for you now. It may have gone to the next in line."),
        "offer_is_for": _(
            "The seats held for you are %(heads)s. Take them first; then ask for more."
        ),
        "place_is_for": _(
            "Your place in line is for %(heads)s, and you keep it. To come with more, leave the "
            "line and join its end."
        ),
        "seats_few": _("There are not so many seats: %(free)s are free. You keep what you had."),
        "seats_waited_for": _("Others wait for the seats that get free. You keep what you had."),
        "not_waiting": _("This person does not wait for a seat."),
        "guests_many": _("At most %(most)s guests each, please."),
        "code_wrong": _("This is not the code, or it works no longer. Look again, or ask anew."),
    }
