"""The prediction browser: a classifier's answers, image by image."""
