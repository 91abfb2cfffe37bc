"""The gallery in Voilà, in a real Chromium: its front page, and every exhibit by mouse and by keyboard."""

import os
import sys

import pytest
from playwright.sync_api import Error

from coursekit.commands.apps import first_free
from coursekit.gallery.exhibits import EXHIBITS

pytestmark = pytest.mark.browser

KEY = """one => one.tagName !== 'SELECT' ? 'ArrowRight'
  : one.selectedIndex < one.length - 1 ? 'ArrowDown' : 'ArrowUp'"""
READY = '.ck-status[data-ck-state="ready"]'


@pytest.fixture(scope="module")
def address(tmp_path_factory, in_background):
    """A gallery with settings of its own: its address with the token."""
    home = tmp_path_factory.mktemp("gallery")
    environment = os.environ | {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
        "COURSEKIT_HOME": str(home / "coursekit"),
        "COURSEKIT_PROFILE": "quick",
        "COURSEKIT_DATA": "sample",
        "COURSEKIT_STRICT": "0",
        "PYTHONUNBUFFERED": "1",
    }
    command = [sys.executable, "-m", "coursekit", "apps", "--no-browser", "--port", str(first_free(9200))]
    with in_background(command, env=environment) as server:
        yield server.first(r"http://\S+(?=\s)")


class Page:
    """A page of the gallery, what it complained about and what it asked for."""

    def __init__(self, page, address):
        self.page, self.address, self.problems = page, address, []
        inside = (address.split("/?")[0], "data:", "blob:")
        page.on("console", lambda message: message.type == "error" and self.problems.append(message.text))
        page.on("pageerror", lambda error: self.problems.append(str(error)))
        page.on("request", lambda sent: sent.url.startswith(inside) or self.problems.append(f"outside: {sent.url}"))

    def enter(self, theme="light"):
        for _ in range(200):
            try:
                self.page.goto(f"{self.address}&theme={theme}")
                return
            except Error as refused:
                if "ERR_CONNECTION_REFUSED" not in str(refused):
                    raise
                self.page.wait_for_timeout(100)
        raise AssertionError("the gallery does not listen")

    def findings(self, context=None):
        from axe_playwright_python.sync_playwright import Axe

        results = Axe().run(self.page, context=context).response
        return [f"{one['id']}: {node['html'][:160]}" for one in results["violations"] for node in one["nodes"]]


@pytest.fixture
def gallery(chromium, address):
    context = chromium.new_context(viewport={"width": 1280, "height": 1400}, reduced_motion="reduce", bypass_csp=True)
    page = context.new_page()
    page.set_default_timeout(90_000)
    yield Page(page, address)
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 480])
def test_the_front_page_links_everything_and_reads_well(gallery, theme, width):
    gallery.page.set_viewport_size({"width": width, "height": 1400})
    gallery.enter(theme)
    assert gallery.page.locator("li a").count() == len(EXHIBITS)
    # Images below the fold are fetched when they come near it.
    for image in gallery.page.locator("li img").all():
        image.scroll_into_view_if_needed()
    gallery.page.wait_for_function(
        "() => [...document.querySelectorAll('li img')].every((one) => one.naturalWidth > 0)"
    )
    assert gallery.page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    assert gallery.findings() == []
    assert gallery.problems == [], "\n".join(gallery.problems)


def test_the_other_theme_is_one_link_away(gallery):
    gallery.enter()
    gallery.page.get_by_role("link", name="Dark page").press("Enter")
    gallery.page.wait_for_selector("html[data-theme=dark]")
    gallery.page.get_by_role("link", name="Light page").click()
    gallery.page.wait_for_selector("html[data-theme=light]")


@pytest.mark.parametrize("exhibit", EXHIBITS, ids=lambda exhibit: exhibit.name)
def test_every_exhibit_opens_and_answers(gallery, exhibit, lab_page):
    """By keyboard from the front page, in dark; a control by mouse, one by keyboard; nothing asked of other servers."""
    gallery.enter("dark")
    page = gallery.page
    page.get_by_role("link", name=exhibit.title, exact=True).press("Enter")
    page.wait_for_selector(READY)
    before = page.get_attribute(".ck-status", "data-ck-count")
    moved = page.locator(":is(.ck-explorer select, .ck-explorer input[type=range]):visible").first
    moved.focus()
    page.keyboard.press(moved.evaluate(KEY))
    page.wait_for_function(
        """count => { const status = document.querySelector('.ck-status');
          return status.dataset.ckState === 'ready' && status.dataset.ckCount !== count; }""",
        arg=before,
    )
    assert gallery.findings(".ck-explorer") == []
    folder = lab_page._screenshots
    folder.mkdir(parents=True, exist_ok=True)
    page.locator(".ck-explorer").screenshot(path=folder / f"gallery_{exhibit.name}_dark.png")
    page.get_by_role("link", name="All explorers and apps").click()
    page.wait_for_selector("main li")
    assert gallery.problems == [], "\n".join(gallery.problems)


def test_without_the_token_there_is_only_a_login(gallery):
    gallery.enter()
    gallery.page.context.clear_cookies()
    gallery.page.goto(gallery.address.split("/?")[0])
    assert "/login" in gallery.page.url
    assert gallery.page.locator("main li").count() == 0
