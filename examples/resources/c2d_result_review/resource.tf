# A reviewer of the hospital has looked at what the third run of the laboratory's job brings: kubectl c2d review show.
resource "c2d_result_review" "train" {
  namespace = "hospital"
  job       = { namespace = "research", name = "train", run = 3 }
  decision  = "Approve"

  # What they have looked at, and nothing else.
  manifest_sha256 = "0d5f1d1d7b3b0a1a5a8c9e5f8e2c4b6d7f8091a2b3c4d5e6f708192a3b4c5d6e"
}

# One rejection decides. The consumer learns that there was one, and not why.
resource "c2d_result_review" "describe" {
  namespace = "hospital"
  name      = "describe-5f0c9a-1"
  decision  = "Reject"
  reason    = "The row for ward 7 stands for two patients."
}
