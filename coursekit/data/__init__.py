"""Data for the lessons: real where it can be had, a sample elsewhere.

Examples
--------
>>> from coursekit.data import load_image
>>> load_image("cat", size=200, grey=True).shape
(200, 200)
"""

from coursekit.data.dataset import Dataset, Split
from coursekit.data.errors import DataError
from coursekit.data.ground_truth import GROUND_TRUTH, ground_truth, ground_truth_dataset, ground_truth_twins
from coursekit.data.imagenet_classes import imagenet_classes
from coursekit.data.loading import load
from coursekit.data.quality import quality
from coursekit.data.spectra_dataset import RamanDataset
from coursekit.data.split_transforms import add_noise, grey, padded, select_classes
from coursekit.data.splitting import hold_out, split_by_group
from coursekit.data.weights import weights
from coursekit.photographs import PHOTOGRAPHS, load_image

__all__ = [
    "GROUND_TRUTH",
    "PHOTOGRAPHS",
    "DataError",
    "Dataset",
    "RamanDataset",
    "Split",
    "add_noise",
    "grey",
    "ground_truth",
    "ground_truth_dataset",
    "ground_truth_twins",
    "hold_out",
    "imagenet_classes",
    "load",
    "load_image",
    "padded",
    "quality",
    "select_classes",
    "split_by_group",
    "weights",
]
