"""The scores that the metrics explorer brings: of a classifier of breast tumours, simple enough to be made at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from coursekit.arrays import Floats

BREAST_CANCER_CODE = """\
from sklearn.datasets import load_breast_cancer
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import train_test_split
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

cells, benign = load_breast_cancer(return_X_y=True)
texture_and_symmetry, malignant = cells[:, [1, 8]], 1 - benign
train, test, train_labels, labels = train_test_split(
    texture_and_symmetry, malignant, test_size=0.5, random_state=0, stratify=malignant
)
model = make_pipeline(StandardScaler(), LogisticRegression()).fit(train, train_labels)
scores = model.predict_proba(test)[:, 1]"""
"""What `breast_cancer_scores` does, as a learner would write it."""


def breast_cancer_scores() -> tuple[NDArray[np.int64], Floats]:
    """Return what `BREAST_CANCER_CODE` computes: labels (n,) and scores (n,)."""
    cells, benign = load_breast_cancer(return_X_y=True)
    malignant = 1 - benign
    train, test, train_labels, labels = train_test_split(
        cells[:, [1, 8]], malignant, test_size=0.5, random_state=0, stratify=malignant
    )
    model = make_pipeline(StandardScaler(), LogisticRegression()).fit(train, train_labels)
    return labels, model.predict_proba(test)[:, 1]
