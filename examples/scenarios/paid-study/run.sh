#!/usr/bin/env bash
# Runs the scenario on an embedded cluster: builds everything, brings the cluster with its chain up, installs
# compute-to-data, plays the administrator, applies the configuration, and shows what came back and who has paid what.
# Doing it again changes nothing, costs nothing and takes seconds. Usage: run.sh
set -euo pipefail
cd "$(dirname "$0")"
cluster=demo
source ../embedded.sh
bring_up

# --- What an administrator does ---

administer() {
  kubectl apply -f ../breast-cancer/admin.yaml
  account hospital s3 hospital-data
  account c2d-system results-s3 c2d-results
  "$devcluster" s3-put ../breast-cancer/data/breast_cancer_wdbc.csv hospital-data/breast_cancer_wdbc.csv --name $cluster
  # The hospital's key is the only one that lives in the cluster: claims are signed with it.
  kubectl get secret -n c2d-system hospital-payee >/dev/null 2>&1 ||
    printf 'privateKey=%s\n' "$C2D_CHAIN_OWNER_KEY" |
    kubectl create secret generic hospital-payee -n c2d-system --from-env-file=/dev/stdin
  # The agreement ends thirty days after the first time.
  [[ -e out/until ]] || date -u -d '+30 days' +%Y-%m-%dT%H:%M:%SZ >out/until
  cat >demo.auto.tfvars.json <<END
{
  "until": "$(<out/until)",
  "s3": {"endpoint": "$C2D_S3_ENDPOINT", "region": "$C2D_S3_REGION"},
  "python": "$python",
  "chain": {"id": $C2D_CHAIN_ID, "rpc_url": "$C2D_CHAIN_RPC_URL", "token": "$C2D_CHAIN_TOKEN",
    "escrow": "$C2D_CHAIN_ENTERPRISE_ESCROW", "factory": "$C2D_CHAIN_ERC721_FACTORY"}
}
END
}
step "Administrator: namespaces, buckets, keys, the dataset" administer

# --- The money, as the chain itself says ---

# word 0x... pads an address to a word of 32 bytes.
word() { printf '%064s' "${1#0x}" | tr ' ' 0; }

# ask CONTRACT CALL prints what a contract answers, in hex.
ask() {
  printf '{"jsonrpc":"2.0","id":1,"method":"eth_call","params":[{"to":"%s","data":"0x%s"},"latest"]}' "$1" "$2" |
    curl -sS --fail --max-time 10 -H 'Content-Type: application/json' --data @- "$C2D_CHAIN_RPC_URL" |
    sed -n 's/.*"result":"0x\([0-9a-f]*\)".*/\1/p'
}

# sheet prints what is whose, in base units: the laboratory's account, its deposit, what is locked of it, the hospital's account.
sheet() {
  local funds
  funds=$(ask "$C2D_CHAIN_ENTERPRISE_ESCROW" "3a8ae44f$(word "$C2D_CHAIN_CONSUMER_ADDRESS")$(word "$C2D_CHAIN_TOKEN")")
  # Terraform counts beyond 64 bits.
  printf 'join(" ", [for hex in ["%s", "%s", "%s", "%s"] : format("%%d", parseint(hex, 16))])\n' \
    "$(ask "$C2D_CHAIN_TOKEN" "70a08231$(word "$C2D_CHAIN_CONSUMER_ADDRESS")")" "${funds:0:64}" "${funds:64:64}" \
    "$(ask "$C2D_CHAIN_TOKEN" "70a08231$(word "$C2D_CHAIN_OWNER_ADDRESS")")" | terraform console | tr -d '"'
}

# --- Terraform ---

# The laboratory signs and pays, and publishes its algorithm; the hospital publishes its dataset.
export LAB_KEY=$C2D_CHAIN_CONSUMER_KEY HOSPITAL_KEY=$C2D_CHAIN_OWNER_KEY
step "terraform init" initialise
[[ -e out/before ]] || sheet >out/before
step "terraform plan" plan train
apply

# --- What came back, and what it cost ---

echo
kubectl get computejobs,serviceagreements -n lab
echo
echo "The model (out/train):"
sed 's/^/  /' out/train/outputs/report/summary.txt

# of FIELD of the job's payment.
of() { kubectl get computejob train -n lab -o jsonpath="{.status.payment.$1}"; }

echo
echo "The money of the run, in base units of the token:"
printf '  %-9s %22s  %-42s transaction %s\n' \
  locked "$(of locked)" "up to $(of maxMinutes) minutes at $(of perMinute)" "$(of lockTx)" \
  claimed "$(of claimed)" "$(of minutes) of them, for the hospital" "$(of claimTx)"
printf '  %-9s %22s  %s\n' refunded "$(of refunded)" "back in the laboratory's deposit"
echo
echo "What the chain says is whose:"
printf '  %-8s %30s %22s %8s %22s\n' '' "laboratory's account" "its deposit" locked "hospital's account"
printf '  %-8s %30s %22s %8s %22s\n' before $(<out/before) now $(sheet)
echo
echo "Done in $SECONDS s. What to try next, in this shell:"
[[ -n $own_kubectl ]] || echo "  alias kubectl=$C2D_KUBECTL"
cat <<END
  eval "\$(bin/devcluster env --name $cluster)"
  kubectl get computejobs,serviceagreements,datasets,algorithms,computeenvironments -A
  kubectl describe computejob train -n lab
  PATH=\$PWD/bin:\$PATH kubectl c2d describe train -n lab

Doing it again costs nothing. Another seed, a new run, another lock: change parameters in consumer.tf and
  make demo

Remove everything: make demo-down. The same without a chain: make demo-free
END
