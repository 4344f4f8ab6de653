# Every target does its own set-up: Python 3.11 or newer (with venv and pip) and make are all that is needed.
PYTHON ?= python3
BIN := .venv/bin

.PHONY: try run test weather fuzz bench lock clean
.DEFAULT_GOAL := help

help:  ## show these targets
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 16

try: .venv/ready  ## golive with a Slack of your own, at http://127.0.0.1:8080
	@exec $(BIN)/golive try $(ARGS)

run: .venv/ready  ## golive with the real Slack; two tokens in .env
	@exec $(BIN)/golive run $(ARGS)

test: .venv/ready  ## every check: tests, ruff, mypy, import contracts (ARGS=--both-databases: all on SQLite and PostgreSQL)
	$(BIN)/python -m pytest --numprocesses 6 --dist worksteal $(ARGS)

weather: .venv/ready  ## the bot killed 200 times and worse; what was lost or said twice is counted (half an hour)
	GOLIVE_WEATHER=long GOLIVE_KILLS=100 $(BIN)/python -m pytest -q -s tests/weather $(ARGS)

fuzz: .venv/ready  ## 100,000 payloads with something wrong in each, over HTTP and the socket (a quarter of an hour)
	$(BIN)/python -m benchmarks.fuzz $(ARGS)

bench: .venv/ready  ## every benchmark, as tables of ratios measured in one run
	$(BIN)/python -m benchmarks $(ARGS)

lock: .venv/ready  ## resolve requirements.lock anew from pyproject.toml
	$(BIN)/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-header \
	    --python-version 3.11 --extra dev --upgrade pyproject.toml -o requirements.lock

clean:  ## remove the virtual environment and caches
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	    || { echo "golive needs Python 3.11 or newer; $(PYTHON) is $$($(PYTHON) --version). Try: make PYTHON=python3.12 ..."; exit 1; }
	@echo "Setting up .venv (once; a minute or so) ..."
	@$(PYTHON) -m venv .venv
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
