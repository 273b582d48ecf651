output "dids" {
  description = "Identifiers of what is published."
  value       = { tumours = c2d_data_nft.tumours.did, train = c2d_data_nft.train.did }
}

output "job" {
  description = "What became of the job, what it cost, and where its results lie. These addresses grant nothing."
  value = {
    state   = c2d_compute_job.train.state
    payment = c2d_compute_job.train.payment
    results = { for result in c2d_compute_job.train.results : result.name => result.uri }
  }
}
