"""Make the filter images that ship with the course: six minutes of one core.

python benchmarks/filter_images.py [NAME ...]: each name of `SETS` becomes a sheet and a file of facts in
data/filter_images.
"""

import json
import sys
from dataclasses import asdict, replace

import numpy as np
from PIL import Image

from coursekit import data, explain, networks, settings
from coursekit.atomic_write import write_whole
from coursekit.explain.filter_images import GAP

FOLDER = settings.course_folder() / "data" / "filter_images"
HOW = explain.Ascent(steps=192, rate=0.02, fourier=True, decorrelate=True, jitter=8, rotate=10, zoom=0.1)
SHOWN = ("goldfish", "lorikeet", "tabby", "Saluki", "jellyfish", "monarch", "daisy", "strawberry")
PHOTOGRAPHS = ("coffee", "camera", "cat", "flower", "rocket", "astronaut")
# How many, and in how many steps.
SETS = {
    "last_conv": (None, 192),
    "classes": (len(SHOWN), 144),
    "block_3": (12, 192),
    "block_8": (12, 192),
    "block_11": (12, 192),
    "block_14": (12, 192),
}


def strongest_maps(count=3):
    """Return the last maps that give most to the first answer on each photograph, without repetition."""
    model = networks.efficientnet_lite0()
    images = np.stack([colour(name) for name in PHOTOGRAPHS])
    maps = explain.feature_maps(model, images, "last_conv_relu").mean(axis=(1, 2))
    weights = model.layers[-1].get_weights()[0]
    shares = maps * weights[:, explain.explained_classes(model, images)].T
    return list(dict.fromkeys(int(k) for row in np.argsort(-shares, axis=1)[:, :count] for k in row))


def colour(name):
    image = data.load_image(name, size=224)
    return image if image.ndim == 3 else np.repeat(image[..., np.newaxis], 3, axis=-1)


def made(name):
    """Return layer, filters, options, images and activations of a set."""
    count, steps = SETS[name]
    how = replace(HOW, steps=steps)
    if name == "classes":
        model, layer = networks.efficientnet_lite0(image_size=128), ""
        names = data.imagenet_classes()
        chosen = [names.index(one) for one in SHOWN]
        images = explain.maximise_classes(model, chosen, ascent=how)
        activation = explain.scores(model, images, chosen)
    else:
        model = networks.efficientnet_lite0(top=False, image_size=128)
        layer = "last_conv_bn" if name == "last_conv" else f"{name}_project_bn"
        chosen = strongest_maps() if count is None else list(range(count))
        images = explain.maximise_filters(model, layer, chosen, ascent=how)
        maps = explain.feature_maps(model, images, layer).mean(axis=(1, 2))
        activation = maps[np.arange(len(chosen)), chosen]
    return layer, chosen, how, images, activation


def main(names):
    """Write a sheet and its facts for each name."""
    FOLDER.mkdir(exist_ok=True)
    for name in names:
        layer, chosen, how, images, activation = made(name)
        side = images.shape[1]
        sheet = np.ones((side, len(images) * (side + GAP) - GAP, 3))
        for number, image in enumerate(images):
            sheet[:, number * (side + GAP) : number * (side + GAP) + side] = image
        with write_whole(FOLDER / f"{name}.webp") as unfinished:
            Image.fromarray(np.rint(255 * sheet).astype(np.uint8)).save(unfinished, "webp", quality=88)
        facts = {
            "layer": layer,
            "filters": chosen,
            "activation": [round(float(value), 3) for value in activation],
            "ascent": asdict(how),
        }
        with write_whole(FOLDER / f"{name}.json") as unfinished:
            unfinished.write_text(json.dumps(facts) + "\n", "utf-8")
        print(name, facts["activation"], flush=True)


if __name__ == "__main__":
    main(sys.argv[1:] or SETS)
