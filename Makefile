# The commands for users and contributors. `make help` lists them.
#
# Program and tests share one release build: unoptimised code on tensors and pixels is too slow to test, and tests look
# inside modules, which needs -enable-testing.

export PKG_CONFIG_PATH := $(CURDIR)/.deps/pkgconfig$(if $(PKG_CONFIG_PATH),:$(PKG_CONFIG_PATH))

RELEASE := -c release -Xswiftc -enable-testing
SOURCES := Package.swift Sources Tests

.PHONY: help bootstrap build test test-long demo docs install uninstall format lint clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

bootstrap: ## fetch what a build needs (libtorch, libraries for picture formats); quick if it is there
	@scripts/bootstrap

build: bootstrap ## build the program: .build/release/swiftlet
	swift build $(RELEASE) --product swiftlet

test: bootstrap ## build and run the tests
	swift build $(RELEASE) --build-tests
	swift test $(RELEASE) --skip-build --no-parallel
	@scripts/check-snippets
	@scripts/docs

test-long: export SWIFTLET_LONG_TESTS := 1
test-long: test ## also the checks that take minutes: sanitizers, installation, another package, a browser
	@scripts/sanitize
	@scripts/check-install
	@scripts/check-outside-package
	@scripts/check-faults --points 1
	@scripts/check-kills --kills 4
	@scripts/check-report

demo: build ## photographs of solar cells: pre-train for five minutes without labels, then evaluate
	@scripts/demo

docs: build ## build the reference of the library: .build/documentation
	@scripts/docs

install: build ## install to PREFIX (/usr/local): the program, its libtorch, completions
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' scripts/install

uninstall: ## remove the installed files from PREFIX
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' scripts/install uninstall

format: ## format the Swift sources
	swift format --in-place --recursive $(SOURCES)

lint: ## check the format of the Swift sources
	swift format lint --strict --recursive $(SOURCES)

clean: ## remove the build; .deps, data and runs stay
	rm -rf .build
