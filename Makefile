# Everything that is done in this project, one target each. A bare machine needs Python 3.11-3.13 and make.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed

.PHONY: help install demo test soak test-full lint synth member-template bench bench-index docs opensearch clean

help:            ## show this list
	@grep -E '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  \1|\2/' | column -t -s '|'

install: $(INSTALLED)  ## make .venv with everything, .venv/bin/es-loader among it

$(INSTALLED): requirements.txt requirements-dev.txt lambda/requirements.in pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13) and "Python 3.11 to 3.13 is needed; name one with PYTHON=")'
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade pip
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --requirement requirements-dev.txt
	@touch $@

demo: install    ## deploy the stack on an AWS emulator, load the samples into a real OpenSearch, investigate
	$(BIN)/python -m laptop.demo

test: install lint  ## everything that CI runs
	$(BIN)/python -m pytest --numprocesses 2 --dist loadfile --cov --cov-report term

soak: install    ## at full length: 50 kills, minutes without an engine; a million hostile records, objects of 5 GB; an hour or more
	SOAK=1 $(BIN)/python -m pytest -s tests/faults
	$(BIN)/python -m tests.hostile.soak
	SOAK_BYTES=5368709120 $(BIN)/python -m pytest --timeout 7200 tests/hostile/test_objects.py -k large

test-full: install  ## tests on an OpenSearch with index management, named by OPENSEARCH_URL
	$(BIN)/python -m pytest tests_full

lint: install    ## format, lint and types
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy

synth: install   ## the CloudFormation template in cdk.out/, checked by cdk-nag
	$(BIN)/python -m laptop.cdk synth --quiet

member-template: install  ## print the log sources as one template for other accounts, see docs/regions-and-accounts.md
	@$(BIN)/python -m laptop.cdk synth --app "python3 -m siem_stack.member_template"

bench: install   ## the figures of benchmarks/
	$(BIN)/python -m benchmarks

bench-index: install  ## what an index of each log type costs, beside the shape of AWS's sample
	$(BIN)/python -m benchmarks.index_size

docs: install    ## write the generated pages and the files of opensearch/ anew
	$(BIN)/python -m siem_stack.settings
	$(BIN)/python -m docs.log_types
	$(BIN)/python -m docs.log_sources
	$(BIN)/python -m opensearch.generate_ecs_fields
	$(BIN)/python -m opensearch.generate

opensearch: install  ## a real OpenSearch in the foreground, until Ctrl-C
	$(BIN)/python -m laptop.opensearch_node

clean:           ## remove what was built; downloads stay in the cache
	rm -rf $(VENV) cdk.out build .coverage .mypy_cache .pytest_cache .ruff_cache .hypothesis
