"""Many small flat pieces, laid over each other and pasted on a canvas at once."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from coursekit.arrays import Floats
from coursekit.synthetic.drawing.canvas import Canvas, Role, Shape
from coursekit.synthetic.drawing.colours import Colour
from coursekit.synthetic.drawing.outlines import Points


class Collage:
    """Many flat pieces laid over each other on one fine sheet, which is then pasted on a canvas at once.

    Much faster than painting piece by piece. Places are in sides of the image, as on the canvas.
    """

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        # Small images show the steps of an edge more.
        self._fine = 4 if canvas.size < 64 else 3 if canvas.size < 100 else 2
        self._side = canvas.size * self._fine
        self._sheet = Image.new("RGBA", (self._side, self._side))
        self._pen = ImageDraw.Draw(self._sheet)

    def piece(self, outline: Points, colour: Colour) -> None:
        """Lay down one outline.

        Parameters
        ----------
        outline : float array (points, 2)
            Places (x, y) in sides of the image.
        colour : (float, float, float)
            Red, green and blue from 0 to 1.
        """
        self._pen.polygon((outline * self._side).ravel().tolist(), fill=_ink(colour))

    def pieces(self, outlines: Points, colours: NDArray[np.floating]) -> None:
        """Lay down outlines in their colours, the first at the bottom.

        Parameters
        ----------
        outlines : float array (pieces, points, 2)
            Places (x, y) in sides of the image.
        colours : float array (pieces, 3)
            Red, green and blue from 0 to 1.
        """
        corners = (outlines * self._side).reshape(len(outlines), -1).tolist()
        # Pillow's own way to write a colour as one number: a quarter faster than a tuple.
        inks = (np.clip(colours, 0, 1) * 255).astype(np.int64) @ (1, 1 << 8, 1 << 16) + (255 << 24)
        for corner, ink in zip(corners, inks.tolist(), strict=True):
            self._pen.polygon(corner, fill=ink)

    def line(self, path: Points, width: float, colour: Colour) -> None:
        """Lay down a line, at least as wide as the sheet can show.

        Parameters
        ----------
        path : float array (points, 2)
            Places (x, y) in sides of the image.
        width : float
            In sides of the image.
        colour : (float, float, float)
            Red, green and blue from 0 to 1.
        """
        self._pen.line((path * self._side).ravel().tolist(), fill=_ink(colour), width=max(1, round(width * self._side)))

    def paste(self, role: Role, soft: float = 0.0, opacity: float = 1.0, grain: Floats | None = None) -> None:
        """Paste the sheet on the canvas, and clear it.

        Parameters
        ----------
        role : {"object", "scenery", "occluder"}
            Whether it adds to the mask, leaves it as it is, or hides the object behind it.
        soft : float
            How far it is blurred, in sides of the image.
        opacity : float
            From 0 (not to be seen) to 1.
        grain : float32 array (size, size), optional
            By how much each pixel is brighter or darker, as a share.
        """
        box = self._sheet.getbbox()
        if box is None:
            return
        size, fine = self._canvas.size, self._fine
        rim = math.ceil(3 * soft * size)
        left, top = (max(0, low // fine - rim) for low in box[:2])
        right, bottom = (min(size, -(-high // fine) + rim) for high in box[2:])
        part = self._sheet.crop((left * fine, top * fine, right * fine, bottom * fine)).reduce(fine)
        if soft * size > 0.3:
            # Colours weighted by their cover, so that the empty sheet's black does not bleed in.
            part = part.convert("RGBa").filter(ImageFilter.GaussianBlur(soft * size)).convert("RGBA")
        values = np.asarray(part, dtype=np.float32) / np.float32(255)
        rows, columns = slice(top, bottom), slice(left, right)
        colours: Floats = np.zeros((size, size, 3), dtype=np.float32)
        colours[rows, columns] = values[..., :3]
        self._canvas.paint(Shape(rows, columns, values[..., 3]), colours, role=role, opacity=opacity, grain=grain)
        self._sheet.paste((0, 0, 0, 0), (0, 0, self._side, self._side))


def uneven_squares(places: Points, radii: NDArray[np.floating], rng: np.random.Generator) -> NDArray[np.float64]:
    """Return a small uneven square at each place.

    Parameters
    ----------
    places : float array (n, 2)
        Places (x, y) in sides of the image.
    radii : float array (n,)
        From the middle to a corner, in sides of the image.
    rng : numpy.random.Generator
        The only source of chance.

    Returns
    -------
    float64 array (n, 4, 2)
    """
    angles = rng.uniform(0, math.pi, (len(places), 1)) + np.arange(4) * math.pi / 2
    reach = radii[:, np.newaxis] * rng.uniform(0.6, 1.3, angles.shape)
    return places[:, np.newaxis] + np.stack([np.cos(angles), np.sin(angles)], axis=2) * reach[..., np.newaxis]


def _ink(colour: Colour) -> tuple[int, int, int, int]:
    red, green, blue = (round(255 * min(max(value, 0.0), 1.0)) for value in colour)
    return red, green, blue, 255
