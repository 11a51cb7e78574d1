# Every target installs what it needs first (scripts/install; on Debian by apt-get, elsewhere it says what to install).
SWIFT ?= swift
RELEASE = $(SWIFT) build -c release --static-swift-stdlib --product swiftible

.PHONY: help build test demo bench compare format lint clean install

help: ## This list
	@sed -nE 's/^([a-z]+):.*## (.*)/  make \1\t\2/p' Makefile | expand -t 20

build: install-build ## The binary, in bin/swiftible
	$(RELEASE)
	mkdir -p bin
	cp "$$($(RELEASE) --show-bin-path)/swiftible" bin/swiftible

test: install ## Every test; the real hosts are made on this machine (scripts/fleet)
	$(SWIFT) build --build-tests
	$(SWIFT) test --skip-build

demo: build ## Real hosts on loopback, a playbook twice, then a drift and --check --diff
	SWIFTIBLE="$(CURDIR)/bin/swiftible" scripts/demo

bench: build install ## The table of Benchmarks/README.md, measured on this machine
	SWIFTIBLE="$(CURDIR)/bin/swiftible" Benchmarks/run

compare: build install ## examples/site-30 by ansible-core and by swiftible; the hosts must end the same
	SWIFTIBLE="$(CURDIR)/bin/swiftible" scripts/compare

format: ## Format the sources
	$(SWIFT) format -i -r Package.swift Sources Tests

lint: ## Say what `make format` would change, and other faults
	$(SWIFT) format lint --strict -r Package.swift Sources Tests

clean: ## Remove what was built
	rm -rf .build bin

install:
	@scripts/install

.PHONY: install-build
install-build:
	@scripts/install --for build
