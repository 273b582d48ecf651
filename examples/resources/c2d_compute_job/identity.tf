import {
  to = c2d_compute_job.train
  identity = {
    namespace = "research"
    name      = "train"
  }
}
