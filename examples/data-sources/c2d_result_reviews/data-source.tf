# What waits for people of the hospital, the most urgent first.
data "c2d_result_reviews" "open" {
  namespace = "hospital"
  state     = "Pending"
}

output "open" {
  value = { for review in data.c2d_result_reviews.open.reviews : review.name => {
    job      = "${review.job.namespace}/${review.job.name}"
    flags    = review.flags
    deadline = review.deadline
    manifest = review.manifest_sha256
  } }
}
