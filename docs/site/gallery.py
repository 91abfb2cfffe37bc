"""The gallery's page: each explorer as a still, light or dark as the page is, with what it is for and its lesson."""

from __future__ import annotations

import shutil
from pathlib import Path

from coursekit.authoring.pages.lesson_facts import all_facts
from coursekit.gallery.exhibits import EXHIBITS, THUMBNAILS, Exhibit

_HEAD = """# Gallery

What you see here are stills. Each explorer is alive on your own machine: `coursekit apps` opens all of them, each on a
page of its own, and every one works by mouse and by keyboard.
"""
_CARD = """### {title}

{promise} [Lesson {lesson}: {lesson_title}](lessons/{lesson_name}.ipynb)

![{title}: the controls above, the result below.](_static/gallery/light/{name}.webp){{.only-light .still}}
![{title}: the controls above, the result below.](_static/gallery/dark/{name}.webp){{.only-dark .still}}

```python
{code}
```
"""


def write(course: Path, source: Path) -> int:
    """Write the page and copy the stills; return how many explorers it shows."""
    shutil.copytree(THUMBNAILS, source / "_static" / "gallery", dirs_exist_ok=True)
    lessons = {one.number: one for one in all_facts(course)}
    parts = [_HEAD]
    for heading, kind in (("Explorers", "explorer"), ("Apps", "app")):
        parts.append(f"## {heading}\n")
        parts += [_card(exhibit, lessons) for exhibit in EXHIBITS if exhibit.kind == kind]
    (source / "gallery.md").write_text("\n".join(parts), encoding="utf-8")
    return len(EXHIBITS)


def _card(exhibit: Exhibit, lessons: dict) -> str:
    lesson = lessons[exhibit.lesson]
    return _CARD.format(
        name=exhibit.name,
        title=exhibit.title,
        promise=exhibit.promise,
        lesson=exhibit.lesson,
        lesson_title=lesson.title,
        lesson_name=lesson.name,
        code=f"import coursekit as ck\n\n{exhibit.code}",
    )
