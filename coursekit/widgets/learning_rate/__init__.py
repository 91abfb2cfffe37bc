"""The learning-rate explorer: one small network, trained anew at each step of the slider."""
