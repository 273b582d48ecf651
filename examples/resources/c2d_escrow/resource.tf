resource "c2d_escrow" "study" {
  escrow = c2d_compute_environment.default.payment.escrow
  token  = "0x1c7D4B196Cb0C7B01d743Fbc6116a902379C7238" # USDC on Sepolia
  payee  = c2d_compute_environment.default.payee

  # 5 USDC are put in. What jobs spend is no drift: 7000000 would put in 2 more.
  deposit = "5000000"

  # The payee may lock 2 USDC at a time, for 3 jobs of up to two hours, each of which is locked four hours longer.
  max_locked_amount = "2000000"
  max_locks         = 3
  max_lock_seconds  = 21600
}

output "left" {
  value = "${c2d_escrow.study.available} free, ${c2d_escrow.study.locked} locked"
}
