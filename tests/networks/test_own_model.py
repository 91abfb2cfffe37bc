"""A learner's own network: opened from all three formats, its values found, and what cannot be explained refused."""

import json
import shutil
import sys
import warnings
import zipfile

import h5py
import keras
import numpy as np
import pytest
import tensorflow as tf
from keras import layers

import coursekit as ck
from coursekit.networks import open_model
from tests.quick import quick_only, quick_values

IMAGES = np.random.default_rng(0).random((2, 12, 10, 3), np.float32)


def small(*first, shape=(12, 10, 3), last=None):
    last = last or layers.Dense(3, activation="softmax")
    return keras.Sequential([keras.Input(shape), *first, layers.Conv2D(4, 3), layers.Flatten(), last], name="mine")


def answers(model, images):
    return np.asarray(model(images, training=False))


@pytest.fixture(scope="module")
def trained():
    keras.utils.set_random_seed(0)
    return small(layers.Rescaling(1 / 255))


@pytest.fixture(scope="module")
def exported(trained, tmp_path_factory):
    folder = tmp_path_factory.mktemp("exported") / "model"
    trained.export(folder, verbose=False)
    return folder


def saved(model, folder, name="mine.keras"):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Keras prefers its own format to HDF5
        model.save(folder / name)
    return folder / name


@pytest.mark.parametrize(("name", "file_format"), [("m.keras", "keras"), ("m.h5", "h5"), ("m.hdf5", "h5")])
def test_a_file_is_opened_and_answers_as_the_model_did(trained, tmp_path, name, file_format):
    own = open_model(saved(trained, tmp_path, name), class_names=["ant", "bee", "cat"])
    assert (own.format, own.input_shape, own.class_names) == (file_format, (12, 10, 3), ("ant", "bee", "cat"))
    assert (own.value_range, own.range_from) == ((0, 255), "found")
    np.testing.assert_allclose(answers(own.model, IMAGES), answers(trained, 255 * IMAGES), atol=1e-6)


def test_a_saved_model_is_opened_and_answers_as_the_model_did(trained, exported):
    own = open_model(exported, value_range=(0, 255))
    assert (own.format, own.input_shape, own.range_from) == ("savedmodel", (12, 10, 3), "given")
    assert own.class_names == ("class 0", "class 1", "class 2")
    np.testing.assert_allclose(answers(own.model, IMAGES), answers(trained, 255 * IMAGES), atol=1e-6)


def test_explainers_and_explorers_take_what_is_opened(trained, tmp_path):
    own = open_model(saved(trained, tmp_path))
    np.testing.assert_allclose(ck.explain.class_probabilities(own.model, IMAGES), answers(own.model, IMAGES), atol=1e-6)
    assert ck.explain.grad_cam(own.model, IMAGES).shape == (2, 12, 10)
    assert ck.explain.lrp(own.model, IMAGES).shape[:3] == (2, 12, 10)
    assert ck.widgets.browse_model(own.model).model is own.model


def test_a_saved_model_can_be_explained_from_outside(exported):
    own = open_model(exported, value_range=(0, 255))
    np.testing.assert_allclose(ck.explain.class_probabilities(own.model, IMAGES), answers(own.model, IMAGES), atol=1e-6)
    heat = ck.explain.occlusion(own.model, IMAGES[:1], target=1)
    assert np.isfinite(heat).all()
    assert np.ptp(heat) > 0


def adapted(values):
    layer = layers.Normalization()
    layer.adapt(np.random.default_rng(0).uniform(*values, (20, 12, 10, 3)).astype(np.float32))
    return layer


def divided(shape=(12, 10, 3)):
    images = keras.Input(shape)
    maps = layers.Conv2D(2, 3)(images / 127.5 - 1)
    return keras.Model(images, layers.Dense(2, activation="softmax")(layers.Flatten()(maps)))


def nested():
    inner = keras.Sequential([keras.Input((12, 10, 3)), layers.Rescaling(1 / 255), layers.Conv2D(2, 3)], name="inner")
    return keras.Sequential(
        [keras.Input((12, 10, 3)), layers.RandomFlip(), inner, layers.Flatten(), layers.Dense(2, activation="softmax")]
    )


STANDARD = {"scale": [1 / (255 * 0.229), 1 / (255 * 0.224), 1 / (255 * 0.225)], "offset": [-2.118, -2.036, -1.804]}
RANGES = {
    "divided by 255": (lambda: small(layers.Rescaling(1 / 255)), (0, 255)),
    "to -1 to 1": (lambda: small(layers.Rescaling(1 / 127.5, offset=-1)), (0, 255)),
    "as EfficientNetV2": (lambda: small(layers.Rescaling(1 / 128, offset=-1)), (0, 255)),
    "from 0 to 1 to -1 to 1": (lambda: small(layers.Rescaling(2, offset=-1)), (0, 1)),
    "less a half": (lambda: small(layers.Rescaling(1, offset=-0.5)), (0, 1)),
    "less the mean, from 0 to 255": (lambda: small(layers.Rescaling(1, offset=[-103.9, -116.8, -123.7])), (0, 255)),
    "from -1 to 1": (lambda: small(layers.Rescaling(0.5, offset=0.5)), (-1, 1)),
    "less the mean, from 0 to 1": (lambda: small(layers.Rescaling(255, offset=[-103.9, -116.8, -123.7])), (0, 1)),
    "standardised": (lambda: small(layers.Rescaling(**STANDARD)), (0, 255)),
    "adapted to 0 to 255": (lambda: small(adapted((0, 255))), (0, 255)),
    "adapted to 0 to 1": (lambda: small(adapted((0, 1))), (0, 1)),
    "behind augmentation": (lambda: small(layers.RandomRotation(0.1), layers.Rescaling(1 / 255)), (0, 255)),
    "behind a resizing": (lambda: small(layers.Resizing(20, 20), layers.Rescaling(1 / 255)), (0, 255)),
    "by an operation": (divided, (0, 255)),
    "in a model inside": (nested, (0, 255)),
}


@pytest.mark.parametrize(
    ("build", "expected"),
    quick_values(
        RANGES, ["divided by 255", "standardised", "adapted to 0 to 1", "behind a resizing", "in a model inside"]
    ),
)
def test_values_are_found_in_the_first_layers(build, expected, tmp_path):
    model = build()
    own = open_model(saved(model, tmp_path))
    assert (own.value_range, own.range_from) == (expected, "found")
    sent = expected[0] + (expected[1] - expected[0]) * IMAGES
    np.testing.assert_allclose(answers(own.model, IMAGES), answers(model, sent), atol=1e-5)


UNTOLD = {
    "nothing": lambda: small(),
    "a scale of 1": lambda: small(layers.Rescaling(1.0)),
    "a normalisation that was never adapted": lambda: small(layers.Normalization(mean=0, variance=1)),
    "an odd scale": lambda: small(layers.Rescaling(0.01)),
    "halved": lambda: small(layers.Rescaling(0.5)),
    "doubled": lambda: small(layers.Rescaling(2.0)),
    "nearly as it is": lambda: small(layers.Rescaling(0.99)),
    "reversed": lambda: small(layers.Rescaling(-1 / 255, offset=1)),
    "no straight line": lambda: small(layers.Activation("tanh")),
    "only a first layer that learns": lambda: small(layers.BatchNormalization()),
}


@pytest.mark.parametrize("build", quick_values(UNTOLD, ["nothing", "an odd scale", "reversed"]))
def test_values_that_nothing_tells_are_asked_for(build, tmp_path):
    model = build()
    path = saved(model, tmp_path)
    with pytest.raises(ValueError, match=r"does not tell which values it takes.*value_range=\(0, 1\)"):
        open_model(path)
    own = open_model(path, value_range=(-1, 1))
    assert own.range_from == "given"
    np.testing.assert_allclose(answers(own.model, IMAGES), answers(model, 2 * IMAGES - 1), atol=1e-5)


def test_a_range_that_the_first_layers_contradict_is_taken_with_a_warning(trained, tmp_path):
    with pytest.warns(UserWarning, match=r"made for values from 0 to 255, but value_range is \(0.0, 1.0\)"):
        own = open_model(saved(trained, tmp_path), value_range=(0, 1))
    np.testing.assert_allclose(answers(own.model, IMAGES), answers(trained, IMAGES), atol=1e-6)


def test_maps_of_one_pixel_are_classes(tmp_path):
    model = keras.Sequential(
        [keras.Input((12, 10, 3)), layers.GlobalAveragePooling2D(keepdims=True), layers.Conv2D(4, 1), layers.Softmax()]
    )
    assert len(open_model(saved(model, tmp_path), value_range=(0, 1)).class_names) == 4


def test_a_model_that_was_built_by_its_first_images_is_opened(tmp_path):
    model = keras.Sequential([layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(2, activation="softmax")])
    model(IMAGES)
    assert open_model(saved(model, tmp_path)).value_range == (0, 255)


@keras.saving.register_keras_serializable(package="tests")
class OwnClass(keras.Model):
    def __init__(self, **options):
        super().__init__(**options)
        self.dense = layers.Dense(1)

    def call(self, images):
        return self.dense(keras.ops.mean(images, (1, 2)))


def test_a_model_of_an_own_class_is_made_functional_first(tmp_path):
    model = OwnClass()
    model(IMAGES)
    with pytest.raises(ValueError, match=r"holds a OwnClass whose input is not known.*keras\.Model\(images, model"):
        open_model(saved(model, tmp_path))
    images = keras.Input((12, 10, 3))
    path = saved(keras.Model(images, model(images)), tmp_path)
    with pytest.raises(ValueError, match="ends in one number"):
        open_model(path)
    own = open_model(path, ("no", "yes"), (0, 1))
    np.testing.assert_allclose(answers(own.model, IMAGES), answers(model, IMAGES), atol=1e-6)


def test_images_without_an_axis_of_channels_get_one(tmp_path):
    model = keras.Sequential(
        [keras.Input((12, 10)), layers.Rescaling(1 / 255), layers.Flatten(), layers.Dense(2, activation="softmax")]
    )
    own = open_model(saved(model, tmp_path))
    assert own.input_shape == (12, 10, 1)
    np.testing.assert_allclose(answers(own.model, IMAGES[..., :1]), answers(model, 255 * IMAGES[..., 0]), atol=1e-6)


def test_spectra_stay_spectra(tmp_path):
    model = keras.Sequential([keras.Input((40, 1)), layers.Conv1D(2, 3), layers.Flatten(), layers.Dense(2)])
    assert open_model(saved(model, tmp_path), value_range=(0, 1)).input_shape == (40, 1)


def test_whole_numbers_are_taken_as_bytes(tmp_path):
    images = keras.Input((12, 10, 3), dtype="uint8")
    maps = layers.Flatten()(layers.Rescaling(1 / 255)(images))
    model = keras.Model(images, layers.Dense(2, activation="softmax")(maps))
    own = open_model(saved(model, tmp_path))
    pixels = np.rint(255 * IMAGES).astype(np.uint8)
    assert own.value_range == (0, 255)
    np.testing.assert_allclose(answers(own.model, pixels / np.float32(255)), answers(model, pixels), atol=1e-6)


def test_old_files_are_opened_quietly(tmp_path):
    """Keras 2 writes lists of one input, and groups of depthwise convolutions, which Keras 3 does not know."""
    images = keras.Input((12, 10, 3), name="images")
    maps = layers.Flatten()(layers.DepthwiseConv2D(3)(images))
    model = keras.Model([images], [layers.Dense(2, activation="softmax")(maps)])
    path = saved(model, tmp_path, "old.h5")
    with h5py.File(path, "r+") as file:
        config = json.loads(file.attrs["model_config"])
        (depthwise,) = (one for one in config["config"]["layers"] if one["class_name"] == "DepthwiseConv2D")
        depthwise["config"]["groups"] = 1
        file.attrs["model_config"] = json.dumps(config)
    before = path.read_bytes()
    own = open_model(path, value_range=(0, 1))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_allclose(answers(own.model, IMAGES), answers(model, [IMAGES]), atol=1e-6)
    assert path.read_bytes() == before


def test_two_classes_of_one_unit(tmp_path):
    path = saved(small(layers.Rescaling(1 / 255), last=layers.Dense(1, activation="sigmoid")), tmp_path)
    assert open_model(path).class_names == ("class 0", "class 1")


def test_one_number_is_asked_what_it_is(tmp_path):
    path = saved(small(layers.Rescaling(1 / 255), last=layers.Dense(1)), tmp_path)
    with pytest.raises(ValueError, match=r"ends in one number that is no probability.*class_names="):
        open_model(path)
    assert open_model(path, class_names=("no", "yes")).class_names == ("no", "yes")


@keras.saving.register_keras_serializable(package="tests")
class Halved(layers.Layer):
    def call(self, images):
        return images / 2


class NotRegistered(layers.Layer):
    def call(self, images):
        return images


def unknown_activation(values):
    return values


def test_a_class_of_ones_own_is_taken_where_it_is_registered(tmp_path):
    model = small(Halved())
    own = open_model(saved(model, tmp_path), value_range=(0, 1))
    np.testing.assert_allclose(answers(own.model, IMAGES), answers(model, IMAGES), atol=1e-6)


def two_inputs():
    first, second = keras.Input((12, 10, 3)), keras.Input((12, 10, 3))
    return keras.Model([first, second], layers.Dense(2)(layers.Flatten()(layers.Add()([first, second]))))


def two_outputs():
    images = keras.Input((12, 10, 3))
    flat = layers.Flatten()(images)
    return keras.Model(images, [layers.Dense(2)(flat), layers.Dense(3)(flat)])


REFUSED = {
    "a Lambda layer": (lambda: small(layers.Lambda(lambda x: x / 255)), "code of its own.*Lambda.*Rescaling"),
    "a class that is not there": (lambda: small(NotRegistered()), "needs NotRegistered.*register_keras_serializable"),
    "a function that is not there": (
        lambda: small(last=layers.Dense(2, activation=unknown_activation)),
        "needs unknown_activation.*register_keras_serializable",
    ),
    "two inputs": (two_inputs, "has 2 inputs: only a model of one"),
    "two outputs": (two_outputs, r"has 2 outputs: make a model of the one"),
    "no head": (
        lambda: keras.Sequential([keras.Input((12, 10, 3)), layers.Conv2D(4, 3)]),
        r"returns \(None, 10, 8, 4\), but a classifier.*without its head",
    ),
    "vectors": (
        lambda: keras.Sequential([keras.Input((5,)), layers.Dense(2)]),
        r"takes \(5,\): images \(height, width, channels\) are needed",
    ),
    "channels first": (
        lambda: keras.Sequential([keras.Input((3, 12, 10)), layers.Flatten(), layers.Dense(2)]),
        "channels first",
    ),
    "a softmax of one unit": (lambda: small(last=layers.Dense(1, activation="softmax")), "always 1"),
}


@pytest.mark.filterwarnings("ignore:You are using a softmax over axis")
@pytest.mark.parametrize("name", quick_only(["m.keras", "m.h5"], ["m.keras"]))
@pytest.mark.parametrize(("build", "message"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_explained_is_named(build, message, name, tmp_path):
    keras.saving.get_custom_objects().pop("unknown_activation", None)
    path = saved(build(), tmp_path, name)
    with pytest.raises(ValueError, match=message) as found:
        open_model(path)
    assert str(path) in str(found.value)


def test_a_saved_model_as_a_layer_is_code_too(exported, tmp_path):
    images = keras.Input((12, 10, 3))
    answer = keras.layers.TFSMLayer(str(exported), call_endpoint="serve")(images)
    with pytest.raises(ValueError, match=r"code of its own .*TFSMLayer.*open the SavedModel"):
        open_model(saved(keras.Model(images, answer), tmp_path))


def test_a_module_that_a_file_names_is_not_imported(trained, tmp_path):
    """A configuration may name any class of any module; importing it would run it."""
    path = saved(trained, tmp_path)
    with zipfile.ZipFile(path) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    parts["config.json"] = parts["config.json"].replace(
        b'"module": "keras.layers", "class_name": "Flatten"', b'"module": "antigravity", "class_name": "Flatten"'
    )
    assert b"antigravity" in parts["config.json"]
    with zipfile.ZipFile(path, "w") as packed:
        for name, content in parts.items():
            packed.writestr(name, content)
    with pytest.raises(ValueError, match="needs Flatten, which Keras does not have"):
        open_model(path)
    assert "antigravity" not in sys.modules


def weights_only(trained, folder):
    trained.save_weights(folder / "m.weights.h5")
    return folder / "m.weights.h5"


def cut(trained, folder, name):
    path = saved(trained, folder, name)
    path.write_bytes(path.read_bytes()[:-5000])
    return path


def flipped(trained, folder):
    """A byte of the weights is another one."""
    path = saved(trained, folder)
    content = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as packed:
        content[packed.getinfo("model.weights.h5").header_offset + 3000] ^= 0xFF
    path.write_bytes(bytes(content))
    return path


def written(content, name):
    def write(trained, folder):
        (folder / name).write_bytes(content)
        return folder / name

    return write


def renamed(name, other):
    return lambda trained, folder: saved(trained, folder, name).rename(folder / other)


def folder_of(*names):
    def make(trained, folder):
        for name in names:
            (folder / name).write_bytes(b"?")
        return folder

    return make


def zipped(name, member):
    def make(trained, folder):
        with zipfile.ZipFile(folder / name, "w") as packed:
            packed.writestr(member, b"?")
        return folder / name

    return make


WRONG_FILES = {
    "not there": (lambda trained, folder: folder / "none.keras", "is not there"),
    "cut .keras": (lambda trained, folder: cut(trained, folder, "m.keras"), "damaged or cut off.*again"),
    "cut .h5": (lambda trained, folder: cut(trained, folder, "m.h5"), "damaged or cut off.*again"),
    "a flipped byte": (flipped, "damaged or cut off"),
    "weights only": (weights_only, "holds weights, but not the layers"),
    "a web page": (written(b"<!DOCTYPE html>", "m.keras"), "damaged, or something else"),
    "empty": (written(b"", "m.h5"), "damaged, or something else"),
    "TensorFlow Lite": (written(b"\x1c\0\0\0TFL3", "m.tflite"), "a file of TensorFlow Lite"),
    "ONNX": (written(b"\x08\x07", "m.onnx"), "a file of ONNX"),
    "PyTorch": (zipped("m.pt", "m/data.pkl"), "one of PyTorch"),
    "a packed SavedModel": (zipped("m.zip", "m/saved_model.pb"), "unpack it and pass the folder"),
    "another zip file": (zipped("m.keras", "readme.txt"), "a zip file without config.json"),
    "a .keras file with another name": (renamed("m.keras", "m.zip"), "rename it, so that its name ends in .keras"),
    "an .h5 file with another name": (renamed("m.h5", "m.keras"), "rename it, so that its name ends in .h5"),
    "a folder that is none": (folder_of("notes.txt"), "a folder, but no SavedModel: it holds no saved_model.pb"),
    "a folder with a model in it": (folder_of("best.keras"), r"Pass .*best\.keras, say"),
    "an unpacked .keras file": (folder_of("config.json", "model.weights.h5"), "pack them into a zip file"),
    "a cut SavedModel": (folder_of("saved_model.pb"), "damaged or cut off"),
}


@pytest.mark.parametrize(("make", "message"), WRONG_FILES.values(), ids=WRONG_FILES)
def test_wrong_files_are_named(make, message, trained, tmp_path):
    with pytest.raises(ValueError, match=message):
        open_model(make(trained, tmp_path))


def test_a_saved_model_without_its_variables_is_refused(exported, tmp_path):
    shutil.copytree(exported, tmp_path / "copy")
    shutil.rmtree(tmp_path / "copy" / "variables")
    with pytest.raises(ValueError, match="damaged or cut off"):
        open_model(tmp_path / "copy")


def test_the_file_inside_a_saved_model_says_which_folder(exported):
    with pytest.raises(ValueError, match="a part of one: pass its folder"):
        open_model(exported / "saved_model.pb")


def module(answer, *specs):
    made = tf.Module()
    made.answer = tf.function(answer, input_signature=specs or None)
    return made


FLOATS = tf.TensorSpec((None, 12, 10, 3), tf.float32)
SIGNATURES = {
    "none": (lambda: (module(lambda a: a), None), "no usable signature"),
    "two inputs": (
        lambda: (module(lambda a, b: tf.reduce_mean(a + b, (1, 2)), FLOATS, FLOATS), "serving_default"),
        "has 2 inputs",
    ),
    "two outputs": (
        lambda: (module(lambda a: {"a": tf.reduce_mean(a, (1, 2)), "b": a}, FLOATS), "serving_default"),
        "several outputs",
    ),
    "files' bytes": (
        lambda: (module(lambda a: tf.strings.length(a), tf.TensorSpec((None,), tf.string)), "serving_default"),
        "bytes of image files",
    ),
    "one image only": (
        lambda: (
            module(lambda a: tf.reduce_mean(a, (1, 2)), tf.TensorSpec((1, 12, 10, 3), tf.float32)),
            "serving_default",
        ),
        r"takes \(1, 12, 10, 3\)",
    ),
    "reads files": (
        lambda: (
            module(
                lambda a: tf.reduce_mean(a, (1, 2)) + tf.cast(tf.strings.length(tf.io.read_file("/x")), tf.float32),
                FLOATS,
            ),
            "serving_default",
        ),
        "opens files of this machine.*ReadFile",
    ),
}


@pytest.mark.parametrize(("make", "message"), SIGNATURES.values(), ids=SIGNATURES)
def test_a_saved_model_without_a_usable_signature_is_refused(make, message, tmp_path):
    made, signature = make()
    tf.saved_model.save(made, str(tmp_path / "m"), {signature: made.answer} if signature else None)
    with pytest.raises(ValueError, match=message):
        open_model(tmp_path / "m")


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["a", "b"], "holds 2 names, but the model tells 3 classes apart"),
        ("abc", "holds one word"),
        ({"b": 1, "a": 0, "c": 2}, r"a list in the order of the model's outputs is needed: pass sorted"),
        ({"a", "b", "c"}, "a list in the order"),
    ],
)
def test_class_names_must_be_one_for_each_class(trained, tmp_path, names, message):
    with pytest.raises(ValueError, match=message):
        open_model(saved(trained, tmp_path), class_names=names)


@pytest.mark.parametrize("value_range", [(1, 0), (0, 0), (0, float("inf")), (0,), 255, ("a", "b"), (0, float("nan"))])
def test_a_range_that_is_none_is_refused(trained, tmp_path, value_range):
    with pytest.raises(ValueError, match="pass two numbers, black and white"):
        open_model(saved(trained, tmp_path), value_range=value_range)
