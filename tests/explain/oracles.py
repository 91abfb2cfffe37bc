"""What each explainer is held against: something that must give the same numbers, and by how much it may differ.

An error is the largest difference of two maps, as a share of the largest number of the second.
"""

import functools
import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import tensorflow as tf

from coursekit import explain
from coursekit.explain.engine.inputs import Inputs
from coursekit.explain.methods.fixations import fixated_pixels
from coursekit.explain.methods.gradients import pixel_gradients
from tests.explain.conftest import head, keras, layers
from tests.explain.fixations_by_hand import fixations_by_hand

ORACLES = []
SHAPE, CLASS = (12, 10, 2), 1


@dataclass(frozen=True)
class Oracle:
    """A number that must be small."""

    method: str
    against: str
    tolerance: float
    measure: Callable[[], float]
    peer: str | None = None


def oracle(method, against, tolerance, peer=None):
    def added(measure):
        ORACLES.append(Oracle(method, against, tolerance, measure, peer))
        return measure

    return added


def error(found, expected):
    found, expected = np.asarray(found, np.float64), np.asarray(expected, np.float64)
    assert found.shape == expected.shape
    assert np.abs(expected).max() > 0
    return float(np.abs(found - expected).max() / np.abs(expected).max())


@functools.cache
def images(n=2):
    return np.random.default_rng(8).random((n, *SHAPE), dtype=np.float32)


@functools.cache
def network(biases=True, precision="float32"):
    """Convolutions, pooling and dense layers of ReLUs that return logits."""
    keras.utils.set_random_seed(4)
    keras.config.set_dtype_policy(precision)
    try:
        kernel = {"activation": "relu", "use_bias": biases, "bias_initializer": "random_normal"}
        return keras.Sequential(
            [
                keras.Input(SHAPE, dtype=precision),
                layers.Conv2D(6, 3, padding="same", **kernel),
                layers.MaxPooling2D(2),
                layers.Conv2D(7, 3, name="last", **kernel),
                layers.Flatten(),
                layers.Dense(8, **kernel),
                layers.Dense(3, use_bias=biases),
            ]
        )
    finally:
        keras.config.set_dtype_policy("float32")


@functools.cache
def linear():
    """A linear classifier, and the weights of the class as an image."""
    keras.utils.set_random_seed(5)
    model = keras.Sequential([keras.Input(SHAPE), layers.Flatten(), head()])
    return model, model.layers[-1].get_weights()[0][:, CLASS].reshape(SHAPE)


@functools.cache
def pooled():
    """A network that ends in global average pooling and one dense layer."""
    keras.utils.set_random_seed(6)
    kernel = {"activation": "relu", "bias_initializer": "random_normal"}
    inner = [layers.Conv2D(6, 3, **kernel), layers.Conv2D(5, 3, **kernel), layers.GlobalAveragePooling2D()]
    return keras.Sequential([keras.Input(SHAPE), *inner, head()])


@functools.cache
def flattened():
    """A network that ends in flatten and one dense layer: its head is linear."""
    keras.utils.set_random_seed(7)
    kernel = {"activation": "relu", "bias_initializer": "random_normal"}
    return keras.Sequential([keras.Input(SHAPE), layers.Conv2D(5, 3, **kernel), layers.Flatten(), head()])


@functools.cache
def cut():
    """The network's last maps and their gradients, by TensorFlow's own tape in two halves."""
    model = network()
    maps = tf.convert_to_tensor(keras.Sequential(model.layers[:3])(images()))
    with tf.GradientTape() as tape:
        tape.watch(maps)
        x = maps
        for layer in model.layers[3:]:
            x = layer(x)
        score = x[:, CLASS]
    return maps.numpy(), tape.gradient(score, maps).numpy()


def raw(method, **options):
    return method(network(), images(), CLASS, relu=False, upsample=False, **options)


def total(heatmaps):
    return heatmaps.reshape(len(heatmaps), -1).sum(axis=1)


def score(image, model=None):
    return float((model or network())(image[np.newaxis])[0, CLASS])


# Gradients


@oracle("gradients", "finite differences in float64", 1e-6)
def _():
    model = network(precision="float64")
    image, step = images(1).astype(float), 1e-7
    moves = step * np.eye(image.size).reshape(-1, *SHAPE)
    rises = explain.scores(model, image + moves, CLASS) - explain.scores(model, image - moves, CLASS)
    return error(pixel_gradients(Inputs.of(model, image), CLASS)[0].ravel(), rises / (2 * step))


@oracle("gradients", "weights of a linear network", 1e-6)
def _():
    model, weights = linear()
    return error(explain.gradients(model, images(1), CLASS)[0], np.abs(weights).max(axis=-1))


@oracle("gradients", "saliency", 1e-5, peer="saliency")
def _():
    from saliency.core import GradientSaliency

    theirs = GradientSaliency().GetMask(images()[0], saliency_gradient)
    return error(explain.gradients(network(), images(1), CLASS)[0], np.abs(theirs).max(axis=-1))


@oracle("gradients", "tf-keras-vis", 1e-5, peer="tf_keras_vis")
def _():
    from tf_keras_vis.saliency import Saliency
    from tf_keras_vis.utils.scores import CategoricalScore

    theirs = Saliency(network(), clone=False)(CategoricalScore([CLASS] * 2), images(), normalize_map=False)
    return error(explain.gradients(network(), images(), CLASS), theirs)


@oracle("gradients", "tf-explain", 1e-5, peer="tf_explain")
def _():
    from tf_explain.core.vanilla_gradients import VanillaGradients

    theirs = VanillaGradients.compute_gradients(images(), network(), CLASS).numpy()
    return error(explain.gradients(network(), images(), CLASS, pooling="sum"), theirs.sum(axis=-1))


def saliency_gradient(batch, call_model_args=None, expected_keys=None):
    batch = tf.constant(batch, tf.float32)
    with tf.GradientTape() as tape:
        tape.watch(batch)
        found = network()(batch)[:, CLASS]
    return {"INPUT_OUTPUT_GRADIENTS": tape.gradient(found, batch).numpy()}


@oracle("gradient_x_input", "weight × input of a linear network", 1e-6)
def _():
    model, weights = linear()
    return error(explain.gradient_x_input(model, images(), CLASS), (images() * weights).sum(axis=-1))


@oracle("gradient_x_input", "score of a network of ReLUs without biases", 1e-5)
def _():
    model = network(biases=False)
    return error(total(explain.gradient_x_input(model, images(), CLASS)), explain.scores(model, images(), CLASS))


@oracle("gradient_x_input", "tf-explain", 1e-5, peer="tf_explain")
def _():
    from tf_explain.core.gradients_inputs import GradientsInputs

    theirs = GradientsInputs.compute_gradients(images(), network(), CLASS).numpy()
    return error(explain.gradient_x_input(network(), images(), CLASS), theirs.sum(axis=-1))


@oracle("smooth_grad", "gradient, where there is no noise", 1e-5)
def _():
    smooth = explain.smooth_grad(network(), images(), CLASS, noise=0, samples=2)
    return error(smooth, explain.gradients(network(), images(), CLASS))


@oracle("smooth_grad", "mean of the gradients, one noisy image at a time", 1e-5)
def _():
    image, found = images(1)[0], []
    for sample in range(5):
        noise = np.random.default_rng((3, sample)).standard_normal(SHAPE, np.float32)
        noisy = image + 0.2 * np.ptp(image) * noise
        found.append(explain.gradients(network(), noisy[np.newaxis], CLASS, pooling="sum")[0])
    options = {"samples": 5, "noise": 0.2, "seed": 3, "pooling": "sum"}
    return error(explain.smooth_grad(network(), images(1), CLASS, **options)[0], np.mean(found, axis=0))


@oracle("integrated_gradients", "completeness, 50 steps", 0.01)
def _():
    change = explain.scores(network(), images(), CLASS) - explain.scores(network(), 0 * images(), CLASS)
    return error(total(explain.integrated_gradients(network(), images(), CLASS)), change)


@oracle("integrated_gradients", "completeness, 1 step, ReLUs without biases", 1e-5)
def _():
    model = network(biases=False)
    found = explain.integrated_gradients(model, images(), CLASS, steps=1)
    return error(total(found), explain.scores(model, images(), CLASS))


@oracle("integrated_gradients", "saliency, 20 steps of the trapezoid rule", 1e-5, peer="saliency")
def _():
    from saliency.core import IntegratedGradients

    # It weights both ends fully: 20 steps in the sum, of which half of the two ends is too much.
    theirs = IntegratedGradients().GetMask(images()[0], saliency_gradient, x_steps=20, batch_size=20).sum(axis=-1)
    ends = [pixel_gradients(Inputs.of(network(), x), CLASS)[0] for x in (0 * images(1), images(1))]
    twice = (images()[0] * (ends[0] + ends[1])).sum(axis=-1) / 2
    found = explain.integrated_gradients(network(), images()[:1], CLASS, steps=20, rule="trapezoid")[0]
    return error(found, (20 * theirs - twice) / 19)


@oracle("guided_backpropagation", "written out, layer by layer", 1e-5)
def _():
    model = network()
    x, tapes = tf.constant(images()), []
    for layer in model.layers:
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = layer(x)
        tapes.append((tape, x, y, getattr(layer, "activation", None)))
        x = y
    slope = tf.one_hot([CLASS] * 2, 3)
    for tape, x, y, activation in reversed(tapes):
        relu = activation is not None and activation.__name__ == "relu"
        slope = tape.gradient(y, x, output_gradients=tf.nn.relu(slope) if relu else slope)
    found = explain.guided_backpropagation(model, images(), CLASS, pooling="sum")
    return error(found, slope.numpy().sum(axis=-1))


@oracle("taylor_decomposition", "weight × difference of a linear network", 1e-6)
def _():
    model, weights = linear()
    expected = ((images() - explain.root_points(images(), "blur")) * weights).sum(axis=-1)
    return error(explain.taylor_decomposition(model, images(), CLASS), expected)


@oracle("taylor_decomposition", "remainder of a quadratic score", 1e-5)
def _():
    model = keras.Sequential([keras.Input(SHAPE), layers.Lambda(keras.ops.square), layers.Flatten(), head()])
    weights = model.layers[-1].get_weights()[0][:, CLASS].reshape(SHAPE)
    root = explain.root_points(images(), "blur", 2.0)
    expected = [2 * root * (images() - root) * weights, (images() - root) ** 2 * weights]
    found = explain.taylor_relevance(model, images(), CLASS, root="blur", strength=2.0)
    return max(error(found.maps, expected[0].sum(axis=-1)), error(found.remainder, expected[1].sum(axis=(1, 2, 3))))


@oracle("shap", "weight × difference of a linear network", 1e-5)
def _():
    model, weights = linear()
    found = explain.shap(model, images(), CLASS, background=0.3, samples=2)
    return error(found, ((images() - 0.3) * weights).sum(axis=-1))


@oracle("shap", "shap, asked directly for a network that returns logits", 1e-5)
def _():
    from shap import GradientExplainer

    theirs = GradientExplainer(network(), images()).shap_values(images(1), nsamples=6, rseed=2)
    found = explain.shap(network(), images(1), CLASS, background=images(), samples=6, seed=2)
    return error(found, theirs[..., CLASS].sum(axis=-1))


# Class activation


@oracle("cam", "score minus bias = mean of the map", 1e-5)
def _():
    maps = explain.cam(pooled(), images(), CLASS, upsample=False)
    bias = pooled().layers[-1].get_weights()[1][CLASS]
    return error(maps.mean(axis=(1, 2)), explain.scores(pooled(), images(), CLASS) - bias)


@oracle("cam", "Grad-CAM × pixels, after global average pooling", 1e-5)
def _():
    maps = explain.cam(pooled(), images(), CLASS, upsample=False)
    same = explain.grad_cam(pooled(), images(), CLASS, relu=False, upsample=False)
    return error(maps, same * maps[0].size)


@oracle("grad_cam", "finite differences in float64", 1e-6)
def _():
    model = network(precision="float64")
    maps = keras.Sequential(model.layers[:3])(images(1).astype(float)).numpy()
    rest = keras.Sequential([keras.Input(maps.shape[1:], dtype="float64"), *model.layers[3:]])
    moves = 1e-6 * np.eye(maps.size).reshape(-1, *maps.shape[1:])
    rises = explain.scores(rest, maps + moves, CLASS) - explain.scores(rest, maps - moves, CLASS)
    weights = (rises / 2e-6).reshape(maps.shape).mean(axis=(1, 2))
    found = explain.grad_cam(model, images(1), CLASS, layer="last", relu=False, upsample=False)
    return error(found[0], maps[0] @ weights[0])


@oracle("grad_cam", "tf-keras-vis", 1e-5, peer="tf_keras_vis")
def _():
    from tf_keras_vis.gradcam import Gradcam

    return error(np.maximum(raw(explain.grad_cam), 0), keras_vis(Gradcam))


@oracle("grad_cam", "tf-explain", 1e-5, peer="tf_explain")
def _():
    from tf_explain.core.grad_cam import GradCAM

    # It needs `model.output`, which a Sequential model that was not called does not have.
    functional = keras.Model(network().inputs, network().outputs[0])
    maps, slopes = GradCAM.get_gradients_and_filters(functional, images(), "last", CLASS, use_guided_grads=False)
    return error(raw(explain.grad_cam), np.stack(GradCAM.generate_ponderated_output(maps, slopes)))


@oracle("grad_cam", "saliency", 1e-5, peer="saliency")
def _():
    from saliency.core import GradCam

    def values(batch, call_model_args=None, expected_keys=None):
        return {"CONVOLUTION_LAYER_VALUES": cut()[0][:1], "CONVOLUTION_OUTPUT_GRADIENTS": cut()[1][:1]}

    theirs = GradCam().GetMask(images()[0], values, should_resize=False, three_dims=False)
    return error(np.maximum(raw(explain.grad_cam)[0], 0), theirs)


@oracle("grad_cam_plus_plus", "the paper's formula, written out", 1e-5)
def _():
    maps, slopes = cut()
    below = 2 * slopes**2 + maps.sum(axis=(1, 2), keepdims=True) * slopes**3
    alpha = np.divide(slopes**2, below, out=np.zeros_like(slopes), where=below != 0)
    weights = (alpha * np.maximum(slopes, 0)).sum(axis=(1, 2))
    return error(raw(explain.grad_cam_plus_plus), np.einsum("nijk,nk->nij", maps, weights))


@oracle("hires_cam", "Grad-CAM, after global average pooling", 1e-5)
def _():
    maps = explain.hires_cam(pooled(), images(), CLASS, upsample=False)
    return error(maps, explain.grad_cam(pooled(), images(), CLASS, relu=False, upsample=False))


@oracle("hires_cam", "score minus bias, shared out by a linear head behind flatten", 1e-5)
def _():
    model = flattened()
    shares = explain.hires_cam(model, images(), CLASS, upsample=False).sum(axis=(1, 2))
    return error(shares, explain.scores(model, images(), CLASS) - model.layers[-1].get_weights()[1][CLASS])


@oracle("hires_cam", "the formula, written out", 1e-5)
def _():
    maps, slopes = cut()
    return error(raw(explain.hires_cam), (slopes * maps).sum(axis=-1))


@oracle("layer_cam", "the formula, written out", 1e-5)
def _():
    maps, slopes = cut()
    return error(raw(explain.layer_cam), (np.maximum(slopes, 0) * maps).sum(axis=-1))


@oracle("layer_cam", "tf-keras-vis", 1e-5, peer="tf_keras_vis")
def _():
    from tf_keras_vis.layercam import Layercam

    return error(raw(explain.layer_cam), keras_vis(Layercam))


@oracle("score_cam", "one map at a time", 1e-4)
def _():
    maps, expected = cut()[0], []
    for image, own in zip(images(), maps, strict=True):
        changes = []
        for k in range(own.shape[-1]):
            mask = tf.image.resize(own[:, :, k : k + 1], SHAPE[:2]).numpy()
            mask = (mask - mask.min()) / (np.ptp(mask) or 1)
            changes.append(score(mask * image) - score(0 * image))
        expected.append(own @ (np.exp(changes) / np.exp(changes).sum()))
    return error(raw(explain.score_cam), np.stack(expected))


def keras_vis(method):
    from tf_keras_vis.utils.scores import CategoricalScore

    options = {"penultimate_layer": "last", "expand_cam": False, "normalize_cam": False}
    return np.array(method(network(), clone=False)(CategoricalScore([CLASS] * 2), images(), **options))


# Perturbation


@oracle("occlusion", "one patch at a time", 1e-4)
def _():
    image, falls, times = images()[0], np.zeros(SHAPE[:2]), np.zeros(SHAPE[:2])
    for row, column in itertools.product((0, 3, 6, 8), (0, 3, 6)):
        covered = image.copy()
        covered[row : row + 4, column : column + 4] = 0.5
        falls[row : row + 4, column : column + 4] += score(image) - score(covered)
        times[row : row + 4, column : column + 4] += 1
    found = explain.occlusion(network(), images(1), CLASS, patch=4, stride=3, baseline=0.5)
    return error(found[0], falls / times)


@oracle("occlusion", "weight × difference of a linear network", 1e-5)
def _():
    model, weights = linear()
    found = explain.occlusion(model, images(), CLASS, patch=1, baseline=0.3)
    return error(found, ((images() - 0.3) * weights).sum(axis=-1))


@oracle("rise", "one mask at a time", 1e-4)
def _():
    random, weighted, sums = np.random.default_rng(6), 0, 0
    for _ in range(20):
        grid = (random.random((1, 5, 5)) < 0.4).astype(np.float32)[0, :, :, np.newaxis]
        large = tf.image.resize(grid, (15, 15)).numpy()[:, :, 0]
        row, column = random.integers(3), random.integers(3)
        mask = large[row : row + SHAPE[0], column : column + SHAPE[1]]
        weighted += score(mask[..., np.newaxis] * images()[0]) * mask
        sums += mask
    found = explain.rise(network(), images(1), CLASS, masks=20, cells=4, shown=0.4, seed=6)
    return error(found[0], weighted / sums)


@oracle("lime", "sum over the superpixel, linear network, no ridge", 1e-4)
def _():
    model, weights = linear()
    rows, columns = np.indices(SHAPE[:2])
    segments = (rows >= 7) * 3 + columns // 4
    found = explain.lime(model, images(1), CLASS, segments=segments[np.newaxis], samples=200, ridge=0, baseline=0.2)
    parts = ((images()[0] - 0.2) * weights).sum(axis=-1)
    return error(found[0], np.bincount(segments.ravel(), parts.ravel())[segments])


@oracle("lime", "normal equations of the weighted ridge regression", 1e-4)
def _():
    segments = np.indices(SHAPE[:2])[0] // 3
    options = {"samples": 40, "kernel_width": 0.4, "ridge": 0.3, "baseline": 0.1, "seed": 5}
    found = explain.lime(network(), images(1), CLASS, segments=segments[np.newaxis], **options)
    shown = np.random.default_rng(5).random((40, 4)) < 0.5
    shown[0] = True
    seen = np.where(shown[:, segments, None], images()[0], np.float32(0.1))
    scores = explain.scores(network(), seen, CLASS).astype(float)
    weights = np.exp(-(((1 - np.sqrt(shown.mean(axis=1))) / 0.4) ** 2))
    centred = shown - weights @ shown / weights.sum()
    falls = scores - weights @ scores / weights.sum()
    normal = (centred * weights[:, None]).T @ centred + 0.3 * np.eye(4)
    return error(found[0], np.linalg.solve(normal, (centred * weights[:, None]).T @ falls)[segments])


# Relevance


@oracle("lrp", "gradient × input, epsilon 0, ReLUs", 1e-4)
def _():
    found = explain.lrp(network(), images(), CLASS, rule="epsilon", epsilon=0)
    return error(found, explain.gradient_x_input(network(), images(), CLASS))


@oracle("lrp", "conservation: the score, ReLUs without biases", 1e-4)
def _():
    model = network(biases=False)
    return error(total(explain.lrp(model, images(), CLASS)), explain.scores(model, images(), CLASS))


@oracle("lrp", "alpha 2 beta 1, written out for one dense layer", 1e-4)
def _():
    model, weights = linear()
    terms = images() * weights
    positive, negative = (
        part / part.sum(axis=(1, 2, 3), keepdims=True) for part in (np.maximum(terms, 0), np.minimum(terms, 0))
    )
    scores = explain.scores(model, images(), CLASS)[:, None, None]
    expected = scores * (2 * positive - negative).sum(axis=-1)
    return error(explain.lrp(model, images(), CLASS, rule="alpha_beta", alpha=2), expected)


@oracle("deep_taylor", "conservation: the positive score", 1e-4)
def _():
    each = [explain.deep_taylor(network(), images(), target) for target in range(3)]
    expected = [np.maximum(explain.scores(network(), images(), target), 0) for target in range(3)]
    return error([total(heatmaps) for heatmaps in each], expected)


@oracle("deep_taylor", "z^B, written out for one dense layer", 1e-4)
def _():
    model = linear()[0]
    kernel = model.layers[-1].get_weights()[0]
    weights = kernel.T[explain.explained_classes(model, images())].reshape(-1, *SHAPE)
    shares = images() * weights - np.minimum(weights, 0)
    best = np.maximum(explain.scores(model, images()), 0)[:, None, None]
    expected = best * (shares / shares.sum(axis=(1, 2, 3), keepdims=True)).sum(axis=-1)
    return error(explain.deep_taylor(model, images()), expected)


@oracle("fixations", "one unit at a time, in plain Python", 0.0)
def _():
    wrong = 0
    for image, target in itertools.product(images(), range(3)):
        (found,) = fixated_pixels(network(), image[np.newaxis], target, neighbours=0)
        wrong += sorted(map(tuple, found.tolist())) != fixations_by_hand(network(), image, target)
    return float(wrong)
