# The words a newcomer needs: run, test-fast, test, check, bench. Each installs what it needs first.
PYTHON ?= python3
JOBS ?= 3

VENV := .venv
PY := $(VENV)/bin/python
# pip works from outside the environment: Debian's python3 has no ensurepip of its own.
PIP := $(PYTHON) -m pip --python $(PY) --disable-pip-version-check install --quiet --constraint constraints.txt
# Files of tests go to JOBS processes in their order: browser tests last (tests/conftest.py).
PYTEST := $(PY) -m pytest --numprocesses $(JOBS) --dist loadfile --no-loadscope-reorder

.PHONY: install run test test-fast test-slow test-processors check bench screenshots clean

install: $(VENV)/.run

$(VENV)/.run: pyproject.toml constraints.txt
	PYTHON=$(PYTHON) sh scripts/install_pip.sh
	test -x $(PY) || $(PYTHON) -m venv --without-pip $(VENV)
	$(PIP) --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.run
	$(PIP) --editable '.[dev]'
	touch $@

# The checkers of the page's scripts, by the npm that came with the environment: scripts/node has their exact versions.
# npm and what it installs look for node on the path.
NODE := PATH="$(CURDIR)/$(VENV)/bin:$$PATH"
$(VENV)/.node: $(VENV)/.dev scripts/node/package.json scripts/node/package-lock.json
	mkdir -p $(VENV)/node
	cp scripts/node/package.json scripts/node/package-lock.json $(VENV)/node
	$(NODE) npm ci --prefix $(VENV)/node --no-audit --no-fund --loglevel error
	touch $@

run: $(VENV)/.run
	$(VENV)/bin/chalknet serve

test: $(VENV)/.dev
	PYTHON=$(PY) sh scripts/install_chromium.sh
	$(PYTEST) -m 'not slow' $(TESTS)

# What a change can be tried with at once: no browser, no cluster, no server that is killed and started again.
test-fast: $(VENV)/.dev
	$(PYTEST) -m 'not (slow or browser or cluster or own_server or installs or long)' $(TESTS)

test-slow: $(VENV)/.dev
	$(PY) -m pytest -m slow $(TESTS)

# What trains, as other processors compute it.
test-processors: $(VENV)/.dev
	$(PY) -m tests.processors $(TESTS)

check: $(VENV)/.dev $(VENV)/.node
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports
	$(NODE) $(VENV)/node/node_modules/.bin/tsc --project static
	$(NODE) $(VENV)/node/node_modules/.bin/biome ci --config-path=scripts/node --error-on-warnings static tests/static

bench: $(VENV)/.dev
	$(PY) benchmarks/bench_kernel.py

screenshots: $(VENV)/.dev
	$(PY) -m tests.e2e.screenshots

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache
