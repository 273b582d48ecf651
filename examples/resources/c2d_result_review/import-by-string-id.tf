import {
  to = c2d_result_review.train
  id = "hospital/train-5f0c9a-3"
}
