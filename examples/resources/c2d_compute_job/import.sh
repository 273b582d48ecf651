terraform import c2d_compute_job.train research/train
