"""The recipes of the course: which network is trained on which data, how, and for how long. A module a family."""

from __future__ import annotations

from coursekit.training.recipes.declaration import PreparedData, Recipe, TrainingInputs
from coursekit.training.recipes.fourier import FOURIER_RECIPES
from coursekit.training.recipes.frozen_features_recipe import FrozenFeaturesRecipe
from coursekit.training.recipes.ground_truth import GROUND_TRUTH_RECIPES
from coursekit.training.recipes.image_recipe import ImageRecipe
from coursekit.training.recipes.images import IMAGE_RECIPES
from coursekit.training.recipes.raman import RAMAN_RECIPES
from coursekit.training.recipes.retina import RETINA_RECIPES
from coursekit.training.recipes.spectra_recipe import SpectraRecipe

__all__ = [
    "RECIPES",
    "FrozenFeaturesRecipe",
    "ImageRecipe",
    "PreparedData",
    "Recipe",
    "SpectraRecipe",
    "TrainingInputs",
    "recipe",
]

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (*IMAGE_RECIPES, *RAMAN_RECIPES, *RETINA_RECIPES, *FOURIER_RECIPES, *GROUND_TRUTH_RECIPES)
}
"""The recipes by name; ``coursekit train NAME`` follows one."""


def recipe(name: str) -> Recipe:
    """Return a recipe by name.

    Parameters
    ----------
    name : str
        One of `RECIPES`.

    Returns
    -------
    Recipe
        An `ImageRecipe`, a `FrozenFeaturesRecipe` or a `SpectraRecipe`.

    Raises
    ------
    ValueError
        If there is no such recipe; the message lists those there are.

    Examples
    --------
    >>> recipe("mnist_convnet").batch_size
    64
    """
    if name not in RECIPES:
        raise ValueError(f"there is no recipe {name!r}. The recipes are: {', '.join(RECIPES)}.")
    return RECIPES[name]
