"""Data for the lessons: real where it can be had, a sample elsewhere.

Examples
--------
>>> from coursekit.data import load_picture
>>> load_picture("cat", size=200, grey=True).shape
(200, 200)
"""

from coursekit.data.dataset import Dataset, Split
from coursekit.data.derived import grey, noisy, only, padded
from coursekit.data.errors import DataError
from coursekit.data.ground_truth import GROUND_TRUTH, ground_truth, ground_truth_dataset
from coursekit.data.hold_out import hold_out
from coursekit.data.loading import load
from coursekit.data.pictures import PICTURES, load_picture
from coursekit.data.quality import quality
from coursekit.data.raman_dataset import RamanDataset
from coursekit.data.weights import imagenet_classes, weights

__all__ = [
    "GROUND_TRUTH",
    "PICTURES",
    "DataError",
    "Dataset",
    "RamanDataset",
    "Split",
    "grey",
    "ground_truth",
    "ground_truth_dataset",
    "hold_out",
    "imagenet_classes",
    "load",
    "load_picture",
    "noisy",
    "only",
    "padded",
    "quality",
    "weights",
]
