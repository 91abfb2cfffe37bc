"""Authoring: from a lesson's one source to its two notebooks, and the lesson lint.

``solutions/NN_name.py`` is written by hand. `build` makes the executed ``solutions/NN_name.ipynb`` and the unsolved
``notebooks/NN_name.ipynb`` from it; `lint` says where a lesson strays from the anatomy that all lessons share.
"""
