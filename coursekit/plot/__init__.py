"""Plots: images, tables of numbers, learning curves and diagrams.

Every function draws into the axes that it is given (or into a new figure), returns them, and shows nothing: a lesson
ends each figure with `show`, which gives it the sentence that stands for the image.
"""

from coursekit.plot.confusion import confusion_matrix, confusion_sentence, counts, dots
from coursekit.plot.curves import learning_curves, learning_panels, learning_sentence, range_test
from coursekit.plot.descent import gradient_descent
from coursekit.plot.diagrams import fourier_nets, levels_of_understanding
from coursekit.plot.explanations import explanation_grid, explanation_sheet, method_scores
from coursekit.plot.families import method_families
from coursekit.plot.figure import show
from coursekit.plot.fourier import border_error, convolution_theorem, kernel_spectra, ways_compared
from coursekit.plot.gradients import gradient_norms, gradient_sentence
from coursekit.plot.heatmaps import explanation_row, heatmap_box, lightness, overlay
from coursekit.plot.images import image, images, sheet
from coursekit.plot.judging import precision_recall_curve, reliability_diagram, roc_curve, scores_by_class
from coursekit.plot.networks.architecture import architecture
from coursekit.plot.networks.journey import journey
from coursekit.plot.networks.receptive_fields import receptive_field_pyramid, receptive_fields
from coursekit.plot.numbers import convolution_step, numbers
from coursekit.plot.predictions import mistakes_sentence, most_confident_mistakes, prediction_grid
from coursekit.plot.report import report_table
from coursekit.plot.samples import augmentation_sheet, sample_grid
from coursekit.plot.spectra import spectrum_heatmap

__all__ = [
    "architecture",
    "augmentation_sheet",
    "border_error",
    "confusion_matrix",
    "confusion_sentence",
    "convolution_step",
    "convolution_theorem",
    "counts",
    "dots",
    "explanation_grid",
    "explanation_row",
    "explanation_sheet",
    "fourier_nets",
    "gradient_descent",
    "gradient_norms",
    "gradient_sentence",
    "heatmap_box",
    "image",
    "images",
    "journey",
    "kernel_spectra",
    "learning_curves",
    "learning_panels",
    "learning_sentence",
    "levels_of_understanding",
    "lightness",
    "method_families",
    "method_scores",
    "mistakes_sentence",
    "most_confident_mistakes",
    "numbers",
    "overlay",
    "precision_recall_curve",
    "prediction_grid",
    "range_test",
    "receptive_field_pyramid",
    "receptive_fields",
    "reliability_diagram",
    "report_table",
    "roc_curve",
    "sample_grid",
    "scores_by_class",
    "sheet",
    "show",
    "spectrum_heatmap",
    "ways_compared",
]
