"""Single photographs that may be shown: they ship inside scikit-image and scikit-learn, so no network is needed."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_FOLDERS = {"scikit-image": ("skimage", "data"), "scikit-learn": ("sklearn", "datasets/images")}


@dataclass(frozen=True)
class Photograph:
    """A photograph that ships inside a package of the course.

    Attributes
    ----------
    file : str
        Its file there.
    title : str
        What it shows.
    credit : str
        Who took it.
    licence : str
        Its terms.
    package : {"scikit-image", "scikit-learn"}
        Which package it ships in.

    Examples
    --------
    >>> print(PHOTOGRAPHS["coffee"])
    A cup of coffee: Rachel Michetti, Pikolo Espresso Bar (CC0), from scikit-image
    """

    file: str
    title: str
    credit: str
    licence: str
    package: str = "scikit-image"

    def __str__(self) -> str:
        """Return the line to show below it."""
        return f"{self.title}: {self.credit} ({self.licence}), from {self.package}"

    @property
    def path(self) -> Path:
        """Where its file is. The package is not imported."""
        module, folder = _FOLDERS[self.package]
        spec = find_spec(module)
        assert spec is not None  # the course depends on both packages
        return Path(str(spec.origin)).parent / folder / self.file


# As skimage.data states them, and scikit-learn's datasets/images/README.txt. Those without stated terms are left out.
PHOTOGRAPHS: dict[str, Photograph] = {
    "cat": Photograph("chelsea.png", "Chelsea the cat", "Stefan van der Walt", "CC0"),
    "coffee": Photograph("coffee.png", "A cup of coffee", "Rachel Michetti, Pikolo Espresso Bar", "CC0"),
    "astronaut": Photograph("astronaut.png", "Eileen Collins", "NASA Great Images database", "public domain"),
    "rocket": Photograph("rocket.jpg", "Launch of DSCOVR on a Falcon 9", "SpaceX", "public domain"),
    "flower": Photograph("flower.jpg", "A dahlia", "vultilion on Flickr", "CC BY 2.0", "scikit-learn"),
    "china": Photograph(
        "china.jpg", "The Summer Palace in Beijing", "danielbuechele on Flickr", "CC BY 2.0", "scikit-learn"
    ),
    "retina": Photograph("retina.jpg", "Retina of a healthy eye", "Mikael Häggström, doi:10.15347/wjm/2014.008", "CC0"),
    "microaneurysms": Photograph(
        "microaneurysms.png", "Detail of a diseased retina", "High-Resolution Fundus database, Andreas Maier", "CC0"
    ),
    "tissue": Photograph(
        "ihc.png",
        "Colonic glands, stained",
        "Center for Microscopy and Molecular Imaging",
        "no known copyright restrictions",
    ),
    "camera": Photograph("camera.png", "A photographer", "Lav Varshney", "CC0"),
    "coins": Photograph("coins.png", "Greek coins from Pompeii", "Brooklyn Museum", "no known copyright restrictions"),
    "galaxies": Photograph("hubble_deep_field.jpg", "The Hubble eXtreme Deep Field", "NASA", "public domain"),
    "brick": Photograph("brick.png", "A brick wall", "CC0Textures, Bricks25", "CC0"),
    "grass": Photograph("grass.png", "Grass", "linolafett, DeviantArt", "CC0"),
    "gravel": Photograph("gravel.png", "Gravel", "CC0Textures, Gravel04", "CC0"),
}

# How bright red, green and blue look (ITU-R BT.709), the weights of scikit-image's rgb2gray.
LUMINANCE = np.array([0.2125, 0.7154, 0.0721], dtype=np.float32)


def load_image(name: str, size: int | tuple[int, int] | None = None, grey: bool = False) -> NDArray[np.float32]:
    """Return a photograph as an array.

    Parameters
    ----------
    name : str
        A name of `PHOTOGRAPHS`.
    size : int or (int, int), optional
        ``(height, width)`` in pixels, or one number for a square. The largest centred part of that shape is cut out and
        scaled without aliasing; nothing is stretched. None: as stored.
    grey : bool
        Whether colours become brightness. Some images are grey anyway.

    Returns
    -------
    float32 array (height, width, 3), or (height, width) for a grey image
        Between 0 (black) and 1 (white).

    Raises
    ------
    ValueError
        If there is no image of that name, or `size` is less than one pixel.

    Examples
    --------
    >>> load_image("cat").shape
    (300, 451, 3)
    >>> load_image("cat", size=(100, 200), grey=True).shape
    (100, 200)
    """
    if name not in PHOTOGRAPHS:
        raise ValueError(f"there is no image {name!r}. Choose one of: {', '.join(PHOTOGRAPHS)}.")
    from PIL import Image

    with Image.open(PHOTOGRAPHS[name].path) as opened:
        image = opened.convert("L" if opened.mode == "L" else "RGB")
    if size is not None:
        height, width = size if isinstance(size, tuple) else (size, size)
        if height < 1 or width < 1:
            raise ValueError(f"size is {size}, but an image has at least one pixel each way.")
        scale = min(image.height / height, image.width / width)
        part_height, part_width = max(1, round(scale * height)), max(1, round(scale * width))
        top, left = (image.height - part_height) // 2, (image.width - part_width) // 2
        part = (left, top, left + part_width, top + part_height)
        image = image.resize((width, height), Image.Resampling.LANCZOS, box=part)
    values: NDArray[np.float32] = np.divide(np.asarray(image), np.float32(255))
    if grey and values.ndim == 3:
        values = values @ LUMINANCE
    return values
