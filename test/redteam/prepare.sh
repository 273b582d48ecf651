#!/usr/bin/env bash
# Loads the attacks into a running embedded cluster on which the project is installed, makes an environment to attack, and
# prints variables to evaluate. Usage: test/redteam/prepare.sh CLUSTER-NAME
set -euo pipefail
cd "$(dirname "$0")/../.."
name=$1
eval "$(bin/devcluster env --name "$name")"
CGO_ENABLED=0 go build -trimpath -ldflags '-s -w' -o bin/attack ./test/redteam/attack
bin/devcluster s3-bucket c2d-redteam --name "$name" >/dev/null
"$C2D_KUBECTL" apply --server-side -f - >/dev/null <<YAML
apiVersion: v1
kind: Secret
metadata: {namespace: c2d-system, name: redteam-s3}
stringData: {accessKeyID: "$C2D_S3_ACCESS_KEY", secretAccessKey: "$C2D_S3_SECRET_KEY"}
---
apiVersion: c2d.dev/v1alpha1
kind: ComputeEnvironment
metadata: {name: redteam}
spec:
  resources:
    cpu: {default: 200m, max: "1"}
    memory: {default: 96Mi, max: 1Gi}
    disk: {default: 64Mi, max: 2Gi}
  maxJobDuration: 5m
  isolation: {network: Allow}
  results:
    s3: {bucket: c2d-redteam, region: us-east-1, endpoint: "$C2D_S3_ENDPOINT", forcePathStyle: true, credentialsSecretRef: {name: redteam-s3}}
YAML
echo "export C2D_ATTACK_IMAGE=$(bin/devcluster load test/attack --binary bin/attack --name "$name")"
echo "export C2D_ATTACK_STAND_IN='$PWD/bin/devcluster node-exec --name $name -- sh $PWD/test/redteam/stand-in.sh $PWD/bin/attack'"
