import {
  to = c2d_service_agreement.study
  id = "research/tumour-study"
}
