"""Synthetic data: images and spectra that are drawn, from a seed, with true masks of what they show.

They stand in where the real data cannot be had, and an explanation can be judged by their masks. One module draws one
data set; each has ``CLASSES`` and ``draw(count, size, seed)``: `objects`, `pets`, `flowers`, `scenes` and `fundus`.
`spectra` draws the Raman spectra. The others hold what images are drawn with: `canvas` for all of them; `collage` for
flowers and scenes; `flower_species`, `petals`, `flower_heads`, `stems` and `meadow` for flowers; `backdrop`,
`sky_and_weather`, `land`, `water_and_ice`, `trees` and `town` for scenes.
"""
