# The hospital: an offer of compute, and a dataset with the rules for using it and for what may leave.

resource "c2d_compute_environment" "clinic" {
  name = "clinic"
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
}

resource "c2d_dataset" "tumours" {
  namespace = "hospital"
  name      = "tumours"
  metadata = {
    name    = "Breast Cancer Wisconsin (Diagnostic)"
    license = "CC-BY-4.0"
  }
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

  access = {
    consumers  = { namespaces = ["lab"] }
    algorithms = [{ checksum = c2d_algorithm.describe.checksum }]
    budget     = { window = "24h", runs = 20 }
  }

  disclosure = {
    max_bytes = "1Mi"
    max_files = 10
    types     = ["text/csv"]
    csv       = { forbidden_columns = ["patient_id"], min_cell_count = 10, count_columns = ["n"] }
    verbatim  = { max_records = 0 }
    review    = { required = "Always", approvals = 1, deadline = "24h" }
  }
}
