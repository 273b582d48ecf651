import {
  to = c2d_algorithm.logistic_regression
  id = "research/logistic-regression"
}
