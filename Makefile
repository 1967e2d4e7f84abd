# `make` alone lists what there is. Everything runs from .venv, which every
# target that needs it makes or brings up to date first.

VENV    := .venv
BIN     := $(VENV)/bin
STAMP   := $(VENV)/.installed
WEB     := api/web/dist/.built
SOURCES := core store workshop migrations ingest routing api maps simulators evidence cli tests bench
# Only folders that exist: ruff treats a missing one as an error.
PRESENT = $(wildcard $(SOURCES))

# make demo BINS=500 ARGS="--seed 7"
BINS ?=
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help install web demo test check format lock services clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The programs in a .venv hold its full path, and its Python may have been removed:
# in a checkout that was moved, or after an upgrade, the stamp counts for nothing.
ifneq ($(shell $(BIN)/python -c '' 2>/dev/null && cat $(STAMP) 2>/dev/null),$(CURDIR))
.PHONY: $(STAMP)
endif

# A named Python that the .venv was not made with makes it anew.
ifneq ($(PYTHON),)
ifneq ($(shell test $(BIN)/python -ef "$$(command -v $(PYTHON))" && echo same),same)
.PHONY: $(STAMP)
endif
endif

install: $(STAMP) ## make .venv with every package of requirements.lock, hashes checked

# The stamp is the last thing written: an interrupted install starts over.
# A .venv that is of no use here is made anew.
$(STAMP): requirements.lock pyproject.toml
	@set -eu; \
	python=$$(.ci/find-python $(PYTHON)); \
	rm -f $@; \
	if [ "$$(cat $(VENV)/.made-in 2>/dev/null)" != "$(CURDIR)" ] \
	    || { [ -n "$(PYTHON)" ] && ! [ "$(BIN)/python" -ef "$$python" ]; } \
	    || ! $(BIN)/python -c 'import pip' >/dev/null 2>&1; then \
	    echo "making $(VENV) with $$python"; \
	    "$$python" -m venv --clear $(VENV); \
	    echo "$(CURDIR)" >$(VENV)/.made-in; \
	fi; \
	export PIP_DISABLE_PIP_VERSION_CHECK=1; \
	echo "installing requirements.lock (a minute or two the first time)"; \
	$(BIN)/python -m pip install --quiet --quiet --require-hashes --requirement requirements.lock; \
	$(BIN)/python -m pip install --quiet --quiet --no-deps --no-build-isolation --editable .; \
	$(BIN)/python -m routing.search.compile; \
	echo "$(CURDIR)" >$@

# The screens. Node comes with the packages: none has to be on the machine. The interface's own
# document gives the types, so that a screen that asks for what is not there does not compile.
NPM     := cd api/web && PATH="$(CURDIR)/$(BIN):$$PATH" npm --silent
NPM_STAMP := api/web/node_modules/.installed
WEB_SOURCES = $(shell find api/web/src api/web/phone api/web/ops api/web/signin api/web/public -type f 2>/dev/null) \
    $(wildcard api/web/*.ts api/web/*.json)

web: $(WEB) ## build the crew's phone and the ops room into api/web/dist

# Node has to be there first; another .venv, for another Python, brings the same screens.
$(NPM_STAMP): api/web/package-lock.json | $(STAMP)
	@echo "installing api/web/package-lock.json (half a minute the first time)"
	@$(NPM) ci
	@touch $@

$(WEB): $(NPM_STAMP) $(WEB_SOURCES) $(wildcard api/*.py api/endpoints/*.py api/schemas/*.py)
	@echo "building the screens"
	@mkdir -p api/web/build
	@$(BIN)/brimful openapi >api/web/build/openapi.json.new
	@mv api/web/build/openapi.json.new api/web/build/openapi.json
	@$(NPM) run types
	@$(NPM) run build -- --logLevel warn
	@touch $@

demo: $(WEB) ## a town of simulated bins, planned and served, on this machine (BINS=..., ARGS=...)
	$(BIN)/brimful demo $(if $(BINS),--bins $(BINS)) $(ARGS)

# Side by side, for they wait more than they work; each worker has servers of its own.
test: $(WEB) ## run the tests (ARGS=... goes to pytest; ARGS="-n 0 ..." runs one after the other)
	@# a search that was changed since is compiled before a test waits for it
	@$(BIN)/python -m routing.search.compile
	@$(NPM) test
	$(BIN)/python -m pytest --numprocesses logical --maxprocesses 4 --dist worksteal $(ARGS)

# One failing tool must not hide what the next one has to say.
check: $(WEB) ## formatting, lint, types and import rules, here and in api/web; all are run and reported
	@failed=""; \
	npm_check() { ( $(NPM) run check ); }; \
	run() { echo "== $$*"; "$$@" || failed="$$failed $$(basename $$1)"; }; \
	run $(BIN)/ruff format --check $(PRESENT); \
	run $(BIN)/ruff check $(PRESENT); \
	run $(BIN)/mypy; \
	run $(BIN)/lint-imports; \
	run npm_check; \
	if [ -n "$$failed" ]; then echo "make check: failed:$$failed" >&2; exit 1; fi; \
	echo "make check: all five passed"

format: $(NPM_STAMP) ## format and apply the safe fixes
	$(BIN)/ruff format $(PRESENT)
	$(BIN)/ruff check --fix $(PRESENT)
	$(NPM) run format

# requirements.lock holds everything, development tools included. The image installs
# requirements-run.lock and is built with requirements-build.lock (its wheel, and the screens), at the very same versions.
# None may name an index: the hashes bind, wherever the files come from.
LOCKING := pip compile --quiet --no-config --universal --python-version 3.12 \
    --generate-hashes --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock"

lock: $(STAMP) ## write the lock files anew (ARGS=--upgrade for newer versions)
	$(BIN)/uv $(LOCKING) pyproject.toml --extra embedded --group dev \
	    --output-file requirements.lock $(ARGS)
	$(BIN)/uv $(LOCKING) pyproject.toml --constraint requirements.lock \
	    --output-file requirements-run.lock
	printf 'hatchling\nnodejs-wheel\n' | $(BIN)/uv $(LOCKING) - --constraint requirements.lock \
	    --output-file requirements-build.lock

services: ## a real TimescaleDB, Mosquitto and Chromium without Docker (needs root and Debian)
	.ci/services install
	.ci/services start
	@echo "now: eval \"\$$(.ci/services env)\""

clean: ## remove what was built
	rm -rf $(VENV) build dist api/web/dist api/web/build api/web/node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find $(PRESENT) -name __pycache__ -type d -prune -exec rm -rf {} +
