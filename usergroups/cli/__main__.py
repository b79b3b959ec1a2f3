"""`python -m usergroups.cli` is `usergroups`."""

from usergroups.cli import main

main()
