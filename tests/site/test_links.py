"""The check of a built site: what it finds, and what it lets pass."""

import sys
from pathlib import Path

import pytest

SITE = Path(__file__).parents[2] / "docs" / "site"


@pytest.fixture(scope="module")
def links():
    sys.path.insert(0, str(SITE))
    try:
        import links
    finally:
        sys.path.remove(str(SITE))
    return links


@pytest.fixture
def site(tmp_path):
    (tmp_path / "below").mkdir()
    (tmp_path / "index.html").write_text('<a href="below/page.html#here">a</a><a href="https://example.org">b</a>')
    (tmp_path / "below" / "page.html").write_text('<h1 id="here">c</h1><a href="../">d</a><a href="#here">e</a>')
    return tmp_path


def test_a_sound_site_has_no_finding_and_lists_what_leads_outside(links, site):
    assert links.check(site) == ([], {"https://example.org": ["index.html"]})


@pytest.mark.parametrize(
    ("added", "found"),
    [
        ('<a href="gone.html">x</a>', "gone.html leads nowhere"),
        ('<a href="index.html#gone">x</a>', "index.html#gone leads nowhere"),
        ('<a href="#gone">x</a>', "#gone leads nowhere"),
        ('<img src="gone.webp" alt="x">', "gone.webp leads nowhere"),
        ('<img src="index.html">', "the image index.html has no alternative text"),
        ('<script src="https://example.org/x.js"></script>', "loads https://example.org/x.js from elsewhere"),
        ('<link rel="stylesheet" href="https://example.org/x.css">', "loads https://example.org/x.css from elsewhere"),
    ],
)
def test_what_is_wrong_is_found_and_named(links, site, added, found):
    page = site / "index.html"
    page.write_text(page.read_text() + added)
    broken, _ = links.check(site)
    assert broken == [f"index.html: {found}"]
