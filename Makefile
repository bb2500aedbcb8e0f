# Everything a contributor or a first reader runs. `make help` lists it.
#
# Program and tests share one release build: tests look inside modules, hence -enable-testing, and code that works on
# tensors and pixels is too slow to test unoptimised.

export PKG_CONFIG_PATH := $(CURDIR)/.deps/pkgconfig$(if $(PKG_CONFIG_PATH),:$(PKG_CONFIG_PATH))

RELEASE := -c release -Xswiftc -enable-testing
SOURCES := Package.swift Sources Tests

.PHONY: help bootstrap build test test-long demo docs install uninstall format lint clean

help: ## list these targets
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 18

bootstrap: ## fetch what a build needs (libtorch, libraries of picture formats); quick when it is there
	@scripts/bootstrap

build: bootstrap ## build the program: .build/release/swiftlet
	swift build $(RELEASE) --product swiftlet

test: bootstrap ## build and run the tests
	swift build $(RELEASE) --build-tests
	swift test $(RELEASE) --skip-build --no-parallel
	@scripts/check-snippets

test-long: export SWIFTLET_LONG_TESTS := 1
test-long: test docs ## the tests, with those that take minutes: sanitizers, installation, another package, a browser
	@scripts/sanitize
	@scripts/check-install
	@scripts/check-outside-package
	@scripts/check-report

demo: build ## photographs of solar cells: pre-train for five minutes without labels, then evaluate
	@scripts/demo

docs: build ## build the library's reference: .build/documentation
	@scripts/docs

install: build ## install to PREFIX (/usr/local): the program, its libtorch, completions
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' scripts/install

uninstall: ## remove from PREFIX what make install put there
	@PREFIX='$(PREFIX)' DESTDIR='$(DESTDIR)' scripts/install uninstall

format: ## bring the Swift sources into shape
	swift format --in-place --recursive $(SOURCES)

lint: ## check the shape of the Swift sources
	swift format lint --strict --recursive $(SOURCES)

clean: ## remove what was built; .deps, data and runs stay
	rm -rf .build
