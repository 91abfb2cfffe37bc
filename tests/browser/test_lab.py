"""``coursekit lab`` and the width that it leaves an explorer, on a screen of 1,280 pixels."""

import os
import re
import sys

import pytest

pytestmark = pytest.mark.browser

KERNEL = "import coursekit as ck\nck.widgets.explore_kernel()"
POOLING = "import coursekit as ck\nck.widgets.explore_pooling()"
# Where the image, the controls and the result stand.
PLACES = """() => ['.ck-stage', '.ck-middle', '.ck-stage >> last'].map((name) => {
  const all = document.querySelectorAll(name.split(' >> ')[0]);
  const box = (name.includes('last') ? all[all.length - 1] : all[0]).getBoundingClientRect();
  return { left: box.left, right: box.right, top: box.top, bottom: box.bottom };
})"""


@pytest.fixture
def page(chromium, tmp_path, free_port, in_background):
    """A browser of 1,280 by 800 pixels at the address that the command prints."""
    environment = os.environ | {"COURSEKIT_HOME": str(tmp_path), "PYTHONUNBUFFERED": "1"}
    command = [sys.executable, "-m", "coursekit", "lab", "--no-browser", "--port", str(free_port)]
    with in_background(command, env=environment) as server:
        context = chromium.new_context(viewport={"width": 1280, "height": 800})
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.goto(server.first(r"http://localhost:\S+(?=\s)"))
        page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
        yield page
        context.close()
        # As Ctrl-C does.
        server.process.terminate()
        assert server.process.wait(20) == 0


def test_the_lab_opens_with_the_side_bars_folded_and_keeps_what_is_unfolded(page):
    assert not page.locator("#jp-left-stack").is_visible()
    assert not page.locator("#jp-right-stack").is_visible()
    assert page.locator(".jp-NotebookPanel").bounding_box()["width"] > 1150
    assert page.locator(".jp-Dialog").count() == 0
    page.get_by_role("tab", name=re.compile("File Browser")).first.click()
    assert page.locator("#jp-left-stack").is_visible()


@pytest.mark.parametrize("code", [KERNEL, POOLING], ids=["kernel", "pooling"])
def test_image_controls_and_result_stand_side_by_side_though_the_side_bar_is_open(lab, code):
    lab.open(code)
    lab.ask("() => window.jupyterapp.shell.expandLeft()")
    lab.page.set_viewport_size({"width": 1280, "height": 800})
    lab.settle()
    image, controls, result = lab.ask(PLACES)
    assert image["right"] <= controls["left"] + 1
    assert controls["right"] <= result["left"] + 1
    assert max(image["bottom"], controls["bottom"], result["bottom"]) < 800
    assert lab.overflow() <= 0
    lab.ask("() => window.jupyterapp.shell.collapseLeft()")


def test_three_columns_fit_800_pixels(lab):
    lab.open(KERNEL)
    lab.ask("() => { document.querySelector('.ck-explorer').style.width = '800px'; }")
    lab.settle()
    image, controls, result = lab.ask(PLACES)
    assert image["top"] == result["top"] or abs(image["top"] - result["top"]) < 1
    assert image["right"] <= controls["left"] + 1 <= controls["right"] + 1 <= result["left"] + 2
