"""What is stored of widgets: a notebook that is opened again, without its kernel, shows still images."""

import nbformat
import pytest

from coursekit.commands.stored_outputs import WIDGET_VIEW

pytestmark = pytest.mark.browser

KERNEL = "import coursekit as ck\nck.widgets.explore_kernel()"
BAR = "from tqdm.auto import tqdm\nfor _ in tqdm(range(2)): pass"


def test_a_notebook_opened_again_shows_the_still_and_no_error(lab):
    lab.open(KERNEL, BAR)
    sentence = lab.sentence()
    lab.reopen()
    still = lab.page.locator(".jp-OutputArea-output img").first
    still.wait_for()
    assert still.evaluate("one => one.checkVisibility() && one.naturalWidth > 500")
    assert still.get_attribute("alt") == sentence
    outputs = lab.page.locator(".jp-NotebookPanel").inner_text()
    assert "model not found" not in outputs
    assert "0/2" not in outputs


def test_saving_leaves_the_open_notebook_as_it_is_and_can_be_done_again(lab):
    lab.open(KERNEL)
    for _ in range(2):
        lab.save()
        assert all(WIDGET_VIEW not in output.get("data", {}) for output in nbformat.read(lab.file, 4).cells[0].outputs)
        lab.choose("Kernel", "edges")
        lab.choose("Kernel", "emboss")
        assert 'Kernel "emboss"' in lab.sentence()
    assert lab.page.locator(".jp-Dialog").count() == 0
