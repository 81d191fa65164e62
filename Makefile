# What one does with this project. Needs GNU make, git and a Python >= 3.11 that can make virtual
# environments; everything else is installed into .venv, by hash, and only when it has changed.

SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# Another interpreter, for instance: make demo PYTHON=/usr/local/bin/python3.13
PYTHON ?=
# The test processes that run side by side: more than cores, since they wait a lot. 0 runs them in one.
WORKERS ?= 4
# Only some tests, for instance: make test TESTS=tests/unit
TESTS ?= tests
# What else pytest is told, for instance: make test ARGS='-k cancel'
ARGS ?=
# What measures how quick the bot is runs after all others, which would slow it.
IN_TWO_PARTS = $(if $(SIDE_BY_SIDE),$(if $(ARGS)$(filter-out tests,$(TESTS)),,1))
SIDE_BY_SIDE = $(if $(filter-out 0 1,$(WORKERS)),-n $(WORKERS) --dist worksteal)
# make demo ONCE=1 ends after the picture.
ONCE ?=
# make soak JOBS=100 SIMULATED=1000 for fewer; SEED=4711 for the same ones again, REPLAY=4711 to read
# what happened in one that was simulated.
JOBS ?= 1000
SIMULATED ?= 100000
SEED ?=
REPLAY ?=
# Only some screenshots; without it all of them.
SHOTS ?=
# make lock UPGRADE=1 takes the newest releases; without it only what has to move moves.
UPGRADE ?=

BIN := .venv/bin
CODE := bot cogs sandbox
RUN_STAMP := .venv/.requirements-run
DEV_STAMP := .venv/.requirements-dev

# Hashes for everything, so nothing is left for pip to resolve. Bytecode is written by the first
# import instead of for all files, and -qq leaves nothing but errors.
PIP_INSTALL = $(BIN)/python -m pip install -qq --disable-pip-version-check --no-compile \
	--no-deps --require-hashes -r

# One resolution for every platform and every Python that we take. There is no lock file
# (docs/adr/0008-pin-by-hash-without-a-lock-file.md).
COMPILE = $(BIN)/uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-header

.PHONY: help install install-dev demo film run test soak check format bench screenshots lock clean

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## /{printf "make %-12s %s\n", $$1, $$2}' Makefile

install: $(RUN_STAMP) ## .venv with what the bot needs to run

install-dev: $(DEV_STAMP) ## .venv with what its development needs too

demo: install ## bot, local Discord and local image API, one picture; ONCE=1 ends with it
	@$(BIN)/python -m sandbox.demo $(if $(filter-out 0,$(ONCE)),--once)

film: install-dev ## the README's moving picture: the demo while its plug is pulled; needs Chromium
	@$(BIN)/python -m sandbox.film

run: install ## the real bot, from .env or the environment
	@exec $(BIN)/python -m bot

test: install-dev ## all tests; TESTS=folder, ARGS=..., WORKERS=4
	$(BIN)/pytest $(TESTS) -q $(SIDE_BY_SIDE) $(if $(IN_TWO_PARTS),--ignore=tests/alone) $(ARGS)
	$(if $(IN_TWO_PARTS),$(BIN)/pytest tests/alone -q)

soak: install-dev ## many jobs under misfortune, planted bugs; JOBS=, SIMULATED=, SEED=, REPLAY=
	@$(if $(REPLAY),:,$(BIN)/python -m tests.soak --jobs $(JOBS) $(if $(SEED),--seed $(SEED)))
	@$(BIN)/python -m tests.simulation.soak --workers $(WORKERS) --jobs $(SIMULATED) \
		$(if $(SEED),--seed $(SEED)) $(if $(REPLAY),--replay $(REPLAY))

check: install-dev ## formatting, lint, types, import contracts, Dockerfile, house rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/basedpyright
	$(BIN)/lint-imports --no-logo
	$(BIN)/hadolint Dockerfile
	$(BIN)/pytest -q tests/meta

format: install-dev ## mend what ruff can mend by itself
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: install ## measure the bot beside a naive one
	$(BIN)/python -m benchmarks

screenshots: install-dev ## docs/images from the sandbox's page; SHOTS='log result' for some
	$(BIN)/python -m sandbox.screenshots $(SHOTS)

lock: install-dev ## requirements/*.txt from pyproject.toml; UPGRADE=1 for the newest releases
	$(COMPILE) $(if $(UPGRADE),--upgrade) pyproject.toml -o requirements/run.txt
	$(COMPILE) $(if $(UPGRADE),--upgrade) --group dev pyproject.toml -o requirements/dev.txt

clean: ## remove .venv and every cache
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache .coverage*
	find $(CODE) tests -name __pycache__ -prune -exec rm -rf {} +

.venv/bin/python:
	@python=$$(PYTHON='$(PYTHON)' sh .ci/find-python) || exit 1; \
	echo "Making .venv with $$python"; \
	"$$python" -m venv .venv

$(RUN_STAMP): requirements/run.txt | .venv/bin/python
	@echo "Installing what the bot needs into .venv (about 20 s)"
	@$(PIP_INSTALL) $<
	@touch $@

# The development set contains the other one, with the same versions.
$(DEV_STAMP): requirements/dev.txt | .venv/bin/python
	@echo "Installing what development needs into .venv (about 1 min)"
	@$(PIP_INSTALL) $<
	@touch $@ $(RUN_STAMP)
