"""Make the filter images that ship with the course: about ten minutes of one core.

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
HOW = explain.Ascent(rate=0.02, fourier=True, decorrelate=True, jitter=8, rotate=10, zoom=0.1)
WATCHED = (12, 24, 48, 96, 192, 384)  # steps after which the activations are recorded
SHOWN = ("goldfish", "lorikeet", "tabby", "Saluki", "jellyfish", "monarch", "daisy", "strawberry")
PHOTOGRAPHS = ("coffee", "camera", "cat", "flower", "rocket", "astronaut")
# How many, and in how many steps; None stands for those that the photographs ask for.
SETS = {
    "last_conv": (None, 192),
    "classes": (len(SHOWN), 384),
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
    """Return layer, filters, options, images, and the activations after each of the watched steps, of a set."""
    count, steps = SETS[name]
    how, climb = replace(HOW, steps=steps), {}
    model = networks.efficientnet_lite0(top=name == "classes", image_size=128)
    if name == "classes":
        layer, names = "", data.imagenet_classes()
        chosen = [names.index(one) for one in SHOWN]
    else:
        layer = "last_conv_bn" if name == "last_conv" else f"{name}_project_bn"
        chosen = strongest_maps() if count is None else list(range(count))

    def heights(images):
        if name == "classes":
            return explain.scores(model, images, chosen)
        means = explain.feature_maps(model, images, layer).mean(axis=(1, 2))
        return means[np.arange(len(chosen)), chosen]

    def watch(step, images):
        if step in WATCHED:
            climb[step] = [round(float(height), 3) for height in heights(images)]
            print(name, step, climb[step], flush=True)

    if name == "classes":
        images = explain.maximise_classes(model, chosen, ascent=how, watch=watch)
    else:
        images = explain.maximise_filters(model, layer, chosen, ascent=how, watch=watch)
    return layer, chosen, how, images, climb


def main(names):
    """Write a sheet and its facts for each name."""
    FOLDER.mkdir(exist_ok=True)
    for name in names:
        layer, chosen, how, images, climb = made(name)
        side = images.shape[1]
        sheet = np.ones((side, len(images) * (side + GAP) - GAP, 3))
        for number, image in enumerate(images):
            sheet[:, number * (side + GAP) : number * (side + GAP) + side] = image
        with write_whole(FOLDER / f"{name}.webp") as unfinished:
            Image.fromarray(np.rint(255 * sheet).astype(np.uint8)).save(unfinished, "webp", quality=88)
        facts = {"layer": layer, "filters": chosen, "climb": climb, "ascent": asdict(how)}
        with write_whole(FOLDER / f"{name}.json") as unfinished:
            unfinished.write_text(json.dumps(facts) + "\n", "utf-8")


if __name__ == "__main__":
    main(sys.argv[1:] or SETS)
