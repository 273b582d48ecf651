# What the hospital's environment charges, for a consumer who deposits and signs.
data "c2d_compute_environment" "hospital" {
  name = "default"
}

resource "c2d_escrow" "hospital" {
  escrow            = data.c2d_compute_environment.hospital.escrow
  payee             = data.c2d_compute_environment.hospital.payee
  token             = "0x1c7D4B196Cb0C7B01d743Fbc6116a902379C7238"
  deposit           = "5000000"
  max_locked_amount = "2000000"
}

output "price_of_a_core" {
  value = data.c2d_compute_environment.hospital.prices["0x1c7D4B196Cb0C7B01d743Fbc6116a902379C7238"].cpu
}

# c2d verify checks with it that a manifest is this environment's.
output "manifest_key" {
  value = data.c2d_compute_environment.hospital.manifest_keys[0].public_key
}
