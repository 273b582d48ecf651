locals {
  # In base units of a token with 6 decimals: a minute of a core costs 0.01 of it.
  prices = { cpu = "10000", memory_gib = "2000", disk_gib = "10" }

  # The most that a run of half an hour can cost: 423000, which is 0.423 of the token.
  most = provider::c2d::compute_cost(local.prices, { cpu = "1", memory = "2Gi", disk = "10Gi" }, "30m")
}
