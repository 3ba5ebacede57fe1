.DEFAULT_GOAL := help
.PHONY: help demo serve digest test check e2e build lock clean

PYTHON ?= python3
ENVIRONMENT := .venv
SAM_ENVIRONMENT := .venv-sam
RUN := PYTHONPATH=.:layers/package $(ENVIRONMENT)/bin/python

help: ## Show what can be made
	@grep -hE '^[a-z0-9]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /|/' | column -t -s '|'

demo: $(ENVIRONMENT)/local ## Run a sample day through the whole system, offline, into out/
	@$(RUN) -m local.demo

serve: $(ENVIRONMENT)/local ## Serve the sample day on 127.0.0.1 (PORT, default 8000)
	@$(RUN) -m local.serve

digest: $(ENVIRONMENT)/local ## Make a day's digest from the real upstreams (DATE, AT, OUT, X_BEARER_TOKEN)
	@$(RUN) -m local.digest

test: $(ENVIRONMENT)/development ## Run the fast tests
	@$(RUN) -m pytest

check: $(ENVIRONMENT)/development $(SAM_ENVIRONMENT)/installed ## Lint, check types, validate the template
	@$(ENVIRONMENT)/bin/ruff check .
	@$(ENVIRONMENT)/bin/ruff format --check .
	@$(ENVIRONMENT)/bin/mypy
	@SAM_CLI_TELEMETRY=0 $(SAM_ENVIRONMENT)/bin/sam validate --lint --region us-east-1

# The environments are made once, and again when what they hold is pinned anew.
$(ENVIRONMENT)/bin/python:
	@echo "Making $(ENVIRONMENT) (once)" >&2
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "error: Python 3.11 or newer is needed; set PYTHON" >&2; exit 1; }
	@$(PYTHON) -m venv $(ENVIRONMENT)

$(ENVIRONMENT)/local: requirements/local.txt | $(ENVIRONMENT)/bin/python
	@echo "Installing what local runs need (once)" >&2
	@$(ENVIRONMENT)/bin/python -m pip install --quiet --require-hashes --requirement $<
	@touch $@

$(ENVIRONMENT)/development: requirements/development.txt | $(ENVIRONMENT)/bin/python
	@echo "Installing what tests and checks need (once)" >&2
	@$(ENVIRONMENT)/bin/python -m pip install --quiet --require-hashes --requirement $<
	@touch $@ $(ENVIRONMENT)/local

$(SAM_ENVIRONMENT)/installed: requirements/sam.txt
	@echo "Installing the SAM CLI (once)" >&2
	@$(PYTHON) -m venv $(SAM_ENVIRONMENT)
	@$(SAM_ENVIRONMENT)/bin/python -m pip install --quiet --require-hashes --requirement $<
	@touch $@

clean: ## Remove everything that was made
	@rm -rf $(ENVIRONMENT) $(SAM_ENVIRONMENT) .aws-sam out
