import colorsys

import numpy as np
import pytest

from coursekit.synthetic import flowers

COUNT, SIZE = 75, 48


@pytest.fixture(scope="module")
def drawn():
    return flowers.draw(COUNT, SIZE, seed=3)


def test_masks_hold_flower_heads_of_all_sizes(drawn):
    shares = drawn.masks.mean(axis=(1, 2))
    assert shares.min() > 0.005
    assert shares.max() < 0.95
    assert (shares < 0.08).mean() > 0.1
    assert (shares > 0.2).mean() > 0.1


def test_stems_and_leaves_are_not_in_the_mask(drawn):
    """Heads stand above the lower edge, stems reach it."""
    assert drawn.masks[:, SIZE // 4 : 3 * SIZE // 4].mean() > 2.5 * drawn.masks[:, -SIZE // 8 :].mean()


def colour_family(image, mask):
    hue, saturation, _ = colorsys.rgb_to_hsv(*np.median(image[mask], axis=0) / 255)
    if saturation < 0.3:
        return "pale"
    return "yellow" if 0.07 < hue < 0.2 else "red" if not 0.2 < hue < 0.85 else "other"


@pytest.mark.parametrize("family", ["pale", "yellow", "red"])
def test_colour_alone_does_not_tell_the_species(drawn, family):
    cases = zip(drawn.images, drawn.masks, drawn.labels, strict=True)
    species = {int(label) for image, mask, label in cases if colour_family(image, mask) == family}
    assert len(species) >= 3
