.DEFAULT_GOAL := help
.PHONY: help demo serve digest backfill redrive calibrate test thorough pages screenshots coverage check audit e2e load openapi quarter chaos growth usage cost reading bench build lock clean
.NOTPARALLEL:

PYTHON ?= python3
ENVIRONMENT := .venv
SAM_ENVIRONMENT := .venv-sam
BENCH_ENVIRONMENT := .venv-bench
AUDIT_ENVIRONMENT := .venv-audit
LOCK_ENVIRONMENT := .venv-lock
UV := uv==0.13.9
# `env` instead of the shell, so that a signal for the command reaches it and not a shell before it.
# Bytecode is kept, also by who has said elsewhere that Python is not to: pytest takes seconds for it.
RUN := env -u PYTHONDONTWRITEBYTECODE PYTHONPATH=.:layers/package $(ENVIRONMENT)/bin/python
SAM := env SAM_CLI_TELEMETRY=0 $(SAM_ENVIRONMENT)/bin/sam
INSTALL := -m pip install --quiet --disable-pip-version-check
# More options for the program behind a target, such as `make test OPTIONS=-x`.
OPTIONS =

help: ## Show what can be made
	@awk -F ':.*## ' '/^[a-z0-9]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: $(ENVIRONMENT)/local ## Run a sample day offline, into out/ (SAMPLE=sources: one from six sources)
	@$(RUN) -m local.demo

serve: $(ENVIRONMENT)/local ## Serve the sample days on 127.0.0.1 (PORT, default 8000)
	@$(RUN) -m local.serve

digest: $(ENVIRONMENT)/local ## Make a day's digest from the real sources (DATE, AT, OUT, settings)
	@$(RUN) -m local.digest

backfill: $(ENVIRONMENT)/local ## Make the digests of FROM to TO (STACK: in AWS; OUT, AT, settings)
	@$(RUN) -m local.backfill

redrive: $(ENVIRONMENT)/local ## Put back what failed for good in a stack (STACK; DRY_RUN=1: tell only)
	@$(RUN) -m local.redrive

calibrate: $(ENVIRONMENT)/local ## Propose the sources' weights (TABLE, DIGESTS; docs/ranking.md)
	@$(RUN) -m local.calibrate

test: $(ENVIRONMENT)/development ## Run the tests
	@$(RUN) -m pytest --numprocesses=auto --dist=loadfile -m "not thorough and not browser" $(OPTIONS)

thorough: $(ENVIRONMENT)/development ## Run the tests that take longer: every fault and death, all examples
	@EXAMPLES=all $(RUN) -m pytest --numprocesses=auto --dist=load \
		-m "(thorough or hypothesis) and not browser" $(OPTIONS)

pages: $(ENVIRONMENT)/development $(ENVIRONMENT)/axe.min.js ## Read the pages with a browser, if there is chromium
	@$(RUN) -m pytest -m browser tests/browser $(OPTIONS)

screenshots: $(ENVIRONMENT)/development ## Take pictures of the pages, into docs/pages (needs chromium)
	@$(RUN) -m local.screenshots

coverage: $(ENVIRONMENT)/development ## Show which lines and branches of the package no test reaches
	@$(RUN) -m coverage run --branch --source=layers/package/hotpapers -m pytest --quiet \
		-m "not browser"
	@$(RUN) -m coverage report --show-missing --skip-covered

check: $(ENVIRONMENT)/development $(SAM_ENVIRONMENT)/installed ## Look over code, types and template
	@$(ENVIRONMENT)/bin/ruff check --quiet .
	@$(ENVIRONMENT)/bin/ruff format --quiet --check .
	@$(ENVIRONMENT)/bin/mypy --no-error-summary
	@$(SAM) validate --lint --region us-east-1
	@$(SAM_ENVIRONMENT)/bin/cfn-lint --append-rules cfn_lint_serverless.rules --template template.yaml
	@# The definition of the state machine is a file of its own, which neither of them looks into.
	@$(RUN) -m local.state_machine | $(SAM_ENVIRONMENT)/bin/cfn-lint
	@$(MAKE) --no-print-directory audit

# checkov would ask its maker's service for descriptions, and pip-audit asks OSV.
audit: $(ENVIRONMENT)/development $(AUDIT_ENVIRONMENT)/installed ## Look for weak spots in template and packages
	@found=$$($(AUDIT_ENVIRONMENT)/bin/checkov --config-file .checkov.yaml) \
		|| { echo "$$found" >&2; exit 1; }
	@$(RUN) -m local.audit $(AUDIT_ENVIRONMENT)/bin/pip-audit requirements/*.txt

e2e: $(ENVIRONMENT)/local $(SAM_ENVIRONMENT)/installed ## Run the built functions in containers
	@$(RUN) -m local.end_to_end

load: $(ENVIRONMENT)/local ## Measure how long six slow sources take, side by side and in turn
	@$(RUN) -m local.side_by_side

openapi: $(ENVIRONMENT)/local ## Write the API's description for programs, docs/openapi.json
	@$(RUN) -m local.openapi

quarter: $(ENVIRONMENT)/local ## Simulate a quarter with all its troubles (SEED, SEEDS, DAYS)
	@$(RUN) -m local.quarter

chaos: $(ENVIRONMENT)/local ## Let every call of a run fail in every way (ONLY, SAMPLE, WORKERS)
	@$(RUN) -m local.chaos

reading: $(ENVIRONMENT)/local ## Measure what reading costs: bytes, reads, time beside boto3 alone
	@$(RUN) -m local.reading

bench: $(BENCH_ENVIRONMENT)/installed ## Measure all that is in docs/bench.md, and write it (ONLY: a part)
	@env PYTHONPATH=.:layers/package $(BENCH_ENVIRONMENT)/bin/python -m local.bench

growth: $(ENVIRONMENT)/local ## Count what a run costs in archives of 10, 1,000 and 10,000 digests
	@$(RUN) -m local.growth

usage: $(ENVIRONMENT)/local ## Measure what a week of runs and each address use, into docs/usage.json
	@$(RUN) -m local.usage

cost: $(ENVIRONMENT)/local ## Reckon what a month costs, into docs/cost.md (after make usage)
	@$(RUN) -m local.cost

# Lambda cannot keep the bytecode that it makes at a cold start, so it is built in:
# docs/performance.md says what that is worth.
build: $(SAM_ENVIRONMENT)/installed $(ENVIRONMENT)/local ## Build what `sam deploy` deploys (needs python3.13)
	@$(SAM) build $(OPTIONS)
	@$(RUN) -m local.slim_layer
	@python3.13 -m compileall -q --invalidation-mode unchecked-hash .aws-sam/build

lock: $(LOCK_ENVIRONMENT)/installed ## Pin the requirements anew (OPTIONS=--upgrade for newer ones)
	@for name in runtime local development bench sam audit; do \
		$(LOCK_ENVIRONMENT)/bin/uv pip compile --quiet --universal --python-version 3.11 \
			--generate-hashes --no-header --no-annotate --no-strip-extras $(OPTIONS) \
			requirements/$$name.in --output-file requirements/$$name.txt || exit 1; \
	done
	@cp requirements/runtime.txt layers/dependencies/requirements.txt

clean: ## Remove everything that was made
	@rm -rf $(ENVIRONMENT) $(SAM_ENVIRONMENT) $(BENCH_ENVIRONMENT) $(AUDIT_ENVIRONMENT)
	@rm -rf $(LOCK_ENVIRONMENT) .aws-sam out
	@rm -rf .hypothesis .mypy_cache .pytest_cache .ruff_cache

# Environments are made once. What is in them is brought up to date when it is pinned anew.

%/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "error: PYTHON: Python 3.11 or newer is needed, not $(PYTHON)" >&2; exit 1; }
	@echo "Making $* (once)" >&2
	@$(PYTHON) -m venv --clear $*
	@touch $@

$(ENVIRONMENT)/local: requirements/local.txt | $(ENVIRONMENT)/made
	@echo "Installing what local runs need (once)" >&2
	@$(ENVIRONMENT)/bin/python $(INSTALL) --require-hashes --requirement $<
	@touch $@

$(ENVIRONMENT)/development: requirements/development.txt | $(ENVIRONMENT)/made
	@echo "Installing what tests and checks need (once)" >&2
	@$(ENVIRONMENT)/bin/python $(INSTALL) --require-hashes --requirement $<
	@touch $@ $(ENVIRONMENT)/local

$(ENVIRONMENT)/axe.min.js: local/axe.py | $(ENVIRONMENT)/development
	@echo "Fetching axe-core from npm (once)" >&2
	@$(RUN) -m local.axe $@

$(SAM_ENVIRONMENT)/installed: requirements/sam.txt | $(SAM_ENVIRONMENT)/made
	@echo "Installing the SAM CLI (once)" >&2
	@# Without --no-deps older releases of pip take a package with extras for an unpinned one.
	@$(SAM_ENVIRONMENT)/bin/python $(INSTALL) --no-deps --require-hashes --requirement $<
	@touch $@

$(BENCH_ENVIRONMENT)/installed: requirements/bench.txt | $(BENCH_ENVIRONMENT)/made
	@echo "Installing what is measured against (once)" >&2
	@$(BENCH_ENVIRONMENT)/bin/python $(INSTALL) --require-hashes --requirement $<
	@touch $@

$(AUDIT_ENVIRONMENT)/installed: requirements/audit.txt | $(AUDIT_ENVIRONMENT)/made
	@echo "Installing the auditors (once)" >&2
	@$(AUDIT_ENVIRONMENT)/bin/python $(INSTALL) --no-deps --require-hashes --requirement $<
	@touch $@

$(LOCK_ENVIRONMENT)/installed: | $(LOCK_ENVIRONMENT)/made
	@$(LOCK_ENVIRONMENT)/bin/python $(INSTALL) $(UV)
	@touch $@
