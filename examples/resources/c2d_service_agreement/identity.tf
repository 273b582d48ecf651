import {
  to = c2d_service_agreement.study
  identity = {
    namespace = "research"
    name      = "tumour-study"
  }
}
