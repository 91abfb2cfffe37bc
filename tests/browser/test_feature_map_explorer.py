"""The feature-map explorer in JupyterLab, by mouse and by keyboard."""

import pytest

pytestmark = pytest.mark.browser

PETS = """import coursekit as ck
model = ck.training.trained("cats_dogs_augmented")
ck.widgets.explore_feature_maps(model, classes=["cat", "dog"])"""
SHEET, LARGE = ".ck-sheet", ".ck-large img"


def test_a_click_shows_a_map_large_and_arrow_keys_go_on(lab):
    lab.open(PETS)
    before = lab.pixels(LARGE)
    box = lab.page.locator(SHEET).bounding_box()
    with lab.answer():
        lab.page.click(SHEET, position={"x": box["width"] * 5.5 / 16, "y": box["height"] * 1.5 / 2})
    assert "Map 21: from" in lab.sentence()
    assert (lab.pixels(LARGE) != before).any()
    for key, number in (("ArrowLeft", 20), ("ArrowUp", 4), ("End", 31), ("Home", 0)):
        lab.press(key)
        assert f"Map {number}: from" in lab.sentence()
    assert lab.ask("() => document.activeElement.className") == "ck-sheet"


def test_an_edited_kernel_changes_map_and_answer_and_is_undone(lab):
    lab.open(PETS)
    before = lab.pixels(LARGE)
    lab.page.get_by_label("Weight in row 2, column 2").fill("-3")
    lab.press("Enter")
    assert "with the kernels as learned" in lab.sentence()
    assert abs(lab.pixels(LARGE) - before).mean() > 5
    lab.push("Undo")
    assert "as learned" not in lab.sentence()
    assert abs(lab.pixels(LARGE) - before).mean() < 1


def test_another_layer_is_chosen_and_the_code_is_copied(lab):
    lab.open(PETS)
    lab.choose("Layer", 1)
    assert "32 maps of 74 by 74" in lab.sentence()
    assert "no kernel of its own" in lab.page.inner_text(".ck-explorer")
    assert "ck.explain.feature_maps(model" in lab.copied_code()


def test_nothing_jumps_from_map_to_map(lab):
    lab.open(PETS)
    lab.page.focus(SHEET)
    height = lab.height()
    for key in ("ArrowRight", "ArrowDown", "End"):
        lab.press(key)
        assert lab.height() == height


def test_it_reads_well_in_both_themes_and_on_narrow_screens(lab, themed):
    lab.open(PETS)
    theme = themed()
    lab.page.get_by_label("Weight in row 2, column 2").fill("-3")
    lab.press("Enter")
    lab.read_at_all_widths(f"feature_maps_{theme}")


@pytest.mark.parametrize(
    ("target", "keys"),
    [(SHEET, ("ArrowRight", "ArrowLeft")), ("[aria-label='Weight in row 2, column 2']", ("ArrowUp", "ArrowDown"))],
    ids=["map", "weight"],
)
def test_a_key_press_is_answered_at_once(lab, target, keys, median_answer):
    lab.open(PETS)
    lab.page.focus(target)
    assert median_answer(*keys) <= 250
