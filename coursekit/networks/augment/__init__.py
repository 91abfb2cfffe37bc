"""Changes of images by layers of a network, in training and in test-time augmentation."""
