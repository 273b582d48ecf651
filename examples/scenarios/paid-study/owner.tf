# The hospital: an offer of compute with its prices, and a dataset that is published on chain, with the rules for using it.

locals {
  # 10^15 base units are a thousandth of a token with 18 decimals.
  milli = "000000000000000"
  # Where consumers reach the gateway of this cluster.
  gateway = "https://c2d-gateway.c2d-system.svc:8445"
}

resource "c2d_compute_environment" "clinic" {
  provider = c2d.hospital
  name     = "clinic"
  resources = {
    cpu    = { default = "500m", max = "1" }
    memory = { default = "256Mi", max = "1Gi" }
    disk   = { default = "256Mi", max = "2Gi" }
  }
  max_job_duration = "10m"
  results = {
    s3 = {
      bucket                 = "c2d-results"
      endpoint               = var.s3.endpoint
      region                 = var.s3.region
      force_path_style       = true
      credentials_secret_ref = { name = "results-s3" }
    }
  }
  payment = {
    chain            = { chain_id = var.chain.id, rpc_urls = [var.chain.rpc_url] }
    escrow           = var.chain.escrow
    payee_secret_ref = { name = "hospital-payee" }
    prices = [{
      token      = var.chain.token
      per_minute = { cpu = "20${local.milli}", memory_gib = "4${local.milli}", disk_gib = "1${local.milli}" }
    }]
  }
}

# Whoever owns the NFT has published the dataset; its DID comes from the NFT's address.
resource "c2d_data_nft" "tumours" {
  provider  = c2d.hospital
  name      = "Breast Cancer Wisconsin (Diagnostic)"
  symbol    = "WDBC"
  datatoken = { name = "Access to WDBC", symbol = "WDBC-A" }
  contracts = { factory = var.chain.factory }
}

resource "c2d_dataset" "tumours" {
  provider  = c2d.hospital
  namespace = "hospital"
  name      = "tumours"
  metadata = {
    name        = "Breast Cancer Wisconsin (Diagnostic)"
    description = "569 patients, 30 measurements of cell nuclei each, diagnosis malignant or benign."
    author      = "W. Wolberg, O. Mangasarian, N. Street, W. Street"
    license     = "CC-BY-4.0"
    tags        = ["oncology", "tabular"]
  }

  # The keys in Secret hospital/s3 are for the gateway alone: neither the laboratory nor its algorithms ever have them.
  files = [{
    s3 = {
      bucket                 = "hospital-data"
      key                    = "breast_cancer_wdbc.csv"
      endpoint               = var.s3.endpoint
      region                 = var.s3.region
      force_path_style       = true
      credentials_secret_ref = { name = "s3" }
    }
    sha256 = filesha256("${path.module}/../breast-cancer/data/breast_cancer_wdbc.csv")
  }]
  nft = c2d_data_nft.tumours

  access = {
    consumers  = { namespaces = ["lab"] }
    algorithms = [{ checksum = c2d_algorithm.train.checksum, ref = { namespace = c2d_algorithm.train.namespace, name = c2d_algorithm.train.name } }]
  }
  terms      = { agreement = "Required" }
  disclosure = { logs = { release = "Always" } }
}

# What is told of the dataset on chain. From then on its DID, did:op, counts.
resource "c2d_ddo" "tumours" {
  provider = c2d.hospital
  nft      = c2d_data_nft.tumours
  dataset  = c2d_dataset.tumours

  service_endpoint = local.gateway
}
