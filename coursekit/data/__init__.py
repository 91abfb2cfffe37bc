"""Data for the lessons: real where it can be had, a sample elsewhere.

Examples
--------
>>> from coursekit.data import load_picture
>>> load_picture("cat", size=200, grey=True).shape
(200, 200)
"""

from coursekit.data.dataset import Dataset, Split
from coursekit.data.errors import DataError
from coursekit.data.loading import load
from coursekit.data.pictures import PICTURES, load_picture
from coursekit.data.quality import quality
from coursekit.data.raman_dataset import RamanDataset
from coursekit.data.weights import imagenet_classes, weights

__all__ = [
    "PICTURES",
    "DataError",
    "Dataset",
    "RamanDataset",
    "Split",
    "imagenet_classes",
    "load",
    "load_picture",
    "quality",
    "weights",
]
