"""The operator's door.

`usergroups --help` lists the commands; each has a file of its noun beside this one.
"""

from importlib import import_module
from importlib.metadata import version

import click

from usergroups.cli.door import Door

# By heading. Each is imported when it is asked for: no command waits for what another needs.
_COMMANDS = {
    "Serve": {
        "serve": "serve.serve",
        "worker": "serve.worker",
    },
    "Begin, and look after it": {
        "db": "database.db",
        "demo": "demo.demo",
        "users": "users.users",
        "doctor": "doctor.doctor",
        "mail": "mail.mail",
        "backup": "backup.backup",
        "restore": "backup.restore",
    },
    "Groups and their calendars": {
        "groups": "groups.groups",
        "applications": "applications.applications",
        "sources": "sources.sources",
        "calendar": "calendar.calendar",
    },
}
_PLACES = {name: place for names in _COMMANDS.values() for name, place in names.items()}

# \b is click's mark for lines that stand as they are.
_EPILOG = """\b
Settings are environment variables: docs/configuration.md lists them.
Answers go to standard output, faults and progress to standard error;
colours, tables and bars are drawn only where somebody looks.

\b
Exit codes:
  0  done
  1  something could not be done, and was named
  2  the command line is wrong
"""


class Commands(Door):
    """The commands above, loaded by name."""

    sections = _COMMANDS

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        del ctx
        return list(_PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name; None makes click say what there is."""
        del ctx
        if cmd_name not in _PLACES:
            return None
        module, _, name = _PLACES[cmd_name].partition(".")
        command: click.Command = getattr(import_module(f"usergroups.cli.{module}"), name)
        return command


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_EPILOG,
)
@click.version_option(version("usergroups"), "-V", "--version")
def main() -> None:
    """Run the user groups of a community as one federation.

    Begin with `usergroups demo` and `usergroups serve --with-worker`; `usergroups doctor` says what
    is missing. Every command tells more with --help.
    """
