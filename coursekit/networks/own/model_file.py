"""Open a trained network's file without running any code that came with it: ``.keras``, ``.h5`` or a SavedModel."""

from __future__ import annotations

import importlib
import json
import re
import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal

import keras
import tensorflow as tf
from tensorflow.core.protobuf import saved_model_pb2

FileFormat = Literal["keras", "h5", "savedmodel"]

h5py = importlib.import_module("h5py")  # without types
_H5_START = b"\x89HDF\r\n\x1a\n"
_H5_ENDINGS = (".h5", ".hdf5")
# Operations of TensorFlow with which a SavedModel could run Python code, or read and write this machine's files.
_UNSAFE_OPERATIONS = {"PyFunc", "PyFuncStateless", "EagerPyFunc", "ReadFile", "WriteFile", "MatchingFiles"}
_UNKNOWN = re.compile(r"(?:Could not locate (?:class|function)|Unknown [\w ]+:)\s*'?([\w>.]+)'?")
_ONE_OUTPUT = "make a model of the one to explain, keras.Model(model.inputs, model.outputs[0]), and save that"


def read(path: Path) -> tuple[keras.Model, FileFormat]:
    """Open a model's file. What it is, is told by its content.

    Parameters
    ----------
    path : Path
        A ``.keras`` or ``.h5`` file, or the folder of a SavedModel.

    Returns
    -------
    model : keras.Model
        Not compiled. A SavedModel is one layer, for it keeps no others.
    format : {"keras", "h5", "savedmodel"}

    Raises
    ------
    ValueError
        If it is none of these, is cut, brings code of its own (a Lambda layer, classes that are not there), or is a
        SavedModel without a signature of one image and one output. The message says what to do.
    """
    if path.is_dir():
        return _saved_model(path), "savedmodel"
    if not path.exists():
        raise ValueError(f"{path} is not there. Pass a .keras or .h5 file, or the folder of a SavedModel.")
    with path.open("rb") as file:
        start = file.read(8)
    if start.startswith(b"PK"):
        return _keras_file(path), "keras"
    if start == _H5_START:
        return _h5_file(path), "h5"
    raise ValueError(f"{path} is no Keras model{_what_else(path, start)}. Pass a .keras or .h5 file, or a SavedModel.")


def _keras_file(path: Path) -> keras.Model:
    try:
        with zipfile.ZipFile(path) as packed:
            names = packed.namelist()
            if "config.json" not in names:
                kind = "a zip file without config.json"
                if any(name.endswith("data.pkl") for name in names):
                    kind = "one of PyTorch"
                if any(name.endswith("saved_model.pb") for name in names):
                    kind = "a packed SavedModel: unpack it and pass the folder"
                raise ValueError(f"{path} is no Keras model but {kind}. Pass a .keras or .h5 file, or a SavedModel.")
            config = json.loads(packed.read("config.json"))
            damaged = packed.testzip()
    except (zipfile.BadZipFile, OSError, EOFError, json.JSONDecodeError) as error:
        raise _cut(path, error) from error
    if damaged:
        raise _cut(path, damaged)
    if path.suffix != ".keras":
        raise ValueError(f"{path} is a .keras file by its content: rename it, so that its name ends in .keras.")
    _refuse_code(path, config)
    return _loaded(path, path)


def _h5_file(path: Path) -> keras.Model:
    try:
        with h5py.File(path) as file:
            stored = file.attrs.get("model_config")
            file.visit(lambda name: None)
    except (OSError, RuntimeError, KeyError) as error:
        raise _cut(path, error) from error
    if stored is None:
        raise ValueError(
            f"{path} holds weights, but not the layers that they belong to. Build the network, call "
            'model.load_weights(path), and save all of it with model.save("model.keras").'
        )
    if path.suffix not in _H5_ENDINGS:
        raise ValueError(f"{path} is an .h5 file by its content: rename it, so that its name ends in .h5.")
    config = json.loads(stored)
    _refuse_code(path, config)
    old = [layer for layer in _objects(config) if layer["class_name"] == "DepthwiseConv2D" and _groups(layer) == 1]
    if not old:
        return _loaded(path, path)
    # Keras 2 wrote what a depthwise convolution ignores, and Keras 3 stumbles over it: Teachable Machine's models.
    for layer in old:
        del layer["config"]["groups"]
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(shutil.copy(path, folder))
        with h5py.File(copy, "r+") as file:
            file.attrs["model_config"] = json.dumps(config)
        return _loaded(copy, path)


def _groups(layer: dict[str, Any]) -> object:
    config = layer.get("config")
    return config.get("groups") if isinstance(config, dict) else None


def _loaded(path: Path, called: Path) -> keras.Model:
    try:
        model = keras.saving.load_model(path, compile=False, safe_mode=True)
    except Exception as error:
        # Keras raises many kinds, by what it stumbles over.
        unknown = _UNKNOWN.search(str(error))
        if unknown:
            raise _custom(called, [unknown[1]]) from error
        reason = str(error).strip().partition("\n")[0]
        raise ValueError(
            f"{called} cannot be opened ({type(error).__name__}: {reason[:300]}). Open it with the version of Keras "
            'that wrote it, and save it again with model.save("model.keras").'
        ) from error
    if not isinstance(model, keras.Model):
        raise ValueError(f"{called} holds a {type(model).__name__}, but a whole model is needed.")
    return model


def _refuse_code(path: Path, config: Any) -> None:
    """Raise if a configuration names code that safe mode does not run, or classes that are not there."""
    code, custom = [], []
    for item in _objects(config):
        kind, module = item["class_name"], item.get("module")
        name = item.get("name") or (item["config"].get("name") if isinstance(item.get("config"), dict) else None)
        if kind in ("Lambda", "__lambda__", "TFSMLayer"):
            code.append(f"{kind} {name!r}" if name else kind)
        elif isinstance(module, str) and module.split(".")[0] not in ("keras", "builtins", "tf_keras"):
            registered = item.get("registered_name") or kind
            if keras.saving.get_registered_object(registered) is None:
                custom.append(kind)
    if code:
        raise ValueError(
            f"{path} holds code of its own ({', '.join(dict.fromkeys(code))}), which is not run here, whoever sent the "
            "file. If you made it: replace a Lambda by layers of Keras (Rescaling for x / 255, say) or by a class of "
            "yours, open the SavedModel of a TFSMLayer itself, and save it again."
        )
    if custom:
        raise _custom(path, custom)


def _custom(path: Path, names: list[str]) -> ValueError:
    return ValueError(
        f"{path} needs {', '.join(dict.fromkeys(names))}, which Keras does not have. Import it, or define "
        "it with @keras.saving.register_keras_serializable() above, exactly as where the model was trained, and open "
        "the file again."
    )


def _objects(config: Any) -> Iterator[dict[str, Any]]:
    """Yield every part of a configuration that names a class."""
    if isinstance(config, dict):
        if isinstance(config.get("class_name"), str):
            yield config
        for key, value in config.items():
            if key not in ("compile_config", "build_config"):
                yield from _objects(value)
    elif isinstance(config, list):
        for value in config:
            yield from _objects(value)


def _saved_model(path: Path) -> keras.Model:
    if not (path / "saved_model.pb").exists():
        names = sorted(place.name for place in path.iterdir())
        inside = [name for name in names if name.endswith((".keras", *_H5_ENDINGS))]
        cure = f"Pass {path / inside[0]}, say." if inside else "Pass a file, or the folder that saved_model.pb is in."
        if {"config.json", "model.weights.h5"} <= set(names):
            cure = "It holds the parts of a .keras file: pack them into a zip file that ends in .keras."
        raise ValueError(f"{path} is a folder, but no SavedModel: it holds no saved_model.pb. {cure}")
    _refuse_unsafe_operations(path)
    try:
        signatures = tf.saved_model.load(str(path)).signatures
    except Exception as error:
        # TensorFlow raises many kinds for variables that are missing or cut.
        raise _cut(path, str(error).partition("\n")[0][:300]) from error
    usable = [name for name in signatures if not name.startswith("__")]
    chosen = "serving_default" if "serving_default" in usable else usable[0] if len(usable) == 1 else None
    if chosen is None:
        raise ValueError(
            f"{path} has no usable signature: serving_default is needed, but it has {', '.join(usable) or 'none'}. "
            "Save it again with model.export(folder)."
        )
    taken = signatures[chosen].structured_input_signature[1]
    given = signatures[chosen].structured_outputs
    if len(taken) != 1:
        raise ValueError(f"{path} has {len(taken)} inputs ({', '.join(taken)}): only a model of one can be explained.")
    if not isinstance(given, dict) or len(given) != 1:
        raise ValueError(f"{path} has several outputs ({', '.join(given)}): {_ONE_OUTPUT}.")
    (spec,), (output,) = taken.values(), given
    if spec.dtype == tf.string:
        raise ValueError(f"{path} takes the bytes of image files, but what is explained are pixels. Export it without.")
    if spec.shape.rank is None or spec.shape[0] is not None:
        raise ValueError(
            f"{path} takes {spec.shape}: an input (any number of images, height, width, channels) is needed."
        )
    layer = keras.layers.TFSMLayer(str(path), call_endpoint=chosen, trainable=False, name="saved_model")
    images = keras.Input(tuple(spec.shape[1:]), dtype=spec.dtype.name)
    return keras.Model(images, layer(images)[output], name=re.sub(r"\W", "_", path.resolve().name))


def _refuse_unsafe_operations(path: Path) -> None:
    content = saved_model_pb2.SavedModel()
    try:
        content.ParseFromString((path / "saved_model.pb").read_bytes())
    except Exception as error:
        # Protobuf's own error, whose module has no types.
        raise _cut(path / "saved_model.pb", error) from error
    graphs = [graph.graph_def for graph in content.meta_graphs]
    nodes = [node.op for graph in graphs for node in graph.node]
    nodes += [node.op for graph in graphs for function in graph.library.function for node in function.node_def]
    unsafe = sorted(_UNSAFE_OPERATIONS & set(nodes))
    if unsafe:
        raise ValueError(
            f"{path} runs code of its own or opens files of this machine ({', '.join(unsafe)}): it is not opened. "
            "Export it without what reads the images."
        )


def _what_else(path: Path, start: bytes) -> str:
    if path.name == "saved_model.pb":
        return f", but a part of one: pass its folder, {path.parent}"
    if path.suffix == ".keras" or path.suffix in _H5_ENDINGS:
        return ", though it is named as one: it is damaged, or something else (a web page, say) was saved in its place"
    kinds = {".onnx": "ONNX", ".pt": "PyTorch", ".pth": "PyTorch", ".pkl": "Python's pickle", ".pb": "TensorFlow 1"}
    kind = "TensorFlow Lite" if start[4:] == b"TFL3" else kinds.get(path.suffix)
    return f", but a file of {kind}" if kind else ""


def _cut(path: Path, why: object) -> ValueError:
    return ValueError(f"{path} is damaged or cut off ({why}). Copy or download it again.")
