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
}
