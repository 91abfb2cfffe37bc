"""Drawn data that stand in where the real data cannot be had: seeded, with true masks.

One module draws one data set; each has ``CLASSES`` and ``draw(count, size, seed)``.
"""
