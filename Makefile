# The two commands are `go run ./cmd/cenote dev` and `make test`.
# Everything else here is a part of the second, or its neighbour.

FUZZTIME ?= 20s

.PHONY: test check static unit client e2e fuzz build bench

# Installs what is missing, starts a PostgreSQL of its own, runs every check.
test:
	scripts/need
	scripts/with-postgres $(MAKE) --no-print-directory check

# What `make test` runs once PostgreSQL stands at CENOTE_TEST_POSTGRES. Of the
# fuzz targets those that scripts/fuzz names get FUZZTIME and the others less, so
# that two processors are through with all of them in about three minutes.
check: FUZZREST = 1s
check: static unit client fuzz e2e

static:
	scripts/formatted
	go vet ./...
	cd e2e && go vet ./...
	scripts/generated

# What static has vetted is not vetted again. The C of SQLite, translated to Go,
# is not watched by the race detector, which makes it several times slower: one
# goroutine at a time has a connection, and what is ours around that is watched.
unit:
	go test -vet=off -race -gcflags=modernc.org/sqlite/lib=-race=false ./...

# The tests of the Go client again, against the built binary.
client: build
	CENOTE_BINARY=$(CURDIR)/bin/cenote go test -vet=off -count=1 ./auth/... ./cenotetest

# Real clients against the built binary; never answered from the test cache. Two
# tests more than there are processors at a time, since some wait.
e2e:
	cd e2e && go test -vet=off -count=1 -timeout 10m -parallel $$(($$(getconf _NPROCESSORS_ONLN) + 2)) .

# Every fuzz target, FUZZTIME each.
fuzz:
	scripts/fuzz $(FUZZTIME) $(FUZZREST)

build:
	CGO_ENABLED=0 go build -trimpath -o bin/cenote ./cmd/cenote

# Prints tables; measures, judges nothing.
bench:
	go run ./bench
	go run ./bench -enumeration
	go run ./bench -paging
