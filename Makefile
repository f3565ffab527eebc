# `make help` lists what there is.

.DEFAULT_GOAL := help
SHELL := /bin/bash

GO ?= go
BIN := bin
FUZZTIME ?= 10s
BENCHTIME ?= 1s
PKG ?= ./...

.PHONY: help
help: ## Show this list
	@awk -F ':.*## ' '/^[a-z][a-z0-9-]*:.*## / { printf "  %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: ## Run the whole product on this machine with a simulated fleet
	$(GO) run ./cmd/slofuse demo

.PHONY: build
build: ## Build bin/slofuse
	$(GO) build -trimpath -ldflags '-s -w' -o $(BIN)/slofuse ./cmd/slofuse

.PHONY: test
test: ## Run all tests; gets a Prometheus server and Chromium first, where missing
	@scripts/test.sh $(PKG)

.PHONY: unit
unit: ## Run the tests that need nothing but Go; skips the end-to-end tests
	$(GO) test $(PKG)

.PHONY: e2e
e2e: ## Run only the end-to-end tests: real Prometheus, kill -9, browser
	@scripts/test.sh -run '^TestE2E' -count 1 -v $(PKG)

.PHONY: race
race: ## Run the tests under the race detector
	$(GO) test -race -timeout 30m $(PKG)

.PHONY: lint
lint: ## Run go vet and golangci-lint
	$(GO) vet $(PKG)
	"$$(scripts/tools.sh golangci-lint)" run $(PKG)

.PHONY: fmt
fmt: ## Format all Go files
	"$$(scripts/tools.sh golangci-lint)" fmt

.PHONY: vulncheck
vulncheck: ## Look for known vulnerabilities, if https://vuln.go.dev answers
	@scripts/vulncheck.sh $(PKG)

.PHONY: fuzz
fuzz: ## Fuzz each fuzz target for FUZZTIME (10s)
	@scripts/fuzz.sh $(FUZZTIME)

.PHONY: crash
crash: ## Kill processes 6 x 200 times and print what was lost: nothing (about 3 minutes)
	@scripts/crash.sh

.PHONY: schedules
schedules: ## Try the alerting engine on 10,000 random schedules of faults (about a minute)
	SLOFUSE_SCHEDULES=10000 $(GO) test ./alerting -run '^TestRandomSchedules$$' -count 1 -timeout 30m -v

.PHONY: bench
bench: ## Run the benchmarks
	$(GO) test -run '^$$' -bench . -benchmem -benchtime $(BENCHTIME) $(PKG)

.PHONY: bench-load
bench-load: ## Measure on a real Prometheus what docs/performance.md says (about 30 minutes)
	@scripts/bench.sh

.PHONY: screenshots
screenshots: ## Take the pictures of the README from a running demo (about 2 minutes)
	@scripts/screenshots.sh

.PHONY: vendor-web
vendor-web: ## Refresh the vendored scripts of the pages from npm
	@scripts/vendor-web.sh

.PHONY: ci
ci: ## Run what a change must pass
	@.ci/run

.PHONY: clean
clean: ## Remove what was built
	rm -rf $(BIN) coverage.out
