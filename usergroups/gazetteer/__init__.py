"""Cities by name and by place, without a network: GeoNames in one read-only SQLite file.

`gazetteer` answers, `build` makes the file. Nothing is imported here, so that asking whether
the file is there costs nothing.
"""
