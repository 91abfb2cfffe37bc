"""Lesson 12: right answers pass, wrong ones fail for the right reason."""

import numpy as np
import pytest

from coursekit import explain
from coursekit.check import comparing


def occlusion(sign=1, zero=False, keep=False, change=lambda fall: fall):
    def compute(score, image, reference, patch):
        heat, covered = np.zeros(image.shape[:2]), image.copy()
        for top in range(0, image.shape[0], patch):
            for left in range(0, image.shape[1], patch):
                covered = covered if keep else image.copy()
                place = slice(top, top + patch), slice(left, left + patch)
                covered[place] = 0 if zero else reference[place]
                heat[place] = change(sign * (score(image[None])[0] - score(covered[None])[0]))
        return heat

    return compute


def path(where=lambda steps: (np.arange(steps) + 0.5) / steps, factor=None, add=np.mean, channels=True):
    def compute(gradient, image, reference, steps):
        points = np.stack([reference + a * (image - reference) for a in where(steps)])
        mean = add(gradient(points), axis=0)
        parts = (image - reference if factor is None else factor(image)) * mean
        return parts.sum(axis=-1) if channels else parts

    return compute


def cam(weights=lambda gradients: gradients.mean((0, 1)), early=False, relu=True, turned=True):
    def compute(maps, gradients, against):
        parts = maps * weights(gradients) * (-1 if against and turned else 1)
        if early:
            return np.maximum(parts, 0).sum(-1)
        return np.maximum(parts.sum(-1), 0) if relu else parts.sum(-1)

    return compute


def epsilon(sign=lambda z: np.where(z >= 0, 1, -1), biased=True, inputs_too=True):
    def compute(inputs, weights, biases, relevance, epsilon):
        z = inputs @ weights + (biases if biased else 0)
        share = relevance / (z + epsilon * sign(z))
        return (inputs if inputs_too else 1) * (weights @ share)

    return compute


def z_plus(inputs, weights, relevance):
    positive = np.maximum(weights, 0)
    z = inputs @ positive
    return inputs * (positive @ np.divide(relevance, z, out=np.zeros_like(z), where=z > 0))


def careless(weights_of_z, weights_of_parts):
    def compute(inputs, weights, relevance):
        with np.errstate(all="ignore"):
            return inputs * (weights_of_parts(weights) @ (relevance / (inputs @ weights_of_z(weights))))

    return compute


def positive(weights):
    return np.maximum(weights, 0)


def same(weights):
    return weights


RIGHT = [
    ("occlusion_map", occlusion()),
    ("path_attributions", path()),
    ("for_or_against", cam()),
    ("lrp_epsilon", epsilon()),
    ("lrp_z_plus", z_plus),
    ("values_of_labels", lambda values, labels: np.stack([v[..., i] for v, i in zip(values, labels, strict=True)])),
    ("values_of_labels", lambda values, labels: values[np.arange(len(labels)), ..., labels]),
]
WRONG = [
    ("occlusion_map", occlusion(sign=-1), "wrong way round"),
    ("occlusion_map", occlusion(zero=True), "not the reference image"),
    ("occlusion_map", occlusion(keep=True), "Cover a copy"),
    ("occlusion_map", occlusion(change=abs), "The sign is gone"),
    ("occlusion_map", occlusion(change=lambda fall: fall / 4), "the whole fall"),
    ("path_attributions", path(factor=lambda image: 1), "That is the mean gradient"),
    ("path_attributions", path(factor=lambda image: image), "The way starts at the reference"),
    ("path_attributions", path(lambda steps: [1.0]), "All gradients are taken at the image"),
    ("path_attributions", path(lambda steps: np.arange(1, steps + 1) / steps), "*ends* of the steps"),
    ("path_attributions", path(lambda steps: np.arange(steps) / steps), "*starts* of the steps"),
    ("path_attributions", path(add=np.sum), "Take their mean"),
    ("path_attributions", path(channels=False), "Sum over the last axis"),
    ("for_or_against", cam(relu=False), "The ReLU is missing"),
    ("for_or_against", cam(turned=False), "against it was asked"),
    ("for_or_against", lambda m, g, against: (-1 if against else 1) * cam()(m, g, False), "before the sign"),
    ("for_or_against", cam(early=True), "The ReLU comes too early"),
    ("for_or_against", cam(lambda gradients: gradients), "that is HiResCAM"),
    ("for_or_against", cam(lambda gradients: gradients.sum((0, 1))), "summed, not averaged"),
    ("for_or_against", cam(lambda gradients: abs(gradients.mean((0, 1)))), "without their sign"),
    ("lrp_epsilon", epsilon(lambda z: 1), "nearer to 0"),
    ("lrp_epsilon", epsilon(lambda z: 0), "Epsilon is missing"),
    ("lrp_epsilon", epsilon(biased=False), "The biases are missing"),
    ("lrp_epsilon", epsilon(inputs_too=False), "The inputs are missing"),
    (
        "lrp_epsilon",
        lambda inputs, weights, biases, relevance, epsilon: inputs * (weights @ relevance),
        "not conserved",
    ),
    ("lrp_z_plus", careless(same, same), "Negative weights take part"),
    ("lrp_z_plus", careless(same, positive), "so that nothing is lost"),
    ("lrp_z_plus", careless(positive, positive), "NaN"),
    ("values_of_labels", lambda values, labels: values[..., 0], "the bug of the book"),
    ("values_of_labels", lambda values, labels: values[..., labels], "its own"),
    ("values_of_labels", lambda values, labels: values[..., labels[0]], "class of the first one"),
]


@pytest.mark.parametrize(("name", "answer"), RIGHT)
def test_right_answers(name, answer):
    assert str(getattr(comparing, name)(answer)) == f"✔ correct: {name}"


@pytest.mark.parametrize(("name", "answer", "why"), WRONG)
def test_wrong_answers(name, answer, why):
    result = getattr(comparing, name)(answer)
    assert result.status == "incorrect"
    assert why in result.reason


@pytest.mark.parametrize("name", comparing.exercises.all)
def test_the_stub_is_not_attempted(name):
    assert getattr(comparing, name)(lambda *arguments, **named: ...).status == "not attempted"


def test_each_exercise_is_tested_with_wrong_answers():
    names = [name for name, _, _ in WRONG]
    assert all(names.count(name) >= 2 for name in comparing.exercises.all)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("explainer", "met"),
    [
        (lambda model, images: explain.lrp(model, images, 1), True),
        (lambda model, images: explain.grad_cam(model, images, 1), False),
        (explain.evaluate.centre_blob, False),
    ],
)
def test_the_blob_can_be_beaten(explainer, met):
    score = comparing.beat_the_blob(explainer)
    assert score.status == ("correct" if met else "not attempted")


@pytest.mark.slow
def test_heatmaps_of_another_size_have_no_score():
    assert comparing.beat_the_blob(lambda model, images: images[:, :4, :4, 0]).value is None
