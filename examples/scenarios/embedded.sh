# What the scenarios share: they bring an embedded cluster up, install compute-to-data there and apply their configuration.
# A scenario sets $cluster, goes to its own folder and sources this file.
root=$(cd ../../.. && pwd)
devcluster=$root/bin/devcluster
science=$root/examples/scenarios/breast-cancer

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

images() {
  CGO_ENABLED=0 go build -C "$root" -trimpath -ldflags '-s -w' -o "$root/bin/describe" ./examples/scenarios/breast-cancer/describe
  python_rootfs=$("$science/image/build.sh")
}

load_images() {
  python=$("$devcluster" load science/python --rootfs "$python_rootfs" --env PATH=/usr/bin:/bin --name "$cluster")
  describe=$("$devcluster" load science/describe --binary "$root/bin/describe" --name "$cluster")
}

# bring_up programs, images and cluster, with compute-to-data on it.
bring_up() {
  command -v curl >/dev/null || step "Debian package curl" install_curl
  step "Programs: controller, gateway, agent, provider, devcluster" make -C "$root" build
  step "Images: Python with scikit-learn, a static binary" images
  title="Programs of the cluster: Kubernetes, containerd, S3, chain" began=$SECONDS
  # The first time this takes a quarter of an hour, and tells how far it is.
  "$devcluster" build 2>&1 | tee -a "$log" | sed -u '/^up to date$/d; s/^/  /'
  finish
  step "Cluster: Kubernetes, S3 server, image registry, chain" "$devcluster" up --name "$cluster"
  eval "$("$devcluster" env --name "$cluster")"
  export PATH=${C2D_KUBECTL%/*}:$PATH
  step "Images: into the registry" load_images
  step "compute-to-data: controller and gateway" "$root/tools/install.sh" "$cluster"
}

# account NAMESPACE SECRET BUCKET makes a bucket with an account of its own, whose keys are in that Secret only.
account() {
  kubectl get secret -n "$1" "$2" >/dev/null 2>&1 && return
  local key=$3 secret
  secret=$(head -c 24 /dev/urandom | base64 | tr -d '+/=')
  "$devcluster" s3-user --access "$key" --secret "$secret" --name "$cluster"
  "$devcluster" s3-bucket "$3" --owner "$key" --name "$cluster"
  printf 'accessKeyID=%s\nsecretAccessKey=%s\n' "$key" "$secret" |
    kubectl create secret generic "$2" -n "$1" --from-env-file=/dev/stdin
}

# initialise Terraform. The provider is taken from bin/, as if a registry had it. Each build has another hash, hence no lock.
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
  rm -f .terraform.lock.hcl
  terraform init -input=false -no-color
}
export TF_CLI_CONFIG_FILE=$PWD/out/terraform.rc TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1

# plan; results of the jobs that are named, and that were deleted here, are fetched again.
plan() {
  local replace=() job
  for job in "$@"; do
    if [[ ! -e out/$job/manifest.json ]] && terraform state list 2>/dev/null | grep -q "^terraform_data.fetched\[\"$job\"\]"; then
      replace+=(-replace="terraform_data.fetched[\"$job\"]")
    fi
  done
  changes=0
  terraform plan -input=false -no-color -detailed-exitcode -out=out/plan "${replace[@]}" || changes=$?
  ((changes == 0 || changes == 2))
}

# apply what is planned, if anything is, and tell how far it is.
apply() {
  ((changes == 2)) || return 0
  title="terraform apply" began=$SECONDS
  echo "$title"
  echo "== $title" >>"$log"
  terraform apply -input=false -no-color out/plan 2>&1 | tee -a "$log" | sed -u -n '/^c2d_.*: \|^Apply complete/s/^/  /p'
  finish
}
