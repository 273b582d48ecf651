#!/usr/bin/env bash
# Runs the scenario on an embedded cluster: builds everything, brings the cluster up, installs compute-to-data, plays the
# administrator, applies the configuration and shows what came back. Doing it again changes nothing and takes seconds.
# Usage: run.sh
set -euo pipefail
cd "$(dirname "$0")"
cluster=free
source ../embedded.sh
bring_up

# --- What an administrator does ---

administer() {
  kubectl apply -f admin.yaml
  account hospital s3 hospital-data
  account c2d-system results-s3 c2d-results
  "$devcluster" s3-put data/breast_cancer_wdbc.csv hospital-data/breast_cancer_wdbc.csv --name $cluster
}
step "Administrator: namespaces, buckets, keys, the dataset" administer

# --- Terraform ---

describe_cluster() {
  cat >demo.auto.tfvars.json <<END
{
  "s3": {"endpoint": "$C2D_S3_ENDPOINT", "region": "$C2D_S3_REGION"},
  "images": {"python": "$python", "describe": "$describe"}
}
END
  sed -e "s|IMAGE|${python%@*}|; s|DIGEST|${python#*@}|" denied.yaml >out/denied.yaml
}
describe_cluster
step "terraform init" initialise
step "terraform plan" plan train describe
apply

# --- What came back ---

echo
kubectl get computejobs -n lab
echo
echo "The model (job train, out/train):"
sed 's/^/  /' out/train/outputs/report/summary.txt
echo
echo "The measurements (job describe, out/describe):"
head -n 6 out/describe/outputs/describe.csv | awk -F, '{printf "  %-12s %-18s %5s %10s %20s\n", $1, $2, $3, $4, $5}'
echo "  ..."
echo
echo "Done in $SECONDS s. What to try next, in this shell:"
[[ -n $own_kubectl ]] || echo "  alias kubectl=$C2D_KUBECTL"
cat <<END
  eval "\$(bin/devcluster env --name $cluster)"
  kubectl get computejobs,datasets,algorithms,computeenvironments -A
  kubectl describe computejob train -n lab
  curl "\$(kubectl get secret train-results -n lab -o go-template='{{.data.log | base64decode}}')"

An algorithm that the hospital does not know gets nothing, and is told why:
  kubectl apply -f examples/scenarios/breast-cancer/out/denied.yaml
  kubectl describe computejob peek -n lab

A deleted job takes its results along. Terraform sees that it is gone and runs it again:
  kubectl delete computejob train -n lab
  make demo-free

Other code has another checksum: change train.py, and Terraform changes the hospital's rule and runs the job again.
  make demo-free

Remove everything: make demo-free-down
END
