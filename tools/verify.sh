#!/usr/bin/env bash
# Fails when something that is generated, tidied or formatted differs from what is committed.
set -euo pipefail
cd "$(dirname "$0")/.."

before=$(git status --porcelain)
tools/generate.sh
for module in . tools tools/lint devcluster; do
  echo "verify: go mod tidy in $module"
  (cd "$module" && go mod tidy)
done
echo "verify: formatting"
unformatted=$(git ls-files '*.go' | xargs gofmt -l)
if [ -n "$unformatted" ]; then
  echo "not formatted, run gofmt -w: $unformatted" >&2
  exit 1
fi
terraform fmt -check -recursive examples >&2
after=$(git status --porcelain)
if [ "$before" != "$after" ]; then
  echo "generated files are not current; run \`make generate\` and commit:" >&2
  git --no-pager diff --stat >&2
  exit 1
fi
echo "verify: everything is current"
