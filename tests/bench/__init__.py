"""What `make bench` measures: always beside something known, in the same run, told as a ratio."""
