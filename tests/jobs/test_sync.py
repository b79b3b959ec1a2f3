"""Reading an outside calendar in the background."""

import pytest

from usergroups.jobs import handlers
from usergroups.services.jobs import GivenUpError


def test_a_calendar_that_went_with_its_group_is_not_asked_for_again(database, config):
    with pytest.raises(GivenUpError, match="there is no source 7"):
        handlers.sync_source(config, source_id=7)
