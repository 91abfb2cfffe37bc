"""What explorers look at: images, models, kernels, and uploads."""
