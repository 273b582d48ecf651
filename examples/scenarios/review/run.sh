#!/usr/bin/env bash
# Runs the scenario on an embedded cluster: builds everything, brings the cluster up, installs compute-to-data, plays the
# administrator, applies the configuration and shows what came back. Doing it again changes nothing and takes seconds.
# Usage: run.sh
set -euo pipefail
cd "$(dirname "$0")"
cluster=review
source ../embedded.sh
bring_up

# --- What an administrator does ---

# credentials of the reviewer, in a kubeconfig file of their own: they have no place in a plan.
credentials() {
  local token ca server
  token=$(kubectl create token reviewer -n hospital --duration=24h)
  ca=$(kubectl config view --raw --minify -o jsonpath='{.clusters[0].cluster.certificate-authority-data}')
  server=$(kubectl config view --raw --minify -o jsonpath='{.clusters[0].cluster.server}')
  (umask 077 && cat >out/reviewer.kubeconfig) <<END
apiVersion: v1
kind: Config
clusters: [{name: cluster, cluster: {server: "$server", certificate-authority-data: "$ca"}}]
users: [{name: reviewer, user: {token: "$token"}}]
contexts: [{name: reviewer, context: {cluster: cluster, user: reviewer, namespace: hospital}}]
current-context: reviewer
END
}

administer() {
  kubectl apply -f ../breast-cancer/admin.yaml -f admin.yaml
  account hospital s3 hospital-data
  account c2d-system results-s3 c2d-results
  "$devcluster" s3-put ../breast-cancer/data/breast_cancer_wdbc.csv hospital-data/breast_cancer_wdbc.csv --name $cluster
  credentials
  cat >demo.auto.tfvars.json <<END
{
  "s3": {"endpoint": "$C2D_S3_ENDPOINT", "region": "$C2D_S3_REGION"},
  "image": "$describe",
  "reviewer_kubeconfig": "$PWD/out/reviewer.kubeconfig"
}
END
}
step "Administrator: namespaces, buckets, keys, a reviewer" administer

# --- Terraform ---

step "terraform init" initialise
step "terraform plan" plan
apply

# --- What came back ---

fetch() {
  "$root/bin/c2d" results get describe -n lab -o out/describe
}

echo
kubectl get computejobs -n lab
kubectl get resultreviews,datasetusages -n hospital
step "Results, with every hash checked" fetch
echo
echo "The measurements that left (out/describe):"
head -n 4 out/describe/outputs/describe.csv | awk -F, '{printf "  %-12s %-18s %5s %10s %20s\n", $1, $2, $3, $4, $5}'
echo "  ..."
echo
echo "Done in $SECONDS s. What to try next, in this shell:"
[[ -n $own_kubectl ]] || echo "  alias kubectl=$C2D_KUBECTL"
cat <<END
  eval "\$(bin/devcluster env --name $cluster)"
  PATH=\$PWD/bin:\$PATH kubectl c2d describe describe -n lab
  kubectl get resultreviews -n hospital -o yaml

Run the job again, for another review: the reviewer votes about each run anew.
  cd examples/scenarios/review && TF_CLI_CONFIG_FILE=\$PWD/out/terraform.rc terraform apply -var run=2

Remove everything: examples/scenarios/review/down.sh
END
