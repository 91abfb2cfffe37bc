"""The ten classes of CIFAR-10, drawn: a stand-in for its photographs, with true masks.

Made to be read at 32x32 pixels. Settings (sky, water, road, grass, any place) are shared between classes, though not
evenly: ships are mostly on water, as in CIFAR-10. Vehicles come in all colours, animals in the colours of animals.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from coursekit.arrays import Floats
from coursekit.synthetic.drawing.backgrounds import background, horizon, photograph, surface
from coursekit.synthetic.drawing.canvas import Canvas, Role, SyntheticImages, draw_many
from coursekit.synthetic.drawing.colours import Colour, hsv, mixed, natural_colour, random_colour, varied
from coursekit.synthetic.drawing.outlines import Points, ellipse, leaf, placed, polygon, smooth, stroke
from coursekit.synthetic.drawing.textures import clouds, streaks
from coursekit.synthetic.pets import paint_animal

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")

_SETTINGS = ("sky", "water", "road", "grass", "anywhere")
# How often each class is seen in each setting.
_SHARES: dict[str, tuple[float, ...]] = {
    "airplane": (0.55, 0.10, 0.20, 0.05, 0.10),
    "automobile": (0.00, 0.05, 0.50, 0.20, 0.25),
    "bird": (0.35, 0.20, 0.05, 0.20, 0.20),
    "cat": (0.00, 0.00, 0.15, 0.30, 0.55),
    "deer": (0.00, 0.10, 0.10, 0.50, 0.30),
    "dog": (0.00, 0.05, 0.15, 0.35, 0.45),
    "frog": (0.00, 0.25, 0.10, 0.30, 0.35),
    "horse": (0.00, 0.05, 0.15, 0.50, 0.30),
    "ship": (0.10, 0.80, 0.00, 0.00, 0.10),
    "truck": (0.00, 0.05, 0.50, 0.20, 0.25),
}
_HIDES: tuple[Colour, ...] = (
    (0.45, 0.28, 0.15),
    (0.58, 0.40, 0.24),
    (0.70, 0.52, 0.34),
    (0.30, 0.19, 0.12),
    (0.16, 0.13, 0.12),
    (0.50, 0.46, 0.42),
    (0.86, 0.83, 0.78),
)
_BLACK: Colour = (0.05, 0.05, 0.06)
_GLASS: Colour = (0.28, 0.36, 0.43)


def draw(
    count: int, size: int = 32, seed: int = 0, shortcut: str | None = None, empty: bool = False
) -> SyntheticImages:
    """Draw the ten classes of CIFAR-10.

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
        instead of the object. The images are the same otherwise.
    empty : bool
        Leave the objects out and keep their masks: what the images would be without them.

    Returns
    -------
    SyntheticImages

    Raises
    ------
    ValueError
        If a number is too small or `shortcut` is no class.

    Examples
    --------
    >>> drawn = draw(20)
    >>> drawn.images.shape, drawn.labels.tolist().count(CLASSES.index("ship"))
    ((20, 32, 32, 3), 2)
    """
    return draw_many(count, size, seed, CLASSES, _paint, shortcut=shortcut, empty=empty)


def _paint(canvas: Canvas, label: int) -> None:
    name, rng = CLASSES[label], canvas.rng
    canvas.fill(_setting(canvas.size, rng, str(rng.choice(_SETTINGS, p=_SHARES[name]))))
    canvas.clutter(int(rng.integers(0, 3)), largest=0.1)
    if name in ("cat", "dog"):
        paint_animal(canvas, is_cat=name == "cat")
    else:
        _PAINTERS[name](_Figure(canvas))
    canvas.clutter(int(rng.integers(0, 2)), role="occluder", largest=0.12)
    canvas.light()
    canvas.lens()


def _setting(size: int, rng: np.random.Generator, name: str) -> Floats:
    if name == "anywhere":
        return background(size, rng)
    if name == "sky":
        return _sky(size, rng)
    far = _sky(size, rng) if rng.uniform() < 0.5 else photograph(size, rng, blurred=0.04)
    y = rng.uniform(0.25, 0.65)
    if name == "water":
        colour = hsv(rng.uniform(0.45, 0.62), rng.uniform(0.15, 0.6), rng.uniform(0.25, 0.75))
        waves = 1 + 0.1 * streaks(size, rng, 0.0, width=0.03, length=5)
        below = np.array(colour, dtype=np.float32) * waves[..., np.newaxis]
    elif name == "road":
        grey = rng.uniform(0.3, 0.65)
        below = np.array(varied((grey, grey, grey), rng, 0.08), dtype=np.float32) * _rough(size, rng)
    else:
        below = surface(size, rng, names=("grass",))
        green = np.array(hsv(rng.uniform(0.15, 0.36), rng.uniform(0.3, 0.6), 0.95), dtype=np.float32)
        below = below.mean(axis=2, keepdims=True) * green * 1.3
    return horizon(far, below, y, soft=rng.uniform(0.01, 0.05))


def _sky(size: int, rng: np.random.Generator) -> Floats:
    blue = hsv(rng.uniform(0.54, 0.62), rng.uniform(0.05, 0.65), rng.uniform(0.55, 0.95))
    low = mixed(blue, (0.95, 0.92, 0.88), rng.uniform(0.2, 0.8))
    down = np.linspace(0, 1, size, dtype=np.float32)[:, np.newaxis, np.newaxis]
    sky = np.array(blue, dtype=np.float32) * (1 - down) + np.array(low, dtype=np.float32) * down
    share = np.clip(clouds(size, rng, 0.4) - rng.uniform(-0.3, 1.5), 0, 1)[..., np.newaxis] * np.float32(0.8)
    return np.asarray(np.broadcast_to(sky, (size, size, 3)) * (1 - share) + share * 0.93, dtype=np.float32)


def _rough(size: int, rng: np.random.Generator) -> Floats:
    grain = 0.06 * streaks(size, rng, 0.0, width=0.012, length=2) + 0.05 * clouds(size, rng, 0.3)
    return np.asarray(1 + grain[..., np.newaxis], dtype=np.float32)


class _Figure:
    """An object on a canvas. Its own lengths: from -1 (left, top) to 1 (right, ground)."""

    def __init__(self, canvas: Canvas) -> None:
        self.canvas = canvas
        self.rng = canvas.rng
        self.x, self.y = 0.5 + self.rng.uniform(-0.1, 0.1), 0.5 + self.rng.uniform(-0.1, 0.1)
        self.scale = self.rng.uniform(0.33, 0.46)
        self.turn = self.rng.normal(0, 0.05)
        self.mirrored = bool(self.rng.uniform() < 0.5)
        self.light_from = self.rng.uniform(-2.6, -0.6)
        self.grain: Floats | None = None

    def part(
        self,
        *outlines: Points,
        colour: Colour,
        role: Role = "object",
        relief: float = 0.0,
        opacity: float = 1.0,
        soft: float = 0.0,
    ) -> None:
        """Paint a part of the object, or of what it stands on, in one colour."""
        there = [placed(outline, self.x, self.y, self.scale, self.turn, self.mirrored) for outline in outlines]
        # A soft part is a patch on the object.
        inside = self.canvas.object_shape() if soft else None
        self.canvas.paint(
            self.canvas.shape(*there, soft=soft),
            colour,
            role=role,
            relief=relief,
            light_from=self.light_from,
            opacity=opacity,
            grain=self.grain,
            inside=inside,
        )

    def shadow(self, width: float, low: float = 0.95) -> None:
        """Lay the object's shadow on the ground."""
        (x, y), *_ = placed(polygon((0, low)), self.x, self.y, self.scale, self.turn, self.mirrored)
        self.canvas.shadow(float(x), float(y), width * self.scale, 0.25 * self.scale)

    def furry(self) -> None:
        """Give all later parts fur or feathers."""
        self.grain = 0.06 * streaks(self.canvas.size, self.rng, self.rng.uniform(0, 3), width=0.012)


# Machines.


def _airplane(figure: _Figure) -> None:
    rng = figure.rng
    body = mixed(random_colour(rng, 0.6, (0.5, 1.0)), (0.9, 0.9, 0.92), rng.choice((0.2, 0.8)))
    mark, under = random_colour(rng, 0.9, (0.3, 0.9)), mixed(body, _BLACK, rng.uniform(0.15, 0.4))
    view = rng.choice(("side", "above", "front"), p=(0.5, 0.35, 0.15))
    if view == "side":
        figure.turn = rng.normal(0, 0.2)
        thick = rng.uniform(0.2, 0.3)
        figure.part(polygon((-0.95, -0.05), (-1.05, -0.55), (-0.85, -0.55), (-0.55, -0.05)), colour=mark, relief=0.2)
        far = polygon((0.0, -0.05), (-0.1, -0.4), (0.05, -0.4), (0.3, -0.05))
        figure.part(far, colour=under)
        fuselage = [
            (-1.0, -0.12),
            (-0.3, -thick * 0.6),
            (0.6, -thick * 0.6),
            (0.95, 0.0),
            (0.85, 0.1),
            (0.4, thick * 0.5),
        ]
        figure.part(smooth([*fuselage, (-0.4, thick * 0.45)]), colour=body, relief=0.4)
        windows = [ellipse(x, -0.03, 0.03, 0.03) for x in np.arange(-0.5, 0.7, 0.15)]
        figure.part(*windows, ellipse(0.82, -0.04, 0.07, 0.035), colour=_GLASS)
        figure.part(polygon((0.15, 0.05), (-0.45, 0.5), (-0.25, 0.5), (0.4, 0.05)), colour=under, relief=0.3)
        figure.part(polygon((-0.8, -0.02), (-1.1, 0.15), (-0.95, 0.15), (-0.6, -0.02)), colour=under)
        figure.part(ellipse(0.12, 0.24, 0.16, 0.07), colour=mixed(under, _BLACK, 0.3), relief=0.4)
    elif view == "above":
        figure.turn = rng.uniform(0, 2 * math.pi)
        sweep, span = rng.uniform(0.1, 0.6), rng.uniform(0.75, 1.0)
        wing = polygon((0.3, 0.05), (0.2 - sweep, span), (0.0 - sweep, span), (-0.15, 0.05))
        tail = polygon((-0.65, 0.04), (-0.85, 0.38), (-1.0, 0.38), (-0.9, 0.04))
        figure.part(wing, wing * (1, -1), tail, tail * (1, -1), colour=mixed(body, under, 0.5), relief=0.2)
        engine = ellipse(0.15 - sweep / 3, span * 0.45, 0.14, 0.06)
        figure.part(engine, engine * (1, -1), colour=under, relief=0.3)
        figure.part(stroke([(-0.95, 0), (0.0, 0), (0.9, 0)], 0.1, 0.2), colour=body, relief=0.4)
        figure.part(polygon((-0.6, -0.025), (-1.0, -0.025), (-1.0, 0.025), (-0.6, 0.025)), colour=mark)
        figure.part(ellipse(0.86, 0, 0.06, 0.06), colour=_GLASS)
    else:
        figure.turn = rng.normal(0, 0.25)
        wing = polygon((0.1, 0.1), (1.05, -0.1), (1.05, -0.15), (0.1, -0.05))
        figure.part(wing, wing * (-1, 1), polygon((-0.03, 0), (-0.02, -0.6), (0.02, -0.6), (0.03, 0)), colour=under)
        tail = polygon((-0.35, -0.2), (0.35, -0.2), (0.35, -0.25), (-0.35, -0.25))
        figure.part(tail, colour=mark)
        figure.part(ellipse(0.45, 0.12, 0.11, 0.11), ellipse(-0.45, 0.12, 0.11, 0.11), colour=mark, relief=0.3)
        figure.part(ellipse(0.45, 0.12, 0.06, 0.06), ellipse(-0.45, 0.12, 0.06, 0.06), colour=_BLACK)
        figure.part(ellipse(0, 0, 0.25, 0.25), colour=body, relief=0.4)
        figure.part(polygon((-0.15, -0.08), (0.15, -0.08), (0.1, -0.15), (-0.1, -0.15)), colour=_GLASS)


def _wheels(figure: _Figure, places: list[float], radius: float) -> None:
    figure.part(*(ellipse(x, 0.95 - radius, radius, radius) for x in places), colour=_BLACK, relief=0.3)
    figure.part(*(ellipse(x, 0.95 - radius, radius / 2, radius / 2) for x in places), colour=(0.6, 0.6, 0.62))


def _automobile(figure: _Figure) -> None:
    rng = figure.rng
    body = random_colour(rng, 0.95, (0.12, 0.95))
    figure.y -= 0.1
    figure.shadow(2.2)
    if rng.uniform() < 0.62:  # from the side
        roof, front, back = rng.uniform(-0.1, 0.12), rng.uniform(0.1, 0.35), rng.uniform(-0.85, -0.5)
        cab = [(back - 0.1, 0.42), (back + 0.15, roof), (front - 0.2, roof - 0.02), (front + 0.2, 0.42)]
        figure.part(polygon(*cab), colour=body, relief=0.2)
        low, bonnet = 0.82, rng.uniform(0.36, 0.46)
        sides = [(-1.05, 0.5), (-0.95, 0.4), (0.3, 0.38), (0.9, bonnet), (1.08, 0.6), (1.05, low), (-1.05, low)]
        figure.part(polygon(*sides), colour=body, relief=0.3)
        middle = (back + front) / 2
        rear = polygon(
            (back + 0.06, 0.4), (back + 0.22, roof + 0.07), (middle - 0.04, roof + 0.06), (middle - 0.04, 0.4)
        )
        fore = polygon(
            (middle + 0.04, 0.4), (middle + 0.04, roof + 0.06), (front - 0.22, roof + 0.06), (front + 0.08, 0.4)
        )
        figure.part(rear, fore, colour=_GLASS, relief=0.15)
        figure.part(ellipse(1.02, 0.55, 0.05, 0.06), colour=(0.98, 0.95, 0.75))
        figure.part(ellipse(-1.02, 0.53, 0.04, 0.06), colour=(0.8, 0.1, 0.1))
        _wheels(figure, [-0.62, 0.66], rng.uniform(0.2, 0.26))
        return
    wide, roof = rng.uniform(0.75, 0.95), rng.uniform(-0.35, -0.1)  # from the front
    tyre = polygon((wide - 0.24, 0.6), (wide - 0.02, 0.6), (wide - 0.02, 0.97), (wide - 0.24, 0.97))
    figure.part(tyre, tyre * (-1, 1), colour=_BLACK)
    cabin = polygon((-wide * 0.88, 0.3), (-wide * 0.62, roof), (wide * 0.62, roof), (wide * 0.88, 0.3))
    figure.part(cabin, colour=body, relief=0.2)
    pane = polygon((-wide * 0.76, 0.25), (-wide * 0.55, roof + 0.08), (wide * 0.55, roof + 0.08), (wide * 0.76, 0.25))
    figure.part(pane, colour=_GLASS, relief=0.15)
    grille = [(-wide, 0.4), (-wide * 0.85, 0.25), (wide * 0.85, 0.25), (wide, 0.4), (wide, 0.85), (-wide, 0.85)]
    figure.part(polygon(*grille), colour=body, relief=0.3)
    lamp = ellipse(wide * 0.76, 0.5, 0.13, 0.09)
    figure.part(lamp, lamp * (-1, 1), colour=(0.97, 0.95, 0.82))
    figure.part(polygon((-0.4, 0.48), (0.4, 0.48), (0.34, 0.64), (-0.34, 0.64)), colour=_BLACK)
    figure.part(polygon((-0.2, 0.7), (0.2, 0.7), (0.2, 0.79), (-0.2, 0.79)), colour=(0.9, 0.9, 0.88))


def _truck(figure: _Figure) -> None:
    rng = figure.rng
    cab, load = random_colour(rng, 0.95, (0.15, 0.95)), random_colour(rng, 0.6, (0.3, 0.98))
    figure.y -= 0.05
    figure.shadow(2.2)
    if rng.uniform() < 0.7:  # from the side
        top = rng.uniform(-0.75, -0.35)
        figure.part(polygon((-1.05, 0.62), (1.05, 0.62), (1.05, 0.76), (-1.05, 0.76)), colour=(0.15, 0.15, 0.16))
        kind = rng.choice(("box", "tank", "tipper"), p=(0.6, 0.15, 0.25))
        if kind == "box":
            figure.part(polygon((-1.08, top), (0.42, top), (0.42, 0.62), (-1.08, 0.62)), colour=load, relief=0.15)
            if rng.uniform() < 0.5:
                stripe = polygon((-1.08, 0.0), (0.42, -0.15), (0.42, 0.1), (-1.08, 0.25))
                figure.part(stripe, colour=random_colour(rng, 0.9))
        elif kind == "tank":
            figure.part(ellipse(-0.33, 0.2, 0.75, 0.42), colour=load, relief=0.45)
        else:
            figure.part(polygon((-1.1, 0.05), (0.4, -0.05), (0.3, 0.62), (-0.95, 0.62)), colour=load, relief=0.25)
            heap = smooth([(-0.9, 0.05), (-0.4, -0.3), (0.0, -0.32), (0.35, 0.0)])
            figure.part(heap, colour=natural_colour(rng), relief=0.3)
        roof = rng.uniform(-0.35, -0.05)
        front = [(0.47, 0.7), (0.47, roof), (0.85, roof), (1.05, 0.2), (1.1, 0.3), (1.1, 0.78), (0.47, 0.78)]
        figure.part(polygon(*front), colour=cab, relief=0.3)
        pane = polygon((0.62, 0.2), (0.62, roof + 0.1), (0.82, roof + 0.1), (0.97, 0.2))
        figure.part(pane, colour=_GLASS)
        figure.part(ellipse(1.07, 0.55, 0.04, 0.06), colour=(0.98, 0.95, 0.75))
        _wheels(figure, [-0.8, -0.4, 0.78] if rng.uniform() < 0.6 else [-0.7, 0.75], rng.uniform(0.18, 0.23))
        return
    wide, top = rng.uniform(0.6, 0.75), rng.uniform(-0.95, -0.6)  # from the front
    tyre = polygon((wide - 0.22, 0.6), (wide, 0.6), (wide, 0.97), (wide - 0.22, 0.97))
    figure.part(tyre, tyre * (-1, 1), colour=_BLACK)
    figure.part(polygon((-wide, top), (wide, top), (wide, 0.5), (-wide, 0.5)), colour=load, relief=0.15)
    figure.part(
        polygon((-wide, 0.85), (-wide, -0.3), (-wide * 0.9, -0.45), (wide * 0.9, -0.45), (wide, -0.3), (wide, 0.85)),
        colour=cab,
        relief=0.25,
    )
    figure.part(
        polygon((-wide * 0.85, 0.1), (-wide * 0.8, -0.33), (wide * 0.8, -0.33), (wide * 0.85, 0.1)), colour=_GLASS
    )
    grille = [polygon((-0.35, y), (0.35, y), (0.35, y + 0.07), (-0.35, y + 0.07)) for y in (0.22, 0.36, 0.5)]
    figure.part(*grille, colour=_BLACK)
    lamp = ellipse(wide * 0.8, 0.62, 0.09, 0.09)
    figure.part(lamp, lamp * (-1, 1), colour=(0.98, 0.96, 0.82))


def _ship(figure: _Figure) -> None:
    rng = figure.rng
    hull, upper = random_colour(rng, 0.9, (0.12, 0.8)), mixed(random_colour(rng, 0.4), (0.95, 0.95, 0.95), 0.7)
    figure.turn = rng.normal(0, 0.03)
    side = [(-1.0, 0.3), (-0.88, 0.72), (0.75, 0.72), (1.1, 0.25)]
    kind = rng.choice(("sails", "liner", "freighter", "boat"))
    if kind == "sails":
        mast = rng.uniform(-0.1, 0.2)
        figure.part(stroke([(mast, 0.4), (mast, -0.3), (mast, -1.0)], 0.05), colour=(0.3, 0.2, 0.12))
        cloth = mixed(random_colour(rng, 0.8), (0.95, 0.94, 0.9), rng.choice((0.1, 0.9)))
        fore = smooth([(mast + 0.07, -0.95), (mast + 0.5, -0.2), (mast + 0.75, 0.25), (mast + 0.1, 0.2)], steps=4)
        aft = smooth([(mast - 0.06, -0.9), (mast - 0.5, -0.1), (mast - 0.7, 0.22), (mast - 0.06, 0.2)], steps=4)
        figure.part(fore, aft, colour=cloth, relief=0.25)
        low = [(-0.85, 0.35), (-0.6, 0.7), (0.6, 0.7), (0.95, 0.3)]
        figure.part(polygon(*low), colour=hull, relief=0.3)
    elif kind == "liner":
        levels = int(rng.integers(2, 4))
        roof = 0.34 - 0.2 * levels
        funnel = polygon((-0.32, roof), (-0.3, roof - 0.4), (-0.05, roof - 0.4), (-0.02, roof))
        figure.part(funnel, colour=random_colour(rng, 0.9), relief=0.3)
        for level in range(levels):
            left, right, y = -0.8 + 0.1 * level, 0.62 - 0.15 * level, 0.14 - 0.2 * level
            deck = polygon((left, y + 0.2), (left + 0.03, y), (right - 0.05, y), (right, y + 0.2))
            figure.part(deck, colour=upper, relief=0.15)
            panes = [ellipse(x, y + 0.1, 0.035, 0.035) for x in np.arange(left + 0.1, right - 0.08, 0.14)]
            figure.part(*panes, colour=_GLASS)
        figure.part(polygon(*side), colour=hull, relief=0.25)
    elif kind == "freighter":
        for row in range(int(rng.integers(1, 4))):
            for column in range(5):
                x, y = -0.45 + 0.26 * column, 0.12 - 0.18 * row
                box = polygon((x, y), (x + 0.25, y), (x + 0.25, y + 0.18), (x, y + 0.18))
                figure.part(box, colour=random_colour(rng, 0.8))
        figure.part(polygon((-0.9, 0.3), (-0.9, -0.5), (-0.55, -0.5), (-0.5, 0.3)), colour=upper, relief=0.2)
        figure.part(polygon((-0.88, -0.35), (-0.57, -0.35), (-0.57, -0.26), (-0.88, -0.26)), colour=_GLASS)
        figure.part(polygon(*side), colour=hull, relief=0.25)
    else:
        figure.part(polygon((-0.35, 0.35), (-0.3, -0.15), (0.2, -0.15), (0.4, 0.35)), colour=upper, relief=0.2)
        figure.part(polygon((-0.2, 0.12), (-0.18, -0.06), (0.15, -0.06), (0.24, 0.12)), colour=_GLASS)
        figure.part(stroke([(-0.1, -0.15), (-0.1, -0.4), (-0.1, -0.7)], 0.05), colour=(0.3, 0.3, 0.3))
        figure.part(polygon(*side), colour=hull, relief=0.25)
    figure.part(polygon((-0.92, 0.6), (-0.88, 0.72), (0.75, 0.72), (0.83, 0.6)), colour=mixed(hull, _BLACK, 0.45))
    figure.canvas.shadow(figure.x, figure.y + 0.78 * figure.scale, 2 * figure.scale, 0.16 * figure.scale, darkness=0.35)


# Animals.


def _bird(figure: _Figure) -> None:
    rng = figure.rng
    figure.furry()
    colour = varied(mixed(random_colour(rng, 0.8, (0.15, 0.95)), natural_colour(rng), rng.choice((0.1, 0.8))), rng)
    wing, belly = mixed(colour, _BLACK, rng.uniform(0.2, 0.5)), mixed(colour, (0.95, 0.93, 0.88), rng.uniform(0, 0.8))
    beak = (0.9, 0.6, 0.15) if rng.uniform() < 0.5 else (0.2, 0.18, 0.16)
    kind = rng.choice(("perched", "flying", "wading", "swimming"), p=(0.4, 0.25, 0.2, 0.15))
    if kind == "flying":
        figure.turn = rng.normal(0, 0.3)
        lift = rng.uniform(0.5, 1.0)
        for side, back in ((1, 0.0), (-1, 0.15)):
            tip = (-0.35 + back, -0.1 - lift * side)
            blade = [(0.25, 0.0), (0.2, -0.45 * side * lift), tip, (-0.25, -0.5 * side * lift), (-0.25, 0.0)]
            figure.part(smooth(blade), colour=wing, relief=0.2)
        figure.part(polygon((-0.4, -0.08), (-0.95, -0.2), (-0.95, 0.2), (-0.4, 0.08)), colour=wing)
        figure.part(leaf(-0.6, 0, 1.25, 0.42, tip=0.8), colour=colour, relief=0.35)
        head, size = (0.62, -0.06), 0.17
    elif kind == "wading":
        figure.part(stroke([(-0.1, 0.2), (-0.05, 0.6), (-0.08, 0.97)], 0.06), colour=beak)
        figure.part(stroke([(0.12, 0.2), (0.14, 0.6), (0.12, 0.97)], 0.06), colour=beak)
        figure.part(leaf(-0.85, 0.05, 1.3, 0.62, 0.0, tip=0.7), colour=colour, relief=0.35)
        figure.part(
            stroke([(0.2, 0.1), (0.5, -0.15), (0.38, -0.5), (0.5, -0.82)], 0.24, 0.14), colour=colour, relief=0.25
        )
        figure.part(leaf(0.2, 0.02, -0.95, 0.38, 0.1), colour=wing, relief=0.25)
        head, size = (0.52, -0.82), 0.15
    else:
        upright = rng.uniform(-0.9, -0.3) if kind == "perched" else -0.1
        if kind == "perched":
            branch = stroke([(-0.7, 0.84), (0.0, 0.8), (0.8, 0.86)], 0.1)
            figure.part(branch, colour=(0.35, 0.25, 0.16), role="scenery", relief=0.2)
            figure.part(stroke([(-0.02, 0.3), (0.0, 0.8)], 0.06), stroke([(0.14, 0.3), (0.16, 0.8)], 0.06), colour=beak)
        tail = leaf(-0.1, 0.15, -0.95, 0.26, upright - 0.05)
        figure.part(tail, colour=wing, relief=0.2)
        figure.part(ellipse(0.0, 0.12, 0.56, 0.36, upright), colour=colour, relief=0.4)
        figure.part(ellipse(0.14, 0.22, 0.34, 0.24, upright), colour=belly, soft=0.02)
        figure.part(leaf(0.22, 0.0, -0.75, 0.36, upright), colour=wing, relief=0.25)
        reach = 0.45
        head = (reach * math.cos(upright) + 0.05, reach * math.sin(upright) - 0.12)
        size = rng.uniform(0.22, 0.28)
        if kind == "swimming":
            figure.part(stroke([(0.4, 0.05), (0.5, -0.2), (0.5, -0.4)], 0.26, 0.2), colour=colour, relief=0.2)
            head = (0.52, -0.42)
    x, y = head
    long = rng.uniform(1.6, 2.6)
    figure.part(polygon((x, y - 0.4 * size), (x + long * size, y + 0.15 * size), (x, y + 0.45 * size)), colour=beak)
    figure.part(ellipse(x, y, size, size * 0.92), colour=mixed(colour, wing, rng.uniform(0, 1)), relief=0.35)
    figure.part(ellipse(x + 0.35 * size, y - 0.2 * size, 0.22 * size, 0.22 * size), colour=_BLACK)


def _hide(figure: _Figure) -> Colour:
    figure.furry()
    figure.shadow(1.7)
    return varied(_HIDES[int(figure.rng.integers(len(_HIDES)))], figure.rng, 0.08)


def _legs(figure: _Figure, colour: Colour, thick: float, step: float, hoof: Colour) -> None:
    """One hind leg and one fore leg of a hoofed animal seen from the side."""
    hind = [(-0.55, 0.0), (-0.5, 0.35), (-0.66 + step, 0.55), (-0.58 + step, 0.9)]
    fore = [(0.42, 0.1), (0.46 - step / 2, 0.5), (0.42 - step, 0.9)]
    figure.part(
        stroke(hind, 2.4 * thick, 0.8 * thick), stroke(fore, 1.7 * thick, 0.8 * thick), colour=colour, relief=0.3
    )
    feet = [ellipse(x + 0.02, 0.93, 0.75 * thick, 0.05) for x in (-0.58 + step, 0.42 - step)]
    figure.part(*feet, colour=hoof)


def _trunk(figure: _Figure, colour: Colour, deep: float) -> None:
    top = [(-0.75, -0.12), (-0.45, -0.24), (0.0, -0.17), (0.4, -0.26), (0.66, -0.1)]
    figure.part(
        smooth([*top, (0.55, 0.25), (0.1, 0.12 + deep), (-0.45, 0.12), (-0.72, 0.1)]), colour=colour, relief=0.4
    )


def _horse(figure: _Figure) -> None:
    rng = figure.rng
    colour = _hide(figure)
    dark, hair = mixed(colour, _BLACK, 0.35), mixed(colour, _BLACK, rng.uniform(0.5, 0.9))
    if rng.uniform() < 0.3:
        hair = mixed(colour, (0.95, 0.9, 0.8), 0.7)
    step, thick = rng.uniform(-0.16, 0.16), rng.uniform(0.1, 0.13)
    low = rng.uniform() < 0.25  # grazing
    tail = [(-0.72, -0.1), (-0.95, 0.05), (-0.98, 0.4), (-0.9, 0.6)]
    _legs(figure, dark, thick, -step, hair)
    _trunk(figure, colour, deep=rng.uniform(0.08, 0.16))
    _legs(figure, colour, thick, step, hair)
    figure.part(stroke(tail, 0.16, 0.1), colour=hair, relief=0.2)
    poll = (1.0, 0.25) if low else (rng.uniform(0.72, 0.88), -0.78)
    figure.part(stroke([(0.35, -0.02), (0.62, -0.25 if not low else 0.0), poll], 0.46, 0.24), colour=colour, relief=0.3)
    mane = (
        [(0.28, -0.28), (0.48, -0.5), (poll[0] - 0.12, poll[1] - 0.06)]
        if not low
        else [(0.4, -0.28), (0.8, -0.15), poll]
    )
    figure.part(stroke(mane, 0.16, 0.1), colour=hair, relief=0.2)
    nose = (poll[0] + 0.36, poll[1] + 0.4)
    figure.part(
        polygon((poll[0] - 0.08, poll[1]), (poll[0] - 0.06, poll[1] - 0.24), (poll[0] + 0.06, poll[1])), colour=colour
    )
    figure.part(
        stroke([(poll[0] - 0.02, poll[1] - 0.02), (poll[0] + 0.18, poll[1] + 0.18), nose], 0.28, 0.16),
        colour=colour,
        relief=0.3,
    )
    figure.part(ellipse(*nose, 0.09, 0.08), colour=dark)
    figure.part(ellipse(poll[0] + 0.08, poll[1] + 0.0, 0.035, 0.035), colour=_BLACK)


def _deer(figure: _Figure) -> None:
    rng = figure.rng
    colour = _hide(figure)
    dark, pale = mixed(colour, _BLACK, 0.3), mixed(colour, (0.96, 0.93, 0.86), 0.65)
    step, thick = rng.uniform(-0.14, 0.14), rng.uniform(0.065, 0.085)
    head = (rng.uniform(0.72, 0.85), rng.uniform(-0.62, -0.48))
    _legs(figure, dark, thick, -step, _BLACK)
    figure.part(ellipse(-0.76, -0.05, 0.08, 0.15, 0.3), colour=pale)
    _trunk(figure, colour, deep=0.02)
    figure.part(ellipse(0.0, 0.12, 0.4, 0.07), colour=pale, soft=0.02)
    if rng.uniform() < 0.4:
        spots = [ellipse(x, rng.uniform(-0.15, 0.0), 0.035, 0.035) for x in np.arange(-0.5, 0.4, 0.13)]
        figure.part(*spots, colour=pale)
    _legs(figure, colour, thick, step, _BLACK)
    if rng.uniform() < 0.65:
        antler = mixed((0.75, 0.65, 0.48), dark, rng.uniform(0, 0.6))
        x, y = head[0] - 0.05, head[1] - 0.12
        for lean in (-0.28, 0.12):
            beam = [(x, y), (x + lean - 0.08, y - 0.25), (x + lean, y - 0.5)]
            tines = (
                [(x + lean * 0.7 - 0.05, y - 0.2), (x + lean * 0.7 + 0.14, y - 0.38)],
                [(x + lean * 0.9 - 0.06, y - 0.33), (x + lean * 0.9 - 0.22, y - 0.46)],
            )
            figure.part(stroke(beam, 0.07, 0.04), *(stroke(tine, 0.055, 0.035) for tine in tines), colour=antler)
    figure.part(stroke([(0.45, -0.08), (0.65, -0.3), head], 0.32, 0.17), colour=colour, relief=0.3)
    for lean in (2.9, 3.9):
        figure.part(leaf(head[0] - 0.04, head[1] - 0.06, 0.3, 0.14, lean), colour=dark, relief=0.2)
    figure.part(
        stroke([head, (head[0] + 0.14, head[1] + 0.06), (head[0] + 0.3, head[1] + 0.14)], 0.24, 0.11),
        colour=colour,
        relief=0.3,
    )
    figure.part(ellipse(head[0] + 0.32, head[1] + 0.14, 0.05, 0.045), colour=_BLACK)
    figure.part(ellipse(head[0] + 0.06, head[1] - 0.01, 0.04, 0.04), colour=_BLACK)


def _frog(figure: _Figure) -> None:
    rng = figure.rng
    hue = rng.choice((0.09, 0.2, 0.3, 0.33, 0.04))
    colour = hsv(hue + rng.normal(0, 0.02), rng.uniform(0.35, 0.85), rng.uniform(0.3, 0.8))
    pale, dark = mixed(colour, (0.95, 0.92, 0.75), 0.6), mixed(colour, _BLACK, 0.4)
    figure.grain = 0.08 * clouds(figure.canvas.size, rng, 0.08)
    figure.y -= 0.08
    figure.shadow(2.0, low=0.78)
    iris = hsv(rng.choice((0.1, 0.15, 0.02)), 0.8, 0.85)
    if rng.uniform() < 0.55:  # from the front
        leg = smooth([(0.35, 0.3), (0.75, 0.05), (1.0, 0.35), (0.95, 0.7), (0.45, 0.75)])
        figure.part(leg, leg * (-1, 1), colour=colour, relief=0.35)
        body = [
            (0, -0.35),
            (0.45, -0.25),
            (0.72, 0.2),
            (0.6, 0.68),
            (0, 0.78),
            (-0.6, 0.68),
            (-0.72, 0.2),
            (-0.45, -0.25),
        ]
        figure.part(smooth(body), colour=colour, relief=0.35)
        figure.part(ellipse(0, 0.42, 0.48, 0.32), colour=pale, soft=0.03)
        arm = stroke([(0.42, 0.3), (0.55, 0.6), (0.45, 0.8)], 0.18)
        toes = ellipse(0.48, 0.82, 0.2, 0.06)
        figure.part(arm, arm * (-1, 1), toes, toes * (-1, 1), colour=mixed(colour, dark, 0.3), relief=0.3)
        bulge, iris_at = ellipse(0.36, -0.38, 0.22, 0.22), ellipse(0.37, -0.38, 0.15, 0.15)
        pupil = ellipse(0.37, -0.38, 0.11, 0.05)
        figure.part(bulge, bulge * (-1, 1), colour=colour, relief=0.35)
        figure.part(iris_at, iris_at * (-1, 1), colour=iris)
        figure.part(pupil, pupil * (-1, 1), colour=_BLACK)
        figure.part(stroke([(-0.55, 0.02), (0, 0.17), (0.55, 0.02)], 0.05), colour=dark)
    else:  # from the side
        body = [
            (-0.85, 0.6),
            (-0.6, 0.1),
            (-0.1, -0.25),
            (0.4, -0.4),
            (0.8, -0.2),
            (0.95, 0.02),
            (0.6, 0.3),
            (0.3, 0.65),
        ]
        figure.part(smooth(body), colour=colour, relief=0.35)
        figure.part(ellipse(0.4, 0.25, 0.35, 0.16, -0.4), colour=pale, soft=0.02)
        figure.part(stroke([(0.3, 0.25), (0.4, 0.5), (0.35, 0.75), (0.6, 0.78)], 0.2, 0.08), colour=colour, relief=0.3)
        figure.part(ellipse(-0.5, 0.42, 0.42, 0.24, -0.5), colour=mixed(colour, dark, 0.2), relief=0.35)
        figure.part(
            stroke([(-0.75, 0.6), (-0.3, 0.7), (-0.6, 0.78), (0.05, 0.79)], 0.17, 0.09), colour=colour, relief=0.3
        )
        spots = [ellipse(x, 0.25 * abs(x) - 0.05, 0.07, 0.06) for x in (-0.45, -0.2, 0.1)]
        figure.part(*spots, colour=dark, opacity=0.7)
        figure.part(ellipse(0.52, -0.42, 0.2, 0.19), colour=colour, relief=0.35)
        figure.part(ellipse(0.55, -0.43, 0.13, 0.13), colour=iris)
        figure.part(ellipse(0.55, -0.43, 0.1, 0.045), colour=_BLACK)
        figure.part(stroke([(0.93, 0.0), (0.65, 0.08), (0.4, 0.02)], 0.045), colour=dark)


_PAINTERS: dict[str, Callable[[_Figure], None]] = {
    "airplane": _airplane,
    "automobile": _automobile,
    "bird": _bird,
    "deer": _deer,
    "frog": _frog,
    "horse": _horse,
    "ship": _ship,
    "truck": _truck,
}
