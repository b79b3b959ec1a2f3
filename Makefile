# Everything there is to type. `make` alone lists it.

PORT ?= 8000
BIN := .venv/bin
PIP := $(BIN)/python -m pip install --disable-pip-version-check --no-input
STEP = @.make/step
STEPS = 7
TESTS ?= tests

# Stamps of what was done to the default database; another one, or none, is looked at every time.
INSTANCE := $(or $(USERGROUPS_INSTANCE_DIR),instance)
MIGRATED := $(INSTANCE)/.migrated
DEMO := $(INSTANCE)/.demo-$(shell date -u +%F)
AGAIN := $(if $(USERGROUPS_DATABASE_URL),again) $(if $(wildcard $(INSTANCE)/usergroups.sqlite),,again)

.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory
.DELETE_ON_ERROR:
.NOTPARALLEL:

##@ Use it

.PHONY: run
run: STEPS = 8
run: export USERGROUPS_BASE_URL ?= http://127.0.0.1:$(PORT)
run: setup $(DEMO) ## Serve the demo federation at http://127.0.0.1:8000 (PORT=8123 moves it)
	@exec $(BIN)/usergroups serve --with-worker --port $(PORT)

.PHONY: setup
setup: .stamps/build.txt built $(MIGRATED) ## What `run` does before serving, without the demo

##@ Change it

.PHONY: test
test: .stamps/dev.txt built debian ## The whole suite, on SQLite and on PostgreSQL (TESTS=tests/services for a part)
	@$(BIN)/python -m pytest --numprocesses auto $(TESTS)

.PHONY: check
check: lint format types layers templates messages-check migrations ## Everything a machine can judge without running the tests

.PHONY: migration
migration: .stamps/dev.txt ## A new migration from what the models have gained (NAME="events have sponsors")
	@test -n "$(NAME)" || { echo 'Say what it does: make migration NAME="events have sponsors"'; exit 1; }
	@$(BIN)/python .make/new_migration.py "$(NAME)"

.PHONY: messages
messages: .stamps/dev.txt ## Bring the catalogs of all languages up to date with the code
	@$(BIN)/python .make/messages.py update

.PHONY: bench
bench: .stamps/dev.txt built ## The benchmarks; writes the table of docs/benchmarks.md
	@$(BIN)/python -m tests.bench

.PHONY: screenshots
screenshots: .stamps/dev.txt built ## The pictures of README.md, of the demo as it is today
	@$(BIN)/python -m tests.screenshots

.PHONY: help
help: ## This list
	@awk -f .make/help.awk $(MAKEFILE_LIST)

##@ Parts of `make check`

.PHONY: lint
lint: .stamps/dev.txt ## Ruff's rules
	$(STEP) lint "Rules" $(BIN)/ruff check .

.PHONY: format
format: .stamps/dev.txt ## Ruff's format
	$(STEP) format "Format" $(BIN)/ruff format --check .

.PHONY: types
types: .stamps/dev.txt ## mypy, strict
	$(STEP) types "Types" $(BIN)/mypy

.PHONY: layers
layers: .stamps/dev.txt ## The import contracts
	$(STEP) layers "Import contracts" $(BIN)/lint-imports

.PHONY: templates
templates: .stamps/dev.txt ## djLint
	$(STEP) templates "Templates" $(BIN)/djlint --lint templates

.PHONY: messages-check
messages-check: .stamps/dev.txt ## The catalogs hold the messages of the code
	$(STEP) messages "Messages" $(BIN)/python .make/messages.py check

.PHONY: migrations
migrations: .stamps/dev.txt ## Migrations make the tables that the models describe
	$(STEP) migrations "Migrations" .make/migrations

# What has been installed: a stamp each for build.txt and dev.txt, newer than its lock file. The
# second holds all of the first.

.stamps/%.txt: .locks/%.txt pyproject.toml
	@mkdir -p .stamps
	$(STEP) 1/$(STEPS) "Environment" .make/environment
	$(STEP) 2/$(STEPS) "Dependencies" $(PIP) --require-hashes --requirement $<
	$(STEP) 3/$(STEPS) "Usergroups itself" $(PIP) --no-deps --no-build-isolation --editable .
	@touch .stamps/build.txt $@

# Each looks for itself whether there is anything to do.
.PHONY: built
built:
	$(STEP) 4/$(STEPS) "Front-end" $(BIN)/python -m usergroups.assets.build
	$(STEP) 5/$(STEPS) "Gazetteer" $(BIN)/python -m usergroups.gazetteer.build
	$(STEP) 6/$(STEPS) "Languages" $(BIN)/python .make/messages.py compile

.PHONY: debian
debian:
	$(STEP) 7/$(STEPS) "Debian packages" .make/debian

$(MIGRATED): $(wildcard migrations/versions/*.py) $(AGAIN)
	$(STEP) 7/$(STEPS) "Database" $(BIN)/usergroups db upgrade
	@touch $@

# The demo moves with the calendar: once a day it grows what came due.
$(DEMO): $(wildcard usergroups/demo/*.py) $(AGAIN) | setup
	$(STEP) 8/8 "Demo federation" $(BIN)/usergroups demo
	@rm -f $(INSTANCE)/.demo-*
	@touch $@

.PHONY: again
