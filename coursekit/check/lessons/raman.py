"""The exercises of lesson 09."""

from __future__ import annotations

import math

import numpy as np

from coursekit.check.attempt import Attempt, WrongAnswerError
from coursekit.check.exercise import Exercises
from coursekit.spectra import standard_normal_variate as reference_variate

exercises = Exercises("09_learning_rate_raman", __name__)
__getattr__, __dir__ = exercises.missing, exercises.names

_HIDDEN_SEEDS = range(5, 10)


@exercises.add(
    "A mouse may have many spectra: which names stand in *both* parts? Count each once.",
    "`np.intersect1d(a, b)` gives what two arrays share, each once. Which parts of `mouse` do you pass?",
    "`len(np.intersect1d(mouse[train], mouse[test]))`",
    size="warm-up",
)
def shared_mice(attempt: Attempt) -> None:
    """Return how many mice have spectra in both parts."""
    for mouse, train, test in (
        (
            ["M1", "M1", "M2", "M3", "M6", "M1", "M1", "M3", "M3", "M3", "M3", "M4"],
            [0, 1, 2, 3, 4],
            [5, 6, 7, 8, 9, 10, 11],
        ),
        (["M9", "M9", "M4", "M4"], [0, 1], [2, 3]),
        (["M2", "M2", "M2", "M2", "M5", "M1"], [0, 1, 4], [2, 3, 5]),
    ):
        names = np.array(mouse)
        first, second = set(names[train].tolist()), set(names[test].tolist())
        known_mistakes = {
            "Those are all mice. How many stand in both parts?": len(first | second),
            "Those are the mice of the first part. How many of them stand in the second, too?": len(first),
            "Those stand in one part only. Count those in both.": len(first ^ second),
            "Those are spectra. Count each mouse once.": int(np.isin(names[test], names[train]).sum()),
            "No spectrum stands in both parts. But two spectra of one mouse are enough: compare the mice.": len(
                set(train) & set(test)
            ),
        }
        attempt.must_return(
            len(first & second), known_mistakes, mouse=names, train=np.array(train), test=np.array(test)
        )


@exercises.add(
    "Each spectrum is a row: take its own mean and its own standard deviation, `axis=1`.",
    "`keepdims=True` keeps the shape (n, 1), so that the subtraction works row by row.",
    "`(spectra - spectra.mean(axis=1, keepdims=True)) / spectra.std(axis=1, keepdims=True)`",
    size="core",
)
def standard_normal_variate(attempt: Attempt) -> None:
    """Return each spectrum shifted and scaled by itself to mean 0 and standard deviation 1."""
    for values in (
        [[1.0, 3.0, 5.0], [2.0, 2.0, 8.0]],
        [[4.0, 0.0, 1.0, 3.0], [9.0, 5.0, 5.0, 1.0], [0.0, 1.0, 0.0, 7.0]],
    ):
        spectra = np.array(values)
        mean, spread = spectra.mean(axis=1, keepdims=True), spectra.std(axis=1, keepdims=True)
        known_mistakes = {
            "It is shifted, but not scaled: divide by the standard deviation.": spectra - mean,
            "It is scaled, but not shifted: subtract the mean first.": spectra / spread,
            "Mean and deviation are those of each wavenumber. Take those of each spectrum, axis=1.": (
                spectra - spectra.mean(axis=0)
            )
            / np.where(spectra.std(axis=0) == 0, 1, spectra.std(axis=0)),
            "One mean for all spectra. Each spectrum has its own.": (spectra - spectra.mean()) / spectra.std(),
            "It is divided by the variance. Divide by its square root.": (spectra - mean) / spread**2,
            "It is divided by the length of the spectrum: that is the other normalisation.": spectra
            / np.linalg.norm(spectra, axis=1, keepdims=True),
        }
        attempt.must_return(reference_variate(spectra), known_mistakes, spectra=spectra)


@exercises.add(
    "The majority class is the one with the most labels: `np.bincount(labels).max()` of them.",
    "Balanced accuracy is the mean of the recalls: one class is found always, every other never.",
    "`counts = np.bincount(labels)`, then `counts.max() / counts.sum(), 1 / len(counts)`",
    size="warm-up",
)
def majority(attempt: Attempt) -> None:
    """Return accuracy and balanced accuracy of a network that always answers the most frequent class."""
    for labels in ([0, 0, 0, 1, 2], [2, 1, 1, 0, 1, 3, 1, 0], [1, 0, 1]):
        counts = np.bincount(labels)
        share, chance = counts.max() / counts.sum(), 1 / len(counts)
        known_mistakes = {
            "The two figures stand the wrong way round: accuracy first.": (chance, share),
            "Balanced accuracy is not accuracy: it is the mean of the recalls, and all but one are 0.": (share, share),
            "That is the most frequent class itself, not how often it is right.": (int(counts.argmax()), chance),
            "That is how many are right. Return the share.": (int(counts.max()), chance),
            "That is the rarest class. Which one would a lazy network answer?": (counts.min() / counts.sum(), chance),
        }
        attempt.must_return((share, chance), known_mistakes, labels=np.array(labels))


@exercises.add(
    "A class that is twice as frequent gets half the weight: count / weight is the other way round for each class.",
    "Let the classes share all the spectra equally: each then stands for `len(labels) / classes` of them.",
    "`{label: len(labels) / (len(counts) * count) for label, count in enumerate(np.bincount(labels))}`",
    size="stretch",
)
def class_weights(attempt: Attempt) -> None:
    """Return for each class a weight, so that all classes weigh the same together, with a mean of 1 over the labels."""
    for labels in ([0, 0, 0, 1], [1, 0, 2, 2, 2, 0, 2, 2], [1, 1, 0]):
        counts = np.bincount(labels)
        answer = dict(attempt(labels=np.array(labels)))
        if sorted(answer) != list(range(len(counts))):
            raise WrongAnswerError(
                f"For labels of the classes 0 to {len(counts) - 1} it must return a weight for each of them, but its "
                f"keys are {sorted(answer)}."
            )
        weights = np.array([answer[label] for label in range(len(counts))], float)
        if weights[counts.argmax()] > weights[counts.argmin()]:
            raise WrongAnswerError("The frequent classes weigh more: it must be the other way round.")
        together = weights * counts
        if not np.allclose(together, together[0]):
            raise WrongAnswerError(
                f"Labels {labels}: the classes weigh {np.round(together, 3).tolist()} together. These must be equal."
            )
        if not np.isclose(together.sum(), len(labels)):
            raise WrongAnswerError(
                f"Labels {labels}: a label weighs {together.sum() / len(labels):.3f} on average. Make that 1, or the "
                "learning rate would change its meaning."
            )


@exercises.add(
    "Which numbers have the first ten epochs? Keras begins with 0.",
    "Epochs 0 to 9 are constant. In epoch 10 the rate has been multiplied once: how often in epoch 11?",
    "`max(0, epoch - 9)` counts how often the rate was multiplied by e^-0.01.",
    size="core",
)
def exponential_rate(attempt: Attempt) -> None:
    """Return the learning rate of an epoch, counted from 0: ten epochs constant, then times e^-0.01 each epoch."""
    for epoch, rate in ((109, 1.0), (4, 0.5), (9, 0.2), (10, 0.2), (35, 0.2)):
        times = max(0, epoch - 9)
        known_mistakes = {
            "That holds the rate for eleven epochs, 0 to 10. Ten were asked for.": rate
            * math.exp(-0.01 * max(0, epoch - 10)),
            "It decays from the first epoch. The first 10 are constant.": rate * math.exp(-0.01 * epoch),
            "It grows: the exponent must be negative.": rate * math.exp(0.01 * times),
            "That is a straight line. Each epoch takes the same *share* away.": rate * (1 - 0.01 * times),
            "It grows in the first 10 epochs. There, it is constant.": rate * math.exp(-0.01 * (epoch - 9)),
            "That is the decay alone. Multiply it by the first rate.": math.exp(-0.01 * times),
            "That is the first rate for ever.": rate,
        }
        attempt.must_return(rate * math.exp(-0.01 * times), known_mistakes, epoch=epoch, rate=rate)


@exercises.add(
    "The codes begin at 0: the largest of 3 mice is 2.",
    "Count the different names before the first `_`.",
    '`len({name.split("_")[0] for name in names})`',
    size="core",
)
def count_mice(attempt: Attempt) -> None:
    """Return the number of mice that a list of names of spectra holds."""
    for names in (
        ["M10_R1_I_007", "M10_R1_I_007", "M10_R1_I_008", "M2_C1_I_001", "M7_R1_I_001"],
        ["M3_R1_I_001", "M3_R1_I_001", "M3_C2_I_004"],
        ["M1_R1_I_001", "M12_R1_I_001", "M1_R2_I_001", "M30_C1_I_002", "M4_C1_I_001"],
    ):
        mice = {name.split("_")[0] for name in names}
        known_mistakes = {
            "That is the largest code. Codes begin at 0, so the last mouse is lost.": len(mice) - 1,
            "That is the number of spectra. A mouse may have several.": len(names),
            "That is the number of different names. What counts stands before the first `_`.": len(set(names)),
            "That is the largest number in a name. Numbers may be left out.": max(int(mouse[1:]) for mouse in mice),
        }
        attempt.must_return(len(mice), known_mistakes, names=list(names))


@exercises.challenge(goal=1.5, lower_is_better=True)
def raw_and_in_a_hurry(optimizer: str, rate: float) -> float:
    """Train on digits from 0 to 255 for three epochs: the mean loss of the last one, over five hidden seeds."""
    from coursekit.training import train_small_network

    if optimizer not in ("sgd", "adam") or not rate > 0:
        raise WrongAnswerError('Pass "sgd" or "adam", and a rate above 0: ("adam", 0.001).')
    losses = [train_small_network(rate, optimizer, scale=255, epochs=3, seed=seed).last_loss for seed in _HIDDEN_SEEDS]
    return float(np.mean(losses))
