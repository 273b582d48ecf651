#!/usr/bin/env bash
# Runs the scenario on an embedded cluster: builds everything, brings the cluster up, installs compute-to-data, plays the
# administrator, applies the configuration and shows what came back. Doing it again changes nothing and takes seconds.
# Usage: run.sh
set -euo pipefail
cd "$(dirname "$0")"
root=$(cd ../../.. && pwd)
devcluster=$root/bin/devcluster
cluster=demo

stop() {
  echo "$1" >&2
  exit 1
}

((EUID == 0)) || stop "The embedded cluster makes namespaces, mounts and network rules of its own: run this as root."
for program in go terraform; do
  command -v "$program" >/dev/null || stop "$program is missing: install it and put it on the PATH."
done
own_kubectl=$(command -v kubectl || true)

mkdir -p out
log=$PWD/out/demo.log
: >"$log"

# step TITLE COMMAND... runs a command, its output going to the log, and prints one line with its time.
step() {
  title=$1 began=$SECONDS
  shift
  if [[ -t 1 ]]; then
    printf '%s' "$title"
    while sleep 1; do printf '\r%-58s%4d s' "$title" $((SECONDS - began)); done &
    ticker=$!
  fi
  echo "== $title" >>"$log"
  "$@" >>"$log" 2>&1
  finish
}

stop_ticker() {
  if [[ -n $ticker ]]; then
    kill "$ticker"
    wait "$ticker" 2>/dev/null || true
    ticker=''
    printf '\r'
  fi
}

finish() {
  stop_ticker
  printf '%-58s%4d s\n' "$title" $((SECONDS - began))
  title=''
}

title='' ticker=''
# Where the script ends, the output may still be the log's.
exec 3>&1 4>&2
failed() {
  code=$?
  exec 1>&3 2>&4
  stop_ticker
  if ((code != 0)) && [[ -n $title ]]; then
    printf '%s: failed\n' "$title" >&2
    # What Terraform has to say begins with "Error:".
    if said=$(sed -n "/^== $title/,\$p" "$log" | sed -n '/^Error:/,$p' | head -n 60) && [[ -n $said ]]; then
      echo "$said"
    else
      tail -n 25 "$log"
    fi | sed 's/^/  /' >&2
    echo "The whole log is in $log; the cluster's state: bin/devcluster status --name $cluster" >&2
  fi
}
trap failed EXIT

install_curl() {
  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends curl ca-certificates
}
command -v curl >/dev/null || step "Debian package curl" install_curl

# --- Programs, images, cluster ---

images() {
  CGO_ENABLED=0 go build -C "$root" -trimpath -ldflags '-s -w' -o "$root/bin/describe" ./examples/scenarios/breast-cancer/describe
  python_rootfs=$(image/build.sh)
}

load_images() {
  python=$("$devcluster" load science/python --rootfs "$python_rootfs" --env PATH=/usr/bin:/bin --name $cluster)
  describe=$("$devcluster" load science/describe --binary "$root/bin/describe" --name $cluster)
}

step "Programs: controller, gateway, agent, provider, devcluster" make -C "$root" build
step "Images: Python with scikit-learn, a static binary" images
title="Programs of the cluster: Kubernetes, containerd, S3 server" began=$SECONDS
# The first time this takes a quarter of an hour, and tells how far it is.
"$devcluster" build 2>&1 | tee -a "$log" | sed -u '/^up to date$/d; s/^/  /'
finish
step "Cluster: Kubernetes, S3 server, image registry" "$devcluster" up --name $cluster
eval "$("$devcluster" env --name $cluster)"
export PATH=${C2D_KUBECTL%/*}:$PATH
step "Images: into the registry" load_images
step "compute-to-data: controller and gateway" "$root/tools/install.sh" $cluster

# --- What an administrator does ---

# account NAMESPACE SECRET BUCKET makes a bucket with an account of its own, whose keys are in that Secret only.
account() {
  kubectl get secret -n "$1" "$2" >/dev/null 2>&1 && return
  local key=$3 secret
  secret=$(head -c 24 /dev/urandom | base64 | tr -d '+/=')
  "$devcluster" s3-user --access "$key" --secret "$secret" --name $cluster
  "$devcluster" s3-bucket "$3" --owner "$key" --name $cluster
  printf 'accessKeyID=%s\nsecretAccessKey=%s\n' "$key" "$secret" |
    kubectl create secret generic "$2" -n "$1" --from-env-file=/dev/stdin
}

administer() {
  kubectl apply -f admin.yaml
  account hospital s3 hospital-data
  account c2d-system results-s3 c2d-results
  "$devcluster" s3-put data/breast_cancer_wdbc.csv hospital-data/breast_cancer_wdbc.csv --name $cluster
}
step "Administrator: namespaces, buckets, keys, the dataset" administer

# --- Terraform ---

# The provider is taken from bin/, as if a registry had it. Each build has another hash, hence no lock.
initialise() {
  local folder
  folder=out/mirror/registry.terraform.io/compute-to-data/c2d/0.0.1/$(go env GOOS)_$(go env GOARCH)
  mkdir -p "$folder"
  ln -sf "$root/bin/terraform-provider-c2d" "$folder/terraform-provider-c2d_v0.0.1"
  cat >out/terraform.rc <<END
provider_installation {
  filesystem_mirror {
    path = "$PWD/out/mirror"
  }
}
END
  cat >demo.auto.tfvars.json <<END
{
  "s3": {"endpoint": "$C2D_S3_ENDPOINT", "region": "$C2D_S3_REGION"},
  "images": {"python": "$python", "describe": "$describe"}
}
END
  sed -e "s|IMAGE|${python%@*}|; s|DIGEST|${python#*@}|" denied.yaml >out/denied.yaml
  rm -f .terraform.lock.hcl
  terraform init -input=false -no-color
}
export TF_CLI_CONFIG_FILE=$PWD/out/terraform.rc TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1

plan() {
  local replace=() job
  for job in train describe; do
    # Results that were deleted here are fetched again.
    if [[ ! -e out/$job/manifest.json ]] && terraform state list 2>/dev/null | grep -q "^terraform_data.fetched\[\"$job\"\]"; then
      replace+=(-replace="terraform_data.fetched[\"$job\"]")
    fi
  done
  changes=0
  terraform plan -input=false -no-color -detailed-exitcode -out=out/plan "${replace[@]}" || changes=$?
  ((changes == 0 || changes == 2))
}

step "terraform init" initialise
step "terraform plan" plan
if ((changes == 2)); then
  title="terraform apply" began=$SECONDS
  echo "$title"
  echo "== $title" >>"$log"
  terraform apply -input=false -no-color out/plan 2>&1 | tee -a "$log" | sed -u -n '/^c2d_.*: \|^Apply complete/s/^/  /p'
  finish
fi

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
  make demo

Other code has another checksum: change train.py, and Terraform changes the hospital's rule and runs the job again.
  make demo

Remove everything: make demo-down
END
