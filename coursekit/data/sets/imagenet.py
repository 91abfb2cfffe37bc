"""Weights of networks that were trained on ImageNet.

EfficientNet-Lite0's are installed with the course. Of all others the addresses and hashes are those that Keras 3 states
in ``keras/src/applications/*.py`` (a test compares them), so what comes is what ``keras.applications`` would fetch
itself; here it comes with the course's time-outs, retries and mirror, and without loading TensorFlow. Keras states no
hash for MobileNet and MobileNetV2: for these the number of parameters inside decides.
"""

from __future__ import annotations

import functools
import importlib
from pathlib import Path
from types import MappingProxyType

from coursekit.data.catalogue_entry import CatalogueEntry, DataSource, RemoteFile
from coursekit.data.errors import DamagedError
from coursekit.data.sets.efficientnet_lite0 import EFFICIENTNET_LITE0

_KERAS = "https://storage.googleapis.com/tensorflow/keras-applications"
_LICENCES = {
    "vgg16": "CC BY 4.0 (Visual Geometry Group, Oxford)",
    "resnet50": "MIT (K. He and others)",
    "inception_v3": "Apache 2.0",
    "xception": "Apache 2.0",
    "mobilenet": "Apache 2.0",
    "mobilenet_v2": "Apache 2.0",
}
_CITATIONS = {
    "vgg16": "K. Simonyan, A. Zisserman: Very deep convolutional networks for large-scale image recognition, 2015",
    "resnet50": "K. He, X. Zhang, S. Ren, J. Sun: Deep residual learning for image recognition, 2016",
    "inception_v3": "C. Szegedy and others: Rethinking the Inception architecture for computer vision, 2016",
    "xception": "F. Chollet: Xception: deep learning with depthwise separable convolutions, 2017",
    "mobilenet": "A. G. Howard and others: MobileNets: efficient convolutional neural networks for mobile vision, 2017",
    "mobilenet_v2": "M. Sandler and others: MobileNetV2: inverted residuals and linear bottlenecks, 2018",
}
PARAMETERS = MappingProxyType(
    {
        "mobilenet_v2": 2_257_984,
        "mobilenet": 4_253_864,
        "vgg16": 14_714_688,
        "vgg16_top": 138_357_544,
        "resnet50": 23_587_712,
        "resnet50_top": 25_636_712,
        "inception_v3": 21_802_784,
        "inception_v3_top": 23_851_784,
        "xception": 20_861_480,
        "xception_top": 22_910_480,
    }
)


def _check_parameters(name: str, folder: Path) -> None:
    # Slow to import, and without types.
    h5py = importlib.import_module("h5py")
    (path,) = folder.glob("*.h5")
    found = 0

    def count(_: str, item: object) -> None:
        nonlocal found
        if isinstance(item, h5py.Dataset):
            found += int(item.size)

    try:
        with h5py.File(path) as file:
            file.visititems(count)
    except (OSError, RuntimeError, KeyError) as error:
        raise DamagedError(f"{path.name} is no weights file, or it is cut ({error})") from error
    if found != PARAMETERS[name]:
        raise DamagedError(f"{path.name} holds {found:,} parameters, but {name} has {PARAMETERS[name]:,}")


def _network(name: str, family: str, head: str, mirrored: RemoteFile, home: RemoteFile) -> CatalogueEntry:
    return CatalogueEntry(
        name=name,
        title=f"{family}, ImageNet, {head}",
        classes=(),
        counts=MappingProxyType({}),
        licence=_LICENCES[family],
        citation=_CITATIONS[family],
        layout="weights file of keras.applications",
        mirror=DataSource((mirrored,)),
        homes=(DataSource((home,)),),
        read=functools.partial(_check_parameters, name),
    )


def _from_keras(name: str, family: str, path: str, checksum: str, size: int) -> CatalogueEntry:
    file = path.rpartition("/")[2]
    head = "with its head" if name.endswith("_top") else "without its head"
    home = RemoteFile(file, f"{_KERAS}/{path}", checksum, size)
    return _network(name, family, head, RemoteFile(file, f"weights/{file}", checksum, size), home)


# Sizes are what Keras' progress bars count to.
WEIGHTS: dict[str, CatalogueEntry] = {
    entry.name: entry
    for entry in (
        EFFICIENTNET_LITE0,
        _network(
            "mobilenet_v2",
            "mobilenet_v2",
            "without its head",
            RemoteFile(
                "mobilenet_v2_1.0_224_no_top.weights.h5",
                "weights/mobilenet_v2_1.0_224_no_top.weights.h5",
                "aa0a14185f4a8c5a54d7a61527246ebe3600a3de7bc02baa1a7aa4b31e615727",
                9_059_384,
            ),
            RemoteFile(
                "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5",
                f"{_KERAS}/mobilenet_v2/mobilenet_v2_weights_tf_dim_ordering_tf_kernels_1.0_224_no_top.h5",
                None,
                9_406_464,
            ),
        ),
        _network(
            "mobilenet",
            "mobilenet",
            "with its head",
            RemoteFile(
                "mobilenet_1.0_224_top.weights.h5",
                "weights/mobilenet_1.0_224_top.weights.h5",
                "b2bfdc7ce45d3899e5b2f913434838ef624663256baa73886c5e63bfd46e243e",
                8_539_453,
            ),
            RemoteFile("mobilenet_1_0_224_tf.h5", f"{_KERAS}/mobilenet/mobilenet_1_0_224_tf.h5", None, 17_225_924),
        ),
        *(
            _from_keras(name, name.removesuffix("_top"), path, checksum, size)
            for name, path, checksum, size in (
                (
                    "vgg16",
                    "vgg16/vgg16_weights_tf_dim_ordering_tf_kernels_notop.h5",
                    "6d6bbae143d832006294945121d1f1fc",
                    58_889_256,
                ),
                (
                    "vgg16_top",
                    "vgg16/vgg16_weights_tf_dim_ordering_tf_kernels.h5",
                    "64373286793e3c8b2b4e3219cbf3544b",
                    553_467_096,
                ),
                (
                    "resnet50",
                    "resnet/resnet50_weights_tf_dim_ordering_tf_kernels_notop.h5",
                    "4d473c1dd8becc155b73f8504c6f6626",
                    94_765_736,
                ),
                (
                    "resnet50_top",
                    "resnet/resnet50_weights_tf_dim_ordering_tf_kernels.h5",
                    "2cb95161c43110f7111970584f804107",
                    102_967_424,
                ),
                (
                    "inception_v3",
                    "inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels_notop.h5",
                    "bcbd6486424b2319ff4ef7d526e38f63",
                    87_910_968,
                ),
                (
                    "inception_v3_top",
                    "inception_v3/inception_v3_weights_tf_dim_ordering_tf_kernels.h5",
                    "9a0d58056eeedaa3f26cb7ebd46da564",
                    96_112_376,
                ),
                (
                    "xception",
                    "xception/xception_weights_tf_dim_ordering_tf_kernels_notop.h5",
                    "b0042744bf5b25fce3cb969f33bebb97",
                    83_683_744,
                ),
                (
                    "xception_top",
                    "xception/xception_weights_tf_dim_ordering_tf_kernels.h5",
                    "0a58e3b7378bc2990ea3b43d5981f1f6",
                    91_884_032,
                ),
            )
        ),
    )
}
