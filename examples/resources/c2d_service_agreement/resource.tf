resource "c2d_service_agreement" "study" {
  namespace   = "research"
  name        = "tumour-study"
  environment = c2d_compute_environment.default.name
  datasets    = [{ namespace = c2d_dataset.tumours.namespace, name = c2d_dataset.tumours.name }]
  algorithms  = [c2d_algorithm.logistic_regression.checksum] # or ["*"]

  payment    = { token = "0x1c7D4B196Cb0C7B01d743Fbc6116a902379C7238", max_amount = "25000000" } # 25 USDC
  expires_at = "2027-01-01T00:00:00Z"

  # Nothing dearer is signed, whoever applies.
  max_prices = { cpu = "10000", memory_gib = "2000" }
}

# The money, out of which the jobs under the agreement are paid. It must not wait for the agreement, which waits for it.
resource "c2d_escrow" "study" {
  escrow            = c2d_compute_environment.default.payment.escrow
  token             = "0x1c7D4B196Cb0C7B01d743Fbc6116a902379C7238"
  payee             = c2d_compute_environment.default.payee
  deposit           = "5000000"
  max_locked_amount = "2000000"
}

resource "c2d_compute_job" "train" {
  namespace    = "research"
  name         = "train"
  environment  = c2d_compute_environment.default.name
  agreement    = c2d_service_agreement.study.name
  datasets     = [{ namespace = c2d_dataset.tumours.namespace, name = c2d_dataset.tumours.name }]
  algorithm    = { name = c2d_algorithm.logistic_regression.name }
  max_duration = "30m"

  depends_on = [c2d_escrow.study]
}

output "cost" {
  value = "at most ${c2d_compute_job.train.max_cost}, in fact ${c2d_compute_job.train.payment.claimed} base units"
}
