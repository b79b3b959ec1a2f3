"""The files that browsers load: how they are built, and under which address they are served."""

from usergroups.assets.release import missing, release, url

__all__ = ["missing", "release", "url"]
