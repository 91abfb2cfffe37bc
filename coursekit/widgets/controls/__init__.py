"""The controls that ipywidgets lacks: a folder each, with its Python class, its JavaScript and its style sheet."""
