# `make` alone lists what there is. Needs Python 3.11, 3.12 or 3.13; everything else goes into the folder .venv.

PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
# Paths of tools are given in full, so that no virtual environment needs to be active.
export PATH := $(abspath $(BIN)):$(PATH)
# Names of folders may hold any letter, whatever language the system speaks.
export PYTHONUTF8 := 1

# An environment knows its own place. One whose Python is gone, or that was made in another folder, is made anew.
STALE := $(shell test -e $(VENV)/pyvenv.cfg && { $(BIN)/python -c 'import sys; sys.exit(any( \
  line.startswith("command = ") and not line.rstrip().endswith(" " + sys.prefix) \
  for line in open(sys.prefix + "/pyvenv.cfg", encoding="utf-8")))' 2>/dev/null || echo stale; })
# `make -n` only says what it would do.
ifeq ($(STALE)$(findstring n,$(firstword -$(MAKEFLAGS))),stale)
$(info The environment in $(VENV) was made in another folder, or its Python is gone: it is made anew.)
$(shell rm -rf $(VENV))
endif

.DEFAULT_GOAL := help
.PHONY: help lab test test-all flaky slowest check lowest browser gallery site stills chromium lessons oracles bench format lock clean

help: ## list the commands
	@awk -F ':.*## ' '/^[a-z]+:.*## / {printf "  make %-9s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

lab: $(VENV)/.course ## set up, then open the course in JupyterLab
	coursekit lab

test: $(VENV)/.everything ## set up, then prove it: every module, every lesson small (about five minutes on two cores)
	python -m pytest -m "not browser and not slow and not real_data" $(PARALLEL)

test-all: $(VENV)/.everything ## the longer proof: stored outputs compared, full length, real data, many random examples
	python -m pytest -m "hypothesis and not slow" --hypothesis-profile=wide $(PARALLEL)
	python -m pytest $(NBVAL) --nbval-lax $(LAX)
	python -m pytest $(NBVAL) --nbval $(filter-out $(LONGEST),$(wildcard solutions/*.ipynb))
	python -m pytest -m "slow or real_data" $(PARALLEL)
	python -m pytest $(NBVAL) --nbval $(LONGEST)

flaky: $(VENV)/.everything ## the unit tests N times, each in another order and from other seeds (make flaky N=20)
	python tests/flaky.py $(N)

slowest: $(VENV)/.everything ## measure every unit test and write which ones `make test` leaves to `make test-all` (a quarter of an hour)
	python tests/slow_tests.py

check: $(VENV)/.everything ## format, lint, types, and the lessons in step with their sources
	ruff format --check .
	ruff check .
	mypy
	coursekit build --check

lowest: $(VENV)/.everything ## test with the lowest version of every dependency that pyproject.toml allows (before a release)
	uv venv --quiet --clear --python $(BIN)/python $(VENV)/lowest
	uv pip install --quiet --python $(VENV)/lowest/bin/python --resolution lowest-direct --editable '.[test]' || $(NOT_INSTALLED)
	PATH="$(abspath $(VENV)/lowest/bin):$$PATH" python -m pytest -m "not browser and not slow and not real_data and not lesson" $(PARALLEL)

site: $(VENV)/.everything ## build the course's website from stored outputs, check its links; it is in build/site/html
	python docs/site/build.py

build/site/html/index.html: | $(VENV)/.everything
	python docs/site/build.py

stills: chromium ## take the gallery's thumbnails, the contact sheets and the moving image again, from the real explorers
	python docs/site/stills.py build/stills
	python docs/site/contact_sheets.py build/stills
	python docs/site/moving_image.py

browser: chromium build/site/html/index.html ## test the widgets in a real JupyterLab, and the website (installs Chromium where apt can)
	$(BROWSER) $(addprefix --ignore=,$(GALLERY)) tests/browser

gallery: chromium ## test the gallery and its apps, and every explorer's keys, drags and memory (ten minutes)
	$(BROWSER) $(GALLERY)

chromium: $(VENV)/.everything
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || \
	  if command -v apt-get >/dev/null && [ "$$(id -u)" = 0 ]; then \
	    apt-get update -q >/dev/null && DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends chromium fonts-dejavu-core >/dev/null; \
	  else echo "No Chromium here. Install it (Debian: sudo apt install chromium) and run make again."; exit 1; fi

lessons: $(VENV)/.everything ## run every lesson again and rebuild its notebooks (one that changed: coursekit build NN)
	coursekit build --execute

oracles: $(VENV)/.everything ## hold every explainer against its oracles and write coursekit/explain/README.md
	COURSEKIT_WRITE_ORACLES=1 python -m pytest -p no:randomly tests/explain/test_oracles.py -k agrees

bench: $(VENV)/.everything ## time every explainer against its lower limit and against other people's (half an hour)
	python benchmarks/explainers.py
	python benchmarks/clahe.py

format: $(VENV)/.everything ## format the code and mend what the linter can
	ruff format .
	ruff check --fix .

lock: $(VENV)/.everything ## choose the newest versions of everything and write requirements.lock
	uv pip compile --quiet --universal --upgrade --python-version 3.11 --all-extras --no-annotate --no-header \
	  --no-emit-index-url pyproject.toml --output-file requirements.lock

clean: ## remove .venv and all caches in this folder
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

# Python starts some hundred times in the tests: it should keep what it has compiled.
unexport PYTHONDONTWRITEBYTECODE
# Raise it on a machine with more cores; each worker takes up to 3 GB of memory.
WORKERS ?= 2
N ?= 20
# A file's tests go to one worker, a lesson's to any (conftest.py).
# nbval takes three seconds to load, and has nothing to do there.
PARALLEL := -p no:nbval -n $(WORKERS) --dist loadscope --no-loadscope-reorder
# `make test` runs the cells of every unsolved notebook; here, that the command which instructors type does so too.
LAX := $(wildcard notebooks/00_*.ipynb notebooks/04_*.ipynb notebooks/14_*.ipynb)
# These train longest. They come last, for a machine that has not the time for all (COURSEKIT_TEST_UNTIL, .ci/run).
LONGEST := $(wildcard solutions/03_*.ipynb solutions/05_*.ipynb solutions/06_*.ipynb solutions/07_*.ipynb)
# A notebook's cells run in their order, in one process a notebook.
NBVAL := --nbval-current-env -n $(WORKERS) --dist loadfile

BROWSER := COURSEKIT_REQUIRE_BROWSER=1 python -m pytest -m browser -p no:randomly -n $(WORKERS) --dist loadfile --timeout=300
GALLERY := $(addprefix tests/browser/,test_gallery.py test_every_explorer.py test_apps.py)

NOT_INSTALLED := { echo "The packages could not be installed. Is there a network, is the disk full, does a proxy answer (HTTPS_PROXY is now \"$$HTTPS_PROXY\")? Mend it and run make again: it goes on where it stopped."; exit 1; }

$(VENV)/.course: pyproject.toml requirements.lock | $(BIN)/uv
	uv pip install --quiet --python $(BIN)/python --constraint requirements.lock --editable . || $(NOT_INSTALLED)
	@touch $@

$(VENV)/.everything: pyproject.toml requirements.lock | $(BIN)/uv
	uv pip install --quiet --python $(BIN)/python --constraint requirements.lock --compile-bytecode --editable '.[test,dev,peers,site]' || $(NOT_INSTALLED)
	@touch $@ $(VENV)/.course

$(BIN)/uv:
	@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' || \
	  { echo "$$($(PYTHON) --version 2>&1) found, but the course needs Python 3.11, 3.12 or 3.13. Name one: make PYTHON=python3.12 ..."; exit 1; }
	@test "$$(uname -sm)" != "Darwin x86_64" || \
	  { echo "TensorFlow has no version for Macs with an Intel processor. (On a Mac with Apple's own, take a Python made for it: this one is not.)"; exit 1; }
	@mkdir -p $(VENV) 2>/dev/null && test -w $(VENV) || \
	  { echo "$(VENV) cannot be written in $(CURDIR). Copy the course to a folder of yours, or keep what is installed elsewhere: make VENV=~/course-environment ..."; exit 1; }
	@$(PYTHON) -m venv $(VENV) || \
	  { rm -rf $(VENV); echo "Python cannot make a virtual environment. On Debian and Ubuntu: sudo apt install python3-venv"; exit 1; }
	python -m pip install --quiet --disable-pip-version-check --constraint requirements.lock uv || $(NOT_INSTALLED)
