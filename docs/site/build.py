"""Build the course's site from the repository alone, without a network: `make site`, or `python docs/site/build.py`.

The pages are put together in `build/site/source` and written to `build/site/html`. It ends with status 1 where Sphinx
warns or a link inside the site leads nowhere; `build/site/external_links.txt` lists the links that lead outside.
"""

from __future__ import annotations

import argparse
import os
import posixpath
import re
import shutil
import sys
import time
from pathlib import Path

import gallery
import glossary
import lessons
import links
import reference
import results
from sphinx.cmd.build import build_main

HERE = Path(__file__).parent
COURSE = HERE.parents[1]
PAGES = {
    "docs/install.md": "install.md",
    "docs/using.md": "using.md",
    "docs/instructors.md": "instructors/index.md",
    "docs/wrong_answers.md": "instructors/wrong_answers.md",
    "docs/class_server.md": "instructors/class_server.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
}

BELOW = {"instructors/index.md": "\n```{toctree}\n:hidden:\n\nwrong_answers\nclass_server\n```\n"}
_LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)\s]+)\)")


def gather(source: Path) -> dict[str, int]:
    """Put all pages together in an empty folder, and return how much of each kind there is."""
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in source.rglob("*") if path.is_file()}
    shutil.rmtree(source, ignore_errors=True)
    source.mkdir(parents=True)
    shutil.copy(HERE / "conf.py", source)
    shutil.copytree(HERE / "static", source / "_static")
    shutil.copy(COURSE / "data" / "moving.webp", source / "_static")
    for start in HERE.glob("*.md"):
        shutil.copy(start, source)
    for origin, target in PAGES.items():
        (source / target).parent.mkdir(exist_ok=True)
        (source / target).write_text(adapted(origin, target), encoding="utf-8")
    makers = {"lessons": lessons, "explorers": gallery, "runs": results, "words": glossary, "names": reference}
    counts = {what: maker.write(COURSE, source) for what, maker in makers.items()}
    # Sphinx reads again what is newer than last time: a page that is as it was keeps its time.
    for path, (content, time_of) in before.items():
        if path.exists() and path.read_bytes() == content:
            os.utime(path, ns=(time_of, time_of))
    if not all(path.exists() for path in before):
        # Pages of what is gone must go too.
        shutil.rmtree(source.parent / "html", ignore_errors=True)
    return counts


def adapted(origin: str, target: str) -> str:
    """Return a page of the repository with its links as they are in the site.

    A link to another page leads to that page of the site; one to a file that the site has not is the file's name.
    """

    def moved(link: re.Match[str]) -> str:
        words, (path, _, place) = link[1], link[2].partition("#")
        if "://" in path or not path:
            return link[0]
        file = ((COURSE / origin).parent / path).resolve().relative_to(COURSE.resolve()).as_posix()
        if file not in PAGES:
            return f"`{file}`" if words in (path, file) else f"{words} (`{file}`)"
        there = posixpath.relpath(PAGES[file], posixpath.dirname(target) or ".")
        return f"[{words}]({there}{'#' if place else ''}{place})"

    text = (COURSE / origin).read_text(encoding="utf-8")
    return _LINK.sub(moved, text) + BELOW.get(target, "")


def main() -> int:
    """Build, check, and say how much there is and how long it took."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=COURSE / "build" / "site")
    output = parser.parse_args().output.resolve()
    start = time.perf_counter()
    source, html = output / "source", output / "html"
    counts = gather(source)
    status = build_main(
        ["-b", "html", "-n", "-W", "--keep-going", "-q", "-d", str(output / "cache"), str(source), str(html)]
    )
    broken, external = links.check(html)
    (output / "external_links.txt").write_text("\n".join(sorted(external)) + "\n", encoding="utf-8")
    print("\n".join(broken), end="\n" if broken else "")
    size = sum(path.stat().st_size for path in html.rglob("*") if path.is_file())
    print(
        f"{html / 'index.html'}: {len(list(html.rglob('*.html')))} pages, {size / 1e6:.0f} MB, "
        + ", ".join(f"{count} {what}" for what, count in counts.items())
        + f"; {len(broken)} broken links, {len(external)} external ones listed; {time.perf_counter() - start:.0f} s"
    )
    return 1 if status or broken else 0


if __name__ == "__main__":
    sys.exit(main())
