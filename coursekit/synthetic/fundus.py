"""Synthetic eye fundus images with diabetic retinopathy of the grades 0 to 4, and masks of lesions, vessels and disc.

They stand in for the real images (`coursekit.data.sets.retina`). What each grade shows follows the International
Clinical Diabetic Retinopathy scale (C. P. Wilkinson et al., Ophthalmology 110 (2003) 1677-1682): 1 microaneurysms only;
2 also haemorrhages, hard exudates and cotton-wool spots; 3 more than 20 haemorrhages in each of the four quadrants, or
beaded veins; 4 new vessels, or blood before the retina. As in real life some images are blurred, dim or over-exposed,
and dust on the lens looks like a lesion. They teach how to classify images, and nothing about a real eye.

Places are in radii of the field of view around its centre, x to the right, y down, and hold for a right eye; a left eye
is its mirror image.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

from coursekit.arrays import Floats
from coursekit.synthetic.drawing.canvas import SMALLEST, SyntheticImages
from coursekit.synthetic.drawing.textures import clouds, streaks

Points = NDArray[np.float64]
Generator = np.random.Generator

CLASSES = ("0", "1", "2", "3", "4")

# Stencils are drawn this much larger and then reduced, for smooth edges.
_FINE = 3
# Each block of five patients has each grade once on either eye.
_BLOCK = 2 * len(CLASSES)

# What is left of red, green and blue where blood absorbs the light.
_VEIN = (0.74, 0.46, 0.42)
_ARTERY = (0.88, 0.58, 0.50)
_ANEURYSM = (0.68, 0.34, 0.38)
_HAEMORRHAGE = (0.60, 0.26, 0.30)
_NEW_VESSEL = (0.84, 0.42, 0.46)
_EXUDATE = (1.0, 0.90, 0.52)
_COTTON_WOOL = (0.96, 0.90, 0.76)


@dataclass(frozen=True)
class SyntheticFundus(SyntheticImages):
    """Synthetic fundus images; `masks` are the lesions, and empty for grade 0.

    Attributes
    ----------
    groups : str array (n,)
        The patient of each image. Images 2p and 2p + 1 are the two eyes of one patient.
    vessels : bool array (n, size, size)
        Where the blood vessels are.
    discs : bool array (n, size, size)
        Where the optic disc is.
    """

    groups: NDArray[np.str_]
    vessels: NDArray[np.bool_]
    discs: NDArray[np.bool_]


def draw(count: int, size: int = 128, seed: int = 0, empty: bool = False) -> SyntheticFundus:
    """Draw fundus images of balanced grades; image i depends on `seed` and i only.

    Even images show left eyes and odd ones the right eye of the same patient, alike in colour. Three of five patients
    have the same grade in both eyes, the others neighbouring grades.

    Parameters
    ----------
    count : int
        How many images, at least 1.
    size : int
        Their side in pixels, at least 16. Microaneurysms are smaller than a pixel below about 96.
    seed : int
        Not negative. The same seed gives the same bytes.
    empty : bool
        Leave the lesions out and keep their masks: the same eyes, camera and noise without them.

    Returns
    -------
    SyntheticFundus

    Raises
    ------
    ValueError
        If a number is too small.

    Examples
    --------
    >>> drawn = draw(10, size=64)
    >>> drawn.images.shape, np.bincount(drawn.labels).tolist(), drawn.groups[:3].tolist()
    ((10, 64, 64, 3), [2, 2, 2, 2, 2], ['1', '1', '2'])
    """
    for name, value, least in (("count", count, 1), ("size", size, SMALLEST), ("seed", seed, 0)):
        if value < least:
            raise ValueError(f"{name} is {value}, but it must be at least {least}. Pass a larger {name}.")
    images = np.empty((count, size, size, 3), dtype=np.uint8)
    masks, vessels, discs = (np.empty((count, size, size), dtype=bool) for _ in range(3))
    labels = np.array([_grade(seed, i) for i in range(count)], dtype=np.int64)
    for i, grade in enumerate(labels):
        # The last number keeps these generators apart from the images' own.
        patient = _Patient(np.random.default_rng([seed, i // 2, 1]))
        eye = _Eye(patient, size, i % 2 == 0, np.random.default_rng([seed, i]))
        images[i], masks[i] = eye.photograph(int(grade), empty=empty)
        vessels[i], discs[i] = eye.vessels, eye.disc_mask
    groups = np.array([str(i // 2 + 1) for i in range(count)])
    return SyntheticFundus(images, labels, masks, groups, vessels, discs)


def _grade(seed: int, number: int) -> int:
    rng = np.random.default_rng([seed, number // _BLOCK, 2])
    grades, lower = rng.permutation(len(CLASSES)), rng.integers(len(CLASSES) - 1)
    grade = int(grades[number % _BLOCK // 2])
    if number % 2 and grade in (lower, lower + 1):
        return int(2 * lower + 1 - grade)
    return grade


class _Patient:
    """What both eyes have in common: their colour, and the camera."""

    def __init__(self, rng: Generator) -> None:
        warmth, paleness = rng.beta(2, 2), rng.beta(2, 2.5)
        red = rng.uniform(0.62, 0.92)
        green = red * (0.36 + 0.30 * paleness + 0.08 * warmth)
        blue = green * (0.88 - 0.68 * warmth + 0.15 * paleness)
        self.colour = np.array([red, green, blue])
        self.mottled = rng.uniform(0.02, 0.06)
        # The vessels of the choroid shine through a fundus with little pigment.
        self.choroid = 0.0 if rng.random() < 0.65 else rng.uniform(0.03, 0.10)
        self.disc_radius = rng.uniform(0.125, 0.165)
        self.cup = rng.uniform(0.3, 0.6)
        self.calibre = rng.uniform(0.024, 0.032)
        self.tortuosity = rng.uniform(0.10, 0.28)
        self.vignette = rng.uniform(0.15, 0.55)
        # Most cameras show a full circle; some cut it off above and below.
        self.cut = rng.uniform(0.80, 0.95) if rng.random() < 0.3 else 2.0
        self.notch = rng.random() < 0.4
        self.rim = rng.random() < 0.15


@dataclass(frozen=True)
class _Tree:
    """Vessels: paths ``(n, points, 2)``, the directions along them ``(n, points)``, and their widths at either end."""

    paths: Points
    headings: Points
    starts: Points
    ends: Points


class _Stencil:
    """A fine map on which lines and spots are drawn in white."""

    def __init__(self, eye: _Eye) -> None:
        self.eye = eye
        self.image = Image.new("L", (eye.size * _FINE, eye.size * _FINE))
        self.pen = ImageDraw.Draw(self.image)

    def vessels(self, tree: _Tree, pieces: int) -> None:
        """Draw a tree, every path in `pieces` of constant width."""
        steps = (tree.paths.shape[1] - 1) // pieces
        corners = np.arange(pieces)[:, np.newaxis] * steps + np.arange(steps + 1)
        lines = tree.paths[:, corners]
        # None but the finest come near the centre of the macula, and what lies outside of the field is not seen.
        near = np.hypot(*np.moveaxis(lines - self.eye.macula, -1, 0)).min(axis=2) < 0.12
        seen = np.hypot(*np.moveaxis(lines, -1, 0)).min(axis=2) < 1.02
        seen &= ~np.logical_or.accumulate(near, axis=1)
        taper = (np.arange(pieces) + 0.5) / pieces
        widths = tree.starts[:, np.newaxis] + (tree.ends - tree.starts)[:, np.newaxis] * taper
        self.lines(lines[seen], widths[seen])

    def lines(self, paths: Points, widths: Points) -> None:
        """Draw lines ``(n, points, 2)`` of widths ``(n,)``. Too fine ones get fainter instead of finer."""
        pixels = widths * self.eye.radius * _FINE
        thick = np.maximum(np.round(pixels), 1).astype(int).tolist()
        shade = np.clip(pixels * 255, 0, 255).astype(int).tolist()
        for line, width, fill in zip(self.eye.pixels(paths), thick, shade, strict=True):
            self.pen.line(line.ravel().tolist(), fill=fill, width=width)

    def spots(self, places: Points, radii: Points, rng: Generator, stretch: float = 1.0) -> None:
        """Draw round spots with uneven edges at places ``(n, 2)``; `stretch` draws them out, away from the disc."""
        angles = np.linspace(0, 2 * math.pi, 10, endpoint=False)
        edges = radii[:, np.newaxis] * rng.uniform(0.75, 1.25, (len(places), len(angles)))
        along, across = edges * np.cos(angles) * stretch, edges * np.sin(angles)
        away = places - self.eye.disc
        turn = np.arctan2(away[:, 1], away[:, 0])[:, np.newaxis]
        x = along * np.cos(turn) - across * np.sin(turn)
        y = along * np.sin(turn) + across * np.cos(turn)
        outlines = places[:, np.newaxis] + np.stack([x, y], axis=-1)
        for outline in self.eye.pixels(outlines):
            self.pen.polygon(outline.ravel().tolist(), fill=255)

    def cover(self, soft: float = 0.0) -> Floats:
        """Return how much of each pixel is covered, 0 to 1, ``(size, size)``; `soft` blurs, in radii of the field."""
        reduced = self.image.reduce(_FINE)
        if soft:
            reduced = reduced.filter(ImageFilter.GaussianBlur(soft * self.eye.radius))
        return np.asarray(reduced, dtype=np.float32) / np.float32(255)


class _Eye:
    """One eye before the camera."""

    def __init__(self, patient: _Patient, size: int, left: bool, rng: Generator) -> None:
        self.patient, self.size, self.rng = patient, size, rng
        self.mirror = -1.0 if left else 1.0
        self.radius = size * (0.5 if patient.cut < 1 else rng.uniform(0.47, 0.495))
        self.centre = size / 2
        # Most images have the macula in their middle, some the disc.
        x = rng.uniform(0.44, 0.70) if rng.random() < 0.85 else rng.uniform(-0.1, 0.2)
        self.disc = np.array([x, rng.normal(0, 0.06)])
        self.macula = self.disc + np.array([-rng.uniform(0.60, 0.68), rng.normal(0.07, 0.02)])
        across = (np.arange(size, dtype=np.float32) + np.float32(0.5 - self.centre)) / np.float32(self.radius)
        self.x, self.y = across * np.float32(self.mirror), across[:, np.newaxis]
        self.distance = np.hypot(self.x, self.y)
        field = (np.minimum(1 - self.distance, patient.cut - np.abs(self.y)) * self.radius + 0.5).clip(0, 1)
        if patient.notch:
            # The mark of the camera stands above on the right, whichever the eye.
            mark = np.hypot(self.x * self.mirror - 0.74, self.y + 0.70)
            field = np.maximum(field, ((0.07 - mark) * self.radius + 0.5).clip(0, 1))
        self.field = field.astype(np.float32)
        self.disc_mask = (self._from(self.disc, 1.0, 0.92) < patient.disc_radius) & (self.field > 0.5)
        self._grow_vessels()

    def pixels(self, places: Points) -> Points:
        """Return places in the pixels of a stencil."""
        there: Points = ((places * (self.mirror, 1) * self.radius) + self.centre) * _FINE - 0.5
        return there

    def photograph(self, grade: int, *, empty: bool = False) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
        """Return the image, uint8 ``(size, size, 3)``, and the mask of its lesions."""
        colours = self._fundus()
        _absorb(colours, self.artery_cover, _ARTERY)
        _absorb(colours, self.vein_cover, _VEIN)
        # Without lesions they are painted all the same, on a copy: the camera's random numbers stay the same.
        lesions = self._lesions(colours.copy() if empty else colours, grade) * self.field
        return self._camera(colours), lesions > 0.3

    def _from(self, place: Points, width: float = 1.0, height: float = 1.0) -> Floats:
        away = np.hypot((self.x - np.float32(place[0])) / width, (self.y - np.float32(place[1])) / height)
        return np.asarray(away, dtype=np.float32)

    def _fundus(self) -> Floats:
        """Return the ground without vessels: float32 (size, size, 3)."""
        rng, patient, size = self.rng, self.patient, self.size
        mottles = patient.mottled * clouds(size, rng, cell=0.25)
        stripes = np.zeros((size, size), dtype=np.float32)
        if patient.choroid:
            turn = rng.uniform(1.1, 2.0)
            for slant in (-0.3, 0.3):
                stripes += streaks(size, rng, turn=turn + slant, width=0.025, length=4)
            stripes *= np.float32(patient.choroid) * self.distance.clip(0.25, 1)
        far = self._from(self.macula)
        macula = rng.uniform(0.14, 0.32) * np.exp(-((far / 0.24) ** 2))
        macula += rng.uniform(0.05, 0.2) * np.exp(-((far / 0.07) ** 2))
        slope = rng.normal(0, 0.12, 2)
        light = 1 + slope[0] * self.x + slope[1] * self.y - patient.vignette * self.distance**3
        light = light + rng.uniform(0, 0.22) * np.exp(-((self._from(self.disc) / 0.5) ** 2))
        shade = light * (1 + mottles)
        colours = np.empty((size, size, 3), dtype=np.float32)
        # Pigment and stripes are seen in green most, for red light goes through them and little blue comes back.
        for channel, (dark, striped) in enumerate(((0.6, 0.5), (1.0, 1.3), (0.9, 1.0))):
            colours[..., channel] = patient.colour[channel] * shade * (1 - dark * macula) * (1 + striped * stripes)
        self._paint_disc(colours, light)
        return colours

    def _paint_disc(self, colours: Floats, light: Floats) -> None:
        patient, rng = self.patient, self.rng
        far = self._from(self.disc, 1.0, 0.92) / patient.disc_radius
        near = far < 1.5
        # The cup is pale and lies a little towards the macula.
        cup = self._from(self.disc - (0.02, 0.0))[near] / (patient.disc_radius * patient.cup)
        far, light, part = far[near], light[near], colours[near]
        edge = ((1 - far) * 5 + 0.5).clip(0, 1)
        pale = ((1.25 - cup) * 2).clip(0, 1)[..., np.newaxis]
        own = patient.colour / patient.colour.max()
        rim = np.clip(0.45 * own + 0.55 * np.array([1.0, 0.80, 0.52]), 0, 1) * rng.uniform(0.92, 1.05)
        inner = np.clip(0.2 * own + 0.8 * np.array([1.0, 0.95, 0.76]), 0, 1) * rng.uniform(0.96, 1.08)
        painted = (rim + (inner - rim) * pale).astype(np.float32) * light.clip(0.6, 1.2)[..., np.newaxis]
        _cover(part, np.exp(-(((far - 1.05) / 0.12) ** 2)) * np.float32(0.25), patient.colour * 0.75)
        colours[near] = part + edge[:, np.newaxis] * np.float32(0.93) * (painted - part)

    def _grow_vessels(self) -> None:
        rng, calibre = self.rng, self.patient.calibre
        # Direction at the disc (degrees, 90 is up), how far it turns, length, width: above; below it is mirrored.
        arcades = np.array([(98, 96, 1.9, 1.0), (112, 84, 1.8, 0.72), (66, -30, 0.9, 0.7), (50, -22, 0.9, 0.5)])
        minor = np.array([(160, 14, 0.42, 0.2), (20, -15, 0.7, 0.3)])
        spread = np.array([7, 9, 0.1, 0.06])
        mains = np.concatenate([arcades, arcades * (-1, -1, 1, 1), minor, minor * (-1, -1, 1, 1)])
        mains = mains + rng.normal(0, 1, mains.shape) * spread
        starts = self.disc + rng.normal(0, 0.02, (len(mains), 2)) + (0.015, 0)
        widths = calibre * np.maximum(mains[:, 3], 0.2)
        paths, headings = self._grow(starts, np.radians(mains[:, 0]), np.radians(mains[:, 1]), mains[:, 2], 48)
        trunk = _Tree(paths, headings, widths, widths * 0.42)
        branches = self._branches(trunk, 6, 24, (0.3, 0.75))
        twigs = self._branches(branches, 2, 12, (0.15, 0.4))
        # Veins and arteries take turns in the table above.
        vein = np.arange(len(mains)) % 2 == 0
        covers = []
        for chosen in (~vein, vein):
            stencil = _Stencil(self)
            for tree, each, pieces in ((twigs, 12, 1), (branches, 6, 3), (trunk, 1, 8)):
                stencil.vessels(_chosen(tree, np.repeat(chosen, each)), pieces)
            covers.append(stencil.cover())
        self.artery_cover, self.vein_cover = covers
        self.vessels = (np.maximum(*covers) * self.field) > 0.3
        self.trunk, self.branches = trunk, branches

    def _grow(
        self, starts: Points, headings: Points, turns: Points, lengths: Points, steps: int
    ) -> tuple[Points, Points]:
        """Return paths ``(n, steps + 1, 2)`` that turn mostly at first and wind a little, and their directions."""
        rng = self.rng
        along = np.linspace(0, 1, steps + 1)
        waves = rng.uniform(1.5, 5, (2, len(starts), 1)) * lengths[:, np.newaxis] * 2 * math.pi
        phases = rng.uniform(0, 2 * math.pi, (2, len(starts), 1))
        winding = self.patient.tortuosity * np.sin(waves * along + phases).sum(axis=0)
        eased = (1 - np.exp(-2.6 * along)) / (1 - math.exp(-2.6))
        directions = headings[:, np.newaxis] + turns[:, np.newaxis] * eased + winding
        strides = np.stack([np.cos(directions), -np.sin(directions)], axis=-1) * (lengths / steps).reshape(-1, 1, 1)
        strides[:, 0] = 0
        return starts[:, np.newaxis] + strides.cumsum(axis=1), directions

    def _branches(self, tree: _Tree, each: int, steps: int, length: tuple[float, float]) -> _Tree:
        """Return `each` branches a vessel, to both sides in turn, that bend back towards the way of the vessel."""
        rng, count, points = self.rng, len(tree.paths), tree.paths.shape[1]
        place = 0.2 + 0.8 * (np.arange(each) + rng.uniform(0, 0.9, (count, each))) / each
        at = (place * (points - 1)).astype(int)
        vessel = np.arange(count)[:, np.newaxis]
        side = np.where((np.arange(each) + rng.integers(0, 2, (count, 1))) % 2, 1.0, -1.0)
        headings = tree.headings[vessel, at] + side * rng.uniform(0.5, 1.1, at.shape)
        turns = -side * rng.uniform(-0.3, 0.9, at.shape)
        whole = np.hypot(*(tree.paths[:, -1] - tree.paths[:, 0]).T)[:, np.newaxis]
        lengths = rng.uniform(*length, at.shape) * np.minimum(1, 0.4 + whole)
        widths = (tree.starts[:, np.newaxis] + (tree.ends - tree.starts)[:, np.newaxis] * place) * 0.62
        starts = tree.paths[vessel, at].reshape(-1, 2)
        paths, directions = self._grow(starts, headings.ravel(), turns.ravel(), lengths.ravel(), steps)
        return _Tree(paths, directions, widths.ravel(), widths.ravel() * 0.4)

    def _lesions(self, colours: Floats, grade: int) -> Floats:
        """Paint the lesions of a grade; return how much of each pixel they cover."""
        rng = self.rng
        if grade == 0:
            return np.zeros((self.size, self.size), dtype=np.float32)
        counts = ((3, 9), (4, 16), (10, 25), (4, 16))[grade - 1]
        aneurysms = self._somewhere(int(rng.integers(*counts)), around=self.macula, spread=0.42)
        covers = [self._dark_spots(colours, aneurysms, (0.009, 0.015), _ANEURYSM)]
        if grade >= 2:
            covers += self._background_lesions(colours, grade)
        if grade == 3 or (grade == 4 and rng.random() < 0.35):
            covers += self._severe_lesions(colours)
        if grade == 4:
            covers += self._proliferations(colours)
        return np.asarray(np.maximum.reduce(covers))

    def _background_lesions(self, colours: Floats, grade: int) -> list[Floats]:
        """Blots of blood, hard exudates, and cotton-wool spots."""
        rng = self.rng
        blots = self._near_vessels(int(rng.integers(3, 10)))
        covers = [self._dark_spots(colours, blots, (0.014, 0.038), _HAEMORRHAGE)]
        clusters = int(rng.integers(1, 4)) if rng.random() < 0.8 else 0
        stencil = _Stencil(self)
        for _ in range(clusters):
            turn, far = rng.uniform(0, 2 * math.pi), rng.uniform(0.12, 0.5)
            middle = self.macula + far * np.array([math.cos(turn), math.sin(turn)])
            count = int(rng.integers(6, 22))
            # Exudates lie in heaps, or in a ring around a leaking vessel.
            ring = rng.uniform(0.05, 0.12) if rng.random() < 0.4 else 0.0
            turns = rng.uniform(0, 2 * math.pi, count)
            places = middle + ring * np.stack([np.cos(turns), np.sin(turns)], axis=-1) + rng.normal(0, 0.04, (count, 2))
            stencil.spots(places, rng.uniform(0.007, 0.022, count), rng)
        exudates = stencil.cover()
        _cover(colours, exudates * np.float32(0.85), _EXUDATE)
        wool = _Stencil(self)
        places = self._near_vessels(int(rng.integers(0, 3) if clusters else rng.integers(1, 4)) + (grade == 3))
        wool.spots(places, rng.uniform(0.03, 0.055, len(places)), rng, stretch=0.75)
        soft = wool.cover(soft=0.016)
        _cover(colours, soft * np.float32(0.75), _COTTON_WOOL)
        return [*covers, exudates, soft]

    def _severe_lesions(self, colours: Floats) -> list[Floats]:
        """More than 20 haemorrhages in each quadrant; often beaded veins, too."""
        rng = self.rng
        # Some are blots, some are flames along the nerve fibres.
        each = int(rng.integers(22, 40))
        turns = (rng.random(4 * each) + np.tile(np.arange(4), each)) * math.pi / 2
        far = np.sqrt(rng.uniform(0.04, 0.72, 4 * each))
        places = np.stack([far * np.cos(turns), far * np.sin(turns)], axis=-1)
        covers = [
            self._dark_spots(colours, places[::2], (0.010, 0.032), _HAEMORRHAGE),
            self._dark_spots(colours, places[1::2], (0.008, 0.018), _HAEMORRHAGE, stretch=2.0),
        ]
        if rng.random() < 0.6:
            veins = self.trunk.paths[(0, 4), 6:40:3].reshape(-1, 2)
            beads = _Stencil(self)
            beads.spots(veins, np.full(len(veins), self.patient.calibre * 0.62), rng)
            cover = beads.cover()
            _absorb(colours, cover, _VEIN)
            covers.append(cover)
        return covers

    def _proliferations(self, colours: Floats) -> list[Floats]:
        """New vessels at the disc or elsewhere, blood before the retina, or both."""
        rng, kind = self.rng, self.rng.random()
        covers = []
        if kind < 0.75:
            stencil = _Stencil(self)
            for _ in range(int(rng.integers(1, 4))):
                middle = self.disc if rng.random() < 0.5 else self._near_vessels(1)[0]
                count = int(rng.integers(14, 26))
                starts = middle + rng.normal(0, 0.02, (count, 2))
                turns = rng.choice([-1.0, 1.0], count) * rng.uniform(1.5, 5, count)
                paths, _ = self._grow(
                    starts, rng.uniform(0, 2 * math.pi, count), turns, rng.uniform(0.2, 0.5, count), 16
                )
                stencil.lines(paths, np.full(count, 0.009))
            cover = stencil.cover()
            _absorb(colours, cover, _NEW_VESSEL)
            covers.append(cover)
        if kind > 0.45:
            covers.append(self._preretinal_blood(colours))
        return covers

    def _preretinal_blood(self, colours: Floats) -> Floats:
        rng = self.rng
        middle = self._somewhere(1, around=self.macula + np.array([0, 0.25]), spread=0.25)[0]
        width, height = rng.uniform(0.14, 0.38), rng.uniform(0.10, 0.26)
        uneven = np.float32(0.12) * clouds(self.size, rng, cell=0.2)
        inside = 1 - self._from(middle, width, height) + uneven
        if rng.random() < 0.6:
            # Held behind the vitreous, blood sinks and stands level above, like a boat.
            inside = np.minimum(inside, (self.y - np.float32(middle[1]) + 0.02) * 12)
            cover = np.asarray((inside * 8).clip(0, 1), dtype=np.float32)
        else:
            cover = np.asarray((inside * rng.uniform(1.2, 2.5)).clip(0, 0.85), dtype=np.float32)
        _absorb(colours, cover, _HAEMORRHAGE)
        return cover

    def _dark_spots(
        self,
        colours: Floats,
        places: Points,
        radii: tuple[float, float],
        colour: tuple[float, float, float],
        stretch: float = 1.0,
    ) -> Floats:
        stencil = _Stencil(self)
        # Most are small, few are large.
        sizes = radii[0] + (radii[1] - radii[0]) * self.rng.random(len(places)) ** 2
        stencil.spots(places, sizes, self.rng, stretch)
        cover = stencil.cover()
        _absorb(colours, cover, colour)
        return cover

    def _somewhere(self, count: int, around: Points, spread: float) -> Points:
        """Return places ``(count, 2)`` within the field and off the disc."""
        places = around + self.rng.normal(0, spread, (count, 2))
        far = np.hypot(places[:, 0], places[:, 1])[:, np.newaxis]
        places = places / np.maximum(far / 0.86, 1)
        away = places - self.disc
        near = np.hypot(away[:, 0], away[:, 1])[:, np.newaxis]
        return np.asarray(np.where(near < 0.18, self.disc - (0.25, 0) + 3 * away, places))

    def _near_vessels(self, count: int) -> Points:
        vessels = self.rng.integers(0, len(self.branches.paths), count)
        points = self.rng.integers(2, self.branches.paths.shape[1], count)
        places = self.branches.paths[vessels, points] + self.rng.normal(0, 0.03, (count, 2))
        return self._somewhere(count, places, 0.0)

    def _camera(self, colours: Floats) -> NDArray[np.uint8]:
        """Photograph the eye: blur, haze, exposure, dust, the rim of the field and noise."""
        rng, size = self.rng, self.size
        if self.patient.rim:
            rim = ((self.distance - 0.86) / 0.14).clip(0, 1) ** 2 * rng.uniform(0.2, 0.6)
            _cover(colours, rim.astype(np.float32), (0.62, 0.78, 0.78))
        if rng.random() < 0.15:
            # A cloudy lens scatters light over everything.
            haze = rng.uniform(0.15, 0.4)
            colours += np.float32(haze) * (np.float32(0.8) * self.patient.colour.mean().astype(np.float32) - colours)
        for _ in range(int(rng.poisson(1.2))):
            x, y, radius = *rng.uniform(-0.8, 0.8, 2), rng.uniform(0.012, 0.05)
            speck = np.exp(-((self._from(np.array([x, y])) / radius) ** 2)) * rng.uniform(0.12, 0.4)
            tone = rng.choice([0.35, 1.25]) if radius < 0.03 else 1.15
            _cover(colours, speck.astype(np.float32), np.clip(self.patient.colour * tone, 0, 1))
        exposure = math.exp(rng.normal(0, 0.16)) * (rng.uniform(1.25, 1.6) if rng.random() < 0.06 else 1)
        colours *= (exposure * np.exp(rng.normal(0, 0.04, 3))).astype(np.float32)
        # Strong light saturates softly. (The root of a root is quicker than a power.)
        np.maximum(colours, 0, out=colours)
        colours *= np.sqrt(np.sqrt(colours))
        np.subtract(1, np.exp(np.float32(-1.55) * colours), out=colours)
        blur = (rng.uniform(0.010, 0.028) if rng.random() < 0.15 else rng.uniform(0, 0.006)) * self.radius
        if blur > 0.2:
            soft = Image.fromarray((colours * 255 + 0.5).astype(np.uint8))
            colours = np.asarray(soft.filter(ImageFilter.GaussianBlur(blur)), dtype=np.float32) / np.float32(255)
        # The edge of the field lies in the camera, and stays sharp.
        colours = colours * self.field[..., np.newaxis]
        noise = rng.standard_normal((size, size), dtype=np.float32) * np.float32(rng.uniform(0.004, 0.016))
        colours += (noise * (np.float32(0.2) + np.float32(0.8) * self.field))[..., np.newaxis]
        return (colours.clip(0, 1) * 255 + 0.5).astype(np.uint8)


def _chosen(tree: _Tree, chosen: NDArray[np.bool_]) -> _Tree:
    return _Tree(tree.paths[chosen], tree.headings[chosen], tree.starts[chosen], tree.ends[chosen])


def _absorb(colours: Floats, cover: Floats, left: tuple[float, float, float]) -> None:
    """Darken: where `cover` is 1, the shares `left` of red, green and blue remain."""
    for channel, share in enumerate(left):
        colours[..., channel] *= 1 - cover * np.float32(1 - share)


def _cover(colours: Floats, cover: Floats, colour: tuple[float, float, float] | Points) -> None:
    """Lay an opaque colour over a part of the light."""
    for channel, value in enumerate(colour):
        colours[..., channel] += cover * (np.float32(value) - colours[..., channel])
