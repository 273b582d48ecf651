# A job that another configuration runs. The addresses grant nothing: who may read the bucket reads it with rights of
# its own, everybody else through the ephemeral resource c2d_results.
data "c2d_compute_job" "train" {
  id = "research/train"
}

output "models" {
  value = { for result in data.c2d_compute_job.train.results : result.name => { uri = result.uri, sha256 = result.sha256 } if result.type == "Output" }
}

output "earlier_runs" {
  value = [for run in data.c2d_compute_job.train.runs : "${run.run}: ${run.state}, ${run.reason}"]
}
