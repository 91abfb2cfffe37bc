"""The model browser: every layer of a network, with its kernels and its outputs."""
