# make demo   sets up everything and shows one lot from field to scan at http://127.0.0.1:8000
# make test   sets up everything and runs the whole suite but the long runs (make test-long)

VENV := .venv
BIN := $(VENV)/bin
STAMPS := .make
export PATH := $(CURDIR)/$(BIN):$(CURDIR)/node_modules/.bin:$(PATH)
PYTEST := $(BIN)/python -m pytest

.PHONY: setup demo serve test test-long test-contracts test-browser test-geth bench lint types static web-check screens clean

setup: $(STAMPS)/python $(STAMPS)/npm $(STAMPS)/contracts $(STAMPS)/web

demo: setup
	$(BIN)/nguon demo $(ARGS)

serve: setup
	$(BIN)/nguon serve $(ARGS)

test: setup
	npx --no-install hardhat test
	$(PYTEST) -n 2 -m "not long and not browser and not geth" $(ARGS)

test-long: setup
	$(PYTEST) -m long $(ARGS)

test-contracts: setup
	npx --no-install hardhat test

# needs Debian's chromium; without it the tests say so and are skipped
test-browser: setup
	$(PYTEST) -m browser $(ARGS)

# two ways of doing each thing, in turn, as ratios; docs/performance.md says what they mean
# needs Go, and builds geth once (about three minutes), or takes the one that NGUON_GETH names
test-geth: setup $(if $(NGUON_GETH),,$(STAMPS)/bin/geth)
	NGUON_GETH=$(or $(NGUON_GETH),$(CURDIR)/$(STAMPS)/bin/geth) $(PYTEST) -m geth $(ARGS)

bench: setup
	$(BIN)/python -m benchmarks.run $(ARGS)
	$(if $(ARGS),,$(BIN)/python -m benchmarks.page)

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check --diff ledger api coop nguon tests tools
	$(BIN)/lint-imports

types: setup
	$(BIN)/mypy

# the scripts: style and types, their own tests, and what a phone must load
web-check: setup
	npm run --silent check:web
	npm run --silent test:web
	$(BIN)/python tools/web_budgets.py

# the pictures in docs/screens; needs Debian's chromium
screens: setup
	$(BIN)/python -m tools.screens $(ARGS)
	$(BIN)/python -m tools.app_screens

# the contract under slither, solhint and forge's formatter
static: $(STAMPS)/contracts $(STAMPS)/python-contracts
	npx --no-install solhint --max-warnings 0 'contracts/**/*.sol'
	npx --no-install forge fmt --check contracts
	npx --no-install hardhat clean
	npx --no-install hardhat build --quiet --no-tests
	PATH="$(CURDIR)/.venv-contracts/bin:$$PATH" npm run --silent slither:contracts

clean:
	rm -rf $(VENV) .venv-contracts node_modules $(STAMPS) artifacts cache out forge-cache

$(STAMPS)/python: requirements.txt pyproject.toml
	@echo "setting up Python (first time: about 20 s)"
	test -x $(BIN)/uv || { python3 -m venv $(VENV) && $(BIN)/pip install -q --disable-pip-version-check uv==0.13.9; }
	$(BIN)/uv pip install -q -p $(VENV) --require-hashes -r requirements.txt
	@mkdir -p scanner_web/dist/assets scanner_web/dist/standalone # the package names them; $(STAMPS)/web fills them
	$(BIN)/uv pip install -q -p $(VENV) --no-deps --no-build-isolation -e .
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/npm: package.json package-lock.json $(STAMPS)/python
	@echo "setting up npm packages (first time: about 40 s)"
	npm install --ignore-scripts --no-progress --loglevel=error
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/contracts: hardhat.config.js $(wildcard contracts/*.sol) $(STAMPS)/npm
	npx --no-install hardhat build --quiet --no-tests
	@mkdir -p $(STAMPS) && touch $@

WEB_SOURCES := $(shell find scanner_web -name '*.ts' -o -name '*.tsx' -o -name '*.css' -o -name '*.html' -o -name '*.svg' | grep -v /dist/) $(wildcard nguon/locales/*.json)

$(STAMPS)/web: $(WEB_SOURCES) $(STAMPS)/npm
	npm run --silent build:web
	@mkdir -p $(STAMPS) && touch $@

$(STAMPS)/bin/geth:
	@echo "building geth (about three minutes)"
	@mkdir -p $(STAMPS)/bin
	GOBIN=$(CURDIR)/$(STAMPS)/bin go install github.com/ethereum/go-ethereum/cmd/geth@v1.17.10

$(STAMPS)/python-contracts: requirements-contracts.txt $(STAMPS)/python
	$(BIN)/uv venv -q --allow-existing .venv-contracts
	$(BIN)/uv pip install -q -p .venv-contracts --require-hashes -r requirements-contracts.txt
	@mkdir -p $(STAMPS) && touch $@
