import {
  to = c2d_compute_environment.default
  id = "default"
}
