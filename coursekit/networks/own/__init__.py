"""A learner's own trained network, opened from its file."""
