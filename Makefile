# The words a newcomer needs: run, test, check, bench. Each installs what it needs first.
PYTHON ?= python3

VENV := .venv
PY := $(VENV)/bin/python
# pip works from outside the environment: Debian's python3 has no ensurepip of its own.
PIP := $(PYTHON) -m pip --python $(PY) --disable-pip-version-check install --quiet --constraint constraints.txt

.PHONY: install run test test-slow check bench screenshots clean

install: $(VENV)/.run

$(VENV)/.run: pyproject.toml constraints.txt
	PYTHON=$(PYTHON) sh scripts/install_pip.sh
	test -x $(PY) || $(PYTHON) -m venv --without-pip $(VENV)
	$(PIP) --editable .
	touch $@

$(VENV)/.dev: $(VENV)/.run
	$(PIP) --editable '.[dev]'
	touch $@

run: $(VENV)/.run
	$(VENV)/bin/chalknet serve

test: $(VENV)/.dev
	PYTHON=$(PY) sh scripts/install_chromium.sh
	$(PY) -m pytest -m 'not slow' $(TESTS)

test-slow: $(VENV)/.dev
	$(PY) -m pytest -m slow $(TESTS)

check: $(VENV)/.dev
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(VENV)/bin/mypy
	$(VENV)/bin/lint-imports

bench: $(VENV)/.dev
	$(PY) benchmarks/bench_kernel.py

screenshots: $(VENV)/.dev
	$(PY) -m tests.e2e.screenshots

clean:
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache
