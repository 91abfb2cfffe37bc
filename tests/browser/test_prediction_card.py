"""The card that asks for a prediction, in JupyterLab, by keyboard and by mouse."""

import secrets

import pytest

pytestmark = pytest.mark.browser

CARD = ".ck-predict"
CHOICE = "ck.predict('{name}', 'Which comes first?', ('the egg', 'the hen'))"
NUMBER = "ck.predict('{name}', 'How many?', lowest=0, highest=9, unit='egg(s)')"
PLACE = "ck.predict('{name}', 'Where?', image=np.zeros((100, 200)), alt='A black image.')"


@pytest.fixture
def card(lab):
    """Opens a card under a name of its own: what was committed is kept."""

    def open_card(code, reveal=""):
        name = f"card_{secrets.token_hex(4)}"
        start = "import coursekit as ck, numpy as np\n"
        lab.open(start + code.format(name=name), *([reveal.format(name=name)] if reveal else []), shows=CARD)
        return lab

    return open_card


def said(lab, words):
    lab.page.wait_for_function("words => document.querySelector('.ck-predict p').innerText.includes(words)", arg=words)


def focus(lab, selector):
    lab.page.locator(f"{CARD} {selector}").first.focus()


def test_a_choice_by_keyboard(card):
    lab = card(CHOICE)
    focus(lab, "input")
    for key in ("Space", "ArrowDown", "Enter"):
        lab.page.keyboard.press(key)
    said(lab, "Committed: the hen.")
    assert not lab.page.locator(f"{CARD} button").is_visible()
    assert lab.page.evaluate("() => document.activeElement.innerText").startswith("Committed")
    lab.screenshot("prediction choice", of=CARD)


def test_nothing_chosen_says_what_to_do_and_lets_go_on(card):
    lab = card(CHOICE)
    lab.page.locator(f"{CARD} button").click()
    said(lab, "Choose one first")
    lab.page.get_by_text("the egg", exact=True).first.click()
    lab.page.locator(f"{CARD} button").click()
    said(lab, "Committed: the egg.")


def test_a_number_by_keyboard(card):
    lab = card(NUMBER)
    focus(lab, "input")
    for key in ("1", "2", "Enter"):
        lab.page.keyboard.press(key)
    said(lab, "Type a number from 0 to 9 first")
    for key in ("Backspace", "Enter"):
        lab.page.keyboard.press(key)
    said(lab, "Committed: 1 egg(s).")


def test_a_place_by_keyboard_and_by_mouse(card):
    lab = card(PLACE, "ck.reveal('{name}', np.eye(4))")
    assert "You made no prediction" in lab.page.locator(".jp-NotebookPanel").inner_text()
    focus(lab, ".ck-predict-image")
    lab.page.keyboard.press("Shift+ArrowRight")
    words = lab.page.locator(f"{CARD} .ck-predict-image").get_attribute("aria-label")
    assert words.startswith("The cross is 60 % from the left, 50 % from the top.")
    box = lab.page.locator(f"{CARD} img").bounding_box()
    lab.page.mouse.click(box["x"] + 0.25 * box["width"], box["y"] + 0.75 * box["height"])
    lab.page.locator(f"{CARD} button").click()
    said(lab, "Committed: 25 % from the left, 75 % from the top.")
    lab.screenshot("prediction place", of=CARD)


def test_opened_again_without_its_kernel_the_question_is_still_there(card):
    lab = card(CHOICE)
    lab.reopen()
    text = lab.page.locator(".jp-NotebookPanel").inner_text()
    assert "Predict: Which comes first?" in text
    assert "model not found" not in text


def test_readable_in_the_dark_and_when_narrow(card):
    lab = card(PLACE)
    lab.theme("dark")
    assert lab.findings(CARD) == []
    lab.screenshot("prediction dark", of=CARD)
    lab.theme("light")
