#!/usr/bin/env bash
# Attacks an embedded cluster, its own or the running one that is named, and writes the report to redteam-report/.
# Usage: test/redteam/run.sh [CLUSTER-NAME] [ARGUMENT OF test/redteam/run...]
set -euo pipefail
cd "$(dirname "$0")/../.."
if [ $# -gt 0 ] && [ "${1#-}" = "$1" ]; then
  name=$1
  shift
else
  name=c2d-redteam-$$
  make --no-print-directory build >/dev/null
  bin/devcluster build
  trap 'status=$?; bin/devcluster down --name "$name" >/dev/null 2>&1 || true; exit $status' EXIT INT TERM
  bin/devcluster up --name "$name" >/dev/null
  tools/install.sh "$name"
fi
eval "$(bin/devcluster env --name "$name")"
attacks=$(test/redteam/prepare.sh "$name")
eval "$attacks"
go run ./test/redteam/run -environment redteam -stand-in "$C2D_ATTACK_STAND_IN" "$@"
