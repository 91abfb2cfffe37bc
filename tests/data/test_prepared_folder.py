"""A folder of fundus photographs is prepared class by class; interruptions and bad images cost nothing else."""

import csv
import json
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from coursekit import cli, fundus
from coursekit.data import prepared_folder
from coursekit.data.prepared_folder import Preparation, prepare_folder
from coursekit.photographs import load_image
from coursekit.synthetic import fundus as drawn

SMALL = Preparation(size=48)


@pytest.fixture(scope="module")
def eyes():
    return drawn.draw(10, size=96, seed=1)


@pytest.fixture
def source(tmp_path, eyes):
    folder = tmp_path / "in"
    for number, (image, grade) in enumerate(zip(eyes.images, eyes.labels, strict=True)):
        path = folder / str(grade) / f"{number // 2 + 1}_{('left', 'right')[number % 2]}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image).save(path)
    return folder


def contents(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_images_are_saved_by_class_as_prepare_gives_them(source, tmp_path, eyes):
    outcome = prepare_folder(source, tmp_path / "out", Preparation(size=48, format="png"), workers=1)
    assert (outcome.prepared, outcome.before, outcome.left_out) == (10, 0, {})
    saved = np.asarray(Image.open(tmp_path / "out" / str(eyes.labels[3]) / "2_right.png"))
    np.testing.assert_array_equal(saved, fundus.prepare(eyes.images[3], size=48))


@pytest.mark.slow
def test_processes_give_the_same_files(source, tmp_path):
    prepare_folder(source, tmp_path / "one", SMALL, workers=1)
    prepare_folder(source, tmp_path / "two", SMALL, workers=2)
    assert contents(tmp_path / "one") == contents(tmp_path / "two")


@pytest.mark.parametrize("size", [128, 300, 700])
def test_large_photographs_may_be_decoded_smaller_but_look_the_same(tmp_path, size):
    """At 128 a quarter is decoded, at 300 a half; at 700 all, for half of the field would be too few pixels."""
    eye = (255 * load_image("retina", size=1200)).astype(np.uint8)
    photograph = np.pad(eye, ((100, 100), (300, 300), (0, 0)))
    (tmp_path / "in" / "0").mkdir(parents=True)
    path = tmp_path / "in" / "0" / "1_left.jpg"
    Image.fromarray(photograph).save(path, quality=95)
    prepare_folder(tmp_path / "in", tmp_path / "out", Preparation(size=size, format="png"), workers=1)
    saved = np.asarray(Image.open(tmp_path / "out" / "0" / "1_left.png")).astype(int)
    whole = fundus.prepare(np.asarray(Image.open(path)), size=size)
    assert np.abs(saved - whole).mean() < 5
    assert ((saved.max(axis=2) > 0) == (whole.max(axis=2) > 0)).mean() > 0.98
    if size == 700:
        np.testing.assert_array_equal(saved, whole)


def test_labels_sort_images_of_one_folder(source, tmp_path, eyes):
    flat = tmp_path / "flat"
    flat.mkdir()
    rows = [("image", "level")]
    for path in source.rglob("*.png"):
        rows.append((path.stem, path.parent.name))
        path.rename(flat / path.name)
    with (tmp_path / "labels.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    outcome = prepare_folder(flat, tmp_path / "out", SMALL, labels=tmp_path / "labels.csv", workers=1)
    assert outcome.prepared == 10
    assert (tmp_path / "out" / str(eyes.labels[0]) / "1_left.jpg").exists()


def test_after_an_interruption_the_same_call_goes_on(source, tmp_path):
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    prepare_folder(source, whole, SMALL, workers=1)

    class InterruptedByTestError(Exception):
        pass

    def interrupt(done, count):
        assert count == 10
        if done == 4:
            raise InterruptedByTestError

    with pytest.raises(InterruptedByTestError):
        prepare_folder(source, cut, SMALL, workers=1, report=interrupt)
    (cut / "0" / ".unfinished-1").mkdir()
    (cut / "0" / ".unfinished-1" / "half.jpg").write_bytes(b"half")
    outcome = prepare_folder(source, cut, SMALL, workers=1)
    assert (outcome.prepared, outcome.before) == (6, 4)
    assert contents(cut) == contents(whole)


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="kills a group of processes")
def test_a_killed_process_leaves_whole_files_only(source, tmp_path):
    whole, cut = tmp_path / "whole", tmp_path / "cut"
    prepare_folder(source, whole, Preparation(size=400), workers=1)
    command = [sys.executable, "-m", "coursekit", "fundus", str(source), str(cut), "--size", "400", "--workers", "1"]
    process = subprocess.Popen(command, start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 60
    while not list(cut.glob("*/*.jpg")) and process.poll() is None and time.monotonic() < deadline:
        time.sleep(0.002)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for path in cut.glob("*/*.jpg"):
        assert path.read_bytes() == (whole / path.relative_to(cut)).read_bytes()
    assert subprocess.run(command, check=False, capture_output=True).returncode == 0
    assert contents(cut) == contents(whole)


def test_what_cannot_be_prepared_is_listed_and_stops_nothing(source, tmp_path, capsys):
    (source / "0" / "90_left.jpg").write_bytes(b"no image")
    Image.fromarray(np.full((96, 96, 3), 99, np.uint8)).save(source / "4" / "91_left.png")
    out = tmp_path / "out"
    assert cli.main(["fundus", str(source), str(out), "--size", "48", "--workers", "1"]) == 1
    said = capsys.readouterr()
    assert "10 prepared" in said.out
    assert "2 left out, listed in" in said.out
    assert "left out: 4/91_left.png: the image is blank" in said.err
    with (out / "left_out.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert [row[0] for row in rows] == ["file", "0/90_left.jpg", "4/91_left.png"]
    assert not (out / "4" / "91_left.jpg").exists()


def test_two_preparations_do_not_mix(source, tmp_path, capsys):
    out = tmp_path / "out"
    prepare_folder(source, out, SMALL, workers=1)
    assert cli.main(["fundus", str(source), str(out), "--size", "64"]) == 1
    assert "'size': 48" in capsys.readouterr().err
    assert json.loads((out / "prepared.json").read_text())["size"] == 48
    (out / "prepared.json").write_text("{")
    with pytest.raises(ValueError, match="settings that cannot be read"):
        prepare_folder(source, out, SMALL, workers=1)


def test_bad_folders_are_refused_before_anything_is_written(source, tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(ValueError, match="holds nothing to prepare: it must hold a folder for each class"):
        prepare_folder(tmp_path / "empty", tmp_path / "out", SMALL)
    with pytest.raises(ValueError, match="is no folder"):
        prepare_folder(tmp_path / "nowhere", tmp_path / "out", SMALL)
    first = next(source.rglob("*.png"))
    Image.open(first).save(first.with_suffix(".jpg"))
    with pytest.raises(ValueError, match="would both become"):
        prepare_folder(source, tmp_path / "out", SMALL)
    assert not (tmp_path / "out").exists()


def listed(folder):
    with (folder / "left_out.csv").open(newline="", encoding="utf-8") as file:
        return dict(list(csv.reader(file))[1:])


def test_every_file_is_prepared_or_listed_with_its_reason(source, tmp_path, capsys):
    first = next(source.rglob("*.png"))
    litter = ["Thumbs.db", ".ipynb_checkpoints/1.png", "0/.ipynb_checkpoints/1.png", "0/._1.png", "__MACOSX/0/1.png"]
    others = {
        "0/100_left.tif": ".tif is none of",
        "0/notes": "a name without an ending is none of",
        "101_left.png": "it stands in no class folder",
        "0/left/102_left.png": "it stands deeper than in the folder 0",
    }
    for name in (*litter, *others):
        (source / name).parent.mkdir(parents=True, exist_ok=True)
        (source / name).write_bytes(first.read_bytes())
    count = sum(path.is_file() for path in source.rglob("*"))
    assert cli.main(["fundus", str(source), str(tmp_path / "out"), "--size", "48", "--workers", "1"]) == 1
    found = listed(tmp_path / "out")
    assert set(found) == {*litter, *others}
    assert all(found[name].startswith(reason) for name, reason in others.items())
    assert {found[name] for name in litter} == {"hidden, or left behind by the system"}
    assert count == 10 + len(litter) + len(others)
    assert sorted(path.name for path in (tmp_path / "out").iterdir() if path.is_dir()) == ["0", "1", "2", "3", "4"]
    said = capsys.readouterr()
    assert "5 hidden or system files passed over" in said.out
    assert "Thumbs.db" not in said.err


def test_litter_alone_is_no_failure(source, tmp_path):
    (source / "0" / "Thumbs.db").write_bytes(b"?")
    assert cli.main(["fundus", str(source), str(tmp_path / "out"), "--size", "48", "--workers", "1"]) == 0


def test_files_without_a_row_and_rows_without_a_file_are_listed(source, tmp_path):
    flat = tmp_path / "flat"
    flat.mkdir()
    for path in source.rglob("*.png"):
        path.rename(flat / path.name)
    (flat / "grades.csv").write_text("image;level\n1_left.png;0\n77_left;3\n", encoding="utf-8-sig")
    outcome = prepare_folder(flat, tmp_path / "out", SMALL, labels=flat / "grades.csv", workers=1)
    assert outcome.prepared == 1
    assert outcome.left_out["grades.csv: 77_left"] == "there is no image of this name in the folder"
    without_row = [name for name, reason in outcome.left_out.items() if reason == "grades.csv has no row for it"]
    assert len(without_row) == 9


def test_names_match_however_their_accents_are_written(source, tmp_path):
    flat = tmp_path / "flat"
    flat.mkdir()
    next(source.rglob("*.png")).rename(flat / "cafe\u0301.png")
    (tmp_path / "grades.csv").write_text("image,level\ncaf\u00e9,2\n", encoding="utf-8")
    outcome = prepare_folder(flat, tmp_path / "out", SMALL, labels=tmp_path / "grades.csv", workers=1)
    assert (outcome.prepared, outcome.left_out) == (1, {})
    (source / "cafe\u0301").mkdir()
    (flat / "cafe\u0301.png").rename(source / "cafe\u0301" / "1.png")
    prepare_folder(source, tmp_path / "classes", SMALL, workers=1)
    assert (tmp_path / "classes" / "caf\u00e9" / "1.jpg").exists()


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        (["--size", "0"], "size is 0"),
        (["--size", "-5"], "size is -5"),
        (["--size", "8"], "tiles is 8: along 8 pixels there can be 1 to 4"),
        (["--tiles", "0"], "tiles is 0"),
        (["--clip-limit", "2"], "clip_limit is 2"),
        (["--clip-limit", "nan"], "clip_limit is nan"),
        (["--workers", "0"], "workers is 0"),
        (["--workers", "-1"], "workers is -1"),
    ],
)
def test_settings_that_cannot_be_are_refused_and_block_nothing(source, tmp_path, capsys, settings, message):
    out = tmp_path / "out"
    assert cli.main(["fundus", str(source), str(out), *settings]) == 1
    assert message in capsys.readouterr().err
    assert not out.exists()


def test_a_run_that_prepared_nothing_blocks_no_other(tmp_path, eyes):
    (tmp_path / "in" / "0").mkdir(parents=True)
    (tmp_path / "in" / "0" / "1_left.png").write_bytes(b"no image")
    assert prepare_folder(tmp_path / "in", tmp_path / "out", Preparation(size=64), workers=1).prepared == 0
    Image.fromarray(eyes.images[0]).save(tmp_path / "in" / "0" / "1_left.png")
    assert prepare_folder(tmp_path / "in", tmp_path / "out", SMALL, workers=1).prepared == 1
    assert json.loads((tmp_path / "out" / "prepared.json").read_text())["size"] == 48


def test_originals_and_results_do_not_mix(source, tmp_path):
    with pytest.raises(ValueError, match="results must not mix with originals"):
        prepare_folder(source, source, SMALL)
    with pytest.raises(ValueError, match="results must not mix with originals"):
        prepare_folder(source / "0", source, SMALL)
    foreign = tmp_path / "foreign"
    shutil.copytree(source, foreign)
    with pytest.raises(ValueError, match="holds images that were not prepared here"):
        prepare_folder(source, foreign, Preparation(size=48, format="png"))
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(ValueError, match="is a file, but the result needs a folder"):
        prepare_folder(source, tmp_path / "file", SMALL)
    assert not (foreign / "prepared.json").exists()


def test_the_result_may_lie_in_the_source(source, monkeypatch):
    monkeypatch.chdir(source)
    for before in (0, 10):
        outcome = prepare_folder(Path(), source / "out", SMALL, workers=1)
        assert (outcome.before, outcome.left_out) == (before, {})


def test_a_class_too_small_to_be_split_is_said(source, tmp_path, capsys):
    for path in sorted((source / "4").iterdir())[2:]:
        path.unlink()
    cli.main(["fundus", str(source), str(tmp_path / "out"), "--size", "48", "--workers", "1"])
    assert "class 4 has 2 images: to train, validate and test, 3 are needed" in capsys.readouterr().err


@pytest.mark.parametrize(("system", "processes"), [("win32", 61), ("linux", 64)])
def test_no_more_processes_than_the_system_can_wait_for(monkeypatch, system, processes):
    monkeypatch.setattr(prepared_folder.sys, "platform", system)
    monkeypatch.setattr(prepared_folder, "usable_processors", lambda: 64)
    assert prepared_folder._processes(None, 1000) == processes
    assert prepared_folder._processes(None, 5) == 5
