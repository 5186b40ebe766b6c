# make run            the whole system on this machine, without an AWS account; PROFILE=release builds longer and reads faster
# make test           Rust tests, the page's tests, and tests in a real browser
# make test-contract  the API against its own description, by Schemathesis; needs Python 3
# make test-infra     copilot/ and deploy/ without AWS; needs Python 3
# make test-compose   the images, and receipts through the containers of compose.yaml; needs Docker, else says that it was skipped
# make lint           formatting, clippy, tsc, eslint
# make accuracy       how well scans, photos and drawn cases beside the project are read: one table, risk by coverage, calibration
# make calibrate      fits anew how sure fields are, on the same but perfect text; what it changes is to be committed
# make bench          what the programs cost on this machine; its parts are bench-reading, bench-api and bench-worker
# make bench-way      from the shutter to the verdict: photos sent by the page in Chromium, and where the time goes
# make abuse          one stranger against the api in 512 MiB, attack by attack, with an honest visitor beside: does it hold?
# make lighthouse     the page as a phone gets it, by Lighthouse: performance, accessibility, best practices
# make fuzz           hostile input for what reads strangers' bytes: FUZZ_SECONDS (60) for each target; needs cargo-fuzz

# `make run` builds in the profile of the tests. Asking for an example makes cargo turn on what dev-dependencies turn on, as for
# the tests: so each of the two finds compiled what the other has built.
PROFILE ?= dev
ifeq ($(PROFILE),dev)
PROGRAMS = --workspace --exclude load --bins --example accuracy
BUILT = $(or $(CARGO_TARGET_DIR),target)/debug
else
PROGRAMS = --profile $(PROFILE) -p local -p api -p image-handler
BUILT = $(or $(CARGO_TARGET_DIR),target)/$(PROFILE)
endif
PAGE_SOURCES = $(shell find web/src web/build web/worker web/public web/index.html web/vite.config.ts web/tsconfig.json -type f)

.PHONY: run test test-rust test-page test-browser test-contract test-infra test-compose lint fmt accuracy calibrate bench bench-reading bench-api \
	bench-way bench-worker abuse lighthouse fuzz clean

run: web/dist/index.html
	@scripts/need cargo cc
	cargo build --locked $(PROGRAMS)
	@exec $(BUILT)/receipts run

test: test-rust test-page test-browser

test-rust:
	@scripts/need cargo cc
	@scripts/redis-server
	cargo test --workspace --locked

test-page: web/node_modules/.package-lock.json
	npm --prefix web test

# The programs that Rust's tests were built with: a separate build would compile half of them again.
test-browser: web/dist/index.html
	cargo test --workspace --locked --no-run
	npm --prefix web run generate -- --check
	CHROMIUM="$$(scripts/chromium)" npm --prefix web run e2e

test-contract:
	@scripts/contract

test-infra:
	@scripts/test-infra

test-compose:
	@scripts/test-compose

lint: web/node_modules/.package-lock.json
	@scripts/need cargo cc
	cargo fmt --all --check
	cargo fmt --manifest-path fuzz/Cargo.toml --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	npm --prefix web run typecheck
	npm --prefix web run lint

accuracy:
	@scripts/accuracy

calibrate:
	@scripts/accuracy --calibrate

bench: bench-reading bench-api bench-worker

bench-way:
	@scripts/bench-way

bench-reading:
	@scripts/bench-reading

bench-api:
	@scripts/bench-api

bench-worker:
	@scripts/bench-worker

abuse:
	@scripts/abuse

lighthouse: web/dist/index.html
	@scripts/lighthouse

fuzz:
	@scripts/fuzz

fmt:
	cargo fmt --all
	cargo fmt --manifest-path fuzz/Cargo.toml

clean:
	rm -rf target fuzz/target web/dist web/node_modules

web/node_modules/.package-lock.json: web/package-lock.json
	@scripts/need node npm
	npm --prefix web ci --no-audit --no-fund
	@touch $@

web/dist/index.html: web/node_modules/.package-lock.json $(PAGE_SOURCES)
	npm --prefix web run build
	@touch $@
