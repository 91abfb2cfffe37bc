"""Make the README's moving image from the real explorers: `python docs/site/moving_image.py [--frames FOLDER]`.

Three scenes, each played in the gallery in Chromium: a kernel slides over a photograph, a hand draws a digit, and heat
maps show where a network looks. The photographs ship with scikit-image and scikit-learn; the hand is the mouse.
"""

from __future__ import annotations

import argparse
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image
from stills import chromium, entered, gallery, opened

TARGET = Path(__file__).parents[2] / "data" / "moving.webp"
SIZE = (960, 640)
MOST_BYTES = 2_000_000
SCENE_PAUSE = 1400  # milliseconds, at the end of a scene
# Only what moves: figures and their controls, without the sentence, the buttons and the code below.
QUIET = (
    ".ck-status, .ck-sizes, .ck-explorer details, .ck-explorer button, .gallery-nav, h1, h1 + p"
    " { display: none !important; }"
)
# Once around the right eye of the cat and down its nose, in fractions of the image.
AROUND_THE_EYE = [
    (0.20, 0.36),
    (0.24, 0.31),
    (0.30, 0.28),
    (0.37, 0.30),
    (0.42, 0.35),
    (0.44, 0.41),
    (0.40, 0.46),
    (0.33, 0.48),
]
DOWN_THE_NOSE = [(0.46, 0.44), (0.48, 0.52), (0.50, 0.60), (0.53, 0.68), (0.57, 0.76)]
KERNELS = ["sobel horizontal edges", "laplacian", "emboss", "sobel vertical edges"]
# A three, in fractions of the pad.
THREE = [
    (0.32, 0.26),
    (0.45, 0.17),
    (0.62, 0.20),
    (0.68, 0.33),
    (0.58, 0.45),
    (0.47, 0.48),
    (0.62, 0.52),
    (0.71, 0.66),
    (0.62, 0.81),
    (0.44, 0.84),
    (0.30, 0.75),
]

Frame = tuple[Image.Image, int]


def frame(explorer: Any, milliseconds: int) -> Frame:
    """Return the explorer as it is painted, on paper of the size that all frames have."""
    explorer.page.wait_for_timeout(120)
    explorer.page.wait_for_selector('.ck-status[data-ck-state="ready"]', state="attached")
    shot = Image.open(io.BytesIO(explorer.screenshot())).convert("RGB")
    shot = shot.crop((0, 0, min(shot.width, 900), min(shot.height, round(900 * SIZE[1] / SIZE[0]))))
    factor = min(SIZE[0] / 900, SIZE[1] / shot.height)
    shot = shot.resize((round(shot.width * factor), round(shot.height * factor)), Image.Resampling.LANCZOS)
    paper = Image.new("RGB", SIZE, "white")
    paper.paste(shot, ((SIZE[0] - shot.width) // 2, (SIZE[1] - shot.height) // 2))
    return paper, milliseconds


def kernel(explorer: Any) -> Iterator[Frame]:
    """Slide the window over the photograph, then change the kernel."""
    page = explorer.page
    box = explorer.locator("canvas, svg, img").first.bounding_box()
    for x, y in AROUND_THE_EYE + DOWN_THE_NOSE:
        page.mouse.move(box["x"] + x * box["width"], box["y"] + y * box["height"])
        yield frame(explorer, 300)
    for name in KERNELS:
        page.get_by_label("Kernel", exact=True).select_option(label=name)
        yield frame(explorer, 900)


def digit(explorer: Any) -> Iterator[Frame]:
    """Draw a three; the network answers after each stroke of the path."""
    page = explorer.page
    # The buttons are hidden from the eye only.
    page.evaluate(
        "() => [...document.querySelectorAll('.ck-explorer button')].find((one) => one.innerText === 'Clear').click()"
    )
    yield frame(explorer, 500)
    box = explorer.locator("canvas, svg, img").first.bounding_box()
    places = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in THREE]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
        yield frame(explorer, 260)
    page.mouse.up()
    page.wait_for_timeout(500)
    yield frame(explorer, SCENE_PAUSE)


def class_activation(explorer: Any) -> Iterator[Frame]:
    """Show where the network looks, image by image."""
    page = explorer.page
    choice = page.get_by_label("Image", exact=True)
    for name in ("coffee", "cat", "flower", "rocket"):
        choice.select_option(label=name)
        page.wait_for_timeout(1500)
        yield frame(explorer, SCENE_PAUSE)


def main() -> None:
    """Play the scenes and write the image."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--frames", type=Path, help="keep the frames in this folder too")
    folder = parser.parse_args().frames
    frames: list[Frame] = []
    with gallery() as address, chromium() as browser:
        page = entered(browser, address, "light")
        for play in (kernel, digit, class_activation):
            explorer = opened(page, address, play.__name__, "light")
            page.add_style_tag(content=QUIET)
            page.wait_for_timeout(500)
            frames += play(explorer)
    images, pauses = [image for image, _ in frames], [pause for _, pause in frames]
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        for number, image in enumerate(images):
            image.save(folder / f"{number:02d}.png")
    for quality in (86, 80, 70, 60, 50):
        images[0].save(
            TARGET, save_all=True, append_images=images[1:], duration=pauses, loop=0, quality=quality, method=6
        )
        if TARGET.stat().st_size <= MOST_BYTES:
            break
    print(f"{TARGET}: {len(frames)} frames, {sum(pauses) / 1000:.0f} s, {TARGET.stat().st_size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
