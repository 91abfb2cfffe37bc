"""Photographs of the back of the eye: find the field of view, cut it out, and even out its light.

A fundus camera looks through the pupil. The image shows a disc, the **field of view**, often cut off straight above
and below, on black. `prepare` does all that a network needs: `crop`, `pad_to_square`, `resize`, `clahe`.

Images are arrays ``(height, width, 3)``, uint8 from 0 to 255 or floats from 0 to 1, and come back as what they were.
What is told apart here is shape, light and colour, not medicine: a plate on a black table passes for an eye.
"""

from coursekit.fundus.contrast import clahe
from coursekit.fundus.field import Field, field_of_view
from coursekit.fundus.pixels import NoFieldError
from coursekit.fundus.preparation import crop, pad_to_square, prepare, resize

__all__ = [
    "Field",
    "NoFieldError",
    "clahe",
    "crop",
    "field_of_view",
    "pad_to_square",
    "prepare",
    "resize",
]
