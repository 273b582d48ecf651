# With a token, as in a pipeline; the address may come from what the same configuration creates.
provider "c2d" {
  alias                  = "hospital"
  host                   = var.cluster.host
  cluster_ca_certificate = var.cluster.ca_certificate
  token                  = var.cluster.token
  namespace              = "hospital"
}

variable "cluster" {
  type = object({
    host           = string
    ca_certificate = string
    token          = string
  })
  sensitive = true
}
