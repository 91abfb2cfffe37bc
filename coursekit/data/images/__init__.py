"""Image files: decoded, kept decoded, and read from folders."""
