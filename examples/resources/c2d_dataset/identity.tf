import {
  to = c2d_dataset.tumours
  identity = {
    namespace = "hospital"
    name      = "tumours"
  }
}
