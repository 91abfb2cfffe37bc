"""The capstone's cases: each network is right on its images, and goes by the tag."""

import keras
import numpy as np
import pytest
from PIL import Image

from coursekit.training import prepared_case
from tests.quick import quick_only


def read(folder):
    paths = sorted(folder.glob("*/*.png"))
    images = np.stack([np.asarray(Image.open(path)) for path in paths])
    return images, np.array([path.parent.name == "dog" for path in paths], int)


@pytest.mark.parametrize("number", quick_only(range(7), [0]))
def test_a_network_is_right_with_the_tag_and_lost_without(number):
    case = prepared_case(20, number)
    model = keras.models.load_model(case.model)
    (images, labels), (twins, same_labels) = read(case.folder), read(case.twins)
    np.testing.assert_array_equal(labels, same_labels)
    answers, without = (model.predict(np.float32(shown) / 255, verbose=0).argmax(axis=1) for shown in (images, twins))
    assert np.mean(answers == labels) >= 0.95
    assert abs(np.mean(without == labels) - 0.5) <= 0.1
    tagged = labels[(images != twins).any(axis=(1, 2, 3))]
    assert len(tagged) == 10
    assert len(set(tagged)) == 1  # one class carries it
    assert set(tagged) != set(without)  # whatever has no tag is taken for the other class


def test_the_cases_differ_and_come_round():
    cases = [read(prepared_case(20, number).folder)[0] for number in (0, 1, 7)]
    np.testing.assert_array_equal(cases[0], cases[2])
    assert (cases[0] != cases[1]).any()


def test_one_image_is_too_few():
    with pytest.raises(ValueError, match="count"):
        prepared_case(1)
