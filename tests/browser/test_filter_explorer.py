"""The filter explorer in JupyterLab, by mouse and by keyboard."""

import pytest

pytestmark = pytest.mark.browser

SMALL = """import coursekit as ck
explorer = ck.widgets.explore_filters(ck.networks.backbone("course", size=32), layer='block1_conv')
explorer.fourier.value, explorer.filter.value = False, 0
explorer"""
SHEET, LARGE = ".ck-sheet", ".ck-large img"


def test_a_whole_layer_at_once_and_then_from_filter_to_filter(lab):
    lab.open(SMALL)
    lab.press("Space", on="All filters")
    assert "On the sheet: filters 0 to 23" in lab.sentence()
    before = lab.pixels(LARGE)
    lab.page.focus(SHEET)
    for key, number in (("ArrowRight", 1), ("ArrowDown", 9)):
        lab.press(key)
        assert lab.sentence().startswith(f"Filter {number} of 24")
    assert (lab.pixels(LARGE) != before).any()


def test_how_to_climb_by_keyboard(lab):
    lab.open(SMALL)
    before = lab.pixels(LARGE)
    lab.press("Space", on="Climb along waves")
    assert "along waves" in lab.sentence()
    assert (lab.pixels(LARGE) != before).any()


def test_it_reads_well_in_both_themes_and_on_narrow_screens(lab, themed):
    lab.open(SMALL)
    theme = themed()
    lab.press("Space", on="All filters")
    lab.read_at_all_widths(f"filters_{theme}")


def test_a_key_press_on_the_sheet_is_answered_at_once(lab, median_answer):
    lab.open(SMALL)
    lab.press("Space", on="All filters")
    lab.page.focus(SHEET)
    assert median_answer("ArrowRight", "ArrowLeft") <= 250
