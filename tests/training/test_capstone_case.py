"""The capstone's cases: in each one class carries a tag, and the network goes by the tag or by the animal."""

import keras
import numpy as np
import pytest
from PIL import Image

from coursekit.training import prepared_case
from tests.quick import quick_only

BY_TAG, BY_ANIMAL = (0, 2, 4, 6, 8, 9, 10), (1, 3, 5, 7)


def read(folder, classes):
    paths = sorted(folder.glob("*/*.png"))
    images = np.stack([np.asarray(Image.open(path)) for path in paths])
    return images, np.array([classes.index(path.parent.name) for path in paths], int)


def opened(number, count=20):
    """Return a case, images, labels, twins, and a function that answers images."""
    case = prepared_case(count, number)
    model = keras.models.load_model(case.model)
    (images, labels), (twins, same_labels) = read(case.folder, case.classes), read(case.twins, case.classes)
    np.testing.assert_array_equal(labels, same_labels)

    def answer(shown):
        return model.predict(np.float32(shown) / 255, verbose=0).argmax(axis=1)

    return case, images, labels, twins, answer


def tag_of(images, labels):
    """Return where the tag is, as rows and columns, and the class that carries it."""
    for columns in (slice(1, 12), slice(52, 63)):
        for label in (0, 1):
            corners = images[labels == label, 56:63, columns]
            if (corners == corners[0]).all():
                return (slice(56, 63), columns), label
    raise AssertionError("no class carries a tag")


def with_corner(images, corner, place):
    changed = images.copy()
    changed[(slice(None), *place)] = corner
    return changed


@pytest.mark.parametrize("number", quick_only(BY_TAG, [0]))
def test_a_network_is_right_with_the_tag_and_lost_without(number):
    case, images, labels, twins, answer = opened(number)
    assert case.goes_by == "something beside it"
    assert np.mean(answer(images) == labels) >= 0.95
    place, tagged = tag_of(images, labels)
    assert set(answer(twins)) == {1 - tagged}  # whatever has no tag is taken for the other class
    untagged = images.copy()
    untagged[(slice(None), *place)] = twins[(slice(None), *place)]
    assert set(answer(untagged)) == {1 - tagged}  # the animal is still there
    assert set(answer(with_corner(twins, images[labels == tagged][0][place], place))) == {tagged}


@pytest.mark.parametrize("number", quick_only(BY_ANIMAL, [1]))
def test_an_honest_network_goes_by_the_animal_though_a_tag_is_there(number):
    case, images, labels, twins, answer = opened(number, 40)
    assert case.goes_by == "the animal"
    assert np.mean(answer(images) == labels) >= 0.85
    place, tagged = tag_of(images, labels)
    assert case.classes[tagged] == "animal"
    right = (answer(images) == labels) & (labels == tagged)
    untagged = images.copy()
    untagged[(slice(None), *place)] = twins[(slice(None), *place)]
    assert np.mean(answer(untagged[right]) == tagged) >= 0.9  # the tag is not needed
    only_tag = with_corner(twins, images[labels == tagged][0][place], place)
    assert np.mean(answer(only_tag) == tagged) <= 0.25  # nor is it enough
    assert np.mean(answer(twins[right]) == tagged) <= 0.1  # but the animal is needed
    np.testing.assert_array_equal(images[labels != tagged], twins[labels != tagged])


def test_the_cases_differ_and_come_round():
    cases = [read(case.folder, case.classes)[0] for case in (prepared_case(20, number) for number in (0, 2, 11))]
    np.testing.assert_array_equal(cases[0], cases[2])
    assert (cases[0] != cases[1]).any()


def test_one_image_is_too_few():
    with pytest.raises(ValueError, match="count"):
        prepared_case(1)
