"""Views of an image: shifted, turned and zoomed a little, and what was learned of a view brought back to the image."""

from __future__ import annotations

from dataclasses import dataclass

import keras
import numpy as np

from coursekit.arrays import Floats


@dataclass(frozen=True)
class ImageTransform:
    """How images are moved, all of a batch alike: first shifted around the edges, then turned and zoomed in place.

    Attributes
    ----------
    shift : (int, int)
        Rows down and columns to the right.
    angle : float
        Degrees.
    scale : float
        Above 1 the image grows.
    """

    shift: tuple[int, int] = (0, 0)
    angle: float = 0.0
    scale: float = 1.0

    @classmethod
    def random(cls, generator: np.random.Generator, jitter: int, rotate: float, zoom: float) -> ImageTransform:
        """Draw a view within these limits: pixels, degrees, and a share."""
        rows, columns = generator.integers(-jitter, jitter + 1, size=2)
        angle = generator.uniform(-rotate, rotate) if rotate else 0.0
        scale = 1 + generator.uniform(-zoom, zoom) if zoom else 1.0
        return cls((int(rows), int(columns)), float(angle), float(scale))

    def of(self, images: Floats) -> Floats:
        """Return images (n, height, width, channels) as this view shows them; what lies outside is reflected."""
        shifted: Floats = np.roll(images, self.shift, axis=(1, 2))
        return _affine(shifted, self.angle, self.scale)

    def undone(self, images: Floats) -> Floats:
        """Return what was seen in this view, (n, height, width, channels), at its place in the image."""
        rows, columns = self.shift
        back: Floats = np.roll(_affine(images, -self.angle, 1 / self.scale), (-rows, -columns), axis=(1, 2))
        return back


def _affine(images: Floats, angle: float, scale: float) -> Floats:
    """Turn and zoom about the centre, by bilinear interpolation."""
    if angle == 0 and scale == 1:
        return images
    across, down = np.cos(np.deg2rad(angle)) / scale, np.sin(np.deg2rad(angle)) / scale
    row, column = ((side - 1) / 2 for side in images.shape[1:3])
    # Where each pixel comes from: x' = a x + b y + c, y' = d x + e y + f; the centre stays.
    from_ = [
        across,
        -down,
        column - across * column + down * row,
        down,
        across,
        row - down * column - across * row,
        0,
        0,
    ]
    moved = keras.ops.image.affine_transform(
        images.astype(np.float32), np.array(from_, np.float32), interpolation="bilinear", fill_mode="reflect"
    )
    return np.asarray(moved)
