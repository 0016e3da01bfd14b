# Verbs of surveyapp. `make run` and `make test` are all a newcomer needs.
PYTHON ?= python3
PORT ?= 8000
HOST ?= 127.0.0.1
DATA_DIR ?= ./var
BIN := .venv/bin
export PORT HOST DATA_DIR PYTHON

.DEFAULT_GOAL := help
.PHONY: help run test check fast bench words lock clean

help: ## show these verbs
	@echo "surveyapp: make VERB  (PORT=$(PORT) HOST=$(HOST) DATA_DIR=$(DATA_DIR))"
	@grep -E '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## /  \1\t/' | expand -t 12

run: .venv/ready-to-run ## create everything and serve a made-up province
	@sh scripts/run

test: .venv/ready-to-test ## install what the tests need, and run them all
	@sh scripts/test-needs
	@env -u PYTHONDONTWRITEBYTECODE $(BIN)/python -m pytest -n 5 --dist worksteal $(ARGS)

check: .venv/ready-to-test ## format, lint, types, arrows, words, fast tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m pytest -n 2 tests/domain tests/instruments tests/house

bench: .venv/ready-to-test ## measure speed; prints ratios and medians
	@sh scripts/test-needs
	@$(BIN)/python -m bench

words: .venv/ready-to-test ## collect sentences into translations/ and compile them
	@$(BIN)/pybabel -q extract -F babel.cfg -k N_ --no-location --sort-output --project surveyapp -o .venv/messages.pot .
	@$(BIN)/pybabel -q update -i .venv/messages.pot -d translations --no-fuzzy-matching --ignore-pot-creation-date -w 120
	@$(BIN)/pybabel -q compile -d translations

lock: .venv/ready-to-test ## write the hashed requirements anew (needs uv)
	@sh scripts/lock

clean: ## remove the virtual environment and what was compiled; data stays
	rm -rf .venv build *.egg-info .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis

.venv/ready-to-run: requirements/run.txt setup.cfg pyproject.toml setup.py $(wildcard translations/*/LC_MESSAGES/*.po)
	@sh scripts/venv requirements/run.txt
	@touch $@

.venv/ready-to-test: requirements/test.txt .venv/ready-to-run
	@sh scripts/venv requirements/test.txt
	@touch $@
