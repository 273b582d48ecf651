#!/usr/bin/env bash
# Brings an embedded cluster up, measures a job beside a plain Job on it, and takes the cluster down again.
set -euo pipefail
cd "$(dirname "$0")/../.."
cluster=c2d-bench-$$
make --no-print-directory build >/dev/null
bin/devcluster build
trap 'status=$?; bin/devcluster down --name "$cluster" >/dev/null 2>&1 || true; exit $status' EXIT INT TERM
bin/devcluster up --name "$cluster" >/dev/null
eval "$(bin/devcluster env --name "$cluster")"
bin/devcluster s3-bucket c2d-results --name "$cluster" >/dev/null
tools/install.sh "$cluster"
images=$(test/images.sh "$cluster")
eval "$images"
go run ./test/bench "$@"
