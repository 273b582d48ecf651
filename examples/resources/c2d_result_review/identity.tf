import {
  to = c2d_result_review.train
  identity = {
    namespace = "hospital"
    name      = "train-5f0c9a-3"
  }
}
