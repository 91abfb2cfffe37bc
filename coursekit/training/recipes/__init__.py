"""The recipes of the course: which network is trained on which data, how, and for how long. A module a family."""

from __future__ import annotations

from coursekit.training.recipes.declaration import Recipe
from coursekit.training.recipes.fourier import FOURIER
from coursekit.training.recipes.ground_truth import GROUND_TRUTH
from coursekit.training.recipes.pictures import PICTURES
from coursekit.training.recipes.raman import RAMAN
from coursekit.training.recipes.retina import RETINA

__all__ = ["RECIPES", "Recipe", "recipe"]

RECIPES: dict[str, Recipe] = {recipe.name: recipe for recipe in (*PICTURES, *RAMAN, *RETINA, *FOURIER, *GROUND_TRUTH)}
"""The recipes by name; ``coursekit train NAME`` follows one."""


def recipe(name: str) -> Recipe:
    """Return a recipe by name.

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
