# The hospital: an offer of compute, and a dataset with the rules for using it.

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
    sha256 = filesha256("${path.module}/data/breast_cancer_wdbc.csv")
  }]

  # Who may run what. The checksum stands for all that runs: image, command, environment and code. After a change of any of
  # them the algorithm is another one, and the hospital has to look at it again.
  access = {
    consumers = { namespaces = ["lab"] }
    algorithms = [for a in [c2d_algorithm.train, c2d_algorithm.describe] : {
      checksum = a.checksum
      ref      = { namespace = a.namespace, name = a.name }
    }]
  }

  # An algorithm can print what it reads. The hospital has read the code of these two, so their logs may leave.
  disclosure = { logs = { release = "Always" } }
}
