"""Which maps a network needs: the shares give what one forward pass a map gives."""

import numpy as np
import pytest
from scipy import stats

from coursekit.fourier import FourierNet3, plain_block
from coursekit.fourier.selection import (
    Selection,
    data_relevance,
    logits_with,
    logits_without_each,
    select,
    stochastic_relevance,
)
from tests.fourier.conftest import fill, keras, layers, maps_model, noise, plain, relative

IMAGES = noise((7, 16, 13, 1))


def deep(channels=(1, 3, 4, 9)):
    """Three dense layers behind the maps."""
    convolutions = [layers.Conv2D(count, 3, padding="same") for count in channels[1:]]
    dense = [layers.Dense(6, activation="relu"), layers.Dense(5, activation="relu"), layers.Dense(3)]
    return fill(keras.Sequential([keras.Input((16, 13, 1)), *convolutions, layers.Flatten(), *dense]))


def without(model, channels):
    """The logits of the Keras model with some of the last convolution's kernels set to zero: one forward pass."""
    last = [layer for layer in model.layers if isinstance(layer, layers.Conv2D)][-1]
    before = last.get_weights()
    weights = [array.copy() for array in before]
    for array in weights:
        array[..., list(channels)] = 0
    last.set_weights(weights)
    try:
        return plain_block(model).tail(maps_model(model)([IMAGES]).numpy())
    finally:
        last.set_weights(before)


def masked(maps, tail, kept):
    """The logits with only some of the maps: the others are set to zero."""
    return tail(np.where(np.isin(np.arange(maps.shape[3]), kept), maps, np.float32(0)))


@pytest.fixture(params=[plain, deep], ids=["two dense layers", "three"])
def case(request):
    model = request.param()
    return model, maps_model(model)([IMAGES]).numpy(), plain_block(model).tail


def test_switching_maps_off_equals_the_naive_loop(case):
    model, maps, tail = case
    naive = np.stack([without(model, [channel]) for channel in range(maps.shape[3])], axis=1)
    assert relative(logits_without_each(maps, tail), naive) < 1e-5
    chosen = select(maps, tail)
    logits = without(model, [])
    assert relative(chosen.logits, logits) < 1e-5
    assert relative(chosen.relevance, np.abs(naive - logits[:, np.newaxis]).mean(axis=2)) < 1e-5


def test_adding_back_equals_the_naive_loop(case):
    _, maps, tail = case
    chosen, logits = select(maps, tail), tail(maps)
    for i, order in enumerate(chosen.order):
        assert (np.diff(chosen.relevance[i, order]) <= 0).all()
        for count in range(len(order) + 1):
            kept = masked(maps, tail, order[:count])[i]
            error = np.abs(kept - logits[i]).mean() / np.abs(logits[i]).mean()
            assert chosen.errors[i, count] == pytest.approx(error, abs=1e-4)
            picked = logits_with(maps, tail, order[:count])[i]
            np.testing.assert_allclose(picked, kept, atol=1e-4 * np.abs(logits).max())


def test_the_maps_needed_are_the_first_that_bring_the_error_below_the_tolerance():
    errors = np.array([[1.0, 0.5, 0.2, 0.4, 0.0], [1.0, 0.29, 0.1, 0.0, 0.0], [1.0, 0.9, 0.8, 0.7, 0.35]])
    order = np.array([[2, 0, 1, 3], [2, 1, 0, 3], [3, 2, 1, 0]])
    chosen = Selection(np.ones((3, 4)), order, errors, np.ones((3, 2)))
    np.testing.assert_array_equal(chosen.needed(0.3), [2, 1, 4])
    np.testing.assert_array_equal(chosen.times_needed(0.3), [2, 1, 3, 1])
    assert list(chosen.ranking(0.3)[:2]) == [2, 0]
    first, second = chosen.halves()
    assert (len(first.order), len(second.order)) == (2, 1)
    assert sorted([*first.needed(), *second.needed()]) == [1, 2, 4]
    with pytest.raises(ValueError, match="above 0"):
        chosen.needed(0)


def test_equally_often_needed_maps_are_ranked_by_their_relevance():
    order = np.array([[0, 1, 2], [1, 0, 2]])
    chosen = Selection(np.array([[3.0, 2, 1], [3, 6, 1]]), order, np.array([[1, 0.1, 0, 0]] * 2), np.ones((2, 2)))
    assert list(chosen.ranking()) == [1, 0, 2]
    assert list(Selection(chosen.relevance[:, [1, 0, 2]], order, chosen.errors, chosen.logits).ranking()) == [0, 1, 2]


def test_random_company_equals_one_forward_pass_a_subset(case):
    _, maps, tail = case
    found = stochastic_relevance(maps, tail, subsets=6, share=0.4, seed=3)
    on = np.random.default_rng(3).random((6, maps.shape[3])) < 0.4
    on[0], on[-1] = True, False
    logits = tail(maps)
    errors = [np.abs(masked(maps, tail, np.flatnonzero(subset)) - logits).mean(axis=1) for subset in on]
    for channel in range(maps.shape[3]):
        lacking = np.mean([error for error, subset in zip(errors, on, strict=True) if not subset[channel]], axis=0)
        having = np.mean([error for error, subset in zip(errors, on, strict=True) if subset[channel]], axis=0)
        np.testing.assert_allclose(found[:, channel], lacking - having, atol=1e-4 * np.abs(logits).max())


def test_a_network_without_an_answer_needs_all_maps():
    model = plain()
    model.layers[-1].set_weights([0 * array for array in model.layers[-1].get_weights()])
    net = FourierNet3(model)
    chosen = select(net.maps(IMAGES), net.tail)
    assert np.isnan(chosen.errors).all()
    assert (chosen.needed() == 5).all()


def test_two_maps_that_stand_in_for_each_other_are_seen_in_random_company():
    """A ReLU that both of them saturate: switched off alone, neither is missed."""
    model = fill(keras.Sequential([keras.Input((4, 4, 1)), layers.Conv2D(2, 1, use_bias=False), layers.Flatten()]))
    model.add(layers.Dense(1, activation="relu"))
    model.add(layers.Dense(1))
    model.set_weights([np.ones((1, 1, 1, 2)), -np.ones((32, 1)) / 16, np.full(1, 0.5), np.ones((1, 1)), np.zeros(1)])
    net, bright = FourierNet3(model), np.ones((1, 4, 4, 1))
    maps = net.maps(bright)
    np.testing.assert_allclose(np.abs(logits_without_each(maps, net.tail) - net.logits(bright)).max(), 0, atol=1e-6)
    assert (stochastic_relevance(maps, net.tail, subsets=64) > 0.1).all()


def test_more_images_than_are_computed_at_once_change_nothing():
    net = FourierNet3(plain())
    many = noise((103, 16, 13, 1), seed=4)
    maps = net.maps(many)
    chosen, last = select(maps, net.tail), select(maps[-1:], net.tail)
    np.testing.assert_allclose(chosen.relevance[-1:], last.relevance, atol=1e-4)
    np.testing.assert_allclose(chosen.errors[-1:], last.errors, atol=1e-4)


def test_classical_measures_are_those_of_scipy_on_the_mean_of_each_map():
    maps, labels = noise((30, 5, 4, 3), seed=6), np.arange(30) % 2
    maps[labels == 1, ..., 1] += 0.3
    maps[..., 2] = 0.5
    found = data_relevance(maps, labels)
    means = maps.mean(axis=(1, 2))
    for channel in (0, 1):
        groups = [means[labels == label, channel] for label in (0, 1)]
        assert found["ANOVA F"][channel] == pytest.approx(stats.f_oneway(*groups)[0], rel=1e-4)
        assert found["Pearson"][channel] == pytest.approx(abs(np.corrcoef(means[:, channel], labels)[0, 1]), rel=1e-4)
        assert found["Spearman"][channel] == pytest.approx(abs(stats.spearmanr(means[:, channel], labels)[0]), rel=1e-6)
        assert found["Kendall"][channel] == pytest.approx(abs(stats.kendalltau(means[:, channel], labels)[0]), rel=1e-6)
    assert all(values[1] > values[0] and values[2] == 0 for values in found.values())


def test_what_cannot_be_selected_says_why():
    net = FourierNet3(plain())
    maps = net.maps(IMAGES)
    with pytest.raises(ValueError, match="pass the maps of the network that the tail belongs to"):
        select(maps[:, 1:], net.tail)
    with pytest.raises(ValueError, match="share is 1"):
        stochastic_relevance(maps, net.tail, share=1)
    with pytest.raises(ValueError, match="two classes at least"):
        data_relevance(maps, np.zeros(7))
    average = fill(keras.Sequential([keras.Input((8, 8, 1)), layers.Conv2D(2, 3), layers.GlobalAveragePooling2D()]))
    with pytest.raises(ValueError, match="Flatten"):
        select(noise((1, 6, 6, 2)), plain_block(average).tail)
