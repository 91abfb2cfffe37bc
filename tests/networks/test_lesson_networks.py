"""The networks of the lessons: as large as the literature says, ready to train, strict about arguments."""

import functools

import keras
import numpy as np
import pytest

from coursekit import networks


@functools.cache
def built(build):
    """A network that nobody changes."""
    return build()


@pytest.mark.parametrize(
    ("build", "total", "trainable"),
    [
        (networks.cats_dogs_convnet, 3_453_121, 3_453_121),
        (networks.flower_convnet, 1_629_989, 1_629_989),
        (networks.residual_cifar, 2_918_538, 2_914_058),
        (networks.scene_resnet, 19_952_262, 19_909_894),
        pytest.param(lambda: networks.scene_resnet(150), 19_952_262, 19_909_894, marks=pytest.mark.slow),
        (networks.resnet18, 11_189_190, 11_179_590),
        (lambda: networks.resnet18(224, classes=1000), 11_699_112, 11_689_512),
        (networks.linear_fourier_net, 25_783_330, 25_783_330),
    ],
    ids=[
        "cats_dogs",
        "flowers",
        "cifar10",
        "scenes",
        "scenes at 150",
        "ResNet-18",
        "ResNet-18 of torchvision",
        "linear",
    ],
)
def test_parameter_counts_of_the_literature(build, total, trainable):
    counts = networks.parameter_counts(built(build))
    assert (counts.total, counts.trainable, counts.fixed) == (total, trainable, total - trainable)


def main_path(model, projections):
    """How many layers with weights lie on the main path."""
    weighted = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D | keras.layers.Dense)]
    return len(weighted) - projections


@pytest.mark.parametrize("depth", [8, 20])
def test_plain_and_residual_stacks_differ_in_their_shortcuts_only(depth):
    plain, residual = (networks.cifar_stack(depth, residual=residual, width=4) for residual in (False, True))
    assert main_path(plain, projections=0) == main_path(residual, projections=0) == depth
    assert [weight.shape for weight in plain.weights] == [weight.shape for weight in residual.weights]
    added = [layer for layer in residual.layers if isinstance(layer, keras.layers.Add)]
    assert len(added) == (depth - 2) // 2
    assert not any(isinstance(layer, keras.layers.Add) for layer in plain.layers)


def test_stacks_have_the_size_of_the_paper():
    """Table 6 of He et al. (2016): 0.27 million with 20 layers, 0.85 million with 56."""
    millions = [networks.parameter_counts(networks.cifar_stack(depth, True)).trainable / 1e6 for depth in (20, 56)]
    assert np.round(millions, 2).tolist() == [0.27, 0.85]


def test_a_stack_whose_branches_are_silent_hands_its_input_on():
    """The shortcuts of option A: every other pixel, new channels zero."""
    model = networks.cifar_stack(8, residual=True, width=4)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization) and layer is not model.layers[2]:
            layer.gamma.assign(keras.ops.zeros_like(layer.gamma))
    relus = [layer for layer in model.layers if isinstance(layer, keras.layers.ReLU)]
    images = np.random.default_rng(1).random((2, 32, 32, 3), np.float32)
    first, last = keras.Model(model.input, [relus[0].output, relus[-1].output]).predict(images, verbose=0)
    assert last.shape == (2, 8, 8, 16)
    np.testing.assert_allclose(last[..., 6:10], first[:, ::4, ::4], atol=1e-6)
    np.testing.assert_array_equal(np.delete(last, range(6, 10), axis=-1), 0)


@pytest.mark.parametrize(
    ("build", "layers", "projections"), [(networks.resnet18, 18, 3), (networks.scene_resnet, 38, 4)]
)
def test_depths(build, layers, projections):
    """What is often called ResNet-18 for the scenes has 37 convolutions and a dense layer."""
    assert main_path(built(build), projections) == layers


@pytest.mark.parametrize(
    "build",
    [
        lambda: networks.cats_dogs_convnet(46, dropout=0.5),
        lambda: networks.flower_convnet(22, classes=3, dropout=0.2, l2=1e-3),
        lambda: networks.residual_cifar(width=2, classes=3),
        pytest.param(lambda: networks.resnet18(32, classes=3, width=2), marks=pytest.mark.slow),
        pytest.param(lambda: networks.cifar_stack(8, residual=True, width=2), marks=pytest.mark.slow),
    ],
    ids=["cats_dogs", "flowers", "cifar10", "ResNet-18", "stack"],
)
def test_networks_train_and_survive_saving(build, tmp_path):
    model = build()
    outputs = model.output_shape[-1]
    images = np.random.default_rng(2).random((4, *model.input_shape[1:]), np.float32)
    loss = "binary_crossentropy" if outputs == 1 else "sparse_categorical_crossentropy"
    # Eagerly: tracing deep networks takes longer than one step of them.
    model.compile("adam", loss, run_eagerly=True)
    model.fit(images, np.array([0, 1, 1, 0]), verbose=0)
    answers = np.asarray(model(images))
    assert answers.min() >= 0
    if outputs > 1:
        np.testing.assert_allclose(answers.sum(axis=1), 1, rtol=1e-5)
    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again(images), answers, atol=1e-6)


def test_regularisation_stands_where_it_was_asked_for():
    regularised = networks.flower_convnet(22, dropout=0.2, l2=0.5)
    kernels = [layer.kernel for layer in regularised.layers if layer.weights]
    penalty = 0.5 * sum(float(keras.ops.sum(kernel**2)) for kernel in kernels)
    assert float(sum(regularised.losses)) == pytest.approx(penalty, rel=1e-5)
    assert not networks.flower_convnet(22).losses
    for build in (networks.cats_dogs_convnet, networks.flower_convnet):
        rates = [layer.rate for layer in build(46, dropout=0.4).layers if isinstance(layer, keras.layers.Dropout)]
        assert rates == [0.4]


@pytest.mark.parametrize(
    ("build", "size"),
    [
        (networks.cats_dogs_convnet, 45),
        (networks.flower_convnet, 21),
        (networks.scene_resnet, 128),
        (networks.resnet18, 31),
    ],
)
def test_too_small_images(build, size):
    with pytest.raises(
        ValueError, match=rf"size is {size}, but .* at least {size + 1} by {size + 1} .* size={size + 1}"
    ):
        build(size)


@pytest.mark.parametrize(
    "build", [networks.flower_convnet, networks.residual_cifar, networks.scene_resnet, networks.resnet18]
)
def test_one_class_is_no_classification(build):
    with pytest.raises(ValueError, match="classes is 1, but a classifier tells at least 2"):
        build(classes=1)


@pytest.mark.parametrize("depth", [2, 18, 21])
def test_depths_that_no_stack_has(depth):
    with pytest.raises(ValueError, match=rf"depth is {depth}, but .* 6n \+ 2"):
        networks.cifar_stack(depth, residual=True)


@pytest.mark.parametrize(
    "build", [networks.residual_cifar, networks.resnet18, lambda width: networks.cifar_stack(8, True, width)]
)
def test_no_filters(build):
    with pytest.raises(ValueError, match=r"width is 0, but .* at least 1 filter"):
        build(width=0)
