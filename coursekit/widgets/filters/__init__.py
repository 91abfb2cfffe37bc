"""The filter explorer: kernels of a layer and the images that excite them."""
