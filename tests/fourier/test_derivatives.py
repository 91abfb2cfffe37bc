"""dg/dx and dy/dx through the frequency domain, against TensorFlow's tape and finite differences."""

import tracemalloc

import numpy as np
import pytest
import tensorflow as tf

from coursekit import networks
from coursekit.fourier import FourierNet3
from coursekit.fourier.derivatives import ScoreGradient, shifted_kernel, unit_images
from tests.fourier.conftest import fill, keras, layers, noise, plain, relative


def logits_model(model):
    """The same model without its softmax."""
    stripped = keras.models.clone_model(model)
    stripped.set_weights(model.get_weights())
    stripped.layers[-1].activation = keras.activations.linear
    return stripped


def taped(model, images, target):
    """dy/dx by TensorFlow, and y."""
    x = tf.constant(images)
    with tf.GradientTape() as tape:
        tape.watch(x)
        score = tf.gather(logits_model(model)(x), np.broadcast_to(target, len(images)), batch_dims=1)
    return score.numpy(), tape.gradient(score, x).numpy()


def rings(shape, width):
    """True on the outermost rings of an image."""
    inside = np.zeros(shape, bool)
    inside[width : shape[0] - width, width : shape[1] - width] = True
    return ~inside


@pytest.mark.parametrize("place", [(7, 6), (0, 0), (15, 2), (1, 12)])
def test_the_derivative_of_a_place_is_its_shifted_kernel(place):
    """Inside, at a corner and at two borders; for the network with combined kernels, and for one layer Keras too."""
    net = FourierNet3(plain(channels=(2, 3, 4, 5)))
    points = np.eye(16 * 13).reshape(-1, 16, 13)
    for channel in (0, 1):
        images = np.zeros((len(points), 16, 13, 2), np.float32)
        images[..., channel] = points
        # g is linear in x: what one bright pixel makes of it is the derivative by that pixel.
        jacobian = net.maps(images)[:, place[0], place[1], 3].reshape(16, 13)
        ours = shifted_kernel(net.kernels[:, :, channel, 3], (16, 13), place)
        np.testing.assert_allclose(ours, jacobian, atol=1e-5 * np.abs(jacobian).max())


@pytest.mark.parametrize("sizes", [(3, 3, 3), (5, 1), (2, 4), (7,)])
@pytest.mark.parametrize("bias", [False, True])
def test_valid_networks_have_the_derivative_of_the_tape(sizes, bias):
    model = plain(sizes=sizes, channels=(2, 3, 4, 5)[: len(sizes) + 1], padding="valid", bias=bias)
    images, target = noise((5, 16, 13, 2)), np.array([0, 1, 2, 1, 0])
    gradient = ScoreGradient(model)
    score, slopes = taped(model, images, target)
    ours_score, ours = gradient.scores_and_slopes(images, target, batch_size=2)
    assert relative(ours, slopes) < 1e-5
    assert relative(ours_score, score) < 1e-5
    assert relative(gradient.scores(images, target), score) < 1e-5


@pytest.mark.parametrize(
    ("sizes", "wide"), [((3,), 0), ((3, 3), 1), ((3, 3, 3), 2), ((5, 5), 2), ((3, 5), 1), ((5, 3), 2)]
)
def test_same_networks_differ_on_the_border_rings_only(sizes, wide):
    """A path that leaves the image and comes back begins near the border; Keras cuts it, the product does not.

    It must leave before the last layer: the rings are as many as the layers before that reach over the border.

    The images are black where the maps would differ, so that both networks have the same maps and the same ReLUs.
    """
    model = plain(sizes=sizes, channels=(1, 3, 4, 5)[: len(sizes) + 1])
    images = noise((4, 16, 13, 1))
    images[:, rings((16, 13), wide)] = 0
    score, slopes = taped(model, images, 1)
    ours_score, ours = ScoreGradient(model).scores_and_slopes(images, 1)
    assert relative(ours_score, score) < 1e-5
    differs = np.abs(ours - slopes).max(axis=(0, 3)) > 1e-4 * np.abs(slopes).max()
    border = rings((16, 13), wide)
    assert not differs[~border].any()
    assert differs[border].mean() > 0.9 if wide else not border.any()


def test_the_tape_is_met_to_one_in_ten_thousand_at_full_width():
    """32, 64 and 128 maps on 28x28, "valid": the size that the course explains."""
    convolutions = [layers.Conv2D(count, 3, use_bias=False) for count in (32, 64, 128)]
    tail = [layers.Flatten(), layers.Dense(16, activation="relu"), layers.Dense(2, activation="softmax")]
    model = keras.Sequential([keras.Input((28, 28, 1)), *convolutions, *tail])
    images = noise((3, 28, 28, 1))
    assert relative(ScoreGradient(model)(images, 1), taped(model, images, 1)[1]) < 1e-4


def test_finite_differences():
    model = plain(dtype="float64")
    gradient, image = ScoreGradient(model), noise((1, 16, 13, 1), dtype=np.float64)
    slopes = gradient(image, 2)
    for place in [(0, 0, 0, 0), (0, 8, 5, 0), (0, 15, 12, 0)]:
        step = np.zeros_like(image)
        step[place] = 1e-6
        rise = (gradient.scores(image + step, 2) - gradient.scores(image - step, 2)) / 2e-6
        assert slopes[place] == pytest.approx(rise[0], rel=1e-6)


def test_the_class_with_the_largest_logit_is_explained_unless_another_is_asked_for():
    gradient, images = ScoreGradient(plain()), noise((6, 16, 13, 1))
    best = gradient.net.logits(images).argmax(axis=1)
    np.testing.assert_array_equal(gradient(images), gradient(images, best))
    np.testing.assert_allclose(gradient.scores(images), gradient.net.logits(images).max(axis=1))


def test_peak_memory_is_a_twentieth_of_the_stored_derivative():
    gradient = ScoreGradient(networks.linear_fourier_net(hidden=8))
    stored = 784 * 784 * 128 * np.dtype(np.float32).itemsize
    gradient(noise((1, 28, 28, 1)))  # the spectra of the kernels are computed once
    for count in (1, 12):
        tracemalloc.start()
        gradient(noise((count, 28, 28, 1)))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < stored / 20


def test_every_unit_of_the_first_dense_layer_looks_for_one_image():
    for model in (plain(bias=True), plain(padding="valid", channels=(2, 3, 4, 5))):
        gradient = ScoreGradient(model)
        images = noise((3, 16, 13, gradient.net.kernels.shape[2]))
        templates = unit_images(gradient, (16, 13), batch_size=4)
        sums = gradient.dense[0](gradient.net.maps(images).reshape(3, -1))
        black = gradient.dense[0](gradient.net.maps(np.zeros_like(images)).reshape(3, -1))
        assert relative(np.tensordot(images, templates, ([1, 2, 3], [1, 2, 3])) + black, sums) < 1e-5


def test_what_cannot_be_derived_says_why():
    gradient, images = ScoreGradient(plain()), noise((2, 16, 13, 1))
    with pytest.raises(ValueError, match="there are 3 classes, 0 to 2"):
        gradient(images, 3)
    with pytest.raises(ValueError, match="one for each of the 2 images"):
        gradient(images, [0, 1, 2])
    with pytest.raises(ValueError, match=r"they must be \(n, 16, 13, 5\)"):
        gradient.to_image(np.zeros((1, 13, 16, 5)), (16, 13))
    with pytest.raises(ValueError, match="do not fit the first dense layer"):
        unit_images(gradient, (16, 16))
    with pytest.raises(ValueError, match="no centre"):
        shifted_kernel(np.ones((2, 3)), (8, 8), (0, 0))
    with pytest.raises(ValueError, match="rows and columns count from 0"):
        shifted_kernel(np.ones((3, 3)), (8, 8), (8, 0))


def test_networks_with_other_layers_are_refused_by_name():
    bent = keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(2, 3, activation="relu", name="bent")])
    bent.add(layers.Flatten())
    bent.add(layers.Dense(2))
    with pytest.raises(ValueError, match="bent"):
        ScoreGradient(bent)
    ends = [layers.GlobalAveragePooling2D(name="average"), layers.Dense(2)]
    with pytest.raises(ValueError, match="average"):
        ScoreGradient(fill(keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(2, 3), *ends])))
    with pytest.raises(ValueError, match="no dense layer"):
        ScoreGradient(fill(keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(2, 3), layers.Flatten()])))
