# A hospital lets a laboratory compute on its patients' data, and somebody of the hospital looks at what comes out before the
# laboratory gets it.
#
# owner.tf is the hospital's side, consumer.tf the laboratory's, and reviewer.tf that of the person who looks. They share one
# configuration here so that one "terraform apply" tells the whole story: the laboratory's job waits for the review, while
# the reviewer's resource waits for the review to appear. In reality each is a configuration of its own.
#
# run.sh applies it on an embedded cluster, and plays the administrator.

terraform {
  required_version = ">= 1.11"
  required_providers {
    c2d = { source = "compute-to-data/c2d" }
  }
}

# Reaches the cluster that $KUBECONFIG names. Its user is the author of the job, and has no vote.
provider "c2d" {}

# The reviewer is another user, who may do nothing but look at the hospital's reviews and vote.
provider "c2d" {
  alias      = "reviewer"
  kubeconfig = var.reviewer_kubeconfig
  namespace  = "hospital"
}

variable "reviewer_kubeconfig" {
  description = "Path of a kubeconfig file for the reviewer."
  type        = string
}

variable "s3" {
  description = "S3 server for the dataset and the results."
  type = object({
    endpoint = string
    region   = string
  })
}

variable "image" {
  description = "Image of the algorithm, by digest: registry/name@sha256:..."
  type        = string
}

variable "run" {
  description = "Run of the job whose results are reviewed; another one also runs the job again."
  type        = number
  default     = 1
}
