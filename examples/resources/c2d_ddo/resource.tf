# The document follows the dataset: where the dataset changes, so does what is told of it, in the same apply.
resource "c2d_ddo" "tumours" {
  nft              = c2d_data_nft.tumours
  dataset          = c2d_dataset.tumours
  service_endpoint = "https://c2d.hospital.example.org"
}

resource "c2d_ddo" "logistic_regression" {
  nft              = c2d_data_nft.logistic_regression
  algorithm        = c2d_algorithm.logistic_regression
  service_endpoint = "https://c2d.hospital.example.org"
}
