#!/usr/bin/env bash
# Writes docs/ from the provider's schema, templates/ and examples/. Needs Go and Terraform, and no network.
set -euo pipefail
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

go build -o "$work/terraform-provider-c2d" ./provider
cat > "$work/terraformrc" <<RC
provider_installation {
  dev_overrides { "compute-to-data/c2d" = "$work" }
}
RC
cat > "$work/main.tf" <<TF
terraform {
  required_providers {
    c2d = { source = "compute-to-data/c2d" }
  }
}
TF
TF_CLI_CONFIG_FILE="$work/terraformrc" CHECKPOINT_DISABLE=1 terraform -chdir="$work" providers schema -json |
  # tfplugindocs looks for the schema under this address alone.
  sed 's|registry.terraform.io/compute-to-data/c2d|registry.terraform.io/hashicorp/c2d|' > "$work/schema.json"
go -C tools build -o "$work/tfplugindocs" github.com/hashicorp/terraform-plugin-docs/cmd/tfplugindocs
for command in generate validate; do
  PATH="$work:$PATH" "$work/tfplugindocs" $command --provider-dir "$PWD" --provider-name c2d --providers-schema "$work/schema.json"
done
