"""The website in a real Chromium, from its files: light, dark and narrow, by axe, with no request to elsewhere."""

from pathlib import Path

import pytest

pytestmark = pytest.mark.browser

SITE = Path(__file__).parents[2] / "build" / "site" / "html"
PAGES = [
    "index.html",
    "install.html",
    "gallery.html",
    "results.html",
    "glossary.html",
    "lessons/index.html",
    "lessons/01_convolution_by_hand.html",
    "lessons/12_comparing_explanations.html",
    "instructors/index.html",
    "instructors/wrong_answers.html",
    "reference/explain.html",
    "reference/commands.html",
    "contributing.html",
]
# Of stored outputs and of the theme, which are not this site's to write.
LET_PASS = set()


@pytest.fixture(scope="module")
def address():
    if not (SITE / "index.html").exists():
        pytest.fail("there is no website yet: make site")
    return SITE.as_uri()


@pytest.fixture
def page(chromium):
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.outside = []
    page.on("request", lambda sent: sent.url.startswith(("file:", "data:", "blob:")) or page.outside.append(sent.url))
    yield page
    context.close()


def findings(page):
    from axe_playwright_python.sync_playwright import Axe

    results = Axe().run(page).response
    return [
        f"{one['id']}: {node['html'][:160]}"
        for one in results["violations"]
        if one["id"] not in LET_PASS
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_pages_read_well(page, address, name, theme):
    page.add_init_script(f"localStorage.setItem('mode', '{theme}'); localStorage.setItem('theme', '{theme}')")
    page.goto(f"{address}/{name}")
    assert page.get_attribute("html", "data-theme") == theme
    assert findings(page) == []
    assert page.outside == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_reaches_out_of_a_narrow_screen(page, address, name):
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{address}/{name}")
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390


def test_the_search_finds_a_method_and_a_word(page, address):
    for word, where in (("integrated gradients", "reference/explain.html"), ("bootstrap", "glossary.html")):
        page.goto(f"{address}/search.html?q={word.replace(' ', '+')}")
        page.wait_for_selector("#search-results li")
        found = page.locator("#search-results li a").evaluate_all("all => all.map((one) => one.getAttribute('href'))")
        assert any(where in link for link in found), found[:10]


def test_formulas_are_drawn_without_a_script(page, address):
    page.goto(f"{address}/lessons/02_pooling_and_receptive_fields.html")
    box = page.locator("math[display=block]").first.bounding_box()
    assert box["width"] > 200
    assert box["height"] > 20


def test_a_solution_is_folded_until_it_is_asked_for(page, address):
    page.goto(f"{address}/lessons/01_convolution_by_hand.html")
    solution = page.locator("details.hide").first
    assert solution.locator("pre").first.is_hidden()
    solution.locator("summary").press("Enter")
    assert solution.locator("pre").first.is_visible()
