"""What stands in a folder besides images: each file is an image, or left out with its reason."""

import sys

import pytest
from PIL import Image

from coursekit.data.image_folder import class_folders
from coursekit.data.images.listing import list_folder


@pytest.fixture
def folder(tmp_path):
    for name in ("cat", "dog"):
        (tmp_path / name).mkdir()
        for number in range(5):
            Image.new("RGB", (8, 6)).save(tmp_path / name / f"{number}.png")
    return tmp_path


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right of their own there")
def test_a_link_to_nowhere_is_left_out_and_said(folder):
    (folder / "cat" / "gone.png").symlink_to(folder / "nowhere.png")
    (folder / "cat" / "other.png").symlink_to(folder / "dog" / "0.png")
    (folder / "cat" / "round").symlink_to(folder / "cat")
    found = list_folder(folder)
    assert {path.name: reason for path, reason in found.left_out.items()} == {
        "gone.png": "it is a link to a file that is not there"
    }
    splits = class_folders(folder, ("cat", "dog"), fractions=(0.5, 0.25, 0.25))
    assert len(splits.train) + len(splits.validation) + len(splits.test) == 11
    assert [path.name for path in splits.train.left_out] == ["gone.png"]


def test_folders_that_are_no_class_are_said(folder):
    for name in ("Cat", "cat ", "cats"):
        (folder / name).mkdir(exist_ok=True)
        Image.new("RGB", (8, 6)).save(folder / name / "more.png")
    if len(list(folder.iterdir())) < 5:
        pytest.skip("this system does not tell such names apart")
    left_out = class_folders(folder, ("cat", "dog"), fractions=(0.5, 0.25, 0.25)).train.left_out
    assert sorted(path.parent.name for path in left_out) == ["Cat", "cat ", "cats"]
    assert all("none of the classes cat, dog" in reason for reason in left_out.values())
