# The provider's wallet owns it, and anybody can buy access at Ocean's exchange.
resource "c2d_data_nft" "tumours" {
  name   = "Breast tumours"
  symbol = "TUMOURS"

  datatoken = {
    name   = "Access to breast tumours"
    symbol = "TUMOURS1"
    price = {
      token  = "0x1c7D4B196Cb0C7B01d743Fbc6116a902379C7238" # USDC on Sepolia
      amount = "25000000"                                   # 25 USDC
    }
  }
}

# The dataset says what it is published as, and c2d_ddo tells others of it: one apply makes all three.
resource "c2d_dataset" "tumours" {
  namespace = "hospital"
  name      = "tumours"
  metadata = {
    name        = "Breast tumours"
    description = "569 samples, 30 features each, benign or malignant."
    author      = "Hospital"
    license     = "CC-BY-4.0"
  }
  files = [{ s3 = { bucket = "hospital-private", key = "tumours.csv", credentials_secret_ref = { name = "hospital-s3" } } }]
  nft   = c2d_data_nft.tumours
  terms = { timeout = "24h" } # from the order on
}

resource "c2d_ddo" "tumours" {
  nft              = c2d_data_nft.tumours
  dataset          = c2d_dataset.tumours
  service_endpoint = "https://c2d.hospital.example.org"
}

# On a chain that Ocean does not publish its contracts for.
resource "c2d_data_nft" "logistic_regression" {
  name      = "Logistic regression"
  symbol    = "LOGREG"
  datatoken = { name = "Use of logistic regression", symbol = "LOGREG1", free = true }
  contracts = {
    factory   = "0x2279B7A0a67DB372996a5FaB50D91eAA73d2eBe6"
    dispenser = "0xDc64a140Aa3E981100a9becA4E685f962f0cF6C9"
  }
}
