terraform {
  required_version = ">= 1.11"
  required_providers {
    c2d = {
      source = "compute-to-data/c2d"
    }
  }
}

# By default the provider uses the current context of ~/.kube/config.
provider "c2d" {
  namespace = "research"
}
