# Kring's two commands are `make demo` and `make test`. For GNU make 3.81 and later.

.DEFAULT_GOAL := help
PYTHON = .venv/bin/python

.PHONY: help
help:
	@echo 'make demo          a cooperative to try out, at http://127.0.0.1:8000'
	@echo 'make test          run all tests'
	@echo 'make check         format, lint, types, layers, templates, migrations, translations'
	@echo 'make format        put code and templates in the agreed form'
	@echo 'make translations  take new texts into the catalogue, ready to be translated'
	@echo 'make lock          choose new versions of what Kring depends on'
	@echo 'make clean         remove what the other commands made, except data'

.PHONY: demo
demo:
	@sh tools/install.sh run
	@$(PYTHON) -m tools.catalogues compile
	@.venv/bin/kring demo $(ARGS)

# Two workers: each has a database of its own, and small machines have two cores.
WORKERS = 2
TESTS = tests
# Rooms of which no line may go untested, when that is switched on:
# make test WHOLLY_COVERED='src/kring/algebra/*,src/kring/groups/*,src/kring/actions/*'
WHOLLY_COVERED =

.PHONY: test
test:
	@sh tools/install.sh test
	@$(PYTHON) -m tools.catalogues compile
	@$(PYTHON) -m coverage erase
	@$(PYTHON) -m coverage run -m pytest -n $(WORKERS) $(TESTS)
	@$(PYTHON) -m coverage combine --quiet
ifeq ($(TESTS),tests)
	@$(PYTHON) -m coverage report --skip-covered
endif
ifneq ($(WHOLLY_COVERED),)
	@$(PYTHON) -m coverage report --skip-covered --include='$(WHOLLY_COVERED)' --fail-under=100
endif

.PHONY: check
check:
	@sh tools/install.sh check
	$(PYTHON) -m ruff format --check --quiet .
	$(PYTHON) -m ruff check --quiet .
	$(PYTHON) -m mypy src tests tools hatch_build.py
	.venv/bin/lint-imports
	$(PYTHON) -m djlint --check --lint --quiet src
	$(PYTHON) -m tools.migrations
	$(PYTHON) -m tools.catalogues check

.PHONY: format
format:
	@sh tools/install.sh check
	@$(PYTHON) -m ruff format .
	@$(PYTHON) -m ruff check --fix .
	@$(PYTHON) -m djlint --reformat --quiet src

.PHONY: translations
translations:
	@sh tools/install.sh run
	@$(PYTHON) -m tools.catalogues update
	@$(PYTHON) -m tools.catalogues compile

LOCK = .venv/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate \
	--custom-compile-command 'make lock' --python-version 3.11 --upgrade pyproject.toml

.PHONY: lock
lock:
	@sh tools/install.sh lock
	@$(LOCK) --group build -o requirements/run.txt
	@$(LOCK) --group build --group test -c requirements/run.txt -o requirements/test.txt
	@$(LOCK) --group build --group test --group check -c requirements/test.txt -o requirements/check.txt
	@.venv/bin/uv pip compile --quiet --universal --generate-hashes --no-emit-index-url --no-annotate \
		--custom-compile-command 'make lock' --python-version 3.11 --upgrade --group lock -o requirements/lock.txt

.PHONY: clean
clean:
	rm -rf .venv .coverage .coverage.* .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache build dist
	find src tests tools -name __pycache__ -type d -prune -exec rm -rf {} +
	find src -name '*.mo' -exec rm -f {} +
