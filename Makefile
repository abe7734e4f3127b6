# Everything from set-up to publication. `make` alone prints what there is.
#
#   make export CONFIG=configs/debian_sections.yaml
#   make test ARGS="tests/vocabulary -x"             ARGS goes to pytest
#   make verify DIR=exports/x/3 DEVICE=gpu           on a GPU as well
#   make setup PYTHON=/path/to/python3.12            another interpreter than the first that fits

VENV := .venv
BIN := $(VENV)/bin
# TFX and Kubeflow's SDK live in an environment of their own.
TFX := .venv-tfx
# What `pip install lexport` gives, without Beam: the same versions, but for protobuf.
PLAIN := .venv-plain
# The resolver that writes the lock; it decides nothing about what is installed from it.
UV := uv==0.13.9

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: missing-library help setup export verify test test-fast test-gpu test-plain test-tfx tfx-pipeline kfp-pipeline lint format lock clean require-config require-target

help: ## Print this help.
	@echo 'usage: make TARGET [CONFIG=file.yaml] [DIR=version] [DEVICE=gpu] [ARGS="for pytest"] [PYTHON=python3.12]'
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

setup: $(VENV)/.installed ## Make .venv with the locked versions and the command `lexport`; the other targets do it as needed.

export: require-config setup ## Build, verify and publish the SavedModel that CONFIG describes.
	@$(BIN)/lexport export "$(CONFIG)"

verify: require-target setup ## Verify a published version (DIR), or what CONFIG describes, without publishing.
	@$(BIN)/lexport verify "$(if $(DIR),$(DIR),$(CONFIG))" $(if $(DEVICE),--device "$(DEVICE)")

test: setup $(VENV)/.clusters ## Run every test but those that need a GPU.
	$(BIN)/python -m pytest -m "not gpu" $(ARGS)

test-fast: setup ## Run the tests that start no other TensorFlow process and train nothing.
	$(BIN)/python -m pytest -m "not gpu and not slow" $(ARGS)

test-gpu: setup ## Run the tests that need a GPU; fails where there is none.
	$(BIN)/python -m pytest -m gpu --require-gpu $(ARGS)

test-plain: $(PLAIN)/.installed ## Run what reads messages with protobuf 7, which an installation without Beam gets.
	LEXPORT_PROTOBUF=7 $(PLAIN)/bin/python -m pytest tests/compatibility tests/tfformats tests/transform \
		tests/savedmodel/test_*.py $(ARGS)

test-tfx: $(TFX)/.installed ## Run the tests of the components for TFX and Kubeflow, in .venv-tfx (Python 3.11).
	$(TFX)/bin/python -m pytest -W default $(wildcard tests/integrations/tfx tests/integrations/kfp) $(ARGS)

tfx-pipeline: $(TFX)/.installed ## Run the TFX pipeline of pipelines/debian_sections to its end, in .venv-tfx.
	@TF_CPP_MIN_LOG_LEVEL=3 $(TFX)/bin/python -W ignore -m pipelines.debian_sections.tfx_pipeline $(ARGS)

kfp-pipeline: $(TFX)/.installed ## Run the Kubeflow pipeline of pipelines/debian_sections on this machine, in .venv-tfx.
	@$(TFX)/bin/python -m pipelines.debian_sections.kfp_pipeline $(ARGS)

lint: setup ## Check style, format, types and the direction of imports.
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo

format: setup ## Rewrite the sources in the house style.
	$(BIN)/ruff check --fix-only
	$(BIN)/ruff format

# Pins that still satisfy pyproject.toml stay; `make lock ARGS=--upgrade` moves them all to the newest.
lock: .venv-lock/bin/uv ## Pin in the locks what pyproject.toml asks for.
	.venv-lock/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --extra dev --extra dev-clusters \
		--custom-compile-command 'make lock' --output-file requirements-clusters.lock --quiet $(ARGS) pyproject.toml
	.venv-lock/bin/uv pip compile --universal --python-version 3.11 --generate-hashes --extra dev \
		--constraint requirements-clusters.lock --custom-compile-command 'make lock' \
		--output-file requirements.lock --quiet $(ARGS) pyproject.toml
	.venv-lock/bin/uv pip compile --python-version 3.11 --generate-hashes --extra dev-tfx \
		--overrides requirements-tfx.overrides --custom-compile-command 'make lock' \
		--output-file requirements-tfx.lock --quiet $(ARGS) pyproject.toml

clean: ## Remove what make and the tools made, .venv too; exports/ stays.
	rm -rf $(VENV) $(TFX) $(PLAIN) .venv-lock src/lexport/corpus/kernel/term_table.library build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find src tests pipelines benchmarks -name __pycache__ -type d -prune -exec rm -rf {} +

require-config:
	@[ -f "$(CONFIG)" ] || { \
		echo 'make export: CONFIG must name a YAML file; received "$(CONFIG)".' \
			'Try: make export CONFIG=configs/debian_sections.yaml' >&2; \
		exit 2; }

require-target:
	@[ -d "$(DIR)" ] || [ -f "$(CONFIG)" ] || { \
		echo 'make verify: DIR must name a published version directory, or CONFIG a YAML file;' \
			'received DIR="$(DIR)", CONFIG="$(CONFIG)".' >&2; \
		exit 2; }

# Sets $$python to the first interpreter of these names that can make an environment and is older than $(2), or to nothing.
find_python = for python in $(if $(PYTHON),"$(PYTHON)",$(1)); do \
		"$$python" -c 'import ensurepip, sys, venv; sys.exit(not (3, 11) <= sys.version_info < $(2))' \
			>/dev/null 2>&1 && break; \
		python=; \
	done
any_python = $(call find_python,python3 python3.13 python3.12 python3.11 python,(3$(COMMA) 14))
COMMA := ,

# Both stamps are inside the environment: one that was not finished has none. A new lock makes a new environment,
# so that nothing which left the lock stays behind.
$(VENV)/.locked: requirements.lock
	@$(any_python); \
	[ -n "$$python" ] || { \
		echo 'make setup: needs Python 3.11, 3.12 or 3.13 with its venv and ensurepip modules;' \
			'received $(if $(PYTHON),PYTHON="$(PYTHON)",none under the usual names).' \
			'Install one (on Debian: apt-get install python3 python3-venv)' \
			'or name it: make setup PYTHON=/path/to/python3.12' >&2; \
		exit 1; }; \
	echo "Setting up $(VENV) with $$("$$python" --version): a minute or more, TensorFlow is large."; \
	"$$python" -m venv --clear $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --requirement requirements.lock
	@touch $@

# What the tests on Beam and Spark need besides; everything else in this lock is installed by then.
$(VENV)/.clusters: $(VENV)/.installed requirements-clusters.lock
	@echo 'Installing Beam, Spark and a Java for the tests: some minutes, they are large.'
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes \
		--requirement requirements-clusters.lock
	@touch $@

# Installing the checkout compiles src/native.
LIBRARY := src/lexport/corpus/kernel/term_table.library
$(VENV)/.installed: $(VENV)/.locked pyproject.toml $(wildcard src/native/*.c src/native/*.h src/native/*.py) \
		$(if $(wildcard $(LIBRARY)),,missing-library)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

# Beam asks for protobuf < 7 and holds back the locks; everything else is as locked, so that a failure is protobuf's.
$(PLAIN)/.installed: requirements.lock pyproject.toml $(wildcard src/native/*.c src/native/*.h src/native/*.py) \
		$(if $(wildcard $(LIBRARY)),,missing-library)
	@$(any_python); echo "Setting up $(PLAIN): a minute, TensorFlow is large."; \
	"$${python:?needs Python 3.11, 3.12 or 3.13}" -m venv --clear $(PLAIN)
	@sed -nE '/^protobuf==/d; s/^([a-z0-9][a-z0-9.-]*==[^\]*[^ \]).*/\1/p' requirements.lock > $(PLAIN)/constraints.txt
	@$(PLAIN)/bin/python -m pip install --quiet --disable-pip-version-check --constraint $(PLAIN)/constraints.txt \
		--editable '.[subword]' 'protobuf>=7' pytest pytest-timeout hypothesis
	@touch $@

.venv-lock/bin/uv:
	@$(any_python); "$${python:?needs Python 3.11, 3.12 or 3.13}" -m venv --clear .venv-lock
	@.venv-lock/bin/python -m pip install --quiet --disable-pip-version-check $(UV) || { rm -rf .venv-lock; exit 1; }

# TFX 1.21.0 asks for other versions than all else: ml-metadata for older Pythons, Arrow 18. `--no-deps`, as the lock is
# whole and some of its packages say that they need older ones than they work with: see requirements-tfx.overrides.
$(TFX)/.locked: requirements-tfx.lock
	@$(call find_python,python3.11 python3 python,(3$(COMMA) 12)); \
	[ -n "$$python" ] || { \
		echo 'make: TFX needs Python 3.11 with its venv and ensurepip modules, for ml-metadata has no package for' \
			'later ones that runs on this glibc; received $(if $(PYTHON),PYTHON="$(PYTHON)",none under the usual names).' \
			'Name one (make $(MAKECMDGOALS) PYTHON=/path/to/python3.11), or see docs/tfx.md' >&2; \
		exit 1; }; \
	echo "Setting up $(TFX) with $$("$$python" --version): some minutes, TFX is larger than TensorFlow."; \
	"$$python" -m venv --clear $(TFX)
	@$(TFX)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
		--requirement requirements-tfx.lock
	@touch $@

$(TFX)/.installed: $(TFX)/.locked pyproject.toml $(wildcard src/native/*.c src/native/*.h src/native/*.py) \
		$(if $(wildcard $(LIBRARY)),,missing-library)
	@$(TFX)/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

missing-library: ;
