#!/usr/bin/env bash
# Generates everything that is generated. `make verify` shows whether the result is committed.
set -euo pipefail
cd "$(dirname "$0")/.."

echo "generate: CRDs, deep copies, apply configurations"
mkdir -p bin
go build -C tools -o ../bin/controller-gen sigs.k8s.io/controller-tools/cmd/controller-gen
rm -rf crds/applyconfiguration
bin/controller-gen object applyconfiguration crd:maxDescLen=10000 paths=./crds/v1alpha1 output:crd:dir=./crds

echo "generate: bindings of Ocean's contracts"
artifacts=$(mktemp -d)
trap 'rm -rf "$artifacts"' EXIT
go run -C devcluster . contracts "$artifacts"
rm -f ocean/contracts/zz_generated.*.go
go run -C tools ./bindings "$artifacts" "$PWD/ocean/contracts"

echo "generate: documentation of the provider"
tools/docs.sh

echo "generate: documentation of c2d"
mkdir -p docs/cli
go run ./c2d/internal/documentation docs/cli
