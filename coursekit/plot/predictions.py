"""What a classifier said, image by image: right, wrong, and surely wrong."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from numpy.typing import ArrayLike, NDArray

from coursekit.arrays import at_least_one
from coursekit.docstrings import entries_from
from coursekit.plot.answers import Answers, answers_of
from coursekit.plot.images import images as draw_images

_WIDTH = 9.0  # inches that the grid may take
_LARGEST = 1.8  # inches that one image may take


def prediction_grid(
    images: Sequence[ArrayLike] | NDArray[Any],
    labels: ArrayLike,
    probabilities: ArrayLike,
    classes: Sequence[str],
    columns: int = 10,
) -> NDArray[Any]:
    r"""Draw images in their order, each with what the classifier said and how sure it was.

    A right answer has a tick and a thin frame; a wrong one has a cross, the true class, and a thick dashed frame.

    Parameters
    ----------
    images : sequence of images, or array (n, height, width) or (n, height, width, channels)
        Between 0 and 1.
    labels : int array (n,)
        0 ... classes - 1.
    probabilities : array (n, classes), or (n,) or (n, 1)
        As ``model.predict`` returns them: one a class of a softmax, or that of the second class of a sigmoid.
    classes : sequence of str
        Their names, in the order of their numbers.
    columns : int
        Images in a row, at most.

    Returns
    -------
    array (rows, columns) of matplotlib axes

    Raises
    ------
    ValueError
        If lengths differ, a label is none of the classes, or probabilities are none.

    Examples
    --------
    >>> axes = prediction_grid(np.zeros((2, 8, 8)), [0, 1], [0.1, 0.2], ["cat", "dog"])
    >>> [ax.get_title(loc="left") for ax in axes.flat]
    ['✓ cat\nwith 90 %', '✗ is dog\nsaid cat\nwith 80 %']
    """
    answers = _checked(images, labels, probabilities, classes)
    return _draw(images, answers, np.arange(len(answers.labels)), columns)


@entries_from(prediction_grid)
def most_confident_mistakes(
    images: Sequence[ArrayLike] | NDArray[Any],
    labels: ArrayLike,
    probabilities: ArrayLike,
    classes: Sequence[str],
    count: int = 10,
    true_class: int | str | None = None,
) -> NDArray[Any]:
    r"""Draw the wrong answers that the classifier was surest of, the surest first.

    Parameters
    ----------
    {images}
    {labels}
    {probabilities}
    {classes}
    count : int
        Images, at most.
    true_class : int or str, optional
        Only mistakes in images of this class.

    Returns
    -------
    array (rows, columns) of matplotlib axes
        A single empty one that says so where there is no mistake.

    Raises
    ------
    ValueError
        As `prediction_grid`, or if ``true_class`` is none of the classes.

    Examples
    --------
    >>> axes = most_confident_mistakes(np.zeros((3, 8, 8)), [0, 1, 1], [0.7, 0.9, 0.2], ["cat", "dog"])
    >>> [ax.get_title(loc="left") for ax in axes.flat]
    ['✗ is dog\nsaid cat\nwith 80 %', '✗ is cat\nsaid dog\nwith 70 %']
    """
    at_least_one(count, "count")
    answers = _checked(images, labels, probabilities, classes)
    mistakes = _mistakes(answers, true_class)
    sought = "mistakes" if true_class is None else f"mistakes in images of {_name(answers, true_class)}"
    if not len(mistakes):
        _, ax = plt.subplots(figsize=(6, 0.5))
        ax.set_axis_off()
        ax.set_title(f"No {sought} among {len(answers.labels):,} images", loc="left")
        return np.array([[ax]])
    axes = _draw(images, answers, mistakes[:count], columns=5)
    shown = f"The {count} most confident of {len(mistakes):,}" if len(mistakes) > count else f"All {len(mistakes)}"
    figure = axes[0, 0].figure
    figure.set_figheight(figure.get_figheight() + 0.35)
    figure.suptitle(f"{shown} {sought}", x=0.01, ha="left", fontsize=11.5, fontweight="bold")
    return axes


@entries_from(most_confident_mistakes)
def mistakes_sentence(
    labels: ArrayLike,
    probabilities: ArrayLike,
    classes: Sequence[str],
    count: int = 10,
    true_class: int | str | None = None,
) -> str:
    """Return what the most confident mistakes are, in words, for ``ck.plot.show(alt=...)``.

    Parameters
    ----------
    {labels}
    {probabilities}
    {classes}
    {count}
    {true_class}

    Returns
    -------
    str
        One sentence or more, for those who cannot see the figure.

    Raises
    ------
    ValueError
        As `most_confident_mistakes`.

    Examples
    --------
    >>> print(mistakes_sentence([0, 1, 1], [0.7, 0.9, 0.2], ["cat", "dog"]))
    2 mistakes in 3 images. The most confident: dog taken for cat with 80 %, cat taken for dog with 70 %.
    """
    at_least_one(count, "count")
    answers = answers_of(labels, probabilities, classes)
    mistakes = _mistakes(answers, true_class)
    if not len(mistakes):
        return f"No mistake to be shown: {answers.right.sum():,} of {len(answers.labels):,} images are right."
    told = ", ".join(
        f"{answers.classes[answers.labels[i]]} taken for {answers.classes[answers.answers[i]]} with "
        f"{_percent(answers.confidence[i])}"
        for i in mistakes[:count]
    )
    plural = "s" * (len(mistakes) > 1)
    return f"{len(mistakes):,} mistake{plural} in {len(answers.labels):,} images. The most confident: {told}."


def _checked(
    images: Sequence[ArrayLike] | NDArray[Any], labels: ArrayLike, probabilities: ArrayLike, classes: Sequence[str]
) -> Answers:
    answers = answers_of(labels, probabilities, classes)
    if len(images) != len(answers.labels):
        raise ValueError(f"there are {len(images)} images and {len(answers.labels)} labels: pass as many of both.")
    return answers


def _mistakes(answers: Answers, true_class: int | str | None) -> NDArray[np.intp]:
    """Return the places of the wrong answers, the surest first."""
    wrong = ~answers.right
    if true_class is not None:
        wrong &= answers.labels == answers.classes.index(_name(answers, true_class))
    places = np.flatnonzero(wrong)
    return places[np.argsort(-answers.confidence[places], kind="stable")]


def _name(answers: Answers, true_class: int | str) -> str:
    if isinstance(true_class, str) and true_class in answers.classes:
        return true_class
    if not isinstance(true_class, str) and 0 <= true_class < len(answers.classes):
        return answers.classes[true_class]
    raise ValueError(
        f"true_class is {true_class!r}: choose one of {', '.join(answers.classes)}, or a label from 0 to "
        f"{len(answers.classes) - 1}."
    )


def _draw(
    images: Sequence[ArrayLike] | NDArray[Any], answers: Answers, places: NDArray[np.intp], columns: int
) -> NDArray[Any]:
    at_least_one(columns, "columns")
    titles = [_title(answers, i) for i in places]
    size = min(_LARGEST, _WIDTH / min(columns, len(places)))
    axes = draw_images([images[i] for i in places], titles, columns, size=size)
    # A letter is about 0.6 times as wide as its size in points, of which an inch has 72.
    longest = max(len(line) for title in titles for line in title.split("\n"))
    points = min(9.5, max(6.5, 72 * size / (0.6 * longest)))
    for ax, place in zip(axes.flat, places, strict=False):
        ax.set_title(ax.get_title(loc="left"), loc="left", fontsize=points, fontweight="normal")
        ax.images[0].set_interpolation("auto")
        _frame(ax, bool(answers.right[place]))
    axes[0, 0].figure.get_layout_engine().set(h_pad=0.06)
    return axes


def _title(answers: Answers, place: int) -> str:
    said, percent = answers.classes[answers.answers[place]], _percent(answers.confidence[place])
    if answers.right[place]:
        return f"✓ {said}\nwith {percent}"
    return f"✗ is {answers.classes[answers.labels[place]]}\nsaid {said}\nwith {percent}"


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _frame(ax: Axes, right: bool) -> None:
    ax.spines[:].set_visible(True)
    if right:
        ax.spines[:].set(color="#777777", linewidth=1)
    else:
        ax.spines[:].set(color="C5", linewidth=3, linestyle=(0, (2.5, 1.2)))
