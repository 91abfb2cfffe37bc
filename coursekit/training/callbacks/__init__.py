"""Keras callbacks: what happens between the epochs and batches of a training."""
