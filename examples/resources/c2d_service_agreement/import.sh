terraform import c2d_service_agreement.study research/tumour-study
