# Two commands: `make demo` shows Viceversa, `make test` checks all of it. Both set up what they need in .venv.
SHELL := /bin/sh
PYTHON ?= python3
BIN := .venv/bin
UV := $(BIN)/uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes

.PHONY: demo test check locks warm help
help: ## Say what there is
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/:.*## /: /'

demo: .venv/run.stamp ## Start Viceversa with a realistic organisation in mid-programme
	$(BIN)/viceversa demo

test: .venv/test.stamp ## Run every test, on SQLite, on PostgreSQL and in a browser
	$(BIN)/python -m tests.run

check: .venv/test.stamp ## Lint, types, import contracts, migrations, dependencies, docs
	$(BIN)/python -m tests.check

.venv/python.stamp: requirements/build.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Viceversa needs Python 3.11 or newer; $(PYTHON) is older. Name another with: make PYTHON=python3.12 demo"; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' || { echo "Python's venv module is missing. On Debian and Ubuntu: apt-get install python3-venv"; exit 1; }
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.txt
	@touch $@

.venv/run.stamp: .venv/python.stamp requirements/run.txt pyproject.toml
	$(UV) -r requirements/run.txt
	$(BIN)/uv pip install --quiet --python $(BIN)/python --no-build-isolation --no-deps --editable .
	$(BIN)/python -m compileall -q src/viceversa
	@echo "Compiling the matching engine, once"
	$(BIN)/python -m viceversa.matching.warm
	@touch $@

.venv/test.stamp: .venv/run.stamp requirements/test.txt
	$(UV) -r requirements/test.txt
	@touch $@

locks: .venv/python.stamp ## Pin the newest versions again, with hashes and without addresses
	for name in build run test postgresql; do \
	  $(BIN)/uv pip compile requirements/$$name.in --upgrade --universal --python-version 3.11 --generate-hashes \
	    --no-header --no-emit-index-url --quiet -o requirements/$$name.txt || exit 1; \
	done
