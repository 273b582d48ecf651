# The laboratory: an algorithm that writes means and deviations by diagnosis, with the size of each group.

resource "c2d_algorithm" "describe" {
  namespace = "lab"
  name      = "describe"
  language  = "go"
  metadata  = { name = "Means and deviations by diagnosis", author = "The laboratory", license = "Apache-2.0" }
  container = {
    image   = split("@", var.image)[0]
    digest  = split("@", var.image)[1]
    command = ["/describe"]
  }
}

# Terraform waits until the results were reviewed.
resource "c2d_compute_job" "describe" {
  namespace   = "lab"
  name        = "describe"
  environment = c2d_compute_environment.clinic.name
  datasets    = [{ namespace = c2d_dataset.tumours.namespace, name = c2d_dataset.tumours.name }]
  algorithm   = { name = c2d_algorithm.describe.name }
  triggers    = { run = var.run }

  lifecycle {
    postcondition {
      condition     = contains(["Succeeded", "Expired"], self.reason)
      error_message = "Job describe is ${self.state}: ${coalesce(self.message, "no message yet")}"
    }
  }
}

output "job" {
  description = "What became of the job, and of its review."
  value = {
    state   = c2d_compute_job.describe.state
    review  = c2d_compute_job.describe.review
    results = { for result in c2d_compute_job.describe.results : result.name => result.uri }
  }
}
