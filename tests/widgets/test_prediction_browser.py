"""The prediction browser without a browser: ``set_state`` is what a browser sends."""

import numpy as np
import pytest

from coursekit.widgets import browse_predictions
from coursekit.widgets.predictions.view import PAGE
from tests.widgets.sending import choose

CLASSES = ["cat", "dog", "fox"]
COUNT = 60


def softmax(logits):
    powers = np.exp(logits)
    return powers / powers.sum(axis=1, keepdims=True)


@pytest.fixture
def data():
    generator = np.random.default_rng(0)
    images = generator.random((COUNT, 10, 12, 3), dtype=np.float32)
    return images, generator.integers(0, 3, COUNT), softmax(generator.normal(0, 2, (COUNT, 3)))


@pytest.fixture
def browser(data):
    browser = browse_predictions(*data, CLASSES)
    choose(browser.outcome, "right and wrong")
    choose(browser.order, "as given")
    yield browser
    assert browser.errors == []


def test_it_opens_on_the_surest_mistakes_or_where_there_is_none_on_all(data):
    images, labels, probabilities = data
    opened = browse_predictions(*data, CLASSES)
    wrong = np.flatnonzero(probabilities.argmax(axis=1) != labels)
    surest = wrong[np.argsort(-probabilities[wrong].max(axis=1), kind="stable")]
    np.testing.assert_array_equal(opened.numbers, surest)
    flawless = browse_predictions(images, probabilities.argmax(axis=1), probabilities, CLASSES)
    np.testing.assert_array_equal(flawless.numbers, np.arange(COUNT))


def test_all_images_are_there_without_a_filter(browser):
    assert browser.numbers.tolist() == list(range(COUNT))
    assert [tile["label"].split(",")[0] for tile in browser.grid.tiles] == [f"Image {n}" for n in range(PAGE)]
    assert browser.status.text.startswith("60 of 60 images (100.0 %) pass: no filter is set.")


def test_filters_agree_with_numpy(browser, data):
    _, labels, probabilities = data
    answers, confidence = probabilities.argmax(axis=1), probabilities.max(axis=1)
    choose(browser.true, "dog")
    np.testing.assert_array_equal(browser.numbers, np.flatnonzero(labels == 1))
    choose(browser.answer, "fox")
    np.testing.assert_array_equal(browser.numbers, np.flatnonzero((labels == 1) & (answers == 2)))
    choose(browser.true, "any")
    choose(browser.answer, "any")
    choose(browser.outcome, "only wrong")
    np.testing.assert_array_equal(browser.numbers, np.flatnonzero(labels != answers))
    browser.lowest.set_state({"value": 0.6})
    browser.highest.set_state({"value": 0.9})
    expected = np.flatnonzero((labels != answers) & (confidence >= 0.6) & (confidence <= 0.9))
    np.testing.assert_array_equal(browser.numbers, expected)
    assert f"{len(expected)} of 60 images" in browser.status.text
    assert "answered wrongly, confidence 0.60 to 0.90" in browser.status.text


@pytest.mark.parametrize(("order", "sign"), [("most confident first", -1), ("least confident first", 1)])
def test_the_order_follows_the_confidence(browser, data, order, sign):
    choose(browser.order, order)
    assert sorted(browser.numbers) == list(range(COUNT))
    assert (np.diff(sign * data[2].max(axis=1)[browser.numbers]) >= 0).all()


def test_right_and_wrong_are_told_by_words_and_signs(browser):
    for tile, right in zip(browser.grid.tiles, browser._predictions.right, strict=False):
        assert tile["lines"][0][0] == ("✓" if right else "✗")
        assert (", right: " if right else ", wrong: ") in tile["label"]


def test_a_chosen_image_is_shown_large_with_all_probabilities(browser, data):
    browser.grid.set_state({"selected": 5})
    assert browser.number == 5
    assert "Shown: the 6th of them, number 5, " in browser.status.text
    for probability in data[2][5]:
        assert f"<td>{probability:.2f}</td>" in browser.detail.value
    assert browser.detail.value.count("← true") + browser.detail.value.count(", true<") >= 1


def test_going_beyond_a_page_turns_it(browser):
    browser.grid.set_state({"selected": PAGE})
    assert (browser.grid.first, browser.page.value) == (PAGE, 2)
    assert browser.grid.tiles[0]["label"].startswith(f"Image {PAGE},")
    browser.previous_button.click()
    assert (browser.grid.first, browser.number) == (0, 0)
    browser.page.set_state({"value": 3})
    assert (browser.number, len(browser.grid.tiles)) == (2 * PAGE, COUNT - 2 * PAGE)
    assert browser.next_button.disabled


def test_another_filter_begins_at_its_first_image(browser):
    browser.grid.set_state({"selected": 40})
    choose(browser.outcome, "only right")
    assert browser.number == browser.numbers[0]
    browser.reset_button.click()
    assert browser.outcome.value == "wrong"
    assert browser.number == browser.numbers[0]


def test_a_filter_that_nothing_passes_says_so(browser):
    browser.lowest.set_state({"value": 1.0})
    assert browser.status.text == "None of 60 images passes: confidence 1.00 to 1.00."
    assert (browser.number, browser.grid.tiles) == (None, [])
    assert "text/html" in browser._repr_mimebundle_()[0]


def test_bounds_the_wrong_way_round_are_said_in_place(data, monkeypatch):
    monkeypatch.setenv("COURSEKIT_STRICT", "0")
    browser = browse_predictions(*data, CLASSES)
    browser.lowest.set_state({"value": 0.8})
    browser.highest.set_state({"value": 0.2})
    assert browser.status.state == "error"
    assert "move the lower bound below the upper one" in browser.status.text


class Counted:
    """Images that count how often they are read."""

    def __init__(self, count):
        self.count, self.read = count, set()

    def __len__(self):
        return self.count

    def __getitem__(self, index):
        self.read.add(int(index))
        return np.zeros((4, 4), np.uint8)


def test_only_the_visible_page_is_read():
    images = Counted(5000)
    browser = browse_predictions(images, np.zeros(5000, int), np.full(5000, 0.3), ["cat", "dog"])
    assert images.read == set(range(PAGE))
    browser.grid.set_state({"selected": 4999})
    assert images.read == {*range(PAGE), *range(4992, 5000)}


def test_one_sigmoid_column_is_the_second_class():
    browser = browse_predictions(np.zeros((2, 4, 4, 1)), [[1], [1]], [[0.8], [0.3]], ["cat", "dog"])
    choose(browser.outcome, "right and wrong")
    choose(browser.order, "as given")
    assert [tile["lines"] for tile in browser.grid.tiles] == [
        ["✓ 0.80", "said dog", "true dog"],
        ["✗ 0.70", "said cat", "true dog"],
    ]


def test_of_many_classes_the_likely_ones_and_the_true_one_are_listed():
    probabilities = np.full((1, 50), 0.01)
    probabilities[0, :20], probabilities[0, 30:] = np.linspace(0.04, 0.02, 20), 0.004
    names = [f"class {n}" for n in range(50)]
    browser = browse_predictions(np.zeros((1, 4, 4)), [49], probabilities / probabilities.sum(), names)
    assert browser.detail.value.count("<tr") == 12
    assert ">class 0<" in browser.detail.value
    assert ">class 49<" in browser.detail.value


def test_names_of_classes_are_shown_as_text():
    browser = browse_predictions(np.zeros((1, 4, 4)), [0], [0.1], ["<b>cat</b>", "dog"])
    assert "<b>cat" not in browser.detail.value


def test_a_reader_without_a_kernel_sees_the_page(browser):
    data, metadata = browser._repr_mimebundle_()
    assert data["text/plain"] == browser.status.text
    assert "Run this cell to interact" in data["text/html"]
    assert metadata["image/png"]["width"] > 500


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"images": np.zeros((2, 4, 4))}, "there are 2 images but 3 labels"),
        ({"images": np.zeros((3, 4))}, r"image 0 has shape \(4,\)"),
        ({"images": np.full((3, 4, 4), 200.0)}, "before a network's own preprocessing"),
        ({"labels": [0, 1]}, "there are 2 labels and 3 rows"),
        ({"labels": [0, 1, 2]}, "with 2 classes they must lie between 0 and 1"),
        ({"labels": [[1, 0], [0, 1], [0, 1]]}, "labels.argmax"),
        ({"probabilities": [[3.0], [-2.0], [1.0]]}, "softmax"),
        ({"probabilities": [[0.2, 0.2]] * 3}, "add up to 0.4"),
        ({"probabilities": [[0.2, 0.3, 0.5]] * 3}, "3 columns but there are 2 classes"),
        ({"probabilities": [np.nan] * 3}, "not finite"),
        ({"classes": ["cat"]}, "pass the names of all classes"),
    ],
)
def test_bad_input_is_refused_when_the_browser_is_made(changed, words):
    right = {
        "images": np.zeros((3, 4, 4)),
        "labels": [0, 1, 1],
        "probabilities": [[0.1], [0.2], [0.7]],
        "classes": ["cat", "dog"],
    }
    with pytest.raises(ValueError, match=words):
        browse_predictions(**(right | changed))
