"""The embeddings that ship: of both sets, of the right size, and worth learning from."""

import numpy as np
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import cross_val_score

from coursekit.check.embeddings import synthetic_embeddings


@pytest.mark.parametrize(
    ("name", "shape", "classes", "least"),
    [("synthetic_pets", (700, 64), 2, 0.85), ("synthetic_flowers", (500, 128), 5, 0.8)],
)
def test_the_embeddings_tell_the_classes_apart(name, shape, classes, least):
    embeddings, labels = synthetic_embeddings(name)
    assert embeddings.shape == shape
    assert abs(embeddings.std() - 1) < 0.01
    assert np.bincount(labels).tolist() == [shape[0] // classes] * classes
    assert cross_val_score(LogisticRegression(C=0.01, max_iter=1000), embeddings, labels).mean() > least
