# Keyuan. `make run` is all you need; `make help` lists the rest.
.DEFAULT_GOAL := help
.PHONY: help run setup assets messages test test-browser test-servers test-long check bench bench-addons bench-rights bench-peers coverage lock clean .environment

# any Python that is new enough: PYTHON=… chooses another one
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python3.14 python; do \
	command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; break; }; done)
BIN := .venv/bin
# logical: as many as the processors that the system sees
WORKERS ?= logical
ARGS ?=
# as pip does for a wheel: else every start compiles six hundred modules where Python may not write, or is told not to
BYTECODE := $(BIN)/python -m compileall -qq core addons || true
PIP_COMPILE := $(BIN)/pip-compile --quiet --generate-hashes --strip-extras --allow-unsafe --no-header \
	--no-emit-index-url --no-emit-find-links --no-emit-trusted-host

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-14s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

run: ## set everything up and serve the demonstration at http://127.0.0.1:6543 (ARGS="--port 8000")
	@$(MAKE) --no-print-directory .environment KIND=run
	@$(BIN)/python core/web/assets.py
	@$(BIN)/python -m tools.catalogues compile
	@$(BIN)/python -m core.orm.pinyin_tables
	@$(BYTECODE)
	@exec $(BIN)/keyuan serve --demo $(ARGS)

setup: ## make the environment in .venv, the browser files, the catalogues and the readings of Chinese
	@$(MAKE) --no-print-directory .environment KIND=dev
	@$(BIN)/python core/web/assets.py
	@$(BIN)/python -m tools.catalogues compile
	@$(BIN)/python -m core.orm.pinyin_tables
	@$(BYTECODE)

test: setup ## all tests but those in the browser and with further servers (ARGS="-k lead", WORKERS=2)
	@$(BIN)/python -m pytest -m "not browser and not servers and not long" -n $(WORKERS) --maxprocesses=8 $(ARGS)

test-browser: setup ## the tests in Chromium
	@$(BIN)/python -m pytest tests/browser tests/core/web/test_browser.py -m browser -n $(WORKERS) --maxprocesses=4 $(ARGS)

test-servers: setup ## the tests that need servers of the system's packages: PgBouncer
	@$(BIN)/python -m pytest tests/system -m servers $(ARGS)

test-long: setup ## what `make test` takes samples of: every combination of addons, rights in many made-up deployments
	@$(BIN)/python -m pytest -m long -n $(WORKERS) --maxprocesses=8 $(ARGS)
	@$(BIN)/python -m pytest tests/core/rights --hypothesis-profile=thorough -n $(WORKERS) --maxprocesses=8 $(ARGS)

check: setup ## style, types, layers, house rules, translations
	@$(BIN)/python -m tools.check $(ARGS)

coverage: setup ## tests of the kernel with branch coverage, at least 90 %
	@$(BIN)/python -m pytest -m "not browser and not servers and not long" -n $(WORKERS) --maxprocesses=8 --cov --cov-report=term $(ARGS)

ROWS ?= 200000
bench: setup ## the benchmarks; the data are kept for the next time (ROWS=1000000, ARGS="--help")
	@$(BIN)/python -m benchmarks --rows $(ROWS) $(ARGS)

bench-addons: setup ## addons that come and go beside many rows, 50 companies with 10 sets of addons (ROWS=1000000)
	@$(BIN)/python -m benchmarks.addons --rows $(ROWS) $(ARGS)

bench-rights: setup ## 5,000 users, 300 departments, 200 roles, 500 sharing rules beside many rows (ROWS=1000000)
	@$(BIN)/python -m benchmarks.rights --rows $(ROWS) $(ARGS)

bench-peers: setup ## Tryton and Django on the same data (ROWS=200000, ARGS=django for one of them)
	@ROWS=$(ROWS) $(BIN)/python -m benchmarks.peers $(ARGS)

assets: ## gather the browser libraries again
	@rm -rf core/web/static/vendor
	@$(MAKE) --no-print-directory setup

messages: setup ## add new sentences to the catalogues
	@$(BIN)/python -m tools.catalogues update

lock: setup ## renew the hash locks of requirements/ and the browser libraries' lock
	$(PIP_COMPILE) -c requirements/constraints.in -o requirements/runtime.txt setup.cfg
	$(PIP_COMPILE) -c requirements/runtime.txt -o requirements/embedded.txt requirements/embedded.in
	$(PIP_COMPILE) -c requirements/constraints.in -c requirements/runtime.txt -c requirements/embedded.txt \
		--extra test --extra dev -o requirements/dev.txt setup.cfg
	$(PIP_COMPILE) -o requirements/node.txt requirements/node.in
	for peer in tryton django; do $(PIP_COMPILE) -o benchmarks/peers/$$peer/requirements.txt benchmarks/peers/$$peer/requirements.in; done
	npm install --package-lock-only --ignore-scripts
	@# every Python that we promise must find a file of each version
	@for version in 3.11.0 3.12.0 3.13.0 3.14.0; do for lock in runtime embedded dev; do \
		$(BIN)/pip install --quiet --dry-run --ignore-installed --target . --only-binary :all: --python-version $$version \
		--require-hashes -r requirements/$$lock.txt >/dev/null || { echo "error: $$lock.txt does not suit Python $$version" >&2; exit 1; }; done; done

clean: ## remove what was made here: environment, browser files, caches; no data
	@rm -rf .venv .venv-peers build dist *.egg-info core/web/static/vendor core/web/static/vendor-* \
		.mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis .coverage .coverage.* htmlcov
	@find core addons tests tools template docs benchmarks -depth \( -name __pycache__ -o -name '*.mo' -o -name '*.tables' \) -exec rm -rf {} + 2>/dev/null || true

.environment:
	@test -n "$(PYTHON)" || { echo "error: no Python 3.11 or newer was found; install it, or name one: make PYTHON=/path/to/python3 ..." >&2; exit 1; }
	@$(PYTHON) tools/environment.py $(KIND)
