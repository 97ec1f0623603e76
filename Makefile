# Two commands matter: `make site` and `make test`. Both set up .venv by themselves; `make help` lists the rest.

PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.set-up
OLDEST := 3.11

MAKEFLAGS += --no-builtin-rules --no-print-directory
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help setup site serve test lint types layers workflows tests soak bench bench-feeds bench-due messages screenshots reference lock clean

help: ## show this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(STAMP) ## create .venv with the locked libraries (every other target does it when needed)
	@:

site: $(STAMP) ## build the example site and say where it is
	@$(BIN)/heraldry build
	@$(BIN)/python -c 'from pathlib import Path; print("open", Path("site/index.html").resolve().as_uri(), "or run $(BIN)/heraldry serve")'

serve: $(STAMP) ## build, serve on this machine and rebuild on every change
	@$(BIN)/heraldry serve

test: lint types layers workflows tests ## everything that CI runs

lint: $(STAMP) ## style and formatting
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .

types: $(STAMP) ## strict types
	@$(BIN)/mypy heraldry tests bench

layers: $(STAMP) ## each room imports only rooms below it
	@$(BIN)/lint-imports --no-logo

workflows: $(STAMP) ## security of the workflows, by the strictest reading
	@$(BIN)/zizmor --offline --persona=auditor --strict-collection --no-progress --quiet .

tests: $(STAMP) ## the tests
	@$(BIN)/pytest -n auto -m "not soak"

soak: $(STAMP) ## long runs: the properties with many more examples, and the tests marked soak
	@HYPOTHESIS_PROFILE=soak $(BIN)/pytest -n auto -m "soak or hypothesis"

bench: $(STAMP) ## compare with Hugo and Eleventy (SIZE=S, M or L; needs node and npm, and the network once)
	@$(BIN)/python -m bench.run --size $(or $(SIZE),S)

bench-feeds: $(STAMP) ## entries a second through fetch, parse, clean and archive, beside feedparser alone
	@$(BIN)/python -m bench.feeds

bench-due: $(STAMP) ## CPU seconds of a scheduled run that finds nothing due (SIZE=S, M or L)
	@$(BIN)/python -m bench.due --size $(or $(SIZE),L)

messages: $(STAMP) ## collect the interface's words for translators (theme/locale)
	@$(BIN)/pybabel -q extract -F theme/locale/babel.cfg -k say --add-location=file --sort-by-file --width=120 \
	  --project=Heraldry --version=0.1 --copyright-holder="the Heraldry contributors" \
	  --msgid-bugs-address="see CONTRIBUTING.md" -o theme/locale/heraldry.pot theme heraldry
	@$(BIN)/pybabel -q update -i theme/locale/heraldry.pot -d theme/locale -D heraldry --no-fuzzy-matching --width=120

screenshots: site ## take the README's pictures again (needs Chromium)
	@$(BIN)/python docs/screenshots.py

reference: $(STAMP) ## write docs/reference.md from the code
	@$(BIN)/python docs/make_reference.py

lock: ## follow pyproject.toml; UPGRADE=1 also takes the newest versions (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: see https://docs.astral.sh/uv/" >&2; exit 1; }
	uv pip compile pyproject.toml --group dev --universal --python-version $(OLDEST) --generate-hashes \
	  $(if $(UPGRADE),--upgrade) --no-emit-index-url --no-emit-find-links --no-header --quiet -o requirements.lock

clean: ## remove .venv, the built site and every cache
	rm -rf .venv site .heraldry build dist .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find heraldry tests -name __pycache__ -type d -prune -exec rm -rf {} +

# The version is asked of the interpreter itself: a `python3` that only forwards may forward to nothing.
$(STAMP): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < tuple(map(int, "$(OLDEST)".split("."))))' 2>/dev/null || { \
	  echo "Heraldry needs Python $(OLDEST) or newer, and '$(PYTHON)' is `$(PYTHON) --version 2>&1 || true`." >&2; \
	  echo "  hint: install one, or name one: make PYTHON=/path/to/python3.12 $(or $(firstword $(MAKECMDGOALS)),site)" >&2; exit 1; }
	@echo "setting up .venv: a minute or two, and only when requirements.lock or pyproject.toml changed"
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv --clear .venv || { \
	  echo "  hint: on Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@
