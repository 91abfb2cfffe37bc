"""The model browser without a browser: ``set_state`` is what a browser sends."""

import functools

import numpy as np
import pytest

from coursekit.backend import import_keras
from coursekit.widgets import browse_model
from coursekit.widgets.model.layers import OpenedModel
from coursekit.widgets.model.one_kernel import one_kernel
from coursekit.widgets.sources.models import COURSE_MODELS
from tests.quick import quick_only
from tests.widgets.sending import choose, upload

keras = import_keras()
layers = keras.layers


@pytest.fixture(scope="module")
def opened_once():
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("COURSEKIT_DATA", "sample")
        return browse_model()


@pytest.fixture
def browser(opened_once):
    opened_once.network.value = "mnist_convnet"
    opened_once.reset()
    yield opened_once
    assert opened_once.errors == []


def branched():
    pixels = keras.Input((32, 24, 3))
    stem = layers.Conv2D(4, (3, 5), strides=2, padding="same", activation="relu", name="stem")(pixels)
    inner = keras.Sequential(
        [keras.Input(stem.shape[1:]), layers.DepthwiseConv2D(3, depth_multiplier=2, name="depth"), layers.ReLU()],
        name="inner",
    )
    grouped = layers.Conv2D(8, 3, groups=2, name="grouped")(stem)
    joined = layers.Add(name="sum")([inner(stem), grouped])
    up = layers.Conv2DTranspose(2, 3, strides=2, name="up")(layers.SeparableConv2D(5, 3, name="separable")(joined))
    return keras.Model(pixels, layers.Dense(3, name="end")(layers.Flatten()(up)), name="branched")


def listed(browser):
    return [name for _, name in browser.layer_name.options]


def test_it_opens_on_the_first_layer_and_says_what_it_does(browser):
    assert browser.status.text.startswith(
        "Layer 1 of 8 in mnist_convnet: conv2d, a Conv2D, makes 26 × 26 × 32 of 28 × 28 × 1, with 320 parameters and "
        "194,688 products; its units see 3 × 3 pixels."
    )
    # In space the image, input, kernel, both and the output; in frequency three; the mean, the kernel, and both.
    assert browser.panels.value.count("<img") == 5 + 3 + 3


def test_it_opens_on_the_kernel_whose_map_differs_most_from_place_to_place(browser):
    spread = browser.output.std(axis=(0, 1))
    assert browser.kernel.value == spread.argmax()
    browser.layer_name.set_state({"index": 2})
    assert browser.kernel.value == browser.output.std(axis=(0, 1)).argmax()


def test_one_kernel_by_itself_adds_up_over_the_channels_to_what_the_layer_gives(browser):
    browser.layer_name.set_state({"index": 2})
    layer, kernels = browser.model.layers[2], browser.model.layers[2].get_weights()[0]
    alone = [one_kernel(layer, browser.input, kernels, channel, 5) for channel in range(32)]
    summed = sum(one.result for one in alone) + layer.get_weights()[1][5]
    np.testing.assert_allclose(np.maximum(summed, 0), browser.output[..., 5], atol=1e-4)
    # Without padding the way by frequency gives the same, cut out where the kernel lies wholly on the image.
    whole = np.fft.ifft2(np.fft.ifftshift(alone[0].spectra[2])).real
    np.testing.assert_allclose(whole[2:-2, 2:-2], alone[0].result, atol=1e-4)
    np.testing.assert_allclose(
        alone[0].of_mean,
        sum(one_kernel(layer, one.plane[..., None], kernels[:, :, :1], 0, 5).result for one in alone) / 32,
        atol=1e-4,
    )


def test_summaries_of_all_layers_and_of_the_convolutions(browser):
    assert browser.summary_text.value == ""
    choose(browser.summary, "all layers, by Keras")
    assert "Total params" in browser.summary_text.value
    choose(browser.summary, "convolutions")
    assert "64 of 3 × 3 × 32" in browser.summary_text.value
    assert "3 convolutions, 55,744 parameters" in browser.summary_text.value
    choose(browser.summary, "none")


def test_parameters_and_products_of_the_lessons_network(browser):
    opened = OpenedModel(browser.model, (28, 28, 1))
    assert sum(layer.parameters for layer in opened.layers) == 93_322
    assert [layer.products for layer in opened.layers] == [
        *(26 * 26 * 9 * 32, 0, 11 * 11 * 9 * 32 * 64, 0, 3 * 3 * 9 * 64 * 64, 0, 576 * 64, 64 * 10)
    ]


def test_lists_by_group_and_by_search(browser):
    choose(browser.group, "dense")
    assert listed(browser) == [layer.name for layer in browser.model.layers[6:]]
    choose(browser.group, "all layers")
    browser.search.set_state({"value": "POOL"})
    assert len(browser.layer_name.options) == 2
    assert "8 layers" in browser.layers.value
    assert "2 listed" in browser.layers.value


def test_a_search_that_nothing_passes_says_so(browser):
    browser.search.set_state({"value": "nothing like it"})
    assert browser.status.text.startswith("None of the 8 layers of mnist_convnet is listed")
    assert (browser.layer, browser.input, browser.output) == (None, None, None)
    browser.search.set_state({"value": ""})
    assert browser.layer.name == "conv2d"


def test_kernel_and_channel_follow_the_layer(browser):
    browser.layer_name.set_state({"index": 2})
    browser.kernel.set_state({"value": 63.0})
    browser.channel.set_state({"value": 31.0})
    assert "Kernel 63" in browser.panels.value
    assert "for channel 31 of 32" in browser.panels.value
    browser.layer_name.set_state({"index": 0})
    assert (browser.kernel.max, browser.channel.value) == (31, 0)


LARGE = ("cats_dogs_augmented", "cifar10_residual", "cifar10_backbone", "small_eyes")


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=pytest.mark.slow) if name in LARGE else name for name in [*COURSE_MODELS, "small_eyes"]],
)
def test_every_layer_of_every_course_network_agrees_with_keras(browser, name):
    choose(browser.network, name)
    model = browser.model
    assert sum(layer.parameters for layer in browser._entered(name)[1].layers) == model.count_params()
    np.testing.assert_allclose(
        np.ravel(browser._passing(browser.view.state).scores),
        np.ravel(model(browser.image[None], training=False)),
        atol=1e-4,
    )
    for index in (0, len(browser.layer_name.options) // 2, len(browser.layer_name.options) - 1):
        browser.layer_name.set_state({"index": index})
        assert browser.output.shape == browser.layer.gives


def test_what_is_shown_is_what_the_layer_computes(browser):
    browser.layer_name.set_state({"index": 2})
    part = keras.Model(browser.model.inputs[0], browser.model.layers[2].output)
    np.testing.assert_allclose(browser.output, part(browser.image[None])[0], atol=1e-5)
    before = browser.output
    browser.image_name.set_state({"index": 1})
    assert (browser.output != before).any()


def test_a_model_of_ones_own_with_branches_groups_and_a_model_inside():
    model = branched()
    browser = browse_model(model)
    assert browser.network.value == "branched (yours)"
    opened = browser._entered(browser.network.value)[1]
    assert sum(layer.parameters for layer in opened.layers) == model.count_params()
    by_name = {layer.name: layer for layer in opened.layers}
    assert "inner" not in by_name
    assert by_name["inner/depth"].products == 14 * 10 * 9 * 8
    assert by_name["grouped"].products == 14 * 10 * 9 * 2 * 8
    assert by_name["separable"].products == 12 * 8 * (9 * 8 + 8 * 5)
    assert by_name["up"].products == 12 * 8 * 9 * 5 * 2
    assert by_name["sum"].takes == ((14, 10, 8), (14, 10, 8))
    for index in range(len(browser.layer_name.options)):
        browser.layer_name.set_state({"index": index})
        for kernel in {0, int(browser.kernel.max)}:
            browser.kernel.set_state({"value": float(kernel)})
            browser.channel.set_state({"value": browser.channel.max})
    assert browser.errors == []


@pytest.mark.parametrize("layer", quick_only(["stem", "inner/depth", "grouped", "up", "sum", "end"], ["sum"]))
def test_the_code_gives_the_same_kernel_and_output(layer):
    model = branched()
    browser = browse_model(model)
    browser.layer_name.value = layer
    browser.kernel.value, browser.channel.value = 1, 3
    names = {"model": model, "explorer": browser}
    exec(browser.code.code, names)
    if browser.layer.kernel:
        *_, reads, count = browser._entered(browser.network.value)[1].kernel(layer).shape
        shown = browser._entered(browser.network.value)[1].kernel(layer)[:, :, :, 1 % count]
        shown = (
            shown.squeeze((0, 1)) if browser.layer.group == "dense" else shown[:, :, browser.view.state.channel % reads]
        )
        np.testing.assert_array_equal(names["kernel"], shown)
    if len(browser.layer.gives) == 3:
        np.testing.assert_allclose(names["output"], browser.output[..., browser.view.state.kernel], atol=1e-5)


@pytest.mark.slow
def test_the_code_of_a_course_network_runs_as_it_is(browser):
    choose(browser.network, "cifar10_residual")
    # Not an upload, which another test may have made: no code can give that.
    browser.image_name.value = next(name for name in browser.image_name.options if name.startswith("test 0:"))
    names = {}
    exec(browser.code.code, names)
    np.testing.assert_allclose(names["output"], browser.output[..., browser.view.state.kernel], atol=1e-5)


def test_spectra_and_a_model_of_an_own_class():
    line = keras.Sequential(
        [keras.Input((50, 1)), layers.Conv1D(3, 5), layers.Flatten(), layers.Dense(2, activation="softmax")],
        name="line",
    )
    browser = browse_model(line, np.random.default_rng(0).random((4, 50, 1)))
    assert browser.layer.products == 46 * 5 * 3
    assert browser.upload.disabled
    assert list(browser.image_name.options) == [f"image {index}" for index in range(4)]
    browser.image_name.set_state({"index": 3})

    class Own(keras.Model):
        def __init__(self):
            super().__init__(name="own")
            self.first, self.last = layers.Conv2D(2, 3), layers.Dense(2)

        def call(self, images):
            return self.last(keras.ops.mean(self.first(images), axis=(1, 2)))

    own = browse_model(Own(), np.zeros((1, 12, 12, 1)))
    assert [layer.name for layer in own._entered("own (yours)")[1].layers] == [
        own.model.first.name,
        own.model.last.name,
    ]
    assert browser.errors == own.errors == []


def test_another_image_is_uploaded_and_cut_to_what_the_model_takes(browser):
    upload(browser.upload, "white.png", np.full((30, 60), 255, np.uint8))
    assert browser.image_name.value == "white.png (yours, 1)"
    assert browser.image.shape == (28, 28, 1)
    assert browser.image.min() > 0.99


@pytest.mark.parametrize(
    ("model", "images", "error", "words"),
    [
        ("VGG16", None, TypeError, "pass a Keras model"),
        (keras.Sequential([keras.Input((5,)), layers.Dense(2)]), None, ValueError, "Pass images"),
        (branched(), np.zeros((2, 8, 8, 3)), ValueError, "takes"),
        (branched(), np.zeros(3), ValueError, "pass many"),
        (keras.Sequential([layers.Conv2D(1, 3)]), None, ValueError, "no images of that kind"),
    ],
)
def test_bad_input_is_refused_when_the_browser_is_made(model, images, error, words):
    with pytest.raises(error, match=words):
        browse_model(model, images)


def test_what_is_stored_is_the_same_on_every_run(browser):
    first, second = (browse_model()._repr_mimebundle_()[0] for _ in range(2))
    assert (first["text/plain"], first["text/html"]) == (second["text/plain"], second["text/html"])


@pytest.mark.parametrize(
    "activation",
    [lambda: layers.LeakyReLU(0.2), lambda: functools.partial(keras.activations.relu, negative_slope=0.2)],
    ids=["a layer", "a partial function"],
)
@pytest.mark.parametrize("subclassed", [False, True])
def test_a_layer_whose_activation_is_given_as_an_object_is_listed_with_it(activation, subclassed):
    inside = [layers.Conv2D(4, 3, activation=activation(), name="first"), layers.GlobalAveragePooling2D(name="mean")]
    model = keras.Sequential([keras.Input((12, 12, 3)), *inside, layers.Dense(2, activation=activation(), name="last")])
    if subclassed:
        model = Chain(model.layers)
    images = np.random.default_rng(0).random((2, 12, 12, 3), dtype=np.float32)
    browser = browse_model(model, images)
    assert listed(browser) == ["first", "mean", "last"]
    kernel, bias = (np.asarray(one) for one in inside[0].get_weights())
    before = np.einsum(
        "ijabc,abck->ijk",
        np.lib.stride_tricks.sliding_window_view(images[0], (3, 3), (0, 1)).transpose(0, 1, 3, 4, 2),
        kernel,
    )
    expected = before + bias
    np.testing.assert_allclose(browser.output, np.where(expected > 0, expected, 0.2 * expected), atol=1e-5)
    assert browser.errors == []


class Chain(keras.Model):
    """A model of an own class that calls its layers one after the other."""

    def __init__(self, chain):
        super().__init__(name="chain")
        self.chain = chain

    def call(self, images):
        for layer in self.chain:
            images = layer(images)
        return images
