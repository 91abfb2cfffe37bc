"""Plots: pictures, tables of numbers, learning curves and diagrams.

Every function draws into the axes that it is given (or into a new figure), returns them, and shows nothing: a lesson
ends each figure with `show`, which gives it the sentence that stands for the picture.
"""

from coursekit.plot.architecture import architecture
from coursekit.plot.curves import learning_curves
from coursekit.plot.diagrams import course_map, levels_of_understanding
from coursekit.plot.figure import show
from coursekit.plot.numbers import convolution_step, numbers
from coursekit.plot.pictures import picture, pictures

__all__ = [
    "architecture",
    "convolution_step",
    "course_map",
    "learning_curves",
    "levels_of_understanding",
    "numbers",
    "picture",
    "pictures",
    "show",
]
