"""What a browser is, out of the line by which it introduces itself (RFC 9110, User-Agent)."""

from usergroups.web.language import gettext as _

# In this order: most say that they are another one, too.
_PROGRAMS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_told(line: str) -> str:
    """Program and system, as people know them: "Firefox on Android"; the line if it is neither's.

    A guess for people who look over their browsers; nothing is decided by it.
    """
    program = next((name for mark, name in _PROGRAMS if mark in line), "")
    system = next((name for mark, name in _SYSTEMS if mark in line), "")
    if program and system:
        return _("%(program)s on %(system)s", program=program, system=system)
    return program or system or line or _("A program")
