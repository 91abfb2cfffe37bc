"""Cats and dogs, drawn: a stand-in for photographs of pets, with true masks.

Coats, eyes, places, sizes and light are drawn from the same distributions for both: what tells a dog from a cat is
its shape (ears, muzzle, head, tail, legs), as in photographs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from coursekit.arrays import Floats
from coursekit.synthetic.drawing.backgrounds import background
from coursekit.synthetic.drawing.canvas import Canvas, SyntheticImages, draw_many
from coursekit.synthetic.drawing.colours import Colour, hsv, mixed, varied
from coursekit.synthetic.drawing.outlines import Points, ellipse, placed, polygon, smooth, stroke
from coursekit.synthetic.drawing.textures import clouds, dapples, streaks

CLASSES = ("cats", "dogs")
_CATS = 0

_COATS: tuple[Colour, ...] = (
    (0.10, 0.09, 0.09),  # black
    (0.38, 0.38, 0.40),  # grey
    (0.62, 0.62, 0.63),  # silver
    (0.93, 0.91, 0.87),  # white
    (0.80, 0.50, 0.22),  # ginger
    (0.85, 0.68, 0.42),  # golden
    (0.90, 0.82, 0.68),  # cream
    (0.45, 0.28, 0.16),  # brown
    (0.28, 0.17, 0.11),  # chocolate
    (0.60, 0.48, 0.34),  # sand
)
_DARK: Colour = (0.05, 0.04, 0.04)
_PINK: Colour = (0.80, 0.52, 0.50)
_TONGUE: Colour = (0.85, 0.42, 0.45)

Place = tuple[float, float]


def draw(count: int, size: int, seed: int = 0, shortcut: str | None = None, empty: bool = False) -> SyntheticImages:
    """Draw cats and dogs.

    Parameters
    ----------
    count : int
        How many images, at least 1.
    size : int
        Their side in pixels, at least 16.
    seed : int
        Image i depends on `seed` and i only.
    shortcut : str, optional
        A class that gets a small orange tag in the lower left corner of all its images: what a network may learn
        instead of the animal. The images are the same otherwise.
    empty : bool
        Leave the animals out and keep their masks: what the images would be without them.

    Returns
    -------
    SyntheticImages

    Raises
    ------
    ValueError
        If a number is too small or `shortcut` is no class.

    Examples
    --------
    >>> drawn = draw(4, size=32)
    >>> sorted(drawn.labels.tolist()), drawn.images.shape, drawn.masks.shape
    ([0, 0, 1, 1], (4, 32, 32, 3), (4, 32, 32))
    """
    return draw_many(count, size, seed, CLASSES, _paint, shortcut=shortcut, empty=empty)


@dataclass(frozen=True)
class _Coat:
    """An animal's colours over the whole image, of which each part of its body is a piece."""

    main: Floats
    second: Floats
    base: Colour
    skin: Colour
    fur: Floats
    shaggy: float


def _paint(canvas: Canvas, label: int) -> None:
    rng = canvas.rng
    canvas.fill(background(canvas.size, rng))
    canvas.clutter(int(rng.integers(0, 4)), lowest=0.9)
    paint_animal(canvas, is_cat=label == _CATS)
    canvas.clutter(int(rng.integers(0, 3)), role="occluder", largest=0.16)
    canvas.light()
    canvas.lens()


def paint_animal(canvas: Canvas, *, is_cat: bool) -> None:
    """Paint a cat or a dog and its shadow, in a pose, place and coat of chance.

    Parameters
    ----------
    canvas : Canvas
        The image that is painted.
    is_cat : bool
        Whether it is a cat; otherwise a dog.
    """
    animal = _Animal(canvas, is_cat=is_cat)
    pose = canvas.rng.choice(4, p=(0.36, 0.24, 0.22, 0.18))
    (animal.close_up, animal.sitting, animal.standing, animal.lying)[pose]()


def _coat(size: int, rng: np.random.Generator) -> _Coat:
    base, other = (varied(_COATS[rng.integers(len(_COATS))], rng) for _ in range(2))
    main: Floats = np.empty((size, size, 3), dtype=np.float32)
    main[...] = base
    pattern = rng.choice(5, p=(0.34, 0.26, 0.14, 0.16, 0.1))
    share: Floats | None = None
    if pattern == 1:  # stripes, as of a tabby cat or a brindled dog
        across = np.linspace(0, 1, size, dtype=np.float32)
        turn, wave = rng.uniform(-0.5, 0.5), rng.uniform(60, 130)
        way = across * math.cos(turn) + across[:, np.newaxis] * math.sin(turn)
        share = np.clip(np.sin(wave * way + 1.6 * clouds(size, rng, 0.25)) * 1.5, 0, 1)
        other = mixed(base, _DARK, rng.uniform(0.2, 0.55))
    elif pattern == 2:  # spots
        share = np.clip(5 * (dapples(size, rng) - 0.75), 0, 1)
        other = mixed(base, _DARK, 0.75)
    elif pattern == 3:  # large patches
        share = np.clip(6 * (clouds(size, rng, 0.4) - rng.uniform(-0.2, 0.8)), 0, 1)
    elif pattern == 4:  # darker away from the middle of the face and belly, softly
        share = np.clip(0.4 + 0.4 * clouds(size, rng, 0.5), 0, 1)
        other = mixed(base, _DARK, 0.5)
    if share is not None:
        main += share[..., np.newaxis] * (np.array(other, dtype=np.float32) - main)
    pale = mixed(base, (0.95, 0.93, 0.89), rng.uniform(0.5, 1.0))
    second = main if rng.uniform() < 0.4 else np.full_like(main, pale)
    shaggy = rng.uniform(0.0, 0.06)
    fur = streaks(size, rng, rng.uniform(0.9, 2.2), width=rng.uniform(0.006, 0.013), length=rng.uniform(4, 9))
    fur = fur * np.float32(rng.uniform(0.08, 0.18))
    skin = _PINK if rng.uniform() < 0.35 else _DARK
    return _Coat(main, second, base, skin, fur, shaggy)


class _Animal:
    """A cat or a dog on a canvas. Its own lengths: 2 from the top of the head to the ground, 0 in the middle."""

    def __init__(self, canvas: Canvas, *, is_cat: bool) -> None:
        self.canvas = canvas
        self.rng = canvas.rng
        self.is_cat = is_cat
        self.coat = _coat(canvas.size, self.rng)
        self.light_from = self.rng.uniform(-2.7, -0.5)
        self.mirrored = bool(self.rng.uniform() < 0.5)
        self.turn = self.rng.normal(0, 0.05)
        self.x, self.y, self.scale = 0.5, 0.5, 0.4

    # Poses.

    def close_up(self) -> None:
        """Head and shoulders."""
        self._stand(self.rng.uniform(0.32, 0.44), wander=0.08)
        width = self.rng.uniform(0.8, 1.05)
        shoulders = [(-0.45, 0.1), (-width, 1.0), (-width - 0.1, 2.6), (width + 0.1, 2.6), (width, 1.0), (0.45, 0.1)]
        self._part(smooth(shoulders), relief=0.25)
        self._part(ellipse(0, 1.1, 0.4, 0.7), second=True, soft=0.03)
        self._front_head((self.rng.normal(0, 0.06), -0.1), self.rng.uniform(0.8, 0.95))

    def sitting(self) -> None:
        """Seen from the front, sitting."""
        self._stand(self.rng.uniform(0.34, 0.46), wander=0.08)
        self._shadow(1.3)
        self._tail((0.35, 0.85), out=1, rise=self.rng.uniform(-0.1, 0.9))
        broad = self.rng.uniform(0.85, 1.15)
        body = [
            (-0.22, -0.3),
            (-0.36, 0.2),
            (-0.52, 0.7),
            (-0.36, 0.97),
            (0.36, 0.97),
            (0.52, 0.7),
            (0.36, 0.2),
            (0.22, -0.3),
        ]
        self._part(smooth(body) * (broad, 1), relief=0.35)
        self._part(*_pair(ellipse(0.4 * broad, 0.76, 0.17, 0.22)), relief=0.3)
        self._part(*_pair(ellipse(0.42 * broad, 0.95, 0.18, 0.07)), second=True, relief=0.3)
        self._part(ellipse(0, 0.2, 0.2, 0.38), second=True, soft=0.03)
        leg = stroke([(0.16, 0.2), (0.17, 0.6), (0.15, 0.92)], self.rng.uniform(0.15, 0.2))
        self._part(*_pair(leg), relief=0.35)
        self._part(*_pair(ellipse(0.16, 0.95, 0.12, 0.07)), second=True, relief=0.3)
        head = self.rng.uniform(0.36, 0.44)
        if self.rng.uniform() < 0.75:
            self._front_head((self.rng.normal(0, 0.06), -0.55), head)
        else:
            self._side_head((0.08, -0.52), head)

    def standing(self) -> None:
        """Seen from the side, on four legs."""
        self._stand(self.rng.uniform(0.31, 0.39), wander=0.07)
        self._shadow(1.7)
        leg = self.rng.uniform(0.6, 0.85) if self.is_cat else self.rng.uniform(0.45, 1.0)
        back = 0.75 - leg
        length = self.rng.uniform(0.65, 0.8)
        stride = self.rng.uniform(-0.15, 0.15)
        self._tail((-length, back - 0.1), out=-1, rise=self.rng.uniform(0.0, 1.0))
        thick = self.rng.uniform(0.15, 0.2)
        self._legs(length, back, -stride, thick, shade=0.72)
        deep = self.rng.uniform(0.02, 0.08) if self.is_cat else self.rng.uniform(0.05, 0.16)
        spine = [
            (-length - 0.05, back - 0.05),
            (-length + 0.25, back - 0.3),
            (0, back - 0.24),
            (length - 0.2, back - 0.32),
        ]
        belly = [(length + 0.08, back - 0.05), (length - 0.15, back + 0.22 + deep), (0, back + 0.2)]
        self._part(smooth([*spine, *belly, (-length + 0.25, back + 0.16)]), relief=0.4)
        self._part(ellipse(0.1, back + 0.18, 0.45, 0.08), second=True, soft=0.03)
        self._legs(length, back, stride, thick, shade=1.0)
        head = self.rng.uniform(0.3, 0.38)
        high = self.rng.uniform(0.25, 0.5)
        at = (length + 0.2, back - high)
        self._part(stroke([(length - 0.2, back - 0.08), at], 0.42, 0.3), relief=0.25)
        if self.rng.uniform() < 0.45:
            self._front_head(at, head)
        else:
            self._side_head(at, head)

    def _legs(self, length: float, back: float, step: float, thick: float, shade: float) -> None:
        """One hind leg and one fore leg of an animal seen from the side."""
        knee, heel = (-length + 0.12, back + 0.3), (-length + 0.02 + step, 0.62)
        hind = [(-length + 0.15, back + 0.05), knee, heel, (-length + 0.08 + step, 0.95)]
        fore = [(length - 0.2, back + 0.05), (length - 0.18 - step / 2, 0.5), (length - 0.2 - step, 0.95)]
        for path, wide in ((hind, 1.5 * thick), (fore, 1.2 * thick)):
            self._part(stroke(path, wide, 0.7 * thick), relief=0.3, shade=shade)
            self._part(ellipse(path[-1][0] + 0.04, 0.96, 0.11, 0.055), second=True, shade=shade)

    def lying(self) -> None:
        """Seen from the side, on its belly, head up."""
        self._stand(self.rng.uniform(0.34, 0.44), wander=0.07, ground=0.78)
        self._shadow(1.9, low=0.72)
        self._tail((-0.8, 0.6), out=-1, rise=self.rng.uniform(-0.15, 0.25))
        body = [
            (-0.95, 0.55),
            (-0.75, 0.12),
            (-0.3, 0.0),
            (0.3, -0.02),
            (0.62, 0.2),
            (0.66, 0.62),
            (0.2, 0.76),
            (-0.7, 0.76),
        ]
        self._part(smooth(body), relief=0.4)
        self._part(ellipse(-0.58, 0.5, 0.3, 0.27), relief=0.3)
        self._part(stroke([(-0.6, 0.7), (-0.2, 0.73)], 0.14), relief=0.3)
        for low in (0.66, 0.72):
            reach = self.rng.uniform(0.85, 1.05)
            self._part(stroke([(0.42, 0.55), (0.6, low), (reach, low)], 0.17, 0.13), relief=0.3)
            self._part(ellipse(reach, low, 0.1, 0.07), second=True, relief=0.3)
        at = (self.rng.uniform(0.45, 0.6), self.rng.uniform(-0.35, -0.2))
        self._part(stroke([(0.4, 0.3), at], 0.5, 0.35), relief=0.2)
        head = self.rng.uniform(0.36, 0.44)
        if self.rng.uniform() < 0.6:
            self._front_head(at, head)
        else:
            self._side_head(at, head)

    # Tails and heads.

    def _tail(self, root: Place, out: int, rise: float) -> None:
        x, y = root
        if self.is_cat:  # long and thin, an even curve
            path = [
                root,
                (x + out * 0.35, y + 0.02),
                (x + out * 0.58, y - 0.35 * rise),
                (x + out * 0.5, y - 0.85 * rise),
            ]
            path.append((x + out * self.rng.uniform(0.25, 0.7), y - 1.1 * rise))
            width = self.rng.uniform(0.1, 0.15)
            self._part(stroke(path, width, width * 0.75), relief=0.3)
            return
        kind = self.rng.uniform()
        if kind < 0.45:  # a sabre
            path = [root, (x + out * 0.25, y - 0.1 - 0.2 * rise), (x + out * 0.48, y - 0.2 - 0.5 * rise)]
            self._part(stroke(path, self.rng.uniform(0.15, 0.2), 0.04), relief=0.3)
        elif kind < 0.75:  # a curl over the back
            path = [root, (x + out * 0.18, y - 0.25), (x + out * 0.02, y - 0.45), (x - out * 0.15, y - 0.3)]
            self._part(stroke(path, 0.17, 0.1), relief=0.3)
        else:  # a stub
            self._part(stroke([root, (x + out * 0.15, y - 0.12)], 0.16, 0.1), relief=0.3)

    def _front_head(self, at: Place, radius: float) -> None:
        tilt, look = self.rng.normal(0, 0.12), self.rng.uniform(-0.22, 0.22)
        head = _Head(at, radius, tilt)
        if self.is_cat:
            self._cat_front(head, look)
        else:
            self._dog_front(head, look)

    def _side_head(self, at: Place, radius: float) -> None:
        head = _Head(at, radius, self.rng.normal(0.03, 0.12))
        if self.is_cat:
            self._cat_side(head)
        else:
            self._dog_side(head)

    def _cat_front(self, head: _Head, look: float) -> None:
        rng = self.rng
        tall, apart, wide = rng.uniform(1.2, 1.5), rng.uniform(0.68, 0.9), rng.uniform(0.92, 1.1)
        self._part(*_pair(_ear((0.16, -0.66), (apart, -tall), (0.93, -0.22))), head=head, relief=0.2)
        inner = _ear((0.34, -0.68), (apart * 0.98, -tall * 0.88), (0.8, -0.4))
        self._part(*_pair(inner), head=head, colour=mixed(self.coat.base, _PINK, 0.6), soft=0.008)
        right = [(0, -0.8), (0.5, -0.72), (0.9, -0.2), (1.0, 0.22), (0.66, 0.66), (0.3, 0.84)]
        self._skull(smooth(_both_sides(right)) * (wide, 1), head)
        cheeks = [*_pair(ellipse(0.19, 0.43, 0.27, 0.21)), ellipse(0, 0.66, 0.16, 0.13)]
        self._part(*(placed(cheek, look) for cheek in cheeks), head=head, second=True, relief=0.15, soft=0.01)
        eyes = [(look * 0.7 + side * 0.43, -0.08) for side in (-1, 1)]
        self._eyes(head, eyes, (0.215, 0.165), (rng.uniform(0.03, 0.11), 0.15), slant=-0.25)
        nose = polygon((look - 0.11, 0.24), (look + 0.11, 0.24), (look + 0.02, 0.36), (look - 0.02, 0.36))
        self._part(nose, head=head, colour=self.coat.skin)
        mouth = _pair(stroke([(0, 0.36), (0.05, 0.52), (0.2, 0.53)], 0.035))
        self._part(*(placed(line, look) for line in mouth), head=head, colour=_DARK, opacity=0.8)
        for side in (-1, 1):
            self._whiskers(head, (look + side * 0.25, 0.42), side)

    def _cat_side(self, head: _Head) -> None:
        rng = self.rng
        self._part(_ear((0.12, -0.55), (0.3, -rng.uniform(1.15, 1.35)), (0.55, -0.4)), head=head, shade=0.75)
        self._skull(ellipse(0, 0, 0.82, 0.76), head)
        muzzle = [(0.35, -0.2), (0.7, -0.05), (0.93, 0.12), (0.92, 0.38), (0.6, 0.58), (0.2, 0.6)]
        self._part(smooth(muzzle), head=head, second=bool(rng.uniform() < 0.5), relief=0.25)
        tip = (-0.18, -rng.uniform(1.25, 1.5))
        self._part(_ear((-0.52, -0.5), tip, (0.2, -0.62)), head=head, relief=0.25)
        inner = _ear((-0.34, -0.58), (tip[0] + 0.02, tip[1] * 0.88), (0.1, -0.64))
        self._part(inner, head=head, colour=mixed(self.coat.base, _PINK, 0.6))
        self._eyes(head, [(0.42, -0.12)], (0.14, 0.15), (0.05, 0.14), slant=0.2)
        self._part(ellipse(0.92, 0.14, 0.07, 0.06), head=head, colour=self.coat.skin)
        self._part(stroke([(0.9, 0.3), (0.7, 0.38), (0.52, 0.36)], 0.035), head=head, colour=_DARK, opacity=0.8)
        self._whiskers(head, (0.7, 0.28), -1)

    def _dog_front(self, head: _Head, look: float) -> None:
        rng = self.rng
        wide, long = rng.uniform(0.9, 1.2), rng.uniform(0.9, 1.2)
        ears = rng.choice(("hanging", "pointed", "folded"), p=(0.55, 0.25, 0.2))
        if ears == "pointed":
            tall = rng.uniform(1.2, 1.5)
            ear = _ear((0.2, -0.7), (0.62 * wide, -tall), (0.72 * wide, -0.35))
            self._part(*_pair(ear), head=head, relief=0.2)
            inner = _ear((0.32, -0.72), (0.6 * wide, -tall * 0.86), (0.62 * wide, -0.5))
            self._part(*_pair(inner), head=head, colour=mixed(self.coat.base, _PINK, 0.5), soft=0.008)
        right = [(0, -0.85), (0.42, -0.8), (0.74, -0.38), (0.7, 0.1), (0.52, 0.5), (0.36, 0.85 * long), (0, long)]
        self._skull(smooth(_both_sides(right)) * (wide, 1), head)
        if ears != "pointed":
            drop = rng.uniform(0.25, 0.8) if ears == "hanging" else -0.25
            flap = [(0.4, -0.8), (0.78, -0.78), (1.02, -0.3), (1.0, drop), (0.8, drop + 0.12), (0.62, -0.1)]
            self._part(*_pair(smooth(flap) * (wide, 1)), head=head, relief=0.3, shade=rng.uniform(0.6, 0.9))
        if rng.uniform() < 0.35:
            tongue = stroke([(look, 0.7 * long), (look + 0.03, 0.95 * long), (look + 0.02, 1.18 * long)], 0.26)
            self._part(tongue, head=head, colour=_TONGUE, relief=0.2)
        muzzle = ellipse(look, 0.5 * long, 0.4 * wide, 0.42 * long)
        self._part(muzzle, head=head, second=True, relief=0.4, soft=0.01)
        eyes = [(look * 0.7 + side * 0.34 * wide, -0.18) for side in (-1, 1)]
        self._eyes(head, eyes, (0.15, 0.13), (0.09, 0.09), slant=0.15)
        top = 0.28 * long
        self._part(ellipse(look, top, 0.19, 0.13), head=head, colour=varied(_DARK, rng, 0.04), relief=0.5)
        self._part(ellipse(look - 0.05, top - 0.05, 0.05, 0.025), head=head, colour=(0.6, 0.6, 0.62), opacity=0.7)
        mouth = _pair(stroke([(0, top + 0.1), (0.04, 0.68 * long), (0.28, 0.66 * long)], 0.04))
        self._part(*(placed(line, look) for line in mouth), head=head, colour=_DARK, opacity=0.8)

    def _dog_side(self, head: _Head) -> None:
        rng = self.rng
        long, pointed = rng.uniform(0.95, 1.5), rng.uniform() < 0.35
        if pointed:
            self._part(_ear((-0.05, -0.5), (0.2, -1.3), (0.4, -0.45)), head=head, shade=0.75)
        self._skull(ellipse(-0.05, -0.05, 0.74, 0.68), head)
        if rng.uniform() < 0.3:
            tongue = stroke([(long - 0.3, 0.4), (long - 0.22, 0.62), (long - 0.25, 0.8)], 0.2)
            self._part(tongue, head=head, colour=_TONGUE, relief=0.2)
        top, below = [(0.1, -0.42), (0.5, -0.2), (long, -0.02)], [(long - 0.1, 0.42), (0.4, 0.56), (0.0, 0.5)]
        snout = smooth([*top, (long + 0.06, 0.22), *below])
        self._part(snout, head=head, second=bool(rng.uniform() < 0.4), relief=0.35)
        self._part(ellipse(long + 0.02, 0.02, 0.13, 0.12), head=head, colour=varied(_DARK, rng, 0.04), relief=0.4)
        mouth = stroke([(long - 0.02, 0.26), (long * 0.7, 0.32), (long * 0.4 + 0.05, 0.28)], 0.04)
        self._part(mouth, head=head, colour=_DARK, opacity=0.8)
        self._eyes(head, [(0.32, -0.22)], (0.11, 0.11), (0.07, 0.07), slant=0.2)
        if pointed:
            self._part(_ear((-0.5, -0.4), (-0.15, -rng.uniform(1.25, 1.5)), (0.12, -0.5)), head=head, relief=0.25)
        else:
            drop = rng.uniform(0.35, 0.85)
            hanging = [(-0.45, -0.55), (-0.05, -0.5), (0.05, 0.0), (-0.08, drop), (-0.4, drop), (-0.58, 0.1)]
            self._part(smooth(hanging), head=head, relief=0.35, shade=rng.uniform(0.6, 0.9))

    def _skull(self, outline: Points, head: _Head) -> None:
        """Paint the head itself, and before it its shadow on the body."""
        where = self._place(head.place(placed(outline, y=0.14)))
        shade = self.canvas.shape(where, soft=0.08 * head.radius * self.scale)
        self.canvas.paint(shade, _DARK, opacity=0.4, inside=self.canvas.object_shape())
        self._part(outline, head=head, relief=0.38)

    def _eyes(self, head: _Head, places: list[Place], radii: Place, pupil: Place, slant: float) -> None:
        """Paint eyes; those left of the middle slant the other way."""
        hues = (0.07, 0.1, 0.13, 0.25, 0.55)
        hue = hues[int(self.rng.integers(len(hues)))]
        iris = hsv(hue, self.rng.uniform(0.5, 0.8), self.rng.uniform(0.45, 0.85))

        def ellipses(width: float, height: float, turn: float = 0.0) -> list[Points]:
            return [ellipse(x, y, width, height, turn if x > 0 else -turn) for x, y in places]

        self._part(*ellipses(radii[0] * 1.2, radii[1] * 1.25, slant), head=head, colour=_DARK)
        self._part(*ellipses(*radii, slant), head=head, colour=iris)
        self._part(*ellipses(*pupil), head=head, colour=(0.01, 0.01, 0.01))
        glints = [ellipse(x - 0.05, y - 0.06, 0.035, 0.035) for x, y in places]
        self._part(*glints, head=head, colour=(1.0, 1.0, 1.0))

    def _whiskers(self, head: _Head, at: Place, side: int) -> None:
        x, y = at
        paths = [
            [(x, y), (x + side * 0.5, y + rise * 0.7), (x + side * 0.95, y + rise + 0.08)]
            for rise in (-0.25, 0.0, 0.22)
        ]
        self._part(*(stroke(path, 0.03, 0.012) for path in paths), head=head, colour=(0.93, 0.93, 0.93), opacity=0.45)
        self.canvas.mark(self.canvas.shape(*(self._place(head.place(stroke(path, 0.07))) for path in paths)))

    # Painting.

    def _stand(self, scale: float, wander: float, ground: float = 1.0) -> None:
        """Choose where in the image the animal is."""
        self.scale = scale
        self.x = 0.5 + self.rng.uniform(-wander, wander)
        self.y = 0.54 + self.rng.uniform(-wander, wander) + (1 - ground) * scale * 0.5

    def _place(self, points: Points) -> Points:
        return placed(points, self.x, self.y, self.scale, self.turn, self.mirrored)

    def _shadow(self, width: float, low: float = 0.97) -> None:
        (x, y), *_ = self._place(np.array([(0.0, low)]))
        self.canvas.shadow(float(x), float(y), width * self.scale, 0.22 * self.scale)

    def _part(
        self,
        *outlines: Points,
        head: _Head | None = None,
        colour: Colour | None = None,
        second: bool = False,
        shade: float = 1.0,
        relief: float = 0.0,
        soft: float = 0.0,
        opacity: float = 1.0,
    ) -> None:
        """Paint a part of the animal in its coat's colours, or in one colour."""
        canvas, coat = self.canvas, self.coat
        there = [self._place(head.place(outline) if head else outline) for outline in outlines]
        if colour is None and coat.shaggy > 0.02:
            there = [self._frayed(points) if len(points) > 30 else points for points in there]
        shape = canvas.shape(*there, soft=soft)
        # A soft part is a patch on what is there.
        inside = canvas.object_shape() if soft else None
        ink, grain = (coat.second if second else coat.main), coat.fur + np.float32(shade - 1)
        canvas.paint(
            shape,
            ink if colour is None else colour,
            relief=relief,
            light_from=self.light_from,
            grain=grain if colour is None else None,
            opacity=opacity,
            inside=inside,
        )

    def _frayed(self, points: Points) -> Points:
        """Fray an outline."""
        fray = self.rng.uniform(-1, 1, (len(points), 1)) * self.coat.shaggy * self.scale
        middle = points.mean(axis=0)
        away = points - middle
        frayed: Points = points + fray * away / (np.hypot(away[:, :1], away[:, 1:]) + 1e-9)
        return frayed


@dataclass(frozen=True)
class _Head:
    """Where a head is on its animal; its own lengths: 1 from the middle to the cheek."""

    at: Place
    radius: float
    tilt: float

    def place(self, points: Points) -> Points:
        return placed(points, *self.at, self.radius, self.tilt)


def _ear(inner: Place, tip: Place, outer: Place) -> Points:
    """Return a pointed ear: a triangle whose two free sides bulge a little."""
    share = np.linspace(0, 1, 7)[:, np.newaxis]
    corners = np.array([inner, tip, outer])
    middle = corners.mean(axis=0)
    sides = []
    for start, end in ((corners[0], corners[1]), (corners[1], corners[2])):
        along = start + (end - start) * share
        sides.append(along + (along - middle) * 0.22 * np.sin(math.pi * share))
    return np.concatenate(sides)


def _pair(right: Points) -> list[Points]:
    """Return an outline and its mirror image on the other side of the middle."""
    return [right, right * (-1, 1)]


def _both_sides(right: list[Place]) -> list[Place]:
    """Return an outline whose left side mirrors the right one, given from top to bottom."""
    return right + [(-x, y) for x, y in reversed(right) if x > 0]
