# The laboratory: two algorithms, a job for each, and what comes back.

# Code that runs in a stock image: Python with scikit-learn.
resource "c2d_algorithm" "train" {
  namespace = "lab"
  name      = "train"
  language  = "python"
  metadata  = { name = "Logistic regression", author = "The laboratory", license = "Apache-2.0" }
  container = {
    image      = split("@", var.images.python)[0]
    digest     = split("@", var.images.python)[1]
    entrypoint = "python3 $ALGO"
    env        = { OMP_NUM_THREADS = "1" }
  }
  code = { raw = file("${path.module}/train.py") }
  parameters = {
    C             = { type = "number", default = "1", description = "Inverse strength of the regularisation" }
    test_fraction = { type = "number", default = "0.3", description = "Part of the patients that is held out" }
    seed          = { type = "number", default = "7", description = "Seed of the split" }
  }
}

# Code that is the image: one static binary, not even a shell beside it.
resource "c2d_algorithm" "describe" {
  namespace = "lab"
  name      = "describe"
  language  = "go"
  metadata  = { name = "Means and deviations by diagnosis", author = "The laboratory", license = "Apache-2.0" }
  container = {
    image   = split("@", var.images.describe)[0]
    digest  = split("@", var.images.describe)[1]
    command = ["/describe"]
  }
}

resource "c2d_compute_job" "train" {
  namespace   = "lab"
  name        = "train"
  environment = c2d_compute_environment.clinic.name
  datasets    = [{ namespace = c2d_dataset.tumours.namespace, name = c2d_dataset.tumours.name }]
  algorithm   = { name = c2d_algorithm.train.name }
  parameters  = { C = "0.5", seed = "7" }
  resources   = { cpu = "1", memory = "512Mi" }
  triggers    = { algorithm = c2d_algorithm.train.checksum } # other code: run again

  lifecycle {
    postcondition {
      condition     = contains(["Succeeded", "Expired"], self.reason)
      error_message = "Job train is ${self.state}: ${self.message}"
    }
  }
}

resource "c2d_compute_job" "describe" {
  namespace   = "lab"
  name        = "describe"
  environment = c2d_compute_environment.clinic.name
  datasets    = [{ namespace = c2d_dataset.tumours.namespace, name = c2d_dataset.tumours.name }]
  algorithm   = { name = c2d_algorithm.describe.name }
  triggers    = { algorithm = c2d_algorithm.describe.checksum }

  lifecycle {
    postcondition {
      condition     = contains(["Succeeded", "Expired"], self.reason)
      error_message = "Job describe is ${self.state}: ${self.message}"
    }
  }
}

locals {
  jobs = { train = c2d_compute_job.train, describe = c2d_compute_job.describe }
}

# Whoever has a presigned URL can read the file. As ephemeral values they never reach the state or the plan.
ephemeral "c2d_results" "of" {
  for_each = local.jobs
  job      = each.value.id
}

# Fetches the results of each new run into out/, and checks their hashes.
resource "terraform_data" "fetched" {
  for_each         = local.jobs
  triggers_replace = [each.value.manifest.sha256, each.value.completed_at]

  provisioner "local-exec" {
    command = "${path.module}/fetch.sh ${path.module}/out/${each.key}"
    environment = {
      # A root module cannot put ephemeral values out; a provisioner may use them.
      LINKS = join("\n", [for result in each.value.results : join(" ", [
        result.sha256,
        {
          Output   = lookup(ephemeral.c2d_results.of[each.key].files, result.name, "")
          Log      = ephemeral.c2d_results.of[each.key].log_url
          Manifest = ephemeral.c2d_results.of[each.key].manifest_url
        }[result.type],
        result.type == "Output" ? "outputs/${result.name}" : result.name,
      ])])
    }
  }
}
