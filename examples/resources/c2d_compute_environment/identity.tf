import {
  to = c2d_compute_environment.default
  identity = {
    name = "default"
  }
}
