resource "c2d_compute_environment" "default" {
  name = "default"

  resources = {
    cpu    = { default = "500m", max = "4" }
    memory = { default = "512Mi", max = "8Gi" }
    disk   = { default = "1Gi", max = "20Gi" }
  }
  max_job_duration    = "1h"
  max_concurrent_jobs = 10    # the others queue, fairly between namespaces,
  queue_timeout       = "30m" # for no longer than this
  runtime_class_name  = "gvisor"

  results = {
    s3 = {
      bucket                 = "c2d-results"
      region                 = "eu-west-1"
      credentials_secret_ref = { name = "results-s3" } # in the controller's namespace
    }
    retention = "168h" # after access to them is over
  }

  # Manifests are signed by a key that never leaves Vault. Without this the controller makes one of its own.
  signing = {
    vault = { url = "https://vault.example.org:8200", key = "c2d-manifests", token_secret_ref = { name = "vault" } }
  }

  # Jobs are paid out of Ocean's escrow contract, under an agreement that their consumer signs. Without this they are free.
  payment = {
    chain            = { chain_id = 11155111, rpc_urls = ["https://rpc.example.org", "https://rpc.example.net"] }
    escrow           = "0x9A676e781A523b5d0C0e43731313A708CB607508"
    payee_secret_ref = { name = "payee" } # in the controller's namespace
    prices = [{
      token      = "0x1c7D4B196Cb0C7B01d743Fbc6116a902379C7238"             # USDC on Sepolia, with 6 decimals
      per_minute = { cpu = "10000", memory_gib = "2000", disk_gib = "100" } # 0.01, 0.002 and 0.0001 USDC
    }]
  }
}

# What consumers verify manifests with.
output "manifest_keys" {
  value = [for key in c2d_compute_environment.default.manifest_keys : key.public_key]
}
