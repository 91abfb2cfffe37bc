"""The buttons below a check, in JupyterLab, by keyboard and by mouse; with and without a kernel."""

import json

import pytest

pytestmark = pytest.mark.browser

BOX = ".ck-help"
CHECK = "import coursekit as ck\nck.check.welcome.{name}(lambda image: {answer})"


@pytest.fixture
def checked(lab, server):
    """Opens a notebook with a wrong answer to an exercise for which nothing was asked yet."""

    def open_check(name="mean_brightness", answer="-1"):
        lab.open(CHECK.format(name=name, answer=answer), shows=BOX)
        return lab

    return open_check


def button(lab, name):
    return lab.page.locator(BOX).get_by_role("button", name=name)


def test_hints_and_solution_by_keyboard(checked):
    lab = checked()
    button(lab, "Hint 1 of 3").press("Enter")
    lab.page.wait_for_selector(f"{BOX} li:nth-child(1)")
    assert lab.page.evaluate("() => document.activeElement.textContent") == "Hint 2 of 3"
    lab.screenshot("help hint", of=BOX)
    for count in (2, 3):
        lab.page.keyboard.press("Enter")
        lab.page.wait_for_selector(f"{BOX} li:nth-child({count})")
    assert button(lab, "Hint").count() == 0
    button(lab, "Solution").press("Enter")
    lab.page.keyboard.press("Escape")
    assert lab.page.evaluate("() => document.activeElement.textContent") == "Solution"
    lab.page.keyboard.press("Enter")
    assert lab.page.locator(".ck-help-code").is_hidden()
    lab.screenshot("help question", of=BOX)
    lab.page.keyboard.press("Enter")
    lab.page.wait_for_selector(".ck-help-code")
    assert "return image.mean()" in lab.page.inner_text(".ck-help-code")
    for theme in ("light", "dark"):
        lab.theme(theme)
        assert lab.findings(BOX) == []
        lab.screenshot(f"help solution {theme}", of=BOX)
    lab.theme("light")


def test_opened_again_without_its_kernel_the_verdict_is_still_there_and_no_solution(checked):
    lab = checked("count_classes", "max(image)")
    button(lab, "Solution").click()
    button(lab, "Show it").click()
    lab.page.wait_for_selector(".ck-help-code")
    lab.reopen()
    text = lab.page.locator(".jp-NotebookPanel").inner_text()
    assert "Counting starts at 0" in text
    assert "model not found" not in text
    assert "np.unique" not in json.dumps(json.loads(lab.file.read_text(encoding="utf-8")))
