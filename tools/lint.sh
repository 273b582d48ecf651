#!/usr/bin/env bash
# Runs the linters of .golangci.yml over every module.
set -euo pipefail
cd "$(dirname "$0")/.."
mkdir -p bin
go build -C tools/lint -o ../../bin/golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint
bin/golangci-lint run ./...
(cd devcluster && ../bin/golangci-lint run --config ../.golangci.yml ./...)
