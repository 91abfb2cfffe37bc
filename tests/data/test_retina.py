"""Fundus images: patients by their names, grades by labels.csv."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from coursekit.data.errors import DamagedError
from coursekit.data.sets.retina import patient_of, read_grades


def test_both_eyes_are_of_one_patient():
    left, right = Path("train/0/17_left.jpg"), "4/17_right.jpeg"
    assert patient_of(left) == patient_of(right) == "17"


@pytest.mark.parametrize("name", ["17.jpg", "17_up.jpg", "left_17.jpg", "17_left_2.jpg", ""])
def test_other_names_are_refused(name: str):
    with pytest.raises(ValueError, match=r"123_left\.jpg"):
        patient_of(name)


def test_grades_are_read_by_name(tmp_path: Path):
    (tmp_path / "labels.csv").write_text("image,level\n10_left,0\n10_right,4\n")
    assert read_grades(tmp_path / "labels.csv") == {"10_left": 0, "10_right": 4}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "no grades"),
        (b"image,level\n", "no grades"),
        (b"image,grade\n10_left,0\n", "line 2"),
        (b"image,level\n10_left,0\n10_right,5\n", "line 3"),
        (b"image,level\n10_left\n", "line 2"),
        (b"image,level\n10_left,0\n10_left,1\n", "10_left is graded a second time"),
        (b"\xff\xfe\x00", "cannot be read"),
    ],
)
def test_damaged_grades_are_refused(tmp_path: Path, content: bytes, message: str):
    (tmp_path / "labels.csv").write_bytes(content)
    with pytest.raises(DamagedError, match=message):
        read_grades(tmp_path / "labels.csv")


def test_missing_grades_are_named(tmp_path: Path):
    with pytest.raises(DamagedError, match=r"labels\.csv cannot be read"):
        read_grades(tmp_path / "labels.csv")


@pytest.mark.real_data
@pytest.mark.parametrize("name", ["retina_natural", "retina_balanced"])
def test_real_images_lie_in_the_folder_of_their_grade(real_mirror: str, tmp_path: Path, name: str):
    archive = Path(real_mirror.removeprefix("file://")) / f"{name}.zip"
    if not archive.exists():
        pytest.skip("the mirror is no local folder")
    with zipfile.ZipFile(io.BytesIO(archive.read_bytes())) as packed:
        packed.extract("labels.csv", tmp_path)
        images = [Path(path) for path in packed.namelist() if path.endswith(".jpg")]
    assert read_grades(tmp_path / "labels.csv") == {path.stem: int(path.parent.name) for path in images}
    assert 1 < len({patient_of(path) for path in images}) < len(images)
