"""The clock's door: what is done later or on a timetable."""
