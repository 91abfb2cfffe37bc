"""The head of each species of flowers, from bud to full bloom, and a dandelion's seed clock."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np

from coursekit.synthetic.drawing.canvas import Canvas
from coursekit.synthetic.drawing.collage import Collage
from coursekit.synthetic.drawing.colours import Colour, mixed, varied
from coursekit.synthetic.drawing.outlines import ellipse
from coursekit.synthetic.flower_parts.petals import (
    GOLDEN_ANGLE,
    FlowerPart,
    FlowerView,
    Petals,
    all_around,
    disc_parts,
    petal_parts,
)
from coursekit.synthetic.flower_parts.species import DAISY, DANDELION, ROSE, SUNFLOWER, TULIP, flower_colour, leaf_green


def _daisy(view: FlowerView, rng: np.random.Generator, colour: Colour, opened: float) -> list[FlowerPart]:
    count = int(rng.integers(11, 30))
    rises = (1 - opened) * 1.3 + rng.uniform(-0.25, 0.35) + rng.normal(0, 0.07, count)
    width = rng.uniform(1.0, 1.7) * 2 * math.pi * 0.6 / count
    petals = Petals(
        angles=all_around(count, rng, 0.12),
        lengths=rng.uniform(0.68, 0.78) * np.exp(rng.normal(0, 0.05, count)),
        widths=min(width, 0.3),
        starts=0.2,
        rises=rises,
        curls=rng.uniform(-0.5, 0.2),
        belly=rng.uniform(0.55, 0.72),
        blunt=rng.uniform(0.6, 1.0),
    )
    if rng.uniform() < 0.3:
        kept = rng.uniform(size=count) > 0.12
        kept[0] = True
        petals = replace(
            petals, angles=petals.angles[kept], lengths=np.asarray(petals.lengths)[kept], rises=rises[kept]
        )
    base = mixed(colour, varied((0.8, 0.75, 0.6), rng), rng.uniform(0, 0.4))
    parts = petal_parts(petals, view, rng, base, colour, dark=0.8)
    outer = varied((0.9, 0.68, 0.1), rng) if rng.uniform() < 0.82 else varied((0.35, 0.2, 0.12), rng)
    inner = mixed(outer, (0.75, 0.8, 0.15), rng.uniform(0, 0.7))
    return [*parts, *disc_parts(view, rng, rng.uniform(0.2, 0.34), rng.uniform(0.08, 0.2), inner, outer)]


def _sunflower(view: FlowerView, rng: np.random.Generator, colour: Colour, opened: float) -> list[FlowerPart]:
    parts = []
    disc = rng.uniform(0.3, 0.52)
    tip = varied(colour, rng, 0.05)
    base = mixed(colour, (0.75, 0.35, 0.05) if rng.uniform() < 0.7 else (0.45, 0.08, 0.05), rng.uniform(0.1, 0.8))
    count = int(rng.integers(13, 22))
    green = leaf_green(rng)
    # The green sepals behind the petals are left out where the head is too small to show them.
    for ring in range(0 if view.detail > 14 else 1, 3):
        sepals = ring == 0
        petals = Petals(
            angles=all_around(count, rng, 0.15) + ring * math.pi / count,
            lengths=(1.02 - disc) * np.exp(rng.normal(0, 0.09, count)) * (0.85 if sepals else 1),
            widths=rng.uniform(0.2, 0.3),
            starts=disc * 0.8,
            rises=(1 - opened) * 1.5 + rng.uniform(-0.3, 0.3) + 0.12 * ring - 0.1 + rng.normal(0, 0.12, count),
            curls=rng.uniform(-0.4, 0.5),
            belly=rng.uniform(0.36, 0.5),
            blunt=rng.uniform(0.0, 0.25),
        )
        ends = (green, mixed(green, tip, 0.15)) if sepals else (base, tip)
        seen = replace(view, detail=min(view.detail, 10)) if sepals else view
        parts.extend(petal_parts(petals, seen, rng, *ends, dark=0.7, reach=0.7, vein=0.1))
    outer = varied((0.3, 0.17, 0.08), rng) if rng.uniform() < 0.75 else varied((0.75, 0.5, 0.12), rng)
    inner = varied(((0.25, 0.14, 0.08), (0.45, 0.5, 0.15), (0.6, 0.42, 0.12))[int(rng.integers(3))], rng)
    return [*parts, *disc_parts(view, rng, disc, rng.uniform(0.06, 0.16), inner, outer, lift=0.04)]


def _dandelion(view: FlowerView, rng: np.random.Generator, colour: Colour, opened: float) -> list[FlowerPart]:
    count = int(np.clip(view.detail * 6, 40, 220))
    far = np.sqrt((np.arange(count) + 0.5) / count)
    spread = 0.35 + 0.65 * opened
    petals = Petals(
        angles=np.arange(count) * GOLDEN_ANGLE + rng.normal(0, 0.1, count),
        lengths=(0.45 + 0.5 * far) * np.exp(rng.normal(0, 0.07, count)),
        widths=float(np.clip(rng.uniform(1.1, 1.6) / math.sqrt(count), 0.07, 0.2)),
        starts=0.06 * far,
        rises=1.5 - (1.5 + rng.uniform(-0.2, 0.25)) * far * spread + rng.normal(0, 0.08, count),
        curls=rng.uniform(-0.5, 0.1) * far,
        belly=0.75,
        blunt=1.0,
    )
    base = mixed(colour, (0.75, 0.42, 0.0), rng.uniform(0.3, 0.7))
    green = leaf_green(rng)
    rays = petal_parts(petals, replace(view, detail=10), rng, base, colour, dark=0.55, vein=0.0)
    bracts = 12
    cup = Petals(
        angles=all_around(bracts, rng, 0.1),
        lengths=rng.uniform(0.3, 0.5) + 0.3 * (1 - opened),
        widths=0.2,
        starts=0.06,
        rises=1.2 - 1.6 * opened * rng.uniform(0.4, 1.3),
        curls=-0.5 * opened,
        belly=0.4,
        blunt=0.1,
    )
    return [*rays, *petal_parts(cup, replace(view, detail=10), rng, green, green, dark=0.8)]


def _rose(view: FlowerView, rng: np.random.Generator, colour: Colour, opened: float) -> list[FlowerPart]:
    count = int(rng.integers(15, 28))
    order = np.arange(count) / (count - 1)
    spread = order * (0.35 + 0.65 * opened)
    petals = Petals(
        angles=np.arange(count) * GOLDEN_ANGLE + rng.uniform(0, 6) + rng.normal(0, 0.15, count),
        lengths=(0.52 + 0.2 * order) * np.exp(rng.normal(0, 0.05, count)),
        widths=(0.28 + 0.75 * order) * np.exp(rng.normal(0, 0.08, count)),
        starts=0.05 + 0.16 * order,
        rises=1.62 - 0.8 * spread + rng.normal(0, 0.05, count),
        curls=-0.3 - rng.uniform(0.6, 1.3) * spread,
        belly=0.66,
        blunt=0.95,
        wrapped=rng.uniform(0.75, 0.95),
    )
    tip = colour if rng.uniform() < 0.6 else varied(colour, rng, 0.25)
    base = mixed(colour, varied((0.7, 0.4, 0.15), rng), rng.uniform(0.05, 0.4))
    parts = petal_parts(petals, view, rng, base, tip, dark=rng.uniform(0.12, 0.35), rim=0.22, vein=0.0, reach=0.5)
    green = leaf_green(rng)
    sepals = Petals(
        angles=all_around(5, rng, 0.1),
        lengths=rng.uniform(0.3, 0.6),
        widths=0.2,
        starts=0.1,
        rises=0.9 - 1.6 * rng.uniform(0, 1) * opened,
        curls=-0.4,
        belly=0.35,
        blunt=0.0,
    )
    # The depth of the bud, where no petal covers it.
    heart = disc_parts(
        replace(view, detail=0), rng, 0.13, 0.2, mixed(base, (0, 0, 0), 0.6), mixed(base, (0, 0, 0), 0.6)
    )
    return [*parts, *heart, *petal_parts(sepals, view, rng, green, green)]


def _tulip(view: FlowerView, rng: np.random.Generator, colour: Colour, opened: float) -> list[FlowerPart]:
    count = 6 if rng.uniform() < 0.85 else int(rng.integers(8, 12))
    inner = np.arange(count) % 2
    petals = Petals(
        angles=all_around(count, rng, 0.08),
        lengths=1.3 * np.exp(rng.normal(0, 0.04, count)) + 0.05 * inner,
        widths=rng.uniform(0.75, 1.0),
        starts=0.04,
        rises=0.7 - 0.3 * opened + rng.normal(0, 0.05, count),
        curls=rng.uniform(1.1, 1.5) - 1.2 * opened * rng.uniform(0.3, 1) + 0.1 * inner,
        belly=rng.uniform(0.48, 0.62),
        blunt=rng.uniform(0.15, 0.7),
        wrapped=rng.uniform(0.6, 0.9),
    )
    kind = rng.uniform()
    green = leaf_green(rng)
    if kind < 0.25:
        tip, base = varied(colour, rng, 0.1), mixed(colour, flower_colour(TULIP, rng), 0.8)
    elif kind < 0.5:
        tip, base = colour, mixed(colour, green, 0.6)
    else:
        tip, base = colour, mixed(colour, (1.0, 0.9, 0.5), rng.uniform(0, 0.4))
    parts = petal_parts(
        petals,
        view,
        rng,
        base,
        tip,
        dark=0.65,
        reach=rng.uniform(0.3, 1.2),
        rim=rng.uniform(-0.28, -0.1),
        vein=rng.uniform(-0.05, 0.15),
    )
    heart = varied(((0.12, 0.1, 0.12), (0.85, 0.75, 0.2))[int(rng.integers(2))], rng)
    return [*parts, *disc_parts(view, rng, 0.14, 0.3, heart, heart)]


HEADS = {DAISY: _daisy, DANDELION: _dandelion, ROSE: _rose, SUNFLOWER: _sunflower, TULIP: _tulip}


def seed_clock(canvas: Canvas, view: FlowerView, collage: Collage, bloom: float) -> None:
    """Draw a dandelion's seed clock: seeds on a ball, each with a tuft.

    Parameters
    ----------
    canvas : Canvas
        The image that is painted.
    view : FlowerView
        How the head is seen.
    collage : Collage
        The sheet that the pieces are laid on.
    bloom : float
        About the share of the seeds that are still there, from 0 to 1.
    """
    rng = canvas.rng
    seeds = int(np.clip(view.detail * 3, 12, 110))
    near = 1 - 2 * (np.arange(seeds) + 0.5) / seeds
    around = np.arange(seeds) * GOLDEN_ANGLE + rng.uniform(0, 6)
    ring = np.sqrt(1 - near**2)
    ball = np.stack([ring * np.cos(around), ring * np.sin(around), near], axis=1)
    gone = np.array([math.cos(view.roll * 3 + 1), math.sin(view.roll * 3 + 1), 0.3])
    ball = ball[ball @ gone < 2.6 * bloom - 1.05]
    middle = np.array([view.x, view.y])
    radius = view.radius
    white = varied((0.9, 0.9, 0.86), rng, 0.05)
    brown = varied((0.45, 0.33, 0.2), rng)
    fuzz = canvas.shape(ellipse(view.x, view.y, radius, radius), soft=radius * 0.06)
    if bloom > 0.9:
        canvas.mask[fuzz.rows, fuzz.columns] = np.maximum(canvas.mask[fuzz.rows, fuzz.columns], fuzz.cover)
        canvas.paint(fuzz, white, role="scenery", opacity=rng.uniform(0.2, 0.5), relief=0.3)
    thin = 0.011 * radius
    collage.line(np.array([(view.x, view.y + radius), (view.x, view.y)]), 0.07 * radius, brown)
    ball = ball[np.argsort(ball[:, 2])]
    flat = ball[:, np.newaxis, :2]
    seats = middle + 0.72 * radius * flat
    spokes = np.linspace(0, 2 * math.pi, 8, endpoint=False)
    ends = seats + radius * (0.28 * flat + 0.2 * np.stack([np.cos(spokes), np.sin(spokes)], axis=1))
    # A tuft is one line there and back: much faster than a line a spoke.
    tufts = np.stack([ends, np.broadcast_to(seats, ends.shape)], axis=2).reshape(len(ball), 16, 2)
    stalks = np.concatenate([middle + 0.14 * radius * flat, seats], axis=1)
    tones = 0.72 + 0.3 * (ball @ np.array(view.light)) + rng.normal(0, 0.05, len(ball))
    for stalk, tuft, tone in zip(stalks, tufts, tones.tolist(), strict=True):
        shade = mixed((0.45, 0.45, 0.45), white, tone)
        collage.line(stalk, thin, mixed(shade, brown, 0.35))
        collage.line(tuft, thin, shade)
    collage.piece(ellipse(view.x, view.y, 0.16 * radius, 0.16 * radius), brown)
