"""For any WSGI server: `wsgi:app`."""

from usergroups.app import create_app

app = create_app()
