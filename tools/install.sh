#!/usr/bin/env bash
# Builds the images of this project, loads them into a running embedded cluster and installs from install/, as a user
# does. Usage: tools/install.sh CLUSTER-NAME. The programs must lie in bin/ (make build).
set -euo pipefail
cd "$(dirname "$0")/.."
name=$1

eval "$(bin/devcluster env --name "$name")"
overlay=bin/overlay-$name
mkdir -p "$overlay"
controller=$(bin/devcluster load c2d/controller --binary bin/controller --name "$name")
gateway=$(bin/devcluster load c2d/gateway --binary bin/gateway --name "$name")
agent=$(bin/devcluster load c2d/agent --binary bin/agent --name "$name")

cat >"$overlay/kustomization.yaml" <<EOF
apiVersion: kustomize.config.k8s.io/v1beta1
kind: Kustomization
resources: [../../install]
images:
  - {name: ghcr.io/compute-to-data/controller, newName: ${controller%@*}, digest: ${controller#*@}}
  - {name: ghcr.io/compute-to-data/gateway, newName: ${gateway%@*}, digest: ${gateway#*@}}
configMapGenerator:
  - name: c2d-settings
    namespace: c2d-system
    behavior: merge
    literals:
      - AGENT_IMAGE=$agent
      - CLUSTER_CIDRS=$C2D_POD_CIDR,$C2D_SERVICE_CIDR,$C2D_NODE_IP/32
EOF
"$C2D_KUBECTL" apply --server-side --force-conflicts -k "$overlay" >/dev/null
"$C2D_KUBECTL" wait --for=condition=Established crd -l '!none' --timeout=60s >/dev/null
"$C2D_KUBECTL" -n c2d-system rollout status deployment/c2d-controller deployment/c2d-gateway --timeout=120s >/dev/null
