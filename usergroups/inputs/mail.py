"""Which kinds of mail somebody wants."""

from usergroups.inputs.fields import Input
from usergroups.models import MailTopic


class MailChoices(Input):
    """The kinds that are ticked; those that are not are refused."""

    topics: frozenset[MailTopic] = frozenset()
