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

  # Jobs of the research team may run this one algorithm, as it is now, on this dataset alone or together with the scans, and
  # as often as twenty times a week.
  access = {
    consumers  = { namespaces = ["research"] }
    algorithms = [{ checksum = c2d_algorithm.logistic_regression.checksum }]
    companions = ["hospital/scans"]
    budget     = { window = "168h", runs = 20, output_bytes = "10Mi" }
  }

  # Small tables and pictures of groups leave. What a check flags waits for two people, the log for them too.
  disclosure = {
    max_bytes = "10Mi"
    max_files = 50
    types     = ["text/csv", "application/json", "image/png"]
    csv       = { forbidden_columns = ["patient_id"], min_cell_count = 10 }
    json      = { forbidden_keys = ["patient_id"], min_cell_count = 10 }
    canaries  = { secret_ref = { name = "canaries" } } # rows that nobody has, beside the dataset and within the data
    verbatim  = { max_records = 0 }
    logs      = { release = "AfterReview", max_bytes = "1Mi" }
    review    = { required = "OnFlag", approvals = 2, deadline = "72h" }
  }
  terms = { timeout = "24h" } # from the start of a job's first run; then its results are gone for the consumer
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
    # Also whoever holds a token of this list on chain, and has signed the job's agreement.
    consumers = {
      namespaces   = ["research"]
      access_lists = [{ chain_id = 11155111, address = "0x7358776DACe83a4b48E698645F32B043481daCBA" }]
    }
    algorithms = [
      { checksum = c2d_algorithm.logistic_regression.checksum },
      # A published one by Ocean's two checksums, for those who know nothing else of it.
      {
        did                        = "did:op:85fe29eaad2c1fb9a9ed6fb39dc7a21bc2fd5fc96f9a4ee3b2a7f8bcbd5a4d2e"
        files_checksum             = "b1a1f6ea5b0f1e4d9d3f7a1c0a8e6b5c4d3e2f1a0b9c8d7e6f5a4b3c2d1e0f9a"
        container_section_checksum = "0c9b8a7f6e5d4c3b2a190817263544536271809f8e7d6c5b4a39281706f5e4d3"
      },
    ]
    companions = ["hospital/tumours"]
  }
}
