# The laboratory: an algorithm that is published too, an agreement that it signs and funds, and a job.

resource "c2d_data_nft" "train" {
  provider  = c2d.lab
  name      = "Logistic regression"
  symbol    = "LOGREG"
  datatoken = { name = "Access to LOGREG", symbol = "LOGREG-A" }
  contracts = { factory = var.chain.factory }
}

resource "c2d_algorithm" "train" {
  provider  = c2d.lab
  namespace = "lab"
  name      = "train"
  language  = "python"
  metadata = {
    name        = "Logistic regression"
    description = "Trains a logistic regression and measures it on patients that it has not seen."
    author      = "The laboratory"
    license     = "Apache-2.0"
  }
  container = {
    image      = split("@", var.python)[0]
    digest     = split("@", var.python)[1]
    entrypoint = "python3 $ALGO"
    env        = { OMP_NUM_THREADS = "1" }
  }
  code = { raw = file("${path.module}/../breast-cancer/train.py") }
  nft  = c2d_data_nft.train
  parameters = {
    C             = { type = "number", default = "1", description = "Inverse strength of the regularisation" }
    test_fraction = { type = "number", default = "0.3", description = "Part of the patients that is held out" }
    seed          = { type = "number", default = "7", description = "Seed of the split" }
  }
}

resource "c2d_ddo" "train" {
  provider  = c2d.lab
  nft       = c2d_data_nft.train
  algorithm = c2d_algorithm.train

  service_endpoint = local.gateway
}

# What the laboratory agrees to, signed with its own key: these data, this algorithm, these prices, so much in all.
resource "c2d_service_agreement" "study" {
  provider    = c2d.lab
  namespace   = "lab"
  name        = "study"
  environment = c2d_compute_environment.clinic.name
  datasets    = [{ namespace = c2d_dataset.tumours.namespace, name = c2d_dataset.tumours.name, did = c2d_data_nft.tumours.did }]
  algorithms  = [c2d_data_nft.train.did]
  payment     = { token = var.chain.token, max_amount = "1000${local.milli}" }
  expires_at  = var.until
  depends_on  = [c2d_ddo.tumours, c2d_ddo.train, c2d_escrow.study]
}

# The money for it, in Ocean's escrow contract: the hospital may lock what a run can cost at most, and no more than this.
resource "c2d_escrow" "study" {
  provider = c2d.lab
  escrow   = var.chain.escrow
  token    = var.chain.token
  payee    = c2d_compute_environment.clinic.payee
  deposit  = "1000${local.milli}"

  max_locked_amount = "1000${local.milli}"
}

resource "c2d_compute_job" "train" {
  provider     = c2d.lab
  namespace    = "lab"
  name         = "train"
  environment  = c2d_compute_environment.clinic.name
  agreement    = c2d_service_agreement.study.name
  datasets     = [{ namespace = c2d_dataset.tumours.namespace, name = c2d_dataset.tumours.name }]
  algorithm    = { name = c2d_algorithm.train.name }
  parameters   = { C = "0.5", seed = "7" }
  resources    = { cpu = "1", memory = "512Mi" }
  max_duration = "5m"
  triggers     = { algorithm = c2d_algorithm.train.checksum } # other code: run again, and pay again

  lifecycle {
    postcondition {
      condition     = contains(["Succeeded", "Expired"], self.reason)
      error_message = "Job train is ${self.state}: ${self.message}"
    }
  }
}

# Whoever has a presigned URL can read the file. As ephemeral values they never reach the state or the plan.
ephemeral "c2d_results" "train" {
  provider = c2d.lab
  job      = c2d_compute_job.train.id
}

# Fetches the results of each new run into out/, and checks their hashes.
resource "terraform_data" "fetched" {
  for_each         = toset(["train"])
  triggers_replace = [c2d_compute_job.train.manifest.sha256, c2d_compute_job.train.completed_at]

  provisioner "local-exec" {
    command = "${path.module}/../breast-cancer/fetch.sh ${path.module}/out/${each.key}"
    environment = {
      # A root module cannot put ephemeral values out; a provisioner may use them.
      LINKS = join("\n", [for result in c2d_compute_job.train.results : join(" ", [
        result.sha256,
        {
          Output   = lookup(ephemeral.c2d_results.train.files, result.name, "")
          Log      = ephemeral.c2d_results.train.log_url
          Manifest = ephemeral.c2d_results.train.manifest_url
        }[result.type],
        result.type == "Output" ? "outputs/${result.name}" : result.name,
      ])])
    }
  }
}
