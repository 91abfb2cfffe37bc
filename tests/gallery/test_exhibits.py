"""The gallery's table: every explorer has a row, every row opens, and the notebooks are made from it."""

import pytest
from PIL import Image

import coursekit as ck
from coursekit import settings
from coursekit.authoring.notebook_file import read_notebook
from coursekit.gallery import notebooks
from coursekit.gallery.exhibits import EXHIBITS, THUMBNAILS
from coursekit.widgets.toolkit.explorer import Explorer


@pytest.fixture(autouse=True)
def strict_and_offline(monkeypatch):
    monkeypatch.setenv("COURSEKIT_STRICT", "1")
    monkeypatch.setenv("COURSEKIT_DATA", "sample")


QUICK = ("kernel", "pooling", "spectra")


@pytest.mark.parametrize(
    "exhibit",
    [
        pytest.param(exhibit, id=exhibit.name, marks=() if exhibit.name in QUICK else pytest.mark.slow)
        for exhibit in EXHIBITS
    ],
)
def test_every_exhibit_opens_alone(exhibit):
    *setup, last = exhibit.code.splitlines()
    names = {"ck": ck}
    exec("\n".join(setup), names)
    explorer = eval(last, names)
    assert isinstance(explorer, Explorer)
    assert explorer.errors == []
    assert explorer.view.sentence == explorer.status.text
    assert explorer.still(explorer.view).ndim == 3


def test_every_explorer_of_the_course_is_shown():
    shown = {exhibit.code.splitlines()[-1].partition("(")[0].removeprefix("ck.widgets.") for exhibit in EXHIBITS}
    assert shown == set(ck.widgets.__all__)


def test_names_and_titles_are_told_apart():
    for words in ([exhibit.name for exhibit in EXHIBITS], [exhibit.title for exhibit in EXHIBITS]):
        assert len(set(words)) == len(words)
    assert all(exhibit.promise.endswith(".") for exhibit in EXHIBITS)


def test_every_exhibit_has_a_thumbnail_for_light_and_dark_pages():
    wanted = {f"{theme}/{exhibit.name}.webp": theme for exhibit in EXHIBITS for theme in ("light", "dark")}
    assert {path.relative_to(THUMBNAILS).as_posix() for path in THUMBNAILS.glob("**/*.*")} == set(wanted)
    for name, theme in wanted.items():
        with Image.open(THUMBNAILS / name) as image:
            assert image.size == (880, 550)
            # Its corner is the page's ground.
            assert (image.convert("L").getpixel((3, 3)) > 128) == (theme == "light")


def test_the_notebooks_are_made_from_the_table():
    assert notebooks.out_of_step(settings.course_folder()) == []


def test_changed_missing_and_stray_notebooks_are_found_and_mended(tmp_path):
    assert len(notebooks.write(tmp_path)) == len(EXHIBITS)
    folder = tmp_path / notebooks.FOLDER
    (folder / "kernel.ipynb").write_text("{}")
    (folder / "pooling.ipynb").unlink()
    (folder / "stray.ipynb").write_text("{}")
    assert [message.partition(":")[0].rpartition("/")[2] for message in notebooks.out_of_step(tmp_path)] == [
        *("kernel.ipynb", "pooling.ipynb", "stray.ipynb")
    ]
    assert notebooks.write(tmp_path) == ["kernel.ipynb", "pooling.ipynb", "stray.ipynb"]
    assert notebooks.out_of_step(tmp_path) == []
    assert notebooks.write(tmp_path) == []
    assert read_notebook(folder / "kernel.ipynb").cells[1].source.endswith(EXHIBITS[0].code)
