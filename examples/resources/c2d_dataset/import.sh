terraform import c2d_dataset.tumours hospital/tumours
