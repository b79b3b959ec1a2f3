"""Outside text to values and back: pure functions, both directions in one file where both exist."""
