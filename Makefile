# make demo    the whole product on this machine, then on until Ctrl-C (ONCE=1: exit, DATA=file.csv: other data)
# make test    the tests, within five minutes         make test-slow   the slower proofs
# make evaluate   how good the segments are, in tables (DATA=file.csv: on other data)
# make check   formatting, lint, types, import contracts

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
DATA   ?=
ONCE   ?=

.PHONY: demo serve evaluate test test-slow check format clean
.DEFAULT_GOAL := demo

$(VENV)/made: requirements.txt requirements-dev.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed; '$(PYTHON)' is not. On Debian: apt-get install python3 python3-venv;"; \
	  echo "or name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "This Python cannot make virtual environments. On Debian: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { rm -rf $(VENV); \
	  echo "This Python has no pip. On Debian: apt-get install python3-venv"; exit 1; }
	@echo "Setting up $(VENV) (once, a minute or two)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps Lifetimes==0.11.3
	@touch $@

demo: $(VENV)/made
	@$(BIN)/python -m sandbox demo $(if $(ONCE),--once) $(if $(DATA),--data "$(DATA)")

serve: $(VENV)/made
	@$(BIN)/python -m sandbox serve $(if $(DATA),--data "$(DATA)")

evaluate: $(VENV)/made
	@$(BIN)/python -m sandbox.evaluate $(if $(DATA),--data "$(DATA)")

test: $(VENV)/made
	$(BIN)/python -m pytest

test-slow: $(VENV)/made
	$(BIN)/python -m pytest -m slow

check: $(VENV)/made
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/made
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
