output "jobs" {
  description = "What became of the jobs, and where their results lie. These addresses grant nothing."
  value = { for name, job in local.jobs : name => {
    state   = job.state
    reason  = job.reason
    results = { for result in job.results : result.name => result.uri }
  } }
}

output "dataset" {
  description = "Identifier of the dataset, under which algorithms find its files."
  value       = c2d_dataset.tumours.did
}
