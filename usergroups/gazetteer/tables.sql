-- A gazetteer. Written once by build.py, then only read.
CREATE TABLE stamp (source TEXT PRIMARY KEY, version TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE country (
  code TEXT PRIMARY KEY,       -- ISO 3166-1 alpha-2
  name TEXT NOT NULL,          -- English, from CLDR
  capital INTEGER              -- a place, where one of its size is known
) WITHOUT ROWID;

CREATE TABLE place (
  id INTEGER PRIMARY KEY,      -- GeoNames
  name TEXT NOT NULL,
  region TEXT NOT NULL,
  country TEXT NOT NULL,
  lat REAL NOT NULL,
  lng REAL NOT NULL,
  timezone TEXT NOT NULL,
  population INTEGER NOT NULL
);

-- Every key a place is found under. The weight says how likely it is the one that is meant.
CREATE TABLE alias (
  key TEXT, weight INTEGER, place INTEGER,
  PRIMARY KEY (key, weight, place)
) WITHOUT ROWID;

-- The likeliest places for the first one to three letters, where a range of keys would be long.
CREATE TABLE prefix (
  letters TEXT, position INTEGER, place INTEGER,
  PRIMARY KEY (letters, position)
) WITHOUT ROWID;

-- Names of countries (region is empty) and of regions, in many languages, and their codes.
CREATE TABLE context (
  key TEXT, country TEXT, region TEXT, is_code INTEGER,
  PRIMARY KEY (key, country, region)
) WITHOUT ROWID;

-- Latin keys by groups of three letters, for what was misspelt. Ids are ordered by length.
CREATE TABLE spelling (id INTEGER PRIMARY KEY, key TEXT NOT NULL);
CREATE VIRTUAL TABLE trigram USING fts5 (key, content='', detail=none, tokenize='trigram');

-- Points on the unit sphere: the nearest one has the greatest scalar product, at the poles and
-- at the antimeridian too. City districts are left out: their city is the place that is meant.
CREATE TABLE sphere (
  lat REAL, x REAL, y REAL, z REAL, place INTEGER,
  PRIMARY KEY (lat, place)
) WITHOUT ROWID;
