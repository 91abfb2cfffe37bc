"""The augmentation explorer: random variations of an image."""
