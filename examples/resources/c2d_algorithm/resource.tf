resource "c2d_algorithm" "logistic_regression" {
  namespace = "research"
  name      = "logistic-regression"
  language  = "python"

  container = {
    image      = "registry.example.org/science/python"
    digest     = "sha256:5cb71a1b04c1ab2a4a0d0ba1b6d5ac0d0f4ec6e35b2a6e5d8d0f6f0f0c0b7c1d"
    entrypoint = "python3 $ALGO"
  }
  code = { raw = file("${path.module}/train.py") }

  parameters = {
    epochs = { type = "number", description = "Rounds of training.", default = "20" }
    solver = { type = "select", options = ["lbfgs", "saga"], default = "lbfgs" }
  }
}
