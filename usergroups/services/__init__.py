"""Verbs that change things: permission, rows, audit, enqueue. They never commit."""
