"""The operator's door.

`usergroups --help` lists the commands; each has a file of its noun beside this one.
"""

from importlib.metadata import version

import click

from usergroups.cli import (
    backup,
    database,
    demo,
    doctor,
    groups,
    serve,
    sources,
    users,
)
from usergroups.cli.door import Door


@click.group(
    cls=Door, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(version("usergroups"))
def main() -> None:
    r"""Run the user groups of a community as one federation.

    Settings come from environment variables; docs/configuration.md lists them.

    \b
    Exit codes: 0 done
                1 something could not be done, and was named
                2 the command line is wrong
    """


for command in (
    serve.serve,
    serve.worker,
    database.db,
    demo.demo,
    doctor.doctor,
    users.users,
    groups.groups,
    sources.sources,
    backup.backup,
    backup.restore,
):
    main.add_command(command)
