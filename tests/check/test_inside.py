"""Lesson 11: right answers pass, wrong ones fail for the right reason."""

import keras
import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from coursekit import explain
from coursekit.check import inside
from coursekit.plot import heatmap_box
from coursekit.synthetic import pets
from coursekit.training import trained


def step(direction=1, normalised="rms", clipped=True, alone=False):
    """A step of the ascent; every argument makes one mistake."""

    def take(image, gradient, rate):
        size = {
            "rms": np.sqrt(np.mean(gradient**2)),
            "length": np.sqrt(np.sum(gradient**2)),
            "largest": np.abs(gradient).max(),
            None: 1.0,
        }[normalised]
        moved = (0 if alone else image) + direction * rate * gradient / size
        return np.clip(moved, 0, 1) if clipped else moved

    return take


def overlap(cut=True, twice=False, by="union"):
    def measure(first, second):
        (r1, c1, h1, w1), (r2, c2, h2, w2) = first, second
        height, width = min(r1 + h1, r2 + h2) - max(r1, r2), min(c1 + w1, c2 + w2) - max(c1, c2)
        shared = max(0, height) * max(0, width) if cut else height * width
        union = h1 * w1 + h2 * w2 - (0 if twice else shared)
        return shared / {"union": union, "first": h1 * w1, "smaller": min(h1 * w1, h2 * w2), "one": 1}[by]

    return measure


def alone_and_covered(fill=0.5, ends=False, turned=False, lost=False, divided=True, batched=True):
    """Which shares are left; every argument makes one mistake."""

    def ask(activation, image, box):
        row, column, height, width = np.array(box)[[1, 0, 3, 2]] if turned else box
        rows = slice(row, height if ends else row + height)
        columns = slice(column, width if ends else column + width)
        alone, covered = np.full_like(image, fill), image.copy()
        alone[rows, columns], covered[rows, columns] = image[rows, columns], fill
        if not batched:
            return activation(alone) / activation(image), activation(covered) / activation(image)
        values = activation(np.stack([image, alone, covered]))
        shares = values[1:] / (values[0] if divided else 1)
        return 1 - shares if lost else shares

    return ask


def one_made_of_the_other(activation, image, box):
    row, column, height, width = box
    alone = np.full_like(image, 0.5)
    alone[row : row + height, column : column + width] = image[row : row + height, column : column + width]
    covered = alone.copy()
    covered[row : row + height, column : column + width] = 0.5
    values = activation([image, alone, covered])
    return values[1] / values[0], values[2] / values[0]


def covered_in_place(activation, image, box):
    row, column, height, width = box
    alone = np.full_like(image, 0.5)
    alone[row : row + height, column : column + width] = image[row : row + height, column : column + width]
    covered = image
    covered[row : row + height, column : column + width] = 0.5
    values = activation([image, alone, covered])
    return values[1] / values[0], values[2] / values[0]


def with_a_mask(activation, image, box):
    inside = np.zeros((*image.shape[:2], 1), bool)
    inside[box[0] : box[0] + box[2], box[1] : box[1] + box[3]] = True
    seen = [image, np.where(inside, image, 0.5), np.where(inside, 0.5, image)]
    whole, *parts = activation(seen)
    return [float(part / whole) for part in parts]


RIGHT = [
    ("sparsity", lambda maps: (maps == 0).mean(axis=(0, 1, 2))),
    ("sparsity", lambda maps: [np.mean(maps[..., k] == 0) for k in range(maps.shape[-1])]),
    ("class_activation_map", lambda maps, weights, label: maps @ weights[:, label]),
    ("class_activation_map", lambda maps, weights, label: np.einsum("hwk,kc->chw", maps, weights)[label]),
    ("box_overlap", overlap()),
    ("ascent_step", step()),
    ("alone_and_covered", alone_and_covered()),
    ("alone_and_covered", with_a_mask),
    ("place_by_place", lambda maps, gradient: (maps * gradient).sum(axis=-1)),
    ("place_by_place", lambda maps, gradient: np.einsum("hwk,hwk->hw", maps, gradient)),
    ("who_is_right", lambda heights: ("code" if heights[-1] > heights[0] else "words", heights[-1] - heights[0])),
    ("who_is_right", lambda heights: ("words" if np.diff(heights).sum() < 0 else "code", np.diff(heights).sum())),
]
WRONG = [
    ("sparsity", lambda maps: np.mean(maps == 0), "one number for all maps"),
    ("sparsity", lambda maps: (maps > 0).mean(axis=(0, 1, 2)), "*not* zero"),
    ("sparsity", lambda maps: (maps == 0).sum(axis=(0, 1, 2)), "counts the zeros"),
    ("sparsity", lambda maps: (maps == 0).mean(axis=(1, 2)), "Average over the images too"),
    ("sparsity", lambda maps: maps.mean(axis=(0, 1, 2)), "how large the maps are"),
    (
        "class_activation_map",
        lambda maps, weights, label: np.maximum(maps @ weights[:, label], 0),
        "CAM keeps it",
    ),
    (
        "class_activation_map",
        lambda maps, weights, label: (maps * weights[:, label]).mean(axis=-1),
        "mean over the maps",
    ),
    ("class_activation_map", lambda maps, weights, label: (maps @ weights[:, label]).mean(), "without its places"),
    ("class_activation_map", lambda maps, weights, label: maps.sum(axis=-1), "not weighted"),
    ("class_activation_map", lambda maps, weights, label: maps @ weights[label], "A class is a column"),
    ("class_activation_map", lambda maps, weights, label: maps @ weights[:, label - 1], "of another class"),
    ("box_overlap", overlap(twice=True), "counted twice"),
    ("box_overlap", overlap(cut=False), "Cut each side off at 0"),
    ("box_overlap", overlap(by="one"), "Divide it by the area"),
    ("box_overlap", overlap(by="first"), "divided by the first box"),
    ("box_overlap", overlap(by="smaller"), "count as perfect"),
    ("ascent_step", step(direction=-1), "That is downhill"),
    ("ascent_step", step(direction=-1, clipped=False), "That is downhill"),
    ("ascent_step", step(direction=-1, clipped=False, normalised=None), "That is downhill"),
    ("ascent_step", step(normalised=None), "not normalised"),
    ("ascent_step", step(clipped=False), "leave the range"),
    ("ascent_step", step(normalised="largest"), "largest slope"),
    ("ascent_step", step(normalised="length"), "grows with the image"),
    ("ascent_step", step(alone=True, clipped=False), "That is the step alone"),
    ("alone_and_covered", lambda *given: alone_and_covered()(*given)[::-1], "the wrong way round"),
    ("alone_and_covered", alone_and_covered(divided=False), "Divide each by that of the whole"),
    ("alone_and_covered", alone_and_covered(lost=True), "Return what is left"),
    ("alone_and_covered", alone_and_covered(fill=0.0), "Make it grey"),
    ("alone_and_covered", alone_and_covered(ends=True), "read as two corners"),
    ("alone_and_covered", alone_and_covered(turned=True), "Rows and columns are swapped"),
    ("alone_and_covered", alone_and_covered(batched=False), "activation takes images (n, height, width, 3)"),
    ("alone_and_covered", one_made_of_the_other, "Begin each with a copy"),
    ("alone_and_covered", covered_in_place, "Cover a copy"),
    ("place_by_place", lambda maps, gradient: maps @ gradient.mean(axis=(0, 1)), "That is Grad-CAM"),
    ("place_by_place", lambda maps, gradient: np.maximum((maps * gradient).sum(-1), 0), "Keep the signs"),
    ("place_by_place", lambda maps, gradient: (maps * np.maximum(gradient, 0)).sum(-1), "LayerCAM"),
    ("place_by_place", lambda maps, gradient: maps * gradient, "not one for each feature map"),
    ("place_by_place", lambda maps, gradient: (maps * gradient).sum(), "so that the places stay"),
    ("place_by_place", lambda maps, gradient: (maps * gradient).mean(axis=-1), "They are added up"),
    ("who_is_right", lambda heights: "code", "needs its reason"),
    ("who_is_right", lambda heights: ("ascent", heights[-1] - heights[0]), '"code" or "words"'),
    ("who_is_right", lambda heights: ("code", heights[-1] - heights[0]), "Ascent raises"),
    ("who_is_right", lambda h: ("code" if h[1] > h[0] else "words", h[-1] - h[0]), "step between"),
    (
        "who_is_right",
        lambda heights: ("code" if heights[-1] > heights[0] else "words", heights[-1]),
        "its reason is not",
    ),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_right_answers(name, answer):
    assert str(getattr(inside, name)(answer)) == f"✔ correct: {name}"


@pytest.mark.parametrize(("name", "answer", "words"), WRONG)
def test_wrong_answers(name, answer, words):
    result = getattr(inside, name)(answer)
    assert result.status == "incorrect"
    assert words in result.reason


@pytest.mark.parametrize("name", inside.exercises.all)
def test_the_stub_is_no_attempt(name):
    def stub(*arguments):
        raise NotImplementedError()

    assert getattr(inside, name)(stub).status == "not attempted"


def test_each_exercise_is_tested_with_wrong_answers():
    names = [name for name, _, _ in WRONG]
    assert all(names.count(name) >= 2 for name in inside.exercises.all)


def near(box):
    """Return a box, and those that differ from it by two pixels in one number."""
    return [box, *(tuple(np.add(box, sign * step)) for step in 2 * np.eye(4, dtype=int) for sign in (-1, 1))]


@pytest.mark.slow
def test_the_challenge_is_won_by_whoever_sees_the_masks_and_not_by_the_whole_image():
    truth = [heatmap_box(mask, share=1) for mask in pets.draw(24, size=150, seed=12).masks]
    assert inside.beat_the_middle(lambda images: truth).value == 1
    best = (31, 10, 110, 128)  # found by climbing over all boxes
    fixed = [inside.beat_the_middle(lambda images, box=box: [box] * len(images)).value for box in near(best)]
    assert max(fixed) == fixed[0] == pytest.approx(0.694, abs=0.002)
    assert fixed[0] < inside.GOAL - 0.02
    whole = inside.beat_the_middle(lambda images: [(0, 0, 150, 150)] * len(images))
    assert whole.status == "not attempted"
    assert inside.beat_the_middle(lambda images: truth[:3]).reason.startswith("3 boxes came for 24")


def test_the_challenge_is_won_by_a_network_that_knows_such_animals():
    def find_boxes(images):
        small = keras.ops.convert_to_numpy(keras.ops.image.resize(images, (64, 64), antialias=True))
        heats = gaussian_filter(np.abs(explain.gradients(trained("small_pets"), small, 1)), (0, 3, 3))
        large = keras.ops.convert_to_numpy(keras.ops.image.resize(heats[..., np.newaxis], (150, 150)))
        return [heatmap_box(heat, share=0.15) for heat in large[..., 0]]

    assert inside.beat_the_middle(find_boxes).value >= inside.GOAL
