"""The controls that ipywidgets lacks: each a Python class with its JavaScript and its style sheet beside it."""
