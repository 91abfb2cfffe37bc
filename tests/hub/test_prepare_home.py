"""What happens to a learner's home before their server starts in a JupyterHub."""

import importlib.util
import os
from pathlib import Path

import pytest

from coursekit import settings
from coursekit.authoring.lesson_names import lesson_names

FILE = Path(__file__).parents[2] / "docs" / "hub" / "prepare_home.py"


@pytest.fixture(scope="module")
def prepare():
    specification = importlib.util.spec_from_file_location("prepare_home", FILE)
    module = importlib.util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def test_lessons_are_copied_once_and_never_over_the_learners_own(prepare, tmp_path):
    prepare.copy_lessons(tmp_path)
    names = lesson_names(tmp_path / "work", ".ipynb")
    assert names == lesson_names(settings.course_folder() / "notebooks", ".ipynb")
    own = tmp_path / "work" / f"{names[1]}.ipynb"
    own.write_text("mine")
    (tmp_path / "work" / f"{names[2]}.ipynb").unlink()
    prepare.copy_lessons(tmp_path)
    assert own.read_text() == "mine"
    assert lesson_names(tmp_path / "work", ".ipynb") == names


@pytest.mark.skipif(os.name == "nt", reason="a hub runs on Linux")
def test_the_folder_of_sockets_is_the_learners_own(prepare, tmp_path):
    prepare.own_folder(tmp_path / "sockets")
    assert (tmp_path / "sockets").stat().st_mode & 0o777 == 0o700
    (tmp_path / "link").symlink_to(tmp_path / "sockets")
    with pytest.raises(PermissionError, match="belongs to somebody else"):
        prepare.own_folder(tmp_path / "link")


@pytest.mark.skipif(os.name == "nt", reason="a hub runs on Linux")
def test_data_of_a_shared_cache_are_used_where_they_are(prepare, tmp_path):
    shared, own = tmp_path / "shared", tmp_path / "own"
    (shared / "data" / "mnist").mkdir(parents=True)
    (shared / "data" / ".part").mkdir()
    prepare.link_data(shared / "data", own / "data")
    prepare.link_data(shared / "data", own / "data")
    assert [path.name for path in (own / "data").iterdir()] == ["mnist"]
    assert (own / "data" / "mnist").resolve() == shared / "data" / "mnist"
