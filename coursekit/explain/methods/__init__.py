"""The explainers, a module each."""
