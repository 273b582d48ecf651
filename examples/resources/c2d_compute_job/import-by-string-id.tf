import {
  to = c2d_compute_job.train
  id = "research/train"
}
