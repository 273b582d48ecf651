#!/usr/bin/env bash
# Runs every test: tables, controllers against an API server, the provider with the Terraform CLI, real pods on an embedded
# cluster. Installs, builds and starts what it needs, and stops it again. Usage: test/run.sh [unit|e2e]
set -euo pipefail
cd "$(dirname "$0")/.."
cluster=c2d-test-$$
what=${1:-all}

step() { printf '%5ss  %s\n' "$SECONDS" "$*"; }

step "build the programs"
make --no-print-directory build >/dev/null
step "build what the embedded cluster is made of (once; about 15 minutes the first time)"
bin/devcluster build
KUBEBUILDER_ASSETS=$(bin/devcluster build --print-dir)
export KUBEBUILDER_ASSETS PATH="$KUBEBUILDER_ASSETS:$PATH"

if [ "$what" != e2e ]; then
  step "tests of the embedded cluster"
  go test -C devcluster -short ./...
  step "tests without a cluster: tables, API server, Terraform CLI"
  # Two packages at a time: each may run an API server of its own.
  go test -p 2 -timeout 30m ./...
fi

if [ "$what" != unit ]; then
  trap 'status=$?; bin/devcluster down --name "$cluster" >/dev/null 2>&1 || true; exit $status' EXIT INT TERM
  step "start cluster $cluster"
  bin/devcluster up --name "$cluster" >/dev/null
  eval "$(bin/devcluster env --name "$cluster")"
  for bucket in c2d-results hospital-data; do bin/devcluster s3-bucket "$bucket" --name "$cluster" >/dev/null; done
  step "install from install/"
  tools/install.sh "$cluster"
  images=$(test/images.sh "$cluster")
  eval "$images"
  export C2D_DEVCLUSTER=$PWD/bin/devcluster
  step "tests with real pods"
  go test -tags e2e -count=1 -parallel 4 -timeout 30m ./test/e2e/...
  step "hostile algorithms"
  attacks=$(test/redteam/prepare.sh "$cluster")
  eval "$attacks"
  go test -tags e2e -count=1 -timeout 20m ./test/redteam
fi
