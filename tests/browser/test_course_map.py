"""The map of the course in JupyterLab: readable in both themes, and each card links its lesson."""

import shutil

import pytest

from coursekit import settings

pytestmark = pytest.mark.browser

MAP = ".jp-OutputArea-output:has(a[href*='_welcome.ipynb'])"
CODE = "import coursekit as ck\nck.progress()"


@pytest.fixture
def course_map(lab, server):
    for name in ("00_welcome", "01_convolution_by_hand"):
        shutil.copy(settings.course_folder() / "notebooks" / f"{name}.ipynb", server[1])
    lab.open(CODE, shows=MAP)
    lab.width(1000)
    return lab


def test_readable_in_both_themes(course_map):
    lab = course_map
    for theme in ("dark", "light"):
        lab.theme(theme)
        assert lab.findings(MAP) == []
        lab.screenshot(f"course map {theme}", of=MAP)
    columns = lab.page.evaluate(
        "selector => new Set([...document.querySelectorAll(selector + ' a')].map((one) => one.offsetLeft)).size", MAP
    )
    assert columns == 4


def test_a_card_is_a_link_for_the_keyboard_also_in_a_notebook_that_is_not_trusted(course_map):
    lab = course_map
    lab.reopen()
    lab.page.wait_for_selector(MAP)
    lab.screenshot("course map stored", of=MAP)
    link = lab.page.locator(f"{MAP} a", has_text="Convolution by hand")
    link.focus()
    assert link.evaluate("one => one === document.activeElement")
    assert "01_convolution_by_hand.ipynb" in link.evaluate("one => one.href")
