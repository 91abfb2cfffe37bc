"""The pooling explorer: max and average pooling of an image."""
