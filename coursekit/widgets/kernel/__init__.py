"""The kernel explorer: a kernel at work on an image."""
