ephemeral "c2d_results" "train" {
  job = c2d_compute_job.train.id
}

# The URLs grant access, so Terraform stores them nowhere. They may go to write-only attributes such as this one, to
# the configuration of providers and to other ephemeral resources.
resource "kubernetes_secret_v1" "model" {
  metadata {
    name = "model"
  }
  data_wo          = { url = ephemeral.c2d_results.train.files["model.json"] }
  data_wo_revision = c2d_compute_job.train.run
}
