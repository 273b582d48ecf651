resource "c2d_compute_job" "train" {
  namespace   = "research"
  name        = "train"
  environment = c2d_compute_environment.default.name
  datasets    = [{ namespace = c2d_dataset.tumours.namespace, name = c2d_dataset.tumours.name }]
  algorithm   = { name = c2d_algorithm.logistic_regression.name }
  parameters  = { epochs = "50" }

  resources    = { cpu = "1", memory = "1Gi" }
  max_duration = "30m"
  deliver      = ["Output", "Logs"]

  # A change of what runs, or here, runs the job again. A change of the algorithm's code alone would not, since the job
  # names it only.
  triggers = { algorithm = c2d_algorithm.logistic_regression.checksum }

  # A copy in our own bucket, and an event for our own systems when a run is over.
  destination = { s3 = { bucket = "research-models", prefix = "tumours", credentials_secret_ref = { name = "own-s3" } } }
  notify      = { url = "https://pipeline.example.org/c2d", secret_ref = { name = "webhook" } }

  timeouts = { create = "45m", update = "45m" }

  lifecycle {
    # When the timeout is over the job goes on, and Terraform warns. With this it stops there too, and nothing that
    # depends on the job goes on without its results. The reason of a job that succeeded becomes Expired once access to
    # its results is over; a job that failed keeps its own.
    postcondition {
      condition     = contains(["Succeeded", "Expired"], self.reason)
      error_message = "Job ${self.id} is ${self.state}: ${coalesce(self.message, "no message yet")}"
    }
  }
}

# An algorithm that stands in the job itself, for what is tried once. The dataset's owner must allow it: access.allow_raw.
resource "c2d_compute_job" "count" {
  namespace   = "research"
  name        = "count"
  environment = c2d_compute_environment.default.name
  datasets    = [{ namespace = "hospital", name = "wards" }]
  algorithm = { raw = {
    container = {
      image      = "registry.example.org/science/python"
      digest     = "sha256:5b3a849b0bdbe749ccbd006ca3e6e6f93cdc3ed75e088eec8cc3d64333a2cd31"
      entrypoint = "python3 $ALGO"
    }
    code = { raw = file("${path.module}/count.py") }
  } }
}

output "results" {
  value = { for result in c2d_compute_job.train.results : result.name => result.uri }
}
