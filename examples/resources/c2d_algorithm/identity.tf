import {
  to = c2d_algorithm.logistic_regression
  identity = {
    namespace = "research"
    name      = "logistic-regression"
  }
}
