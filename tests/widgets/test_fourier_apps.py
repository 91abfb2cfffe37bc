"""The apps on kernels and on the convolution theorem, without a browser: ``set_state`` is what a browser sends."""

import io
import zipfile

import numpy as np
import pytest
import scipy.signal

from coursekit import data, fourier, networks
from coursekit.backend import import_keras
from coursekit.widgets import explore_convolution_theorem, explore_spectra
from coursekit.widgets.convolution_theorem.view import both_ways
from coursekit.widgets.kernel_spectra.view import drawn_pairs
from coursekit.widgets.sources.kernel_sets import kernel_sets, part_of
from coursekit.widgets.sources.samples import Samples
from tests.widgets.sending import choose, upload

keras = import_keras()


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(0)
    return networks.linear_fourier_net(size=12, filters=(3, 4, 5), hidden=4)


@pytest.fixture
def spectra(model):
    explorer = explore_spectra(model)
    yield explorer
    assert explorer.errors == []


@pytest.fixture
def theorem(model):
    explorer = explore_convolution_theorem("coins", model, size=32)
    yield explorer
    assert explorer.errors == []


def test_layers_and_their_merged_kernels_are_offered(model):
    sets = kernel_sets(model)
    assert [one.kernels.shape for one in sets.values()] == [
        *((3, 3, 1, 3), (3, 3, 3, 4), (3, 3, 4, 5), (5, 5, 1, 4), (7, 7, 1, 5))
    ]
    for one in sets.values():
        names = {"model": model, "ck": __import__("coursekit")}
        exec(one.code, names)
        np.testing.assert_allclose(names["kernels"], one.kernels, atol=1e-6)


def test_layers_of_any_network_that_cannot_be_merged():
    layers = keras.layers
    inner = keras.Sequential([keras.Input((8, 8, 2)), layers.SeparableConv2D(3, (3, 5))], name="inner")
    model = keras.Sequential(
        [keras.Input((8, 8, 2)), layers.DepthwiseConv2D(1, padding="same"), inner, layers.Flatten()]
    )
    assert [one.kernels.shape for one in kernel_sets(model).values()] == [(1, 1, 2, 1), (3, 5, 2, 1)]
    assert explore_spectra(model).errors == []
    with pytest.raises(ValueError, match="no two-dimensional convolution"):
        explore_spectra(keras.Sequential([keras.Input((4,)), layers.Dense(2)]))
    with pytest.raises(TypeError, match="pass a Keras model"):
        explore_spectra("VGG16")


def test_new_kernels_come_with_the_next_seed(spectra):
    before = spectra.kernels
    spectra.new_button.click()
    assert spectra.seed.value == 1
    assert "drawn with seed 1" in spectra.status.text
    assert before.shape != spectra.kernels.shape or (before != spectra.kernels).any()
    spectra.seed.set_state({"value": 0})
    np.testing.assert_array_equal(spectra.kernels, before)


def test_spectra_are_those_of_the_turned_kernels(spectra):
    spectra.layer.set_state({"index": 4})
    turned = spectra.kernels[:, ::-1, ::-1]
    np.testing.assert_allclose(spectra.spectra, np.fft.fftshift(np.fft.fft2(turned, (32, 32)), axes=(1, 2)), atol=1e-5)
    assert spectra.images.value.count("<img") == 2 * len(spectra.kernels)


def test_every_part_of_a_spectrum_and_any_number_of_kernels(spectra):
    for index in range(4):
        spectra.part.set_state({"index": index})
        assert f"the {spectra.part.value} of their spectra" in spectra.status.text
    for count, shown in ((1, 1), (16, 12)):
        spectra.layer.set_state({"index": 1})
        spectra.count.set_state({"value": count})
        assert len(spectra.kernels) == shown


def test_the_code_of_the_kernels_gives_the_same(spectra, model):
    spectra.layer.set_state({"index": 3})
    names = {"model": model}
    exec(spectra.code.code, names)
    np.testing.assert_allclose(names["chosen"], spectra.kernels, atol=1e-6)
    np.testing.assert_allclose(names["spectra"], spectra.spectra, atol=1e-5)


def test_no_pair_is_drawn_twice_and_the_draw_is_the_seeds():
    assert drawn_pairs(4, 4, 16, 3) == drawn_pairs(4, 4, 16, 3)
    assert len(set(drawn_pairs(4, 4, 16, 3))) == 16
    with pytest.raises(ValueError, match="seed is -1"):
        explore_spectra(seed=-1)


@pytest.mark.parametrize("shape", [(3, 3), (1, 1), (2, 4), (5, 3), (7, 7)])
@pytest.mark.parametrize("border", ["same", "valid"])
def test_both_ways_agree_with_each_other_and_with_keras(shape, border):
    draw = np.random.default_rng(0)
    image, kernel = draw.random((11, 9)).astype("f"), draw.normal(size=shape).astype("f")
    both = both_ways(image, kernel, border)
    keras_output = keras.ops.conv(image[None, :, :, None], kernel[:, :, None, None], padding=border)[0, :, :, 0]
    np.testing.assert_allclose(both.in_space, keras_output, atol=1e-5)
    assert both.difference.max() < 1e-5


def test_without_zeros_the_far_edge_comes_round():
    draw = np.random.default_rng(0)
    image, kernel = draw.random((10, 8)), draw.normal(size=(3, 3))
    both = both_ways(image, kernel, "circle")
    around = scipy.signal.correlate2d(image, kernel, "same", boundary="wrap")
    np.testing.assert_allclose(both.by_frequency, around, atol=1e-9)
    assert both.difference[1:-1, 1:-1].max() < 1e-9 < both.difference.max()


def test_it_says_what_both_ways_cost_and_how_well_they_agree(theorem):
    choose(theorem.network, "kernels by name")
    theorem.layer.value = "sharpen"
    assert theorem.status.text.startswith(
        'Kernel "sharpen" on "coins", 32 × 32: 9,216 products in space, or one at each'
    )
    assert "Both ways give the same output" in theorem.status.text
    theorem.border.set_state({"index": 2})
    assert "the far edge comes round" in theorem.status.text


@pytest.mark.parametrize("layer", range(5))
@pytest.mark.parametrize("border", range(3))
def test_kernels_of_every_layer_and_border_and_their_code(theorem, model, layer, border):
    theorem.layer.set_state({"index": layer})
    theorem.border.set_state({"index": border})
    theorem.kernel_number.set_state({"value": theorem.kernel_number.max})
    theorem.channel.set_state({"value": theorem.channel.max})
    names = {"model": model, "explorer": theorem}
    exec(theorem.code.code, names)
    np.testing.assert_allclose(names["output"], theorem.output, atol=1e-5)
    np.testing.assert_allclose(names["kernel"], theorem.kernel)


def test_merged_layers_do_the_same_as_the_layers_one_by_one(theorem, model):
    """In the interior, which no border reaches; the first image channel is the only one."""
    theorem.layer.value = "layers 1 to 3 as one"
    theorem.border.value = "valid"
    block = fourier.plain_block(model)
    maps = theorem.image[None, :, :, None].astype(np.float32)
    for kernels in block.kernels:
        maps = keras.ops.conv(maps, kernels, padding="valid")
    np.testing.assert_allclose(theorem.output, maps[0, :, :, 0], atol=1e-4)


def test_a_random_image_has_its_seed(theorem):
    choose(theorem.image_name, "random numbers")
    theorem.seed.set_state({"value": 1})
    np.testing.assert_array_equal(theorem.image, np.random.default_rng(1).random((32, 32)))
    theorem.size.set_state({"index": 0})
    assert theorem.image.shape == (28, 28)


def test_layer_buttons_draw_a_kernel_of_that_layer(theorem, model):
    weights = [layer.get_weights()[0] for layer in model.layers[:3]]
    for number, kernels in enumerate(weights, start=1):
        getattr(theorem, f"layer_{number}_button").click()
        assert theorem.layer.value == model.layers[number - 1].name
        flat = kernels.reshape(3, 3, -1)
        assert any(np.array_equal(theorem.kernel, flat[..., index]) for index in range(flat.shape[2]))
    before = theorem.layer_3_button.click() or theorem.kernel
    theorem.layer_3_button.click()
    assert (theorem.kernel != before).any()


def test_a_layer_that_a_network_lacks_has_no_button():
    one = keras.Sequential([keras.Input((12, 12, 1)), keras.layers.Conv2D(2, 3)])
    explorer = explore_convolution_theorem("coins", one, size=32)
    assert [getattr(explorer, f"layer_{number}_button").disabled for number in (1, 2, 3)] == [False, True, True]


def test_from_kernels_by_name_a_layer_button_enters_a_network():
    explorer = explore_convolution_theorem(size=32)
    assert explorer.network.value == "kernels by name"
    explorer.layer_2_button.click()
    assert explorer.network.value == "fourier_mnist_narrow"
    assert explorer.errors == []


def test_the_input_button_draws_from_the_data_set_of_the_network(theorem, monkeypatch):
    monkeypatch.setenv("COURSEKIT_DATA", "sample")
    theorem.input_button.click()
    assert theorem.image_name.value in data.PHOTOGRAPHS  # nothing is known of a person's own network
    choose(theorem.network, "fourier_mnist_narrow")
    drawn = []
    for _ in range(3):
        theorem.input_button.click()
        drawn.append(theorem.image)
    samples = Samples().images(theorem.network.get("fourier_mnist_narrow"))[..., 0]
    assert all((samples == image.astype(np.float32)).all(axis=(1, 2)).any() for image in drawn)
    assert not all(np.array_equal(drawn[0], image) for image in drawn)
    choose(theorem.network, "kernels by name")
    assert theorem.image_name.value in data.PHOTOGRAPHS


def test_an_upload_becomes_the_image(theorem):
    upload(theorem.upload, "white.png", np.full((30, 60), 255, np.uint8))
    assert theorem.image.min() > 0.99


def test_a_kernel_that_does_not_fit_is_refused_in_words(theorem, monkeypatch):
    monkeypatch.setenv("COURSEKIT_STRICT", "0")
    wide = keras.Sequential([keras.Input((40, 40, 1)), keras.layers.Conv2D(1, 33)])
    explorer = explore_convolution_theorem("coins", wide, size=32)
    assert explorer.errors == []
    explorer.border.set_state({"index": 1})
    assert "a kernel must fit inside" in explorer.status.text


@pytest.mark.parametrize(
    ("arguments", "words"),
    [({"image": "dog"}, "no image 'dog'"), ({"size": 7}, "size is 7"), ({"size": 999}, "999")],
)
def test_bad_input_is_refused_when_the_explorer_is_made(arguments, words):
    with pytest.raises(ValueError, match=words):
        explore_convolution_theorem(**arguments)


def test_a_download_holds_image_words_code_and_numbers(theorem, spectra, monkeypatch):
    for explorer, names in ((theorem, {"image", "kernel", "output"}), (spectra, {"kernels", "spectra"})):
        sent = []
        monkeypatch.setattr(
            explorer.download, "send", lambda content, buffers, sent=sent: sent.append((content, buffers))
        )
        explorer.download._handle_custom_msg({"wanted": True}, [])
        ((content, (archive,)),) = sent
        assert content["name"].endswith(".zip")
        with zipfile.ZipFile(io.BytesIO(archive)) as parts:
            assert {"image.png", "about.txt", "code.py"} | {f"{name}.npy" for name in names} == set(parts.namelist())
            assert parts.read("about.txt").decode() == explorer.view.sentence
            for name in names:
                np.testing.assert_array_equal(np.load(io.BytesIO(parts.read(f"{name}.npy"))), getattr(explorer, name))


def test_phase_and_real_part_have_signs():
    spectrum = np.array([[1j, -1.0]])
    assert part_of(spectrum, "phase")[0].tolist() == [[np.pi / 2, np.pi]]
    assert part_of(spectrum, "real part")[1].signed


def test_what_is_stored_is_the_same_on_every_run(model):
    for make in (lambda: explore_spectra(model), lambda: explore_convolution_theorem("cat", model)):
        first, second = (make()._repr_mimebundle_()[0] for _ in range(2))
        assert (first["text/plain"], first["text/html"]) == (second["text/plain"], second["text/html"])
