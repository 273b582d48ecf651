terraform import c2d_result_review.train hospital/train-5f0c9a-3
