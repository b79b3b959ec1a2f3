"""Conversing with other servers: network, formats and services together."""
