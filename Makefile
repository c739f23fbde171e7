# `make` lists what there is. Nothing here is needed for a deploy to Databricks: that is `cdktf deploy`.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3.11
export PATH := $(CURDIR)/.tools/bin:$(CURDIR)/node_modules/.bin:$(PATH)
export PIPENV_VENV_IN_PROJECT := 1
export PIPENV_VERBOSITY := -1
export CHECKPOINT_DISABLE := 1
export JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION := 20

help:  ## List the targets
	@sed -nE 's/^([a-z-]+):.*##/\1\t/p' Makefile | expand -t 12

local: install  ## Start the local Databricks account, deploy the four stacks, run prod's jobs, ask the endpoint
	@pipenv run python -m infra.local loop

# Clients of Spark Connect look for this when they are started as `python -c`, as pytest's workers are.
# Tests have accounts of their own, whatever account .env names.
test test-all coverage: export PIPENV_DONT_LOAD_ENV := 1
test test-all coverage: export SPARK_HOME := $(CURDIR)/.venv/lib/python3.11/site-packages/pyspark
PARALLEL := -n 3 --dist loadfile --no-loadscope-reorder

test: install check  ## Lint, type-check, and run the tests
	@pipenv run pytest -q -m "not slow" $(PARALLEL) $(PYTEST)

test-all: install .venv/.azure-installed .tools/spark/.installed  ## Run the slow tests: faults, fuzz, the steps on Spark itself
	@pipenv run pytest -q -m slow $(PYTEST)

coverage: install .venv/.azure-installed  ## Tell which lines the tests of `make test` reach
	@pipenv run pytest -q -m "not slow" $(PARALLEL) --cov --cov-report=term:skip-covered $(PYTEST)

check: install .venv/.azure-installed  ## Lint, types, import contracts
	@pipenv run ruff check . && pipenv run ruff format --check . && pipenv run mypy && pipenv run lint-imports

down: install  ## Stop the local account; what it keeps stays
	@pipenv run python -m infra.local down

clean:  ## Stop the local account and forget everything made here: its data, the state, what was installed
	@[ ! -x .venv/bin/python ] || .venv/bin/python -m infra.local down
	@rm -rf .local .env .venv .tools node_modules build cdktf.out

lock:  ## Resolve the Python packages anew
	@pipenv lock
	@$(PYTHON) -c "import json, pathlib; p = pathlib.Path('Pipfile.lock'); lock = json.loads(p.read_text()); \
	lock['_meta']['sources'] = []; [v.pop('index', None) for s in ('default', 'develop', 'azure') for v in lock[s].values()]; \
	p.write_text(json.dumps(lock, indent=4, sort_keys=True) + '\n')"

spark-lock: java  ## Accept the jars that pom.xml of the conformance run resolves to
	@rm -rf .tools/spark; $(COPY_JARS); cd .tools/spark/jars && sha256sum *.jar > $(CURDIR)/$(CONFORMANCE)/jars.sha256

install: tools .tools/.installed .venv/.installed node_modules/.installed

tools:
	@command -v $(PYTHON) >/dev/null || { echo "make: python 3.11 is missing; get it from your system's packages or with pyenv"; exit 1; }
	@command -v node >/dev/null || { echo "make: node is missing; get version 20 or newer from your system's packages or with nvm"; exit 1; }
	@[ "$$(node -p 'process.versions.node.split(".")[0]')" -ge 20 ] || { echo "make: node $$(node --version) is too old; get version 20 or newer from your system's packages or with nvm"; exit 1; }
	@command -v terraform >/dev/null || { echo "make: terraform is missing; get version 1.5 or newer from your system's packages or with tfenv"; exit 1; }
	@terraform version -json 2>/dev/null | grep -qE '"terraform_version": "(1\.([5-9]|[1-9][0-9])|[2-9])' || { echo "make: $$(terraform version 2>/dev/null | head -1) is too old; get version 1.5 or newer from your system's packages or with tfenv"; exit 1; }

.tools/.installed:
	@echo "Installing pipenv into .tools …"; start=$$SECONDS; $(PYTHON) -m venv .tools; \
	.tools/bin/python -m pip install --quiet --disable-pip-version-check pipenv==2026.10.3; touch $@; \
	echo "  done in $$((SECONDS - start)) s"

.venv/.installed: Pipfile.lock .tools/.installed
	@echo "Installing the Python packages of Pipfile.lock into .venv …"; start=$$SECONDS; \
	pipenv sync --dev --quiet; touch $@; echo "  done in $$((SECONDS - start)) s"

.venv/.azure-installed: Pipfile.lock .venv/.installed
	@echo "Installing the bindings of Azure's provider into .venv …"; start=$$SECONDS; \
	pipenv sync --categories azure --quiet; touch $@; echo "  done in $$((SECONDS - start)) s"

CONFORMANCE := tests/pipelines/conformance
COPY_JARS := mvn --quiet --batch-mode --strict-checksums -Dstyle.color=never --file $(CONFORMANCE)/pom.xml \
	dependency:copy-dependencies -DincludeScope=runtime -DoutputDirectory=$(CURDIR)/.tools/spark/jars

.tools/spark/.installed: $(CONFORMANCE)/pom.xml $(CONFORMANCE)/jars.sha256 | java .tools/.installed
	@echo "Installing Spark and Delta, the conformance engine, into .tools/spark …"; start=$$SECONDS; \
	rm -rf .tools/spark; $(COPY_JARS); (cd .tools/spark/jars && sha256sum --check --quiet $(CURDIR)/$(CONFORMANCE)/jars.sha256); \
	touch $@; echo "  done in $$((SECONDS - start)) s"

java:
	@for tool in java mvn; do command -v $$tool >/dev/null || { echo "make: $$tool is missing; the slow tests run the steps on Spark itself: get Java 17 or newer and Maven from your system's packages"; exit 1; }; done
	@[ "$$(java -XshowSettings:properties -version 2>&1 | sed -nE 's/.*java.specification.version = ([0-9]+).*/\1/p')" -ge 17 ] || { echo "make: $$(java -version 2>&1 | head -1) is too old; get Java 17 or newer from your system's packages"; exit 1; }

node_modules/.installed: package-lock.json
	@echo "Installing cdktf-cli into node_modules …"; start=$$SECONDS; \
	npm ci --silent; touch $@; echo "  done in $$((SECONDS - start)) s"

.PHONY: help local test test-all coverage check down clean lock spark-lock install tools java
