"""Which group goes into which, as people name them: by an address, or by what it is called."""

import re
from typing import Annotated

from pydantic import AfterValidator

from usergroups.inputs.fields import Input, Line
from usergroups.text import slugify

_ADDRESS = re.compile(r".*/(?:groups|organize)/([^/?#]+)")


def _slug(given: str) -> str:
    """The end of an address, be it copied in full; a name as the address that it would make."""
    found = _ADDRESS.match(given)
    return slugify(found.group(1) if found else given)


Named = Annotated[Line, AfterValidator(_slug)]


class MergeSearch(Input):
    """The group that goes and the one that is kept, as far as they are known."""

    gone: Named = ""
    kept: Named = ""


class MergeInput(Input):
    """The same, both known: what a preview has shown."""

    gone: Named
    kept: Named
