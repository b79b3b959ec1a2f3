"""The HTML door: one blueprint per noun."""
