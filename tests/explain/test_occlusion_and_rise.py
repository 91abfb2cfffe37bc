"""Occlusion and RISE against doing it image by image, mask by mask, in the plainest way."""

import itertools

import numpy as np
import pytest
import tensorflow as tf

from coursekit import explain
from tests.explain.conftest import RANDOM, SEED, every_pair, head, images_for, keras, layers


@pytest.fixture(scope="module")
def small():
    model = keras.Sequential(
        [keras.Input((5, 7, 2)), layers.Conv2D(3, 3, activation="relu"), layers.Flatten(), head(activation=None)]
    )
    return model, np.random.default_rng(SEED).random((2, 5, 7, 2), dtype=np.float32)


def logits(model, images, target):
    return np.array(model(np.stack(images)))[:, target]


@pytest.mark.parametrize(
    ("method", "options", "name"),
    every_pair(
        [(explain.occlusion, {"patch": 5}), (explain.rise, {"masks": 30})], quick=4, start=3, turns=(0, 1, 1, 1)
    ),
)
def test_every_method_explains_every_shape_and_a_batch_as_its_images_alone(zoo, method, options, name):
    model, images = zoo[name], images_for(name)
    together = method(model, images, **options)
    assert together.shape == images.shape[:-1]
    assert together.dtype == np.float32
    alone = np.concatenate([method(model, image[np.newaxis], batch_size=7, **options) for image in images])
    tolerance = 1e-2 if name == "half precision" else 1e-5
    np.testing.assert_allclose(together, alone, atol=tolerance * np.abs(alone).max())


@pytest.mark.parametrize(
    ("patch", "stride", "rows", "columns"),
    [
        (2, None, [0, 2, 3], [0, 2, 4, 5]),
        (2, 1, [0, 1, 2, 3], range(6)),
        ((3, 4), (2, 4), [0, 2], [0, 3]),
        ((5, 7), None, [0], [0]),
    ],
)
@pytest.mark.parametrize("baseline", [0.0, 0.5])
def test_occlusion_is_the_mean_fall_of_the_score_over_the_patches_on_a_pixel(
    small, patch, stride, rows, columns, baseline
):
    model, images = small
    height, width = patch if isinstance(patch, tuple) else (patch, patch)
    for image in images:
        falls, times = np.zeros((5, 7)), np.zeros((5, 7))
        corners, covered = list(itertools.product(rows, columns)), []
        for row, column in corners:
            covered.append(image.copy())
            covered[-1][row : row + height, column : column + width] = baseline
        whole, *others = logits(model, [image, *covered], 1)
        for (row, column), other in zip(corners, others, strict=True):
            fall = whole - other
            falls[row : row + height, column : column + width] += fall
            times[row : row + height, column : column + width] += 1
        found = explain.occlusion(model, image[np.newaxis], 1, patch=patch, stride=stride, baseline=baseline)
        np.testing.assert_allclose(found[0], falls / times, atol=1e-6)


def test_patch_over_everything_leaves_the_score_of_the_baseline(small):
    model, images = small
    baseline = RANDOM.random((5, 7, 2))
    falls = explain.scores(model, images, 2) - explain.scores(model, baseline[np.newaxis], 2)
    found = explain.occlusion(model, images, 2, patch=(5, 7), baseline=baseline)
    np.testing.assert_allclose(found, np.broadcast_to(falls[:, None, None], (2, 5, 7)), atol=1e-6)


def test_occlusion_of_single_pixels_of_a_linear_network_is_weight_times_difference():
    model = keras.Sequential([keras.Input((3, 4, 2)), layers.Flatten(), head()])
    weights = model.layers[-1].get_weights()[0][:, 1].reshape(3, 4, 2)
    images = RANDOM.random((2, 3, 4, 2))
    found = explain.occlusion(model, images, 1, patch=1, baseline=0.3)
    np.testing.assert_allclose(found, ((images - 0.3) * weights).sum(axis=-1), atol=1e-6)


def masks_by_hand(count, cells, shown, seed):
    """The masks of RISE for an image of 5 by 7, one at a time."""
    random = np.random.default_rng(seed)
    height, width = -(-5 // cells), -(-7 // cells)
    for _ in range(count):
        grid = (random.random((1, cells + 1, cells + 1)) < shown).astype(np.float32)
        large = tf.image.resize(grid[0, :, :, None], (height * (cells + 1), width * (cells + 1))).numpy()[:, :, 0]
        row, column = random.integers(height), random.integers(width)
        yield large[row : row + 5, column : column + 7]


@pytest.mark.parametrize("baseline", [0.0, 0.5])
def test_rise_is_the_mean_score_of_the_masks_that_show_a_pixel(small, baseline):
    model, images = small
    found = explain.rise(model, images, 0, masks=25, cells=3, shown=0.4, baseline=baseline, seed=9, batch_size=4)
    masks = list(masks_by_hand(25, 3, 0.4, seed=9))
    for image, heatmap in zip(images, found, strict=True):
        shown = [mask[..., None] * image + (1 - mask[..., None]) * baseline for mask in masks]
        weighted = sum(score * mask for score, mask in zip(logits(model, shown, 0), masks, strict=True))
        np.testing.assert_allclose(heatmap, weighted / sum(masks), rtol=1e-4, atol=1e-6)


def test_rise_of_many_masks_orders_the_pixels_of_a_linear_network_by_what_they_add():
    """Neighbours share their cell, so one strong pixel in an empty image is the fair test."""
    model = keras.Sequential([keras.Input((8, 8, 1)), layers.Flatten(), layers.Dense(2)])
    kernel = np.zeros((64, 2), np.float32)
    kernel[3 * 8 + 5, 1] = 1
    model.set_weights([kernel, np.zeros(2)])
    heatmap = explain.rise(model, np.ones((1, 8, 8, 1)), 1, masks=500, cells=8)[0]
    row, column = np.unravel_index(heatmap.argmax(), heatmap.shape)
    assert max(abs(row - 3), abs(column - 5)) <= 1


@pytest.mark.parametrize(
    ("method", "options", "message"),
    [
        (explain.occlusion, {"patch": 6}, "must fit into the image"),
        (explain.occlusion, {"patch": 0}, "patch is 0"),
        (explain.occlusion, {"patch": 2, "stride": 3}, "leaves pixels uncovered"),
        (explain.occlusion, {"patch": (2, 2, 2)}, "one for each of the 2 axes"),
        (explain.occlusion, {"patch": 2, "baseline": np.ones(4)}, r"baseline has shape \(4,\)"),
        (explain.rise, {"masks": 0}, "masks is 0"),
        (explain.rise, {"cells": 0}, "cells is 0"),
        (explain.rise, {"shown": 1.0}, "shown is 1.0"),
        (explain.rise, {"masks": 1, "shown": 0.001}, "draw more masks"),
    ],
)
def test_options_that_make_no_sense(small, method, options, message):
    model, images = small
    with pytest.raises(ValueError, match=message):
        method(model, images, **options)


def test_network_that_sees_nothing_gives_a_flat_map_and_a_warning(small):
    model = keras.models.clone_model(small[0])
    model.set_weights([0 * weight for weight in model.get_weights()])
    with pytest.warns(UserWarning, match="no patch changes the score"):
        assert not explain.occlusion(model, small[1], patch=2).any()
