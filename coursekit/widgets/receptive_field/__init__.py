"""The receptive field explorer: which pixels a unit sees."""
