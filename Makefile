# Everything a person or a machine does with this tree. `make help` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
PARTS   := tools/npm/node_modules
VENDOR  := dashboards/assets/vendor
FUZZTIME ?= 20s

# Written last by npm: it is there only when everything is.
INSTALLED := $(PARTS)/.package-lock.json

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "%-12s %s\n", $$1, $$2}'

run: build ## Serve the demo year on http://127.0.0.1:8080
	bin/qingfeng serve --demo

build: engine assets ## Build bin/qingfeng with the engine beside it
	go build -trimpath -ldflags '-X main.version=$(VERSION)' -o bin/qingfeng ./cmd/qingfeng

test: engine assets browser oldbrowser office ## Run all tests, on a real ClickHouse and in a real browser
	go test -p 2 -timeout 25m ./...

lint: assets bin/staticcheck ## Check format, vet, staticcheck, the architecture and the SQL
	@unformatted=$$(git ls-files -co --exclude-standard '*.go' | xargs -r gofmt -l); \
	  if [ -n "$$unformatted" ]; then echo "not formatted, run make fmt:"; echo "$$unformatted"; exit 1; fi
	go vet ./...
	bin/staticcheck ./...
	go test -count 1 ./internal/arch

check: lint test ## What the pipeline runs

fmt: ## Format the Go files
	gofmt -w $$(git ls-files -co --exclude-standard '*.go')

bench: build browser ## Measure, and write docs/benchmarks.md
	go run ./bench -out docs/benchmarks.md

stress: build ## Kill engine and program 200 times each while loading, and write the figures
	go run ./bench -only kills -out docs/benchmarks.md

# The engine that ships with the program ends when a native connection breaks in the middle of a
# query, and the nodes of a cluster talk over such connections: not a part of test.
cluster: engine assets ## Run the tests on clusters of three engines; one that ends by itself fails them
	go test -count 1 -tags cluster -run 'Cluster|Replicas|ANodeThatIsKilled' ./internal/store ./cmd/qingfeng

fuzz: assets ## Fuzz every reader of outside files for FUZZTIME (20s) each
	@grep -rHoE '^func Fuzz[A-Za-z0-9_]+' --include='*_test.go' --exclude-dir=node_modules . | sort | while IFS=: read -r file target; do \
	  go test -run '^$$' -fuzz "^$${target#func }\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 20x "$$(dirname "$$file")" || exit 1; done

cover: engine assets browser oldbrowser office ## Measure the coverage of all tests over all packages
	go test -p 2 -timeout 40m -coverpkg ./... -coverprofile coverage.out ./...
	go tool cover -func coverage.out | tail -1

golden: engine assets ## Write the golden files anew; read the difference before committing it
	grep -rlE 'flag\.Bool\("update"' --include='*_test.go' --exclude-dir=node_modules . | xargs -n 1 dirname | sort -u | while read -r dir; do go test "$$dir" -update; done

screenshots: build browser ## Take anew the pictures of pages that changed
	go run ./tools/screenshots

clean: ## Remove what was built and fetched; data stays
	rm -rf bin $(PARTS) tools/oldbrowser/node_modules $(VENDOR) artifacts coverage.out

engine: bin/libchdb.so

assets: $(VENDOR)/echarts.min.js $(VENDOR)/htmx.min.js

browser:
	@tools/browser.sh

# Chromium 86, the oldest that pages have to work in.
oldbrowser: bin/chromium-86/chromium

office:
	@tools/office.sh

$(INSTALLED): tools/npm/package-lock.json
	npm ci --prefix tools/npm
	@touch $@

# A hard link where the file system has one: the library is half a gigabyte.
bin/libchdb.so: $(INSTALLED)
	@mkdir -p bin
	@ln -f $(PARTS)/@chdb/lib-linux-*/libchdb.so $@ 2>/dev/null || cp $(PARTS)/@chdb/lib-linux-*/libchdb.so $@
	@touch $@

tools/oldbrowser/node_modules/.package-lock.json: tools/oldbrowser/package-lock.json
	npm ci --prefix tools/oldbrowser
	@touch $@

bin/chromium-86/chromium: tools/oldbrowser/node_modules/.package-lock.json
	go run ./tools/oldbrowser
	@touch $@

$(VENDOR)/echarts.min.js: $(INSTALLED)
	@mkdir -p $(VENDOR) && cp $(PARTS)/echarts/dist/echarts.min.js $@

$(VENDOR)/htmx.min.js: $(INSTALLED)
	@mkdir -p $(VENDOR) && cp $(PARTS)/htmx.org/dist/htmx.min.js $@

bin/staticcheck: tools/lint/go.mod tools/lint/go.sum
	@mkdir -p bin
	go -C tools/lint build -o $(CURDIR)/$@ honnef.co/go/tools/cmd/staticcheck

.PHONY: help run build test lint check fmt bench stress cluster fuzz cover golden screenshots clean engine assets browser oldbrowser office
