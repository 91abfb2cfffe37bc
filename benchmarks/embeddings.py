"""Make the embeddings that the challenges of lessons 05 and 06 are judged on: about three minutes of one core.

python benchmarks/embeddings.py [NAME ...]: each name of `SETS` is drawn, goes through EfficientNet-Lite0, and becomes
data/embeddings/NAME.npz. Nothing in it comes from a photograph, so a mirror changes nothing.
"""

import sys

import numpy as np
from sklearn.decomposition import PCA

from coursekit import networks, settings
from coursekit.atomic_write import write_whole
from coursekit.synthetic import flowers, pets

FOLDER = settings.course_folder() / "data" / "embeddings"
SIZE, SEED = 160, 56
# What is drawn, how many images, and how many numbers of each image are kept.
SETS = {"synthetic_pets": (pets, 700, 64), "synthetic_flowers": (flowers, 500, 128)}


def made(name):
    """Return the principal components of the features, with a standard deviation of 1 over all, and the labels."""
    drawing, count, kept = SETS[name]
    drawn = drawing.draw(count, size=SIZE, seed=SEED)
    backbone = networks.backbone("efficientnet_lite0", size=SIZE, pooling="avg")
    features = backbone.predict(drawn.images.astype(np.float32) / 255, verbose=0)
    components = PCA(kept, svd_solver="full").fit_transform(features)
    return (components / components.std()).astype(np.float16), drawn.labels.astype(np.uint8)


if __name__ == "__main__":
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in sys.argv[1:] or SETS:
        embeddings, labels = made(name)
        with write_whole(FOLDER / f"{name}.npz") as unfinished, unfinished.open("wb") as file:
            np.savez_compressed(file, embeddings=embeddings, labels=labels)
        print(f"{name}: {embeddings.shape}, {(FOLDER / f'{name}.npz').stat().st_size:,} bytes")
