# Every target sets itself up in .venv first; a second call finds that done. Needs Python 3.11 or newer with venv.
SHELL := /bin/sh
VENV := .venv
BIN := $(VENV)/bin
# The first that runs, is new enough, and can make a virtual environment.
PYTHON ?= $(shell for each in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$each -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 \
	&& echo $$each && break; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check install --quiet --require-hashes
PYTEST := $(BIN)/python -m pytest -q
WORKERS ?= 2
JOBS ?= 3
SEEDS ?= 500
FIRST ?= 0
SEED ?=
ARGS ?=
# Without compiled files every process compiles all of it again, the tests most of all.
unexport PYTHONDONTWRITEBYTECODE

# The quick tier alone; then the others side by side, those first that compute longest in one process. Crashes wait
# half of their time, and others compute meanwhile.
TIERS := postgresql acceptance seeds crashes browser integration simulation properties parts
# What a tier says is shown as a whole, when it ends; where make cannot do that, as it comes.
AT_ONCE := --jobs=$(JOBS) $(if $(filter output-sync,$(.FEATURES)),--output-sync=target)

.PHONY: help demo test $(TIERS:%=test-%) check format bench chaos screenshots simulate year fuzz clean
.DEFAULT_GOAL := help

help:
	@echo "make demo       the whole product on a sample partner, against a pretend Kaseya BMS, then its portal (ARGS=--once ends after the table)"
	@echo "make test       every test that this machine can run"
	@echo "make check      format, lint, types, layers, migrations, templates"
	@echo "make bench      the benchmarks"
	@echo "make chaos      workers die and freeze, PostgreSQL restarts, and every contract ends right (some minutes)"
	@echo "make fuzz       the API called with good and bad input for five minutes (FUZZ_SECONDS=300)"
	@echo "make screenshots  every page in every state, into screenshots/ (ARGS=full: one state)"
	@echo "make year       a normal year of 180 companies, day by day: clicks by month, each invoice compared (some minutes)"
	@echo "make simulate   seeded histories with faults and crashes (SEEDS=500 FIRST=0; SEED=n tells one)"

$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "Seatbridge needs Python 3.11 or newer with the venv module. On Debian: apt install python3-venv"; exit 1; }
	@echo "Setting up in $(VENV) …"
	@$(PYTHON) -m venv $(VENV)

$(VENV)/.runtime: requirements/runtime.txt .ci/link_command.py | $(BIN)/python
	@$(PIP) -r requirements/runtime.txt
	@$(BIN)/python .ci/link_command.py
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.runtime
	@$(PIP) -r requirements/dev.txt
	@touch $@

demo: $(VENV)/.runtime
	@$(BIN)/seatbridge demo $(ARGS)

test: $(VENV)/.dev
	@echo "unit (no Django)"
	@$(PYTEST) -p no:django tests/unit
	@echo "side by side, each told when it ends: $(TIERS)"
	@$(MAKE) --no-print-directory $(AT_ONCE) $(TIERS:%=test-%)

test-acceptance: $(VENV)/.dev
	@echo "acceptance, on SQLite"
	@$(PYTEST) -n $(WORKERS) --dist=loadfile --no-loadscope-reorder \
		--ignore=tests/acceptance/browser --ignore=tests/acceptance/crashes tests/acceptance

# In one process: what its histories are forked from is prepared once.
test-crashes: $(VENV)/.dev
	@echo "acceptance, killed and frozen processes"
	@$(PYTEST) tests/acceptance/crashes

test-seeds: $(VENV)/.dev
	@echo "simulated histories"
	@$(BIN)/python -m tests.simulation.run --seeds $(SEEDS) --first $(FIRST) --coverage --processes 1

test-postgresql: $(VENV)/.dev
	@echo "integration, on PostgreSQL"
	@$(PYTEST) --database=postgresql tests/integration

test-integration: $(VENV)/.dev
	@echo "integration, on SQLite; what is the same on both databases is told on PostgreSQL"
	@$(PYTEST) -m "not told_once" tests/integration

test-browser: $(VENV)/.dev
	@echo "acceptance, in a real browser"
	@$(PYTEST) -n 2 --dist=loadfile tests/acceptance/browser

test-simulation: $(VENV)/.dev
	@echo "simulated histories: each replays, and each bug put in on purpose is caught"
	@$(PYTEST) -p no:django tests/simulation

test-properties: $(VENV)/.dev
	@echo "properties of the unit tier, 200 examples each"
	@$(PYTEST) -p no:django -m hypothesis --hypothesis-profile=often tests/unit

test-parts: $(VENV)/.dev
	@echo "architecture, simulator"
	@$(PYTEST) -p no:django tests/architecture tests/simulator

check: $(VENV)/.dev
	@$(BIN)/ruff format --check --quiet .
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/python .ci/check_migrations.py
	@$(BIN)/python .ci/check_templates.py

format: $(VENV)/.dev
	@$(BIN)/ruff check --quiet --fix . || true
	@$(BIN)/ruff format --quiet .

bench: $(VENV)/.dev
	@for each in bench/*_bench.py; do echo "$$each"; $(BIN)/python "$$each" || exit 1; done

chaos: $(VENV)/.dev
	@$(BIN)/python -m tests.support.chaos $(ARGS)

screenshots: $(VENV)/.dev
	@$(BIN)/python -m tests.screenshots $(ARGS)

simulate: $(VENV)/.dev
	@$(BIN)/python -m tests.simulation.run $(if $(SEED),--seed $(SEED),--seeds $(SEEDS) --first $(FIRST) --coverage)

# `make test` lives its first three months.
year: YEAR_SEED = 7
year: $(VENV)/.dev
	@YEAR_MONTHS=12 YEAR_SEED=$(YEAR_SEED) $(PYTEST) -s tests/acceptance/story/test_normal_year.py

# `make test` does the same for 30 seconds.
fuzz: FUZZ_SECONDS = 300
fuzz: $(VENV)/.dev
	@FUZZ_SECONDS=$(FUZZ_SECONDS) $(PYTEST) -s tests/acceptance/api/test_fuzzing.py

clean:
	@rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
