# Somebody of the hospital approves. Here they do without looking, so that the story ends by itself; who has looked gives
# manifest_sha256 too, which stands for every file.
#
# It names the job by texts and not by c2d_compute_job.describe, which is there only once it was reviewed.
resource "c2d_result_review" "describe" {
  provider = c2d.reviewer
  job      = { namespace = "lab", name = "describe", run = var.run }
  decision = "Approve"
  reason   = "Groups of hundreds of patients."
  timeouts = { create = "10m" }
}

output "review" {
  description = "What was voted for, by whom, and what came of it."
  value = {
    user     = c2d_result_review.describe.user
    manifest = c2d_result_review.describe.manifest_sha256
    files    = [for file in c2d_result_review.describe.files : file.name]
    flags    = c2d_result_review.describe.flags
    state    = c2d_result_review.describe.state
  }
}
