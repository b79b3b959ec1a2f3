"""Questions to the database: they say what they load, and never write."""
