"""The convolution theorem: one output, computed in space and in frequency."""
