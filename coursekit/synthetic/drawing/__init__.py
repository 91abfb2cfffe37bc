"""What images are drawn with: a canvas, outlines, colours, textures, backgrounds, and collages of small pieces.

A data set's module writes one function ``paint(canvas, label)`` and hands it to `draw_many`:

>>> from coursekit.synthetic.drawing.backgrounds import background
>>> from coursekit.synthetic.drawing.canvas import draw_many
>>> from coursekit.synthetic.drawing.colours import random_colour
>>> from coursekit.synthetic.drawing.outlines import ellipse, polygon
>>> def paint(canvas, label):
...     canvas.fill(background(canvas.size, canvas.rng))
...     outline = ellipse(0.5, 0.5, 0.3, 0.3) if label == 0 else polygon((0.2, 0.2), (0.8, 0.2), (0.5, 0.8))
...     canvas.paint(canvas.shape(outline), random_colour(canvas.rng), relief=0.3)
...     canvas.light()
>>> drawn = draw_many(6, size=32, seed=0, classes=("disc", "triangle"), paint=paint)
>>> drawn.images.shape, drawn.labels.tolist().count(0), drawn.masks.dtype.name
((6, 32, 32, 3), 3, 'bool')
"""
