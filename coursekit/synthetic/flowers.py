"""Five species of flowers, drawn: the stand-in for the photographs of the flowers data set.

Colour alone does not tell the species: tulips and roses share their colours, daisies and sunflowers come in more than
one, dandelions are yellow in bloom and white as a seed clock. Shape does: the number, the form and the set of the
petals, the disc in the middle, the leaves. The mask is the flower heads as far as they are seen.

A head is modelled in space, petal by petal, and seen from the front, from the side or from between.

Examples
--------
>>> drawn = draw(10, size=32)
>>> [CLASSES[label] for label in sorted(drawn.labels.tolist())[::2]]
['daisy', 'dandelion', 'roses', 'sunflowers', 'tulips']
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from coursekit.synthetic.drawing.canvas import Canvas, SyntheticImages, draw_many
from coursekit.synthetic.drawing.collage import Collage
from coursekit.synthetic.drawing.colours import varied
from coursekit.synthetic.drawing.outlines import Points
from coursekit.synthetic.flower_parts.heads import HEADS, seed_clock
from coursekit.synthetic.flower_parts.meadow import grass_blades, insect, place
from coursekit.synthetic.flower_parts.petals import FlowerView, lay
from coursekit.synthetic.flower_parts.species import DANDELION, ROSE, SPECIES, TULIP, flower_colour, leaf_green
from coursekit.synthetic.flower_parts.stems import stem

CLASSES = SPECIES


def draw(count: int, size: int, seed: int = 0) -> SyntheticImages:
    """Draw flowers of the five species of `CLASSES`; the masks are their heads.

    Parameters
    ----------
    count : int
        How many images, at least 1. The classes are balanced and mixed.
    size : int
        Their side in pixels, at least 16.
    seed : int
        Not negative. Image i depends on `seed` and i only.

    Returns
    -------
    SyntheticImages

    Raises
    ------
    ValueError
        If a number is too small.

    Examples
    --------
    >>> drawn = draw(5, size=32, seed=1)
    >>> drawn.images.shape, bool(drawn.masks.any(axis=(1, 2)).all())
    ((5, 32, 32, 3), True)
    """
    return draw_many(count, size, seed, CLASSES, _paint)


def _paint(canvas: Canvas, species: int) -> None:
    rng = canvas.rng
    canvas.fill(place(canvas))
    kind = rng.uniform()
    if kind < 0.09:
        # A meadow: the far heads are small and stand high up.
        nearness = np.sort(rng.uniform(0, 1, int(rng.integers(9, 18))))
        top = rng.uniform(0.1, 0.45)
        radii = rng.uniform(0.08, 0.14) * (0.35 + 0.65 * nearness)
        spots = np.stack([rng.uniform(0.02, 0.98, len(nearness)), top + (0.95 - top) * nearness], axis=1)
    elif kind < 0.32:
        spots = _apart(int(rng.integers(2, 6)), rng)
        radii = np.sort(rng.uniform(0.12, 0.22, len(spots)))
    elif kind < 0.5:
        radii, spots = rng.uniform(0.42, 0.66, 1), rng.uniform(0.25, 0.75, (1, 2))
    else:
        radii, spots = rng.uniform(0.24, 0.42, 1), rng.normal((0.5, 0.45), 0.08, (1, 2))
    _flowers(canvas, species, radii, spots)
    if radii[-1] > 0.1 and rng.uniform() < 0.18:
        x, y = spots[-1] + rng.normal(0, 0.35 * radii[-1], 2)
        insect(canvas, x, y, float(np.clip(radii[-1] * rng.uniform(0.2, 0.5), 0.03, 0.12)))
    if rng.uniform() < 0.25:
        grass_blades(canvas, int(rng.integers(1, 5)), "occluder", rng.uniform(0.0, 0.02))
    canvas.light(0.8)
    if rng.uniform() < 0.04:
        canvas.colours[...] = canvas.colours.mean(axis=2, keepdims=True)
    canvas.lens(noise=rng.uniform(0.005, 0.022))


def _flowers(canvas: Canvas, species: int, radii: NDArray[np.float64], spots: Points) -> None:
    """Paint flowers of one species: all stems and leaves, then the heads, the last in front."""
    rng = canvas.rng
    mood, light = _mood(species, rng), _light(rng)
    clock = species == DANDELION and rng.uniform() < 0.4
    colour, alike = flower_colour(species, rng), rng.uniform(0.5, 1.0)
    stems, heads = Collage(canvas), Collage(canvas)
    clocks = []
    for radius, (x, y) in zip(radii.tolist(), spots.tolist(), strict=True):
        view = _view(canvas, x, y, radius, mood, light)
        if len(radii) > 6:
            low = np.array([(x, y), (x + rng.normal(0, 0.02), y + 4 * radius)])
            stems.line(low, 0.15 * radius, leaf_green(rng))
        else:
            stem(stems, rng, species, view, clock)
        if clock:
            clocks.append(view)
        else:
            shade = varied(colour, rng, 0.06) if rng.uniform() < alike else flower_colour(species, rng)
            opened = float(np.clip(mood.opened + rng.normal(0, 0.1), 0, 1))
            lay(heads, HEADS[species](view, rng, shade, opened))
    stems.paste("scenery")
    for view in clocks:
        seed_clock(canvas, view, heads, bloom=1.0 if rng.uniform() < 0.75 else rng.uniform(0.35, 0.9))
    heads.paste("object")


@dataclass(frozen=True)
class _Mood:
    """What the heads of one image have in common: the view of them and how far they are open."""

    tilt: float
    roll: float
    opened: float


def _mood(species: int, rng: np.random.Generator) -> _Mood:
    # Tulips are cups on high stems and mostly seen from the side; the others turn to the light.
    side = rng.uniform() < (0.82 if species == TULIP else 0.25)
    tilt = rng.uniform(1.0, 1.6) if side else rng.uniform(0.0, 0.95)
    opened = rng.uniform(0.7, 1.0) if rng.uniform() < 0.8 else rng.uniform(0.0, 0.6)
    if species == TULIP:
        opened = rng.uniform(0.0, 0.75) if side else rng.uniform(0.5, 1.0)
    if species == ROSE:
        tilt *= 0.75
    return _Mood(tilt, rng.normal(0, 0.25), opened)


def _light(rng: np.random.Generator) -> tuple[float, float, float]:
    turn, near = rng.uniform(-2.8, -0.3), rng.uniform(0.4, 0.9)
    flat = math.sqrt(1 - near**2)
    return flat * math.cos(turn), flat * math.sin(turn), near


def _view(
    canvas: Canvas, x: float, y: float, radius: float, mood: _Mood, light: tuple[float, float, float]
) -> FlowerView:
    rng = canvas.rng
    tilt = float(np.clip(mood.tilt + rng.normal(0, 0.2), 0, 1.75))
    return FlowerView(x, y, radius, tilt, mood.roll + rng.normal(0, 0.25), radius * canvas.size, light)


def _apart(count: int, rng: np.random.Generator) -> Points:
    """Return places of which none lies on another."""
    spots = [rng.uniform(0.15, 0.8, 2)]
    while len(spots) < count:
        tries = rng.uniform((0.08, 0.1), (0.92, 0.75), (6, 2))
        far = np.min([np.hypot(*(tries - spot).T) for spot in spots], axis=0)
        spots.append(tries[int(np.argmax(far))])
    return np.stack(spots)
