"""Make the gallery's thumbnails and the README's contact sheets: `python docs/site/contact_sheets.py FOLDER`.

FOLDER is what `docs/site/stills.py` wrote.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import matplotlib
from PIL import Image, ImageChops, ImageDraw, ImageFont

from coursekit.gallery.exhibits import EXHIBITS, THUMBNAILS, Exhibit

COURSE = Path(__file__).parents[2]
# A thumbnail is shown 440 pixels wide, a sheet 1,000: twice as many pixels are sharp on a fine screen too.
THUMBNAIL = (880, 550)
GAP, TITLE = 32, 76
GROUND = {"light": ("#ffffff", "#1b1f24", "#d3d9e0"), "dark": ("#111418", "#e8ebef", "#39424e")}
_FONT = Path(matplotlib.get_data_path()) / "fonts" / "ttf" / "DejaVuSans.ttf"


def thumbnail(still: Image.Image, ground: str) -> Image.Image:
    """Return the top of a still, as wide as it is painted, in the shape that all thumbnails have."""
    painted = still.convert("RGB")
    empty = Image.new("RGB", painted.size, painted.getpixel((painted.width - 1, painted.height // 3)))
    # The lower half holds the status line, which is as wide as the page: the figures above decide.
    upper = (0, 0, painted.width, round(painted.height * 0.55))
    box = ImageChops.difference(painted.crop(upper), empty.crop(upper)).getbbox() or (0, 0, *painted.size)
    width = min(painted.width, box[2] + 8)
    height = round(width * THUMBNAIL[1] / THUMBNAIL[0])
    cut = Image.new("RGB", (width, height), ground)
    cut.paste(painted.crop((0, 0, width, min(height, painted.height))))
    return cut.resize(THUMBNAIL, Image.Resampling.LANCZOS)


def sheet(exhibits: list[Exhibit], theme: str, columns: int) -> Image.Image:
    """Return thumbnails in rows, each under its title."""
    ground, ink, line = GROUND[theme]
    width, height = THUMBNAIL
    rows = -(-len(exhibits) // columns)
    whole = Image.new("RGB", (columns * (width + GAP) + GAP, rows * (height + TITLE + GAP)), ground)
    draw, font = ImageDraw.Draw(whole), ImageFont.truetype(str(_FONT), 38)
    for index, exhibit in enumerate(exhibits):
        left = GAP + index % columns * (width + GAP)
        top = index // columns * (height + TITLE + GAP) + TITLE
        draw.text((left, top - 56), exhibit.title, fill=ink, font=font)
        with Image.open(THUMBNAILS / theme / f"{exhibit.name}.webp") as image:
            whole.paste(image, (left, top))
        draw.rectangle((left - 1, top - 1, left + width, top + height), outline=line)
    return whole.resize((2000, round(whole.height * 2000 / whole.width)), Image.Resampling.LANCZOS)


def main() -> None:
    """Write thumbnails and both sheets, and say how large they are."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    for theme in GROUND:
        (THUMBNAILS / theme).mkdir(parents=True, exist_ok=True)
    for exhibit in EXHIBITS:
        for theme, (ground, _, _) in GROUND.items():
            with Image.open(folder / f"{exhibit.name}.{theme}.png") as still:
                small = thumbnail(still, ground)
            small.save(THUMBNAILS / theme / f"{exhibit.name}.webp", quality=72, method=6)
    explorers = [one for one in EXHIBITS if one.kind == "explorer"]
    if len(explorers) % 3 == 1:
        # The kernel explorer moves at the top of the README: here it may make way for full rows.
        explorers = [one for one in explorers if one.name != "kernel"]
    apps = [one for one in EXHIBITS if one.kind == "app"]
    for name, exhibits, theme, columns in (("explorers", explorers, "light", 3), ("apps", apps, "dark", 2)):
        target = COURSE / "data" / f"{name}.webp"
        sheet(exhibits, theme, columns).save(target, quality=78, method=6)
        print(f"{target}: {target.stat().st_size / 1e3:.0f} kB")
    print(f"thumbnails: {sum(path.stat().st_size for path in THUMBNAILS.glob('*/*.webp')) / 1e3:.0f} kB")


if __name__ == "__main__":
    main()
