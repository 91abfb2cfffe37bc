"""Drawings of networks: their layers, what a layer makes of an image, and how much of it a unit sees."""
