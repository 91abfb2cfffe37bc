"""The stems of flowers and the leaves that each species has."""

from __future__ import annotations

import math

import numpy as np

from coursekit.synthetic.drawing.collage import Collage
from coursekit.synthetic.drawing.colours import Colour, mixed, varied
from coursekit.synthetic.drawing.outlines import placed, smooth, stroke
from coursekit.synthetic.flower_parts.petals import FlowerView
from coursekit.synthetic.flower_parts.species import DAISY, DANDELION, ROSE, SUNFLOWER, TULIP, leaf_green


def stem(collage: Collage, rng: np.random.Generator, species: int, view: FlowerView, clock: bool) -> None:
    """Lay down the stem of a head and some of the leaves that its species has.

    Parameters
    ----------
    collage : Collage
        The sheet that the pieces are laid on.
    rng : numpy.random.Generator
        The only source of chance.
    species : int
        A position in `coursekit.synthetic.flower_parts.species.SPECIES`.
    view : FlowerView
        How the head is seen.
    clock : bool
        Whether the head is a dandelion's seed clock.
    """
    base = view.seen(np.zeros(3))[1]
    towards = view.seen(np.array([0.0, 0.0, -1.2]))[1]
    foot = np.array([base[0] + rng.normal(0, 0.12), 1.1])
    if clock:
        towards = base + np.array([0.0, view.radius])
    path = smooth(np.stack([base, towards, (towards + foot) / 2 + rng.normal(0, 0.02, 2), foot]), closed=False)
    green = leaf_green(rng)
    width = view.radius * {DAISY: 0.09, DANDELION: 0.1, ROSE: 0.11, SUNFLOWER: 0.13, TULIP: 0.15}[species]
    collage.piece(stroke(path[::4], width), green)
    collage.line(path + np.array([width * 0.2, 0.0]), width * 0.25, mixed(green, (1.0, 1.0, 0.8), 0.25))
    if rng.uniform() < 0.25:
        return
    for number in range(int(rng.integers(1, 5))):
        x, y = path[int(rng.integers(len(path) // 3, len(path)))]
        left = number % 2 == 1
        shade = varied(green, rng, 0.1)
        scale = view.radius * rng.uniform(0.8, 1.3)
        if species == TULIP:
            turn = -math.pi / 2 + (-1 if left else 1) * rng.uniform(0.1, 0.5)
            _leaf(collage, x, y + scale, 2.6 * scale, 0.55 * scale, turn, shade, 0)
        elif species == ROSE:
            turn = (math.pi if left else 0) + rng.normal(0, 0.5)
            end = np.array([math.cos(turn), math.sin(turn)]) * scale
            node = np.array([x, y])
            collage.line(np.stack([node, node + end]), width * 0.4, shade)
            for share, bend in ((0.45, 0.9), (0.5, -0.9), (1.0, 0.0)):
                at = node + end * share
                _leaf(collage, at[0], at[1], 0.7 * scale, 0.45 * scale, turn + bend, shade, 9)
        elif species == SUNFLOWER:
            turn = (math.pi if left else 0) + rng.normal(0.2, 0.4)
            _leaf(collage, x, y, 1.2 * scale, 0.95 * scale, turn, shade, 5)
        elif species == DANDELION:
            turn = -math.pi / 2 + (-1 if left else 1) * rng.uniform(0.4, 1.3)
            _leaf(collage, foot[0], 1.02, 2.2 * scale, 0.6 * scale, turn, shade, 6)
        else:
            turn = -math.pi / 2 + (-1 if left else 1) * rng.uniform(0.3, 1.2)
            _leaf(collage, x, y, 0.8 * scale, 0.28 * scale, turn, shade, 3)


def _leaf(
    collage: Collage, x: float, y: float, length: float, width: float, turn: float, colour: Colour, teeth: int
) -> None:
    """Lay down a leaf of two halves in two tones; `teeth` cut into its edge."""
    along = np.linspace(0, 1, 25)
    half = np.sin(math.pi * along**0.7) * width / 2
    if teeth:
        half *= 1 - (0.35 if teeth == 6 else 0.15) * (along * teeth % 1)
    for side, tone in ((1, 0.85), (-1, 1.1)):
        edge = np.stack([along * length, side * half], axis=1)
        outline = np.concatenate([edge, edge[::-1] * (1, 0)])
        red, green, blue = (min(1.0, value * tone) for value in colour)
        collage.piece(placed(outline, x, y, turn=turn), (red, green, blue))
