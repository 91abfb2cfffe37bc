"""The fundus explorer: field of view and contrast of a retina."""
