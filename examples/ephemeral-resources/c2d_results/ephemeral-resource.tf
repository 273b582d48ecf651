ephemeral "c2d_results" "train" {
  job = c2d_compute_job.train.id
}

# The URLs grant access, so they may only go where Terraform stores nothing: to other ephemeral resources, to
# write-only attributes and to the configuration of providers.
provider "http" {
  alias = "results"
}

locals {
  model_url = try(ephemeral.c2d_results.train.files["model.json"], null)
}
