"""The operator's door.

`usergroups --help` lists the commands; each has a file of its noun beside this one.
"""

from importlib import import_module
from importlib.metadata import version

import click

from usergroups.cli.door import Door

# Each is imported when it is asked for: no command waits for what another needs.
_COMMANDS = {
    "serve": "serve.serve",
    "worker": "serve.worker",
    "db": "database.db",
    "demo": "demo.demo",
    "doctor": "doctor.doctor",
    "users": "users.users",
    "groups": "groups.groups",
    "sources": "sources.sources",
    "calendar": "calendar.calendar",
    "applications": "applications.applications",
    "mail": "mail.mail",
    "backup": "backup.backup",
    "restore": "backup.restore",
}


class Commands(Door):
    """The commands above, loaded by name."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The names, in the order of the table."""
        del ctx
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of this name; None makes click say what there is."""
        del ctx
        if cmd_name not in _COMMANDS:
            return None
        module, _, name = _COMMANDS[cmd_name].partition(".")
        command: click.Command = getattr(import_module(f"usergroups.cli.{module}"), name)
        return command


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(version("usergroups"))
def main() -> None:
    """Run the user groups of a community as one federation.

    Settings come from environment variables; docs/configuration.md lists them.

    \b
    Exit codes: 0 done
                1 something could not be done, and was named
                2 the command line is wrong
    """  # noqa: D301  click's own mark: lines below it are not joined
