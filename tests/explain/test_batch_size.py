"""How many images go through a model at once: so many that its maps stay in the cache, and the same maps whatever."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import tensorflow as tf

from coursekit import explain
from coursekit.explain.engine import batch_size, tracing
from coursekit.explain.engine.inputs import Inputs
from coursekit.explain.engine.run import fitting_batch
from tests.explain.conftest import keras, layers, may_be_flat

pytestmark = may_be_flat

MEGABYTE = 2**20
OPTIONS = {
    "smooth_grad": {"samples": 5},
    "integrated_gradients": {"steps": 9},
    "occlusion": {"patch": 5},
    "rise": {"masks": 40, "cells": 3},
    "lime": {"samples": 11, "segments": 4},
    "shap": {"samples": 7},
    "score_cam": {},
}


@pytest.fixture(autouse=True)
def _this_machine_decides(monkeypatch):
    """The other tests run with a fixed number, so that they compute the same on every machine."""
    monkeypatch.delenv("COURSEKIT_AT_ONCE")


@pytest.fixture
def small():
    keras.utils.set_random_seed(3)
    image = keras.Input((12, 12, 3))
    x = layers.Conv2D(5, 3, activation="relu")(image)
    return keras.Model(image, layers.Dense(3)(layers.Flatten()(layers.MaxPooling2D()(x))))


@pytest.fixture
def batches(monkeypatch):
    """How many images went through a traced function at once, at each call."""
    seen = []
    traced = tracing.traced

    def watched(inputs, request):
        made = traced(inputs, request)

        def function(images, *more):
            seen.append(len(images))
            return made.function(images, *more)

        return tracing.Traced(**{**vars(made), "function": function})

    monkeypatch.setattr("coursekit.explain.engine.image_axes.traced", watched)
    return seen


@pytest.mark.parametrize("name", OPTIONS)
def test_the_heatmap_is_the_same_however_many_at_once(small, name):
    images = np.random.default_rng(0).random((3, 12, 12, 3), np.float32)
    method, options = explain.METHODS[name].explain, OPTIONS[name]
    chosen = method(small, images, 1, **options)
    for count in (1, 4, 64):
        np.testing.assert_allclose(
            method(small, images, 1, batch_size=count, **options), chosen, rtol=1e-4, atol=1e-5 * np.abs(chosen).max()
        )


def test_largest_maps_decide(small, monkeypatch):
    monkeypatch.setattr(batch_size, "last_cache", lambda: 16 * 10 * 10 * 5 * 4)  # of 16 images, half of it is used
    inputs = Inputs.of(small, np.zeros((1, 12, 12, 3)))
    assert fitting_batch(inputs, None, 1) == 8
    monkeypatch.setattr(batch_size, "last_cache", lambda: 1)
    assert fitting_batch(inputs, None, 1) == 1
    monkeypatch.setattr(batch_size, "last_cache", lambda: 2**40)
    assert fitting_batch(inputs, None, 1) == batch_size.MOST


def test_what_a_person_asks_for_is_done(small, batches):
    images = np.random.default_rng(0).random((5, 12, 12, 3), np.float32)
    explain.gradients(small, images, 1, batch_size=3)
    assert batches[-2:] == [3, 2]
    explain.gradients(small, images, 1)
    assert batches[-1] == 5


@pytest.mark.parametrize("wrong", [0, -1, 2.0, True, "8"])
def test_a_batch_that_is_none(small, wrong):
    with pytest.raises(ValueError, match="batch_size is"):
        explain.integrated_gradients(small, np.ones((1, 12, 12, 3)), batch_size=wrong)


def test_a_server_s_large_cache_is_not_all_ours(monkeypatch):
    monkeypatch.setattr(batch_size, "last_cache", lambda: 260 * MEGABYTE)
    assert batch_size.images_at_once(None, 3 * MEGABYTE) == 5
    assert batch_size.images_at_once(None, 100 * MEGABYTE) == 1


@pytest.mark.skipif(bool(tf.config.list_physical_devices("GPU")), reason="there is one")
def test_a_graphics_processor_gets_what_it_got_before(monkeypatch):
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda _kind: ["one"])
    assert batch_size.images_at_once(None, 1) == 8
    assert batch_size.images_at_once(3, 1) == 3


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        (("32K", "512K", "32768K"), 32 * MEGABYTE),
        (("32K", "1M"), MEGABYTE),
        ((), 16 * MEGABYTE),
        (("nonsense",), 16 * MEGABYTE),
    ],
)
def test_cache_is_read_or_supposed(tmp_path, monkeypatch, sizes, expected):
    for number, size in enumerate(sizes):
        (tmp_path / f"index{number}").mkdir()
        (tmp_path / f"index{number}" / "size").write_text(f"{size}\n")
    monkeypatch.setattr(batch_size, "_CACHES", tmp_path)
    monkeypatch.setattr(batch_size.sys, "platform", "linux")
    batch_size.last_cache.cache_clear()
    try:
        assert batch_size.last_cache() == expected
    finally:
        batch_size.last_cache.cache_clear()


def test_before_several_calls_it_is_tried_once_what_is_faster(small, monkeypatch):
    monkeypatch.setattr(batch_size, "last_cache", lambda: 16 * 10 * 10 * 5 * 4)
    tried = []
    monkeypatch.setattr(
        "coursekit.explain.engine.run.faster", lambda some, run: tried.append(some) or run(2 * some) or 2 * some
    )
    images = np.random.default_rng(0).random((3, 12, 12, 3), np.float32)
    inputs = Inputs.of(small, images)
    assert fitting_batch(inputs, None, 8) == 8
    assert fitting_batch(inputs, None, 9) == 9
    assert fitting_batch(inputs, None, 5000) == 16
    # Two calls of 9 instead of 16 and 2.
    assert fitting_batch(inputs, None, 18) == 9
    assert fitting_batch(inputs, 5, 5000) == 5
    assert tried == [8]


@pytest.mark.parametrize(("seconds_a_call", "seconds_an_image", "expected"), [(0.02, 0.001, 8), (0.0, 0.005, 4)])
def test_twice_as_many_are_taken_where_calls_are_dear(seconds_a_call, seconds_an_image, expected, monkeypatch):
    clock = [0.0]

    def run(count):
        clock[0] += seconds_a_call + seconds_an_image * count

    monkeypatch.setattr(batch_size.time, "process_time", lambda: clock[0])
    monkeypatch.setattr(batch_size.time, "perf_counter", lambda: clock[0])
    assert batch_size.faster(4, run) == expected
    assert clock[0] < 0.5
    assert batch_size.faster(batch_size.MOST, run) == batch_size.MOST


def test_threads_agree(small):
    images = np.random.default_rng(0).random((10, 12, 12, 3), np.float32)
    with ThreadPoolExecutor(3) as threads:
        found = list(threads.map(lambda _i: explain.integrated_gradients(small, images, 1, steps=20), range(6)))
    alone = explain.integrated_gradients(small, images, 1, steps=20)
    for one in found:
        np.testing.assert_allclose(one, alone, rtol=1e-4, atol=1e-5 * np.abs(alone).max())


def test_a_fixed_number_may_be_set_for_all(small, batches, monkeypatch):
    monkeypatch.setenv("COURSEKIT_AT_ONCE", "3")
    explain.gradients(small, np.ones((7, 12, 12, 3), np.float32), 1)
    assert batches == [3, 3, 1]
    explain.gradients(small, np.ones((7, 12, 12, 3), np.float32), 1, batch_size=5)
    assert batches[3:] == [5, 2]


@pytest.mark.parametrize("word", ["0", "-1", "some", "2.5"])
def test_a_setting_that_is_no_number_is_named(small, monkeypatch, word):
    monkeypatch.setenv("COURSEKIT_AT_ONCE", word)
    with pytest.raises(ValueError, match=f"COURSEKIT_AT_ONCE is '{word}'"):
        explain.gradients(small, np.ones((1, 12, 12, 3), np.float32), 1)
