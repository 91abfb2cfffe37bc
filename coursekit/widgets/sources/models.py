"""The trained networks of the course that an explorer of models offers, and the images that they know."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import ipywidgets

from coursekit import settings
from coursekit.widgets.sources.own import given_code

if TYPE_CHECKING:
    import keras

    from coursekit.data import Dataset

COURSE_MODELS = ("mnist_convnet", "cifar10_residual", "cifar10_backbone", "cats_dogs_augmented")
"""Those whose weights ship whole, so that they are there without a network."""


FOURIER_MODELS = ("fourier_mnist_narrow", "fourier_cifar10_grey_narrow", "fourier_cifar10_padded_narrow")
"""Networks of lesson 13, whose convolutions have nothing between them."""


EYE_MODELS = ("small_graded_eyes", "small_eyes", "retina_averaged", "retina_head_2_rotated")
"""Networks for eyes: two for synthetic ones, of five grades and of two classes; two for real ones on MobileNetV2,
whose weights do not ship. The last is offered once it was trained here."""


PRETRAINED_MODELS = ("efficientnet_lite0",)
"""Networks that name the 1,000 classes of ImageNet, whose weights are installed with the course."""


@dataclass(frozen=True)
class NamedModel:
    """A model, what it is called, and where images for it come from.

    Attributes
    ----------
    name : str
        What the list calls it.
    model : keras.Model
        Built, with one input.
    dataset : str
        A data set of the course with images that the model knows; empty where none is known.
    size : int or None
        To which these images are scaled; None leaves them as they are.
    prepare : function or None
        What makes them the images that the model was trained on: in grey, some of the classes.
    code : str
        A line that makes ``model``.
    """

    name: str
    model: keras.Model
    dataset: str
    size: int | None
    prepare: Callable[[Dataset], Dataset] | None
    code: str


def at_hand(*names: str) -> list[str]:
    """Return those networks that need neither training nor the internet.

    Their weights come with this copy of the course or with a package that it depends on, or were trained here; or their
    head was, and their backbone is in the cache or at the classroom's mirror.

    Examples
    --------
    >>> at_hand("mnist_convnet", "cats_dogs_baseline", "efficientnet_lite0")
    ['mnist_convnet', 'efficientnet_lite0']
    """
    return [name for name in names if _is_at_hand(name)]


def course_model(name: str) -> NamedModel:
    """Return a trained network of the course, or one of `PRETRAINED_MODELS`.

    Parameters
    ----------
    name : str
        A recipe, see `coursekit.training.RECIPES`, or a pretrained network.

    Examples
    --------
    >>> course_model("mnist_convnet").dataset
    'mnist'
    """
    from coursekit import networks, training

    if name in PRETRAINED_MODELS:
        code = f'model = ck.networks.full_network("{name}")'
        return NamedModel(name, networks.full_network(name), dataset="", size=None, prepare=None, code=code)
    recipe = training.recipe(name)
    assert isinstance(recipe, training.ImageRecipe | training.FrozenFeaturesRecipe)
    return NamedModel(
        name=name,
        model=training.trained(name),
        dataset=recipe.dataset,
        size=recipe.size,
        prepare=recipe.transform if isinstance(recipe, training.ImageRecipe) else None,
        code=f'model = ck.training.trained("{name}")',
    )


def own_model(model: keras.Model) -> NamedModel:
    """Return a model of the person's own under a name that no network of the course has.

    Raises
    ------
    TypeError
        If it is no Keras model.
    """
    import keras

    if not isinstance(model, keras.Model):
        raise TypeError(f"the model is a {type(model).__name__}: pass a Keras model, such as mnist_convnet().")
    return NamedModel(f"{model.name} (yours)", model, "", None, None, f"model = {given_code(model, model.name)}")


class NetworkList(ipywidgets.Dropdown):  # type: ignore[misc]
    """A list of networks by name, each loaded when it is first asked for: the person's own, and trained ones.

    Its ``value`` is the name of the chosen network.

    Parameters
    ----------
    own : NamedModel, optional
        The person's.
    names : str
        Recipes of the course; those that are not at hand are left out, see `at_hand`.
    between : sequence of str
        Names to be listed between the person's network and those of the course, which are no networks.
    first : str, optional
        Which is chosen, where the person has none and it is at hand; the first of the list.

    Examples
    --------
    >>> NetworkList(None, "mnist_convnet", between=["by hand"]).options
    ('by hand', 'mnist_convnet')
    """

    value: str

    def __init__(
        self, own: NamedModel | None, *names: str, between: Sequence[str] = (), first: str | None = None
    ) -> None:
        self._own = own
        self._loaded = {own.name: own} if own else {}
        listed = [*self._loaded, *between, *at_hand(*names)]
        super().__init__(options=listed, description="Network")
        if own is None and first in listed:
            self.value = first

    def get(self, name: str | None = None) -> NamedModel:
        """Return the network of that name, by default the chosen one."""
        name = self.value if name is None else name
        if name not in self._loaded:
            self._loaded[name] = course_model(name)
        return self._loaded[name]

    def is_own(self, named: NamedModel) -> bool:
        """Return whether this network is the person's."""
        return named is self._own


def _is_at_hand(name: str) -> bool:
    from coursekit import training

    if name in PRETRAINED_MODELS:
        return _weights_are_here(name)
    kept = settings.course_folder() / "data", settings.home() / "trained" / settings.profile()
    if not any((folder / "models" / f"{name}.keras").exists() for folder in kept):
        return False
    # Every head of the course stands on MobileNetV2.
    head_only = isinstance(training.recipe(name), training.FrozenFeaturesRecipe)
    return not head_only or _weights_are_here("mobilenet_v2")


def _weights_are_here(name: str) -> bool:
    from coursekit.data.loading import state

    return state(name) in ("cached", "installed", "mirror")
