import {
  to = c2d_dataset.tumours
  id = "hospital/tumours"
}
