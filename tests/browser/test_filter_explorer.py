"""The filter explorer in JupyterLab, by mouse and by keyboard."""

import pytest

pytestmark = pytest.mark.browser

SMALL = """import coursekit as ck
ck.widgets.explore_filters(ck.networks.backbone("course", size=32))"""
SHEET, LARGE = ".ck-sheet", ".ck-large img"


def test_a_whole_layer_at_once_and_then_from_filter_to_filter(lab):
    lab.open(SMALL)
    with lab.answer():
        lab.page.get_by_label("All filters").press("Space")
    assert "On the sheet: filters 0 to 23" in lab.sentence()
    before = lab.pixels(LARGE)
    lab.page.focus(SHEET)
    for key, number in (("ArrowRight", 1), ("ArrowDown", 9)):
        with lab.answer():
            lab.page.keyboard.press(key)
        assert lab.sentence().startswith(f"Filter {number} of 24")
    assert (lab.pixels(LARGE) != before).any()


def test_how_to_climb_by_keyboard(lab):
    lab.open(SMALL)
    before = lab.pixels(LARGE)
    with lab.answer():
        lab.page.get_by_label("Climb along waves").press("Space")
    assert "along waves" in lab.sentence()
    assert (lab.pixels(LARGE) != before).any()


def test_it_reads_well_in_both_themes_and_on_narrow_screens(lab, themed):
    lab.open(SMALL)
    theme = themed()
    with lab.answer():
        lab.page.get_by_label("All filters").press("Space")
    for width, screen in ((1280, "wide"), (560, "narrow")):
        lab.width(width)
        assert lab.overflow() <= 0
        assert lab.findings() == []
        lab.screenshot(f"filters_{theme}_{screen}")


def test_a_key_press_on_the_sheet_is_answered_at_once(lab, median_answer):
    lab.open(SMALL)
    with lab.answer():
        lab.page.get_by_label("All filters").press("Space")
    lab.page.focus(SHEET)
    assert median_answer("ArrowRight", "ArrowLeft") <= 250
