#!/usr/bin/env bash
# Brings an embedded cluster up, measures on it, and takes it down again. Usage: test/bench/run.sh [latency|queue|transfer]...
set -euo pipefail
cd "$(dirname "$0")/../.."
cluster=c2d-bench-$$
[ $# -gt 0 ] || set -- latency
if [[ " $* " == *" transfer "* ]] && ! { command -v rclone && command -v aws; } >/dev/null; then
  { apt-get update -qq && apt-get install -y -qq --no-install-recommends rclone awscli; } >/dev/null
fi
make --no-print-directory build >/dev/null
bin/devcluster build
trap 'status=$?; bin/devcluster down --name "$cluster" >/dev/null 2>&1 || true; exit $status' EXIT INT TERM
bin/devcluster up --name "$cluster" >/dev/null
eval "$(bin/devcluster env --name "$cluster")"
PATH=$(dirname "$C2D_KUBECTL"):$PATH
export PATH C2D_DEVCLUSTER=$PWD/bin/devcluster C2D_CLUSTER=$cluster
for bucket in c2d-results hospital-data; do bin/devcluster s3-bucket "$bucket" --name "$cluster" >/dev/null; done
tools/install.sh "$cluster"
images=$(test/images.sh "$cluster")
eval "$images"
for what in "$@"; do go run ./test/bench "$what"; done
