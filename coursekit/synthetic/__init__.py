"""Synthetic data: images and spectra that are drawn, from a seed, with true masks of what they show.

They stand in where the real data cannot be had, and an explanation can be judged by their masks. One module draws one
data set; each has ``CLASSES`` and ``draw(count, size, seed)``: `objects`, `pets`, `flowers`, `scenes` and `fundus`.
`spectra` draws the Raman spectra. The folders hold what images are drawn with: `drawing` for all of them,
`flower_parts` and `scenery` for flowers and scenes.
"""
