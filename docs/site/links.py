"""Does every link of a built site lead somewhere? Those inside are followed; those outside are listed."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

_ADDRESSES = {"a": "href", "link": "href", "img": "src", "script": "src", "source": "src", "iframe": "src"}


class Page(HTMLParser):
    """What a page links to and what can be linked in it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.places: set[str] = set()
        self.without_alt: list[str] = []
        self.loaded: list[str] = []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note addresses, anchors, and images without alternative text."""
        known = dict(attrs)
        self.places |= {value for name in ("id", "name") if (value := known.get(name))}
        address = known.get(_ADDRESSES.get(tag, ""))
        if address:
            self.links.append(address)
            # A canonical address is named and not loaded.
            if tag != "a" and known.get("rel") != "canonical":
                self.loaded.append(address)
        if tag == "img" and "alt" not in known:
            self.without_alt.append(str(address))


def check(site: Path) -> tuple[list[str], dict[str, list[str]]]:
    """Follow every link of every page.

    Parameters
    ----------
    site : Path
        The folder of HTML files.

    Returns
    -------
    broken : list of str
        A message for each link inside that leads nowhere, each image without alternative text, and each file that a
        page would load from elsewhere.
    external : dict
        From each address outside to the pages that name it.
    """
    # The theme keeps pieces of its own, which are no pages, beside its style sheets.
    pages = {path: Page(path) for path in sorted(site.rglob("*.html")) if "_static" not in path.relative_to(site).parts}
    broken: list[str] = []
    external: dict[str, list[str]] = {}
    for path, page in pages.items():
        name = path.relative_to(site).as_posix()
        broken += [f"{name}: the image {address[:80]} has no alternative text" for address in page.without_alt]
        outside = [address for address in page.loaded if urlsplit(address).netloc]
        broken += [f"{name}: loads {address} from elsewhere" for address in outside]
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme in ("http", "https"):
                if link not in outside:
                    external.setdefault(link, []).append(name)
            elif not parts.scheme and not _leads_somewhere(path, parts.path, parts.fragment, pages):
                broken.append(f"{name}: {link} leads nowhere")
    return broken, external


def _leads_somewhere(page: Path, path: str, fragment: str, pages: dict[Path, Page]) -> bool:
    target = (page.parent / unquote(path)).resolve() if path else page
    if target.is_dir():
        target /= "index.html"
    if not target.exists():
        return False
    return not fragment or target.suffix != ".html" or unquote(fragment) in pages[target].places
