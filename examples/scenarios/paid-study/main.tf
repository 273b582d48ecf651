# A hospital sells computing on patient data that the buyer never sees, and a laboratory pays for the minutes that it uses.
#
# owner.tf is the hospital's side and consumer.tf the laboratory's. They share one configuration here so that one
# "terraform apply" tells the whole story. In reality each is a configuration of its own, applied by people with rights in
# their own namespace alone, and with their own key.
#
# run.sh applies it on an embedded cluster with a chain of its own. The namespaces, and the Secrets with the keys of the S3
# server and of the account that is paid, are an administrator's business and made there with kubectl: secrets do not
# belong into Terraform's state.

terraform {
  required_version = ">= 1.11"
  required_providers {
    c2d = { source = "compute-to-data/c2d" }
  }
}

# Each party signs with its own wallet. The keys come from the environment: neither is in the configuration, the plan or
# the state. The cluster is the one that $KUBECONFIG names.
provider "c2d" {
  alias  = "hospital"
  chain  = { chain_id = var.chain.id, rpc_urls = [var.chain.rpc_url] }
  wallet = { private_key_env = "HOSPITAL_KEY" }
}

provider "c2d" {
  alias  = "lab"
  chain  = { chain_id = var.chain.id, rpc_urls = [var.chain.rpc_url] }
  wallet = { private_key_env = "LAB_KEY" }
}

variable "s3" {
  description = "S3 server for the dataset and the results."
  type = object({
    endpoint = string
    region   = string
  })
}

variable "python" {
  description = "Image with Python and scikit-learn, by digest: registry/name@sha256:..."
  type        = string
}

variable "chain" {
  description = "The chain, the token to pay with, and Ocean's contracts there."
  type = object({
    id      = number
    rpc_url = string
    token   = string
    escrow  = string
    factory = string
  })
}

variable "until" {
  description = "When the agreement ends, in RFC 3339."
  type        = string
}
