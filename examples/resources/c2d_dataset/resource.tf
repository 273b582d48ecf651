resource "c2d_dataset" "tumours" {
  namespace = "hospital"
  name      = "tumours"

  metadata = {
    name        = "Breast tumours"
    description = "569 samples, 30 features each, benign or malignant."
    license     = "CC-BY-4.0"
    tags        = ["health", "csv"]
  }

  files = [
    {
      s3 = {
        bucket                 = "hospital-private"
        key                    = "tumours.csv"
        credentials_secret_ref = { name = "hospital-s3" } # beside the dataset
      }
      sha256 = "d606af411f3e5be8a317a5a8b652b425aaf0ff38ca683d5327ffff94c3695f4a"
    },
  ]

  # Jobs of the research team may run this one algorithm, as it is now.
  access = {
    consumers  = { namespaces = ["research"] }
    algorithms = [{ checksum = c2d_algorithm.logistic_regression.checksum }]
  }

  disclosure = { logs = { release = "Always" } }
  terms      = { timeout = "24h" } # from the start of a job's first run; then its results are gone for the consumer
}

# Scans on a volume are mounted as they are, however large; a service answers for the year that a job asks for.
resource "c2d_dataset" "scans" {
  namespace = "hospital"
  name      = "scans"
  files = [
    { persistent_volume_claim = { claim_name = "scans", path = "2026/ct" } },
    { http = { url = "https://registry.hospital.example.org/patients.csv", headers_secret_ref = { name = "registry" } } },
  ]
  parameters = { year = { type = "number", description = "Year of the scans.", default = "2026" } }
  access = {
    consumers  = { namespaces = ["research"] }
    algorithms = [{ checksum = c2d_algorithm.logistic_regression.checksum }]
  }
}
