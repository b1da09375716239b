# SPDX-License-Identifier: GPL-3.0-or-later
#
# `make run` and `make test` are all one needs; `make help` lists the rest.

PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
PIP    := $(BIN)/python -m pip --disable-pip-version-check --no-input
ARGS   ?=
JOBS   ?= auto

# What is installed is what the lock files say, hash for hash; then the project itself, editable.
INSTALL      := $(PIP) install --quiet --require-hashes
INSTALL_SELF := $(PIP) install --quiet --no-deps --no-build-isolation --editable .
RUN_LOCKS    := constraints/run.txt constraints/build.txt
TEST_LOCKS   := $(RUN_LOCKS) constraints/dev.txt

.DEFAULT_GOAL := help
.PHONY: help run test lint wheel readme manual lock clean
.DELETE_ON_ERROR:

help:
	@echo 'make run     set up $(VENV) and do the whole job on the sample archive (weighbridge demo)'
	@echo 'make test    set up $(VENV) and run the tests (ARGS="-k name" for some of them)'
	@echo 'make lint    ruff, formatting, types (mypy --strict)'
	@echo 'make wheel   build a wheel into dist/'
	@echo 'make readme  put the demonstration into the README anew'
	@echo 'make manual  make the manual page docs/weighbridge.1 anew of the commands'\'' help'
	@echo 'make lock    pin the dependencies anew in constraints/'
	@echo 'make clean   remove $(VENV) and everything that was built'

run: $(VENV)/.run
	@$(BIN)/weighbridge demo $(ARGS)

test: $(VENV)/.test
	$(BIN)/python -m pytest --numprocesses=$(JOBS) --dist=worksteal $(ARGS)

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

wheel: $(VENV)/.test
	$(BIN)/python -m build --wheel --no-isolation --outdir dist

readme: $(VENV)/.test
	$(BIN)/python -m tests.project.transcript

manual: $(VENV)/.test
	$(BIN)/python -m tests.project.manual_page

# --- setting up ---------------------------------------------------------------------------------

# Each way in which a bare machine can fall short is named, with what to do about it.
$(BIN)/python:
	@command -v $(PYTHON) >/dev/null || { \
	  echo 'Python is missing: there is no "$(PYTHON)". Install Python 3.11 or newer,' \
	       'or say make PYTHON=/path/to/python3.' >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "Python 3.11 or newer is needed; $(PYTHON) is $$($(PYTHON) --version 2>&1)." \
	       'Say make PYTHON=/path/to/python3.11.' >&2; exit 1; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { \
	  echo '$(PYTHON) cannot make virtual environments (its venv or ensurepip is missing).' \
	       'On Debian and Ubuntu: apt install python3-venv' >&2; exit 1; }
	@command -v git >/dev/null || { echo 'git is missing. On Debian: apt install git' >&2; exit 1; }
	@echo 'Setting up $(VENV) ...' >&2
	@$(PYTHON) -m venv --clear $(VENV)

$(VENV)/.run: $(BIN)/python pyproject.toml $(RUN_LOCKS)
	@$(INSTALL) $(RUN_LOCKS:%=-r %) || { $(EXPLAIN); }
	@$(INSTALL_SELF) || { $(EXPLAIN); }
	@touch $@

$(VENV)/.test: $(BIN)/python pyproject.toml $(TEST_LOCKS)
	@echo 'Installing what the tests need ...' >&2
	@$(INSTALL) $(TEST_LOCKS:%=-r %) || { $(EXPLAIN); }
	@$(INSTALL_SELF) || { $(EXPLAIN); }
	@touch $(VENV)/.run $@

EXPLAIN = echo 'Installing failed: see above. Is the package index within reach? After a broken' \
	'attempt, "make clean" starts afresh.' >&2; exit 1

# --- pinning ------------------------------------------------------------------------------------

# pip's own configuration says where packages come from; uv is told at the moment of the call, and
# --no-emit-index-url keeps it out of the files.
COMPILE = env $$($(PIP) config list 2>/dev/null | sed -n \
	-e "s/^[^.]*\.index-url='\(.*\)'$$/UV_DEFAULT_INDEX=\1/p") \
	$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-header --no-annotate --upgrade

lock: $(BIN)/python
	$(PIP) install --quiet uv
	$(COMPILE) -o constraints/run.txt pyproject.toml
	$(COMPILE) -o constraints/postgres.txt -c constraints/run.txt --extra postgres pyproject.toml
	$(COMPILE) -o constraints/build.txt -c constraints/run.txt constraints/build.in
	$(COMPILE) -o constraints/dev.txt -c constraints/postgres.txt -c constraints/build.txt \
	  --extra dev --extra postgres pyproject.toml

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
