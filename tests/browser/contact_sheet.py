"""Join the screenshots of a browser run into one image.

COURSEKIT_SCREENSHOTS=shots python -m pytest -m browser tests/browser
python tests/browser/contact_sheet.py shots data/explorers.webp
"""

import sys
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

COLUMNS, WIDTH, HEIGHT, GAP = 4, 420, 330, 10
MOST_BYTES = 1_000_000


def sheet(paths):
    """Return the images in rows, each shrunk to the same width and cut where it is long, under its name."""
    rows = -(-len(paths) // COLUMNS)
    size = (COLUMNS * (WIDTH + GAP) + GAP, rows * (HEIGHT + 24 + GAP) + GAP)
    whole, font = Image.new("RGB", size, "#dddddd"), ImageFont.load_default(14)
    draw = ImageDraw.Draw(whole)
    for index, path in enumerate(paths):
        image = Image.open(path).convert("RGB")
        image = image.resize((WIDTH, round(WIDTH * image.height / image.width)), Image.Resampling.LANCZOS)
        left, top = GAP + index % COLUMNS * (WIDTH + GAP), GAP + index // COLUMNS * (HEIGHT + 24 + GAP)
        draw.text((left, top + 2), path.stem.replace("_", " "), fill="black", font=font)
        whole.paste(image.crop((0, 0, WIDTH, min(HEIGHT, image.height))), (left, top + 22))
    return whole


def main(folder, target):
    paths = sorted(Path(folder).glob("*.png"))
    whole = sheet(paths)
    for quality in (80, 65, 50, 35):
        whole.save(target, quality=quality, method=6)
        if target.stat().st_size <= MOST_BYTES:
            break
    print(f"{target}: {len(paths)} screenshots, {whole.width} x {whole.height}, {target.stat().st_size / 1e3:.0f} kB")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
