"""README and guides: every command that they name exists, and everything that they point at is there."""

import argparse
import importlib
import json
import re
import shlex
from pathlib import Path

import pytest
import yaml
from PIL import Image

from coursekit.cli import COMMANDS

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
TEXTS = {page.relative_to(ROOT).as_posix(): page.read_text(encoding="utf-8") for page in PAGES}
TARGETS = set(re.findall(r"^([a-z]+(?:-[a-z]+)?):", (ROOT / "Makefile").read_text(), re.MULTILINE))
# What stands for something of the reader's.
PLACEHOLDERS = {"NN": "01", "NAME": "mnist_convnet", "DIR": "mirror", "IN": "in", "OUT": "out", "PORT": "8866"}


def code(text):
    """Every line of code of a page: blocks, and what stands between back-ticks."""
    blocks = re.findall(r"^```[a-z]*\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    rest = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    yield from (line.split("  #")[0].strip() for block in blocks for line in block.splitlines())
    yield from re.findall(r"`([^`\n]+)`", rest)


def commands(program):
    found = {}
    for page, text in TEXTS.items():
        for line in code(text):
            words = re.sub(r"^([A-Z_]+=\S+ )+", "", line).removeprefix(".venv/bin/")
            if words.startswith(f"{program} ") and "…" not in words:
                found.setdefault(words, page)
    return sorted(found)


def parser():
    whole = argparse.ArgumentParser(exit_on_error=False)
    below = whole.add_subparsers(required=True)
    for name in COMMANDS:
        importlib.import_module(f"coursekit.commands.{name}").add_arguments(below.add_parser(name))
    return whole


@pytest.mark.parametrize("command", commands("coursekit"))
def test_every_command_of_the_pages_is_understood(command):
    words = [PLACEHOLDERS.get(word, word) for word in shlex.split(command)[1:]]
    if words == ["--version"] or words[0] == "COMMAND":
        return
    if len(words) == 1 and words[0] in COMMANDS:  # Named, not given.
        return
    parser().parse_args(words)


@pytest.mark.parametrize("command", commands("make"))
def test_every_target_of_the_pages_is_in_the_makefile(command):
    words = [word for word in shlex.split(command)[1:] if "=" not in word and not word.startswith("-")]
    assert set(words) <= TARGETS


@pytest.mark.parametrize("page", TEXTS)
def test_links_between_the_pages_lead_somewhere(page):
    text = re.sub(r"^```.*?^```", "", TEXTS[page], flags=re.MULTILINE | re.DOTALL)
    missing = []
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        path, _, place = target.partition("#")
        if "://" in target:
            continue
        file = (ROOT / page).parent / path if path else ROOT / page
        there = file.exists() and (not place or place in anchors(file))
        missing += [] if there else [target]
    assert missing == []


def anchors(file):
    """The places of a page by GitHub's rule: small letters, spaces to hyphens, no punctuation."""
    headings = re.findall(r"^#+ (.+)$", file.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_images_of_the_readme_say_what_they_show_and_are_small_enough():
    images = re.findall(r"!\[([^\]]*)\]\((data/[\w.]+)\)", TEXTS["README.md"])
    assert len(images) == 3
    for words, path in images:
        assert len(words.split()) >= 10
        assert (ROOT / path).stat().st_size <= 2_000_000
        with Image.open(ROOT / path) as image:
            assert image.width >= 900


def test_one_image_moves_and_does_not_flash():
    with Image.open(ROOT / "data" / "moving.webp") as image:
        assert image.n_frames >= 10
        image.load()
        assert image.info["duration"] >= 200


def test_the_dev_container_and_binder_install_by_the_lock():
    container = json.loads((ROOT / ".devcontainer" / "devcontainer.json").read_text())
    assert "--constraint requirements.lock --editable ." in container["postCreateCommand"]
    needs = (ROOT / ".binder" / "requirements.txt").read_text().splitlines()
    assert needs[:2] == ["--constraint ../requirements.lock", "--editable ."]


@pytest.mark.parametrize("path", sorted((ROOT / ".github" / "workflows").glob("*.yml")), ids=lambda path: path.stem)
def test_workflows_run_what_is_here(path):
    workflow = yaml.safe_load(path.read_text())
    runs = [step["run"] for job in workflow["jobs"].values() for step in job["steps"] if "run" in step]
    assert runs
    for line in runs:
        program, *words = shlex.split(line)
        assert (
            (program == "make" and set(words) <= TARGETS)
            or (program == "coursekit" and words[0] in COMMANDS)
            or program in ("pip", "python")
            or (ROOT / program).exists()
        )
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())


def test_the_version_is_one_everywhere():
    (version,) = re.findall(r'^version = "(.+)"$', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    assert f"\n## {version} (" in TEXTS["CHANGELOG.md"]
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text())["version"] == version
    values = yaml.safe_load((ROOT / "docs" / "hub" / "values.yaml").read_text())
    assert values["singleuser"]["image"]["tag"] == version
