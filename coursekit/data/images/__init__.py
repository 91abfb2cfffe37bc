"""Image files: listed in their folders, decoded, and kept decoded."""
