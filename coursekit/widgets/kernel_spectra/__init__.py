"""The spectra explorer: a layer's kernels in space and in frequency."""
