"""The Keras metric against the NumPy function."""

import keras
import numpy as np
import pytest
import sklearn.metrics
from hypothesis import given, settings
from hypothesis import strategies as st

from coursekit import metrics
from coursekit.training.callbacks.balanced_accuracy import BalancedAccuracy


def samples(seed, n=100, classes=4):
    """Labels, of which some classes may be absent, and one score a class."""
    generator = np.random.default_rng(seed)
    return generator.integers(0, generator.integers(1, classes + 1), n), generator.normal(size=(n, classes))


def fed(metric, labels, scores, batch=32):
    for start in range(0, len(labels), batch):
        metric.update_state(labels[start : start + batch], scores[start : start + batch])
    return float(metric.result())


@settings(max_examples=20)
@given(st.integers(0, 1000), st.integers(1, 40), st.integers(1, 100))
def test_over_any_batches_it_is_the_numpy_function(seed, batch, n):
    labels, scores = samples(seed, n)
    expected = metrics.balanced_accuracy(labels, scores.argmax(axis=1))
    assert fed(BalancedAccuracy(4), labels, scores, batch) == pytest.approx(expected)


def test_probabilities_and_logits_give_the_same():
    labels, logits = samples(0)
    probabilities = keras.ops.convert_to_numpy(keras.ops.softmax(logits))
    assert fed(BalancedAccuracy(4), labels, logits) == fed(BalancedAccuracy(4), labels, probabilities)


@pytest.mark.parametrize("shape", [(-1,), (-1, 1)])
def test_one_output_is_compared_with_the_threshold(shape):
    labels, scores = samples(0, classes=2)
    logits = scores[:, 0]
    expected = metrics.balanced_accuracy(labels, logits > 0)
    assert fed(BalancedAccuracy(2, threshold=0.0), labels.reshape(shape), logits.reshape(shape)) == pytest.approx(
        expected
    )


@pytest.mark.filterwarnings("ignore:y_pred contains")
def test_sample_weights_count_as_in_scikit_learn():
    labels, scores = samples(5)
    weights = np.random.default_rng(0).random(len(labels))
    metric = BalancedAccuracy(4)
    metric.update_state(labels, scores, sample_weight=weights)
    expected = sklearn.metrics.balanced_accuracy_score(labels, scores.argmax(axis=1), sample_weight=weights)
    assert float(metric.result()) == pytest.approx(expected)


def test_a_reset_forgets_everything():
    metric = BalancedAccuracy(4)
    fed(metric, *samples(0))
    metric.reset_state()
    assert np.isnan(float(metric.result()))
    labels, scores = samples(1)
    assert fed(metric, labels, scores) == pytest.approx(metrics.balanced_accuracy(labels, scores.argmax(axis=1)))


@pytest.mark.parametrize("stranger", [-1, 4])
def test_a_label_that_is_no_class_makes_the_result_undefined(stranger):
    labels, scores = samples(0)
    labels[7] = stranger
    assert np.isnan(fed(BalancedAccuracy(4), labels, scores))


@pytest.mark.parametrize("classes", [1, 2.0, True])
def test_classes_must_be_at_least_two(classes):
    with pytest.raises(ValueError, match=r"classes is .*2 or more"):
        BalancedAccuracy(classes)


def test_other_numbers_of_columns_are_refused():
    with pytest.raises(ValueError, match=r"4 columns .* 3 classes: pass BalancedAccuracy\(classes=4\)"):
        BalancedAccuracy(3).update_state(*samples(0))


def test_a_model_that_uses_it_trains_and_survives_saving(tmp_path):
    labels, scores = samples(3, n=60)
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(4)])
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(optimizer="sgd", loss=loss, metrics=[BalancedAccuracy(classes=4)])
    history = model.fit(scores, labels, epochs=1, batch_size=16, verbose=0, validation_data=(scores, labels)).history
    assert {"balanced_accuracy", "val_balanced_accuracy"} <= history.keys()
    expected = metrics.balanced_accuracy(labels, model.predict(scores, verbose=0).argmax(axis=1))
    assert history["val_balanced_accuracy"][0] == pytest.approx(expected)

    model.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert again.evaluate(scores, labels, verbose=0, return_dict=True)["balanced_accuracy"] == pytest.approx(expected)


def test_it_survives_a_round_trip():
    metric = BalancedAccuracy(2, threshold=0.0, name="balance")
    again = keras.saving.deserialize_keras_object(keras.saving.serialize_keras_object(metric))
    assert again.get_config() == metric.get_config()
