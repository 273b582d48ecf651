# A hospital lets a laboratory compute on patient data that the laboratory never sees.
#
# owner.tf is the hospital's side and consumer.tf the laboratory's. They share one configuration here so that one
# "terraform apply" tells the whole story. In reality each is a configuration of its own, applied by people with rights
# in their own namespace alone, and the laboratory sends the hospital its code and the checksums of its algorithms.
#
# run.sh applies it on an embedded cluster. The namespaces, and the Secrets with the keys of the S3 server, are an
# administrator's business and made there with kubectl: secrets do not belong into Terraform's state.

terraform {
  required_version = ">= 1.11"
  required_providers {
    c2d = { source = "compute-to-data/c2d" }
  }
}

# Reaches the cluster that $KUBECONFIG names.
provider "c2d" {}

variable "s3" {
  description = "S3 server for the dataset and the results."
  type = object({
    endpoint = string
    region   = string
  })
}

variable "images" {
  description = "Images of the algorithms, by digest: registry/name@sha256:..."
  type = object({
    python   = string
    describe = string
  })
}
