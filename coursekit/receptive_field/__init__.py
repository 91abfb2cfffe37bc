"""Receptive fields: the pixels of the image that one unit of a network sees.

`of_chain` follows the formulas from layer to layer; `receptive_fields` does so along the graph of a Keras model.
`effective_field` measures how much each of these pixels matters.
"""

from coursekit.receptive_field.chain import ReceptiveField, nearest_unit, of_chain, region
from coursekit.receptive_field.effective import effective_field
from coursekit.receptive_field.model import receptive_fields, window_of
from coursekit.receptive_field.sides import Layer, Pair

__all__ = [
    "Layer",
    "Pair",
    "ReceptiveField",
    "effective_field",
    "nearest_unit",
    "of_chain",
    "receptive_fields",
    "region",
    "window_of",
]
