"""The feature map explorer: what the layers of a network answer to an image."""
