#!/usr/bin/env bash
# Removes what run.sh made: the cluster with everything in it, Terraform's state and the fetched results. What was built
# stays in the cache for the next time. Usage: down.sh
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../../.. && pwd)
[[ -x $root/bin/devcluster ]] || CGO_ENABLED=0 go build -C "$root/devcluster" -trimpath -ldflags '-s -w' -o "$root/bin/devcluster" .
"$root/bin/devcluster" down --name review
rm -rf out .terraform .terraform.lock.hcl terraform.tfstate terraform.tfstate.backup .terraform.tfstate.lock.info demo.auto.tfvars.json
