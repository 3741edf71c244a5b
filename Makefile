# The commands everybody uses. `make` lists them. Only Python 3.11+ and make are needed.
SHELL := /bin/bash
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
PYTHON ?= $(shell for p in python3.14 python3.13 python3.12 python3.11 python3; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 11))' 2>/dev/null \
	&& { command -v $$p; break; }; done)
PIP := $(BIN)/python -m pip --disable-pip-version-check --require-virtualenv --quiet
DEMO ?= demo/boston
UV ?= $(shell test -x $(BIN)/uv && echo $(BIN)/uv || command -v uv)
LOCK = $(UV) pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-header --quiet

.PHONY: help setup demo test check bench docs lock options messages clean

help: ## List the commands
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1\t\2/' | expand -t 18

setup: $(VENV)/.run ## Make the environment in .venv, nothing else

demo: $(VENV)/.run ## Run the demonstration city and tell its address (Ctrl-C stops it)
	@exec $(BIN)/weft up --demo $(DEMO) $(ARGS)

test: $(VENV)/.dev ## Run all tests (ARGS="-k words" chooses some)
	@$(BIN)/python -m pytest $(ARGS)

check: $(VENV)/.dev ## Look for mistakes without running: ruff, mypy, import-linter
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/.dev ## Measure: rows loaded a second, time per page
	@$(BIN)/python -m benchmarks $(ARGS)

docs: $(VENV)/.docs ## Write the documentation to site/
	$(BIN)/python -m mkdocs build --strict --quiet

lock: ## Pin all dependencies anew, by hash (ARGS="--upgrade" takes newer ones)
	@test -n "$(UV)" || { echo "make lock needs the program uv: pipx install uv" >&2; exit 1; }
	for set in run dev docs; do $(LOCK) $(ARGS) requirements/$$set.in -o requirements/$$set.txt || exit 1; done

options: $(VENV)/.run ## Write docs/options.md from the table of options
	@$(BIN)/python -m weft.config.options > docs/options.md

messages: $(VENV)/.dev ## Collect the sentences to translate and compile them (needs gettext)
	@command -v xgettext >/dev/null || { echo "make messages needs gettext: apt-get install gettext" >&2; exit 1; }
	cd weft && ../$(BIN)/django-admin makemessages --all --no-location --no-obsolete && ../$(BIN)/django-admin compilemessages

clean: ## Remove the environment and what tools left; data folders stay
	rm -rf $(VENV) site build dist test-results .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The environment. Each stamp stands for "installed as the lock says"; a changed lock installs anew.
$(VENV)/.python:
	@test -n "$(PYTHON)" || { echo "Weft needs Python 3.11 or newer with venv and pip, and none was found." \
		"On Debian or Ubuntu: apt-get install python3 python3-venv. Or name one: make PYTHON=/path/to/python3" >&2; exit 1; }
	@echo "Making the environment in $(VENV) with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.run: requirements/run.txt pyproject.toml | $(VENV)/.python
	@echo "Installing what Weft needs to run"
	@$(PIP) install --require-hashes -r requirements/run.txt
	@$(PIP) install --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/.dev: requirements/dev.txt $(VENV)/.run
	@echo "Installing what the tests and checks need"
	@$(PIP) install --require-hashes -r requirements/dev.txt
	@touch $@

$(VENV)/.docs: requirements/docs.txt $(VENV)/.run
	@echo "Installing what the documentation needs"
	@$(PIP) install --require-hashes -r requirements/docs.txt
	@touch $@
