"""What all explainers stand on: one traced run of a classifier, and what can be read from it."""
