"""Balanced accuracy while a network trains."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable(package="coursekit")
class BalancedAccuracy(keras.metrics.Metric):  # type: ignore[misc]
    """Mean of the per-class recalls over all samples seen, as `coursekit.metrics.balanced_accuracy` computes it.

    Labels are whole numbers (``sparse_categorical_crossentropy``). It counts over the batches: the mean of the batches'
    balanced accuracies would be another, wrong number. Classes without a label are left out; before the first label,
    or if a label is none of the classes, the result is ``nan``.

    Parameters
    ----------
    classes : int
        How many; labels are 0 ... classes - 1.
    threshold : float
        Only for networks with one output: class 1 is answered above it, as in Keras' ``BinaryAccuracy``. Use 0 if that
        output is a logit. With an output a class the highest one is the answer, probabilities or logits.
    name : str
    dtype : str, optional

    Raises
    ------
    ValueError
        If classes is less than 2, or the predictions do not have that many columns.

    Examples
    --------
    >>> metric = BalancedAccuracy(classes=2)
    >>> metric.update_state([0, 0, 0, 1], [[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.6, 0.4]])
    >>> float(metric.result())
    0.5
    """

    def __init__(
        self, classes: int, threshold: float = 0.5, name: str = "balanced_accuracy", dtype: str | None = None
    ) -> None:
        super().__init__(name=name, dtype=dtype)
        if isinstance(classes, bool) or not isinstance(classes, int) or classes < 2:
            raise ValueError(f"classes is {classes!r}: it must be a whole number of 2 or more.")
        self.classes = classes
        self.threshold = threshold
        # float32 counts exactly up to 16 million samples a class, whatever the network's own precision is.
        self._recognised = self.add_variable((classes,), "zeros", dtype="float32", name="recognised")
        self._samples = self.add_variable((classes,), "zeros", dtype="float32", name="samples")

    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Count one batch.

        Parameters
        ----------
        y_true : int tensor (n,) or (n, 1)
            Labels.
        y_pred : float tensor (n, classes), (n, 1) or (n,)
            Probabilities or logits.
        sample_weight : float tensor (n,), optional
        """
        labels = ops.cast(ops.reshape(ops.convert_to_tensor(y_true), (-1,)), "int32")
        predicted = self._answers(ops.convert_to_tensor(y_pred))
        weights = ops.ones_like(labels, dtype="float32")
        if sample_weight is not None:
            weights = weights * ops.cast(ops.reshape(ops.convert_to_tensor(sample_weight), (-1,)), "float32")
        known = ops.logical_and(labels >= 0, labels < self.classes)
        weights = ops.where(known, weights, float("nan"))
        per_class = ops.one_hot(labels, self.classes, dtype="float32") * weights[:, None]
        right = ops.cast(labels == predicted, "float32")
        self._samples.assign_add(ops.sum(per_class, axis=0))
        self._recognised.assign_add(ops.sum(per_class * right[:, None], axis=0))

    def result(self) -> Any:
        """Return the balanced accuracy of everything counted so far.

        Returns
        -------
        tensor float32 ()
            0 to 1.
        """
        occurs = self._samples > 0
        recalls = ops.where(occurs, self._recognised / ops.where(occurs, self._samples, 1.0), 0.0)
        return ops.sum(recalls) / ops.sum(ops.cast(occurs, "float32"))

    def get_config(self) -> dict[str, Any]:
        """Return what is needed to make this metric again.

        Returns
        -------
        dict of str to any
        """
        return {**super().get_config(), "classes": self.classes, "threshold": self.threshold}

    def _answers(self, predictions: Any) -> Any:
        columns = 1 if len(predictions.shape) == 1 else predictions.shape[-1]
        if columns == self.classes:
            return ops.cast(ops.argmax(ops.reshape(predictions, (-1, columns)), axis=1), "int32")
        if columns == 1 and self.classes == 2:
            return ops.cast(ops.reshape(predictions, (-1,)) > self.threshold, "int32")
        raise ValueError(
            f"predictions have {columns} columns but the metric was made for {self.classes} classes: "
            f"pass BalancedAccuracy(classes={max(columns, 2)})."
        )
