"""What `import coursekit` costs, and which module may import which."""

import ast
import collections
import graphlib
import subprocess
import sys
from pathlib import Path

import pytest

import coursekit as ck

PACKAGE = Path(ck.__file__).parent
FLOORS = {
    "atomic_write": 0,
    "settings": 0,
    "arrays": 0,
    "docstrings": 0,
    "backend": 0,
    "lazy_loading": 0,
    "lesson": 0,
    "processors": 0,
    "source_register": 0,
    "convolution": 1,
    "descent": 1,
    "fundus": 1,
    "kernels": 1,
    "metrics": 1,
    "photographs": 1,
    "pooling": 1,
    "receptive_field.chain": 1,
    "receptive_field.sides": 1,
    "spectra": 1,
    "terms": 1,
    "synthetic": 2,
    "data": 3,
    "networks": 4,
    "receptive_field": 4,
    "training": 4,
    "explain": 5,
    "fourier": 5,
    "plot": 6,
    "widgets": 7,
    "check": 7,
    "authoring": 7,
    "gallery": 7,
    "commands": 8,
    "cli": 8,
    "__main__": 8,
}
# The floors inside of the parts that have folders. What is not named stands on the floor of its folder.
INNER_FLOORS = {
    "authoring": {
        "unsolved": 0,
        "term_links": 0,
        "reproducible": 0,
        "lesson_names": 0,
        "source": 1,
        "finding": 2,
        "execute": 2,
        "notebook_file": 2,
        "rules": 3,
        "pages": 3,
        "build": 4,
        "claims": 4,
        "lint": 4,
        "prose_report": 4,
    },
    "data": {
        "errors": 0,
        "images": 1,
        "fetching": 1,
        "table": 1,
        "torch_file": 1,
        "imagenet_classes": 1,
        "catalogue_entry": 2,
        "fetching.mirror": 3,
        "fetching.cache": 4,
        "dataset": 2,
        "splitting": 3,
        "split_transforms": 3,
        "image_folder": 4,
        "spectra_dataset": 4,
        "sets": 5,
        "loading": 6,
        "weights": 6,
        "ground_truth": 6,
        "quality": 6,
        "prepared_folder": 6,
        "mirror_writer": 6,
    },
    "explain": {
        "engine": 0,
        "methods": 1,
        "registry": 2,
        "presets": 3,
        "class_activation_comparison": 3,
        "filter_images": 3,
        "evaluate": 4,
    },
    "synthetic": {
        "drawing": 0,
        "flower_parts": 1,
        "scenery": 1,
        "flowers": 2,
        "fundus": 2,
        "pets": 2,
        "scenes": 2,
        "spectra": 2,
        "objects": 3,
    },
    "training": {
        "schedules": 0,
        "quarter_turns": 0,
        "layer_gradients": 0,
        "made_up_runs": 0,
        "runs": 0,
        "evaluation": 0,
        "frozen_features": 0,
        "readiness": 0,
        "callbacks": 1,
        "recipes": 2,
        "model_files": 3,
        "recorded_settings": 3,
        "recipe_training": 4,
        "capstone_case": 4,
        "rates": 5,
        "mnist_studies": 5,
        "raman_studies": 5,
        "retina_studies": 5,
        "studies": 6,
    },
}
# Within `widgets/`, where every folder that is not named here holds one explorer.
WIDGET_FLOORS = {"controls": 0, "toolkit": 1, "sources": 2}
MEASURE = """
import sys, time, psutil
before, start = psutil.Process().memory_info().rss, time.process_time()
import coursekit
print(time.process_time() - start, (psutil.Process().memory_info().rss - before) / 2**20, "tensorflow" in sys.modules)
"""
WITHOUT_TENSORFLOW = (
    "convolution",
    "descent",
    "kernels",
    "metrics",
    "pooling",
    "receptive_field",
    "synthetic",
    "data",
    "plot",
    "check",
    "widgets",
    "lesson",
    "cli",
)
# One process for all: what the first that loads it is called, is seen all the same.
IMPORT_ONE_AFTER_ANOTHER = """
import importlib, sys
loaded = lambda: bool({"tensorflow", "keras"} & set(sys.modules))
for part in sys.argv[1:]:
    before = loaded()
    importlib.import_module(f"coursekit.{part}")
    if loaded() > before:
        print(part)
before = loaded()
coursekit = sys.modules["coursekit"]
coursekit.widgets.explore_receptive_field()
if loaded() > before:
    print("explore_receptive_field")
"""


def modules():
    return sorted(PACKAGE.rglob("*.py"))


def floor_of(path):
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return None if parts == ("__init__",) else floor(".".join(parts))


def floor(name):
    """The floor of a dotted name: its own, else that of the folder it is in."""
    return FLOORS[name] if name in FLOORS else floor(name.rpartition(".")[0])


def imported_parts(path):
    """The parts of coursekit that a module imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "coursekit":
            # What is no module is a name of the package itself.
            yield from (alias.name for alias in node.names if alias.name in FLOORS)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("coursekit."):
            yield node.module.partition(".")[2]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_imports_a_floor_above_it(path):
    own = floor_of(path)
    if own is not None:
        assert {part: floor(part) for part in imported_parts(path) if floor(part) > own} == {}


def test_no_imports_go_in_a_circle():
    """Not even those inside functions: what a module needs can be read without it."""
    names = {path: ".".join(path.relative_to(PACKAGE.parent).with_suffix("").parts) for path in modules()}
    known = {name.removesuffix(".__init__"): path for path, name in names.items()}
    graph = {}
    for name, path in known.items():
        needed = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("coursekit"):
                for alias in node.names:
                    part = f"{node.module}.{alias.name}"
                    needed.add(part if part in known else node.module)
        graph[name] = needed - {name}
    graphlib.TopologicalSorter(graph).prepare()  # it raises CycleError, which names the circle


def inner_modules():
    return [path for part in INNER_FLOORS for path in sorted((PACKAGE / part).rglob("*.py"))]


def inner_floor(part, name):
    """The floor of a dotted name inside of a part: its own, else that of the folder it is in."""
    floors = INNER_FLOORS[part]
    return floors[name] if name in floors else inner_floor(part, name.rpartition(".")[0])


@pytest.mark.parametrize("path", inner_modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_imports_a_floor_above_it_inside_its_part(path):
    part, *inside = path.relative_to(PACKAGE).with_suffix("").parts
    if inside == ["__init__"]:
        return
    imported = {
        ".".join((node.module, alias.name)).removeprefix(f"coursekit.{part}.")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ImportFrom) and f"{node.module}.".startswith(f"coursekit.{part}.")
        for alias in node.names
    }
    own = inner_floor(part, ".".join(inside))
    assert {name: inner_floor(part, name) for name in imported if inner_floor(part, name) > own} == {}


def test_every_folder_can_be_read_at_a_glance():
    """Of the package with its data, JavaScript and stills, and of all else but tests and lessons."""
    course = PACKAGE.parent
    tracked = subprocess.run(["git", "ls-files"], cwd=course, capture_output=True, text=True, check=False).stdout
    paths = [Path(line) for line in tracked.splitlines()] or [path.relative_to(course) for path in modules()]
    sizes = collections.Counter(
        path.parent for path in paths if path.parts[0] not in ("tests", "solutions", "notebooks")
    )
    assert {str(folder): size for folder, size in sizes.items() if size > 20} == {}


def widget_modules():
    return sorted((PACKAGE / "widgets").glob("*/**/*.py"))


def widget_folder(path):
    """The folder of coursekit.widgets that a module is in: that of an explorer, or one that all share."""
    return path.relative_to(PACKAGE / "widgets").parts[0]


def widget_imports(path):
    """The folders of coursekit.widgets that a module imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("coursekit.widgets."):
            yield node.module.split(".")[2]


@pytest.mark.parametrize("path", widget_modules(), ids=lambda path: str(path.relative_to(PACKAGE / "widgets")))
def test_no_explorer_imports_another_and_no_part_of_one_imports_an_explorer(path):
    own = widget_folder(path)
    floor = WIDGET_FLOORS.get(own, 3)
    above = {part for part in widget_imports(path) if part != own and WIDGET_FLOORS.get(part, 3) >= floor}
    assert above == set()


def test_importing_coursekit_is_quick_and_small():
    """Target 0.3 s and 60 MB. Time of the processor, so that it does not matter what else this machine does."""
    run = subprocess.run([sys.executable, "-c", MEASURE], capture_output=True, text=True, check=True)
    seconds, megabytes, tensorflow = run.stdout.split()
    assert float(seconds) < 1
    assert float(megabytes) < 60
    assert tensorflow == "False"


@pytest.fixture(scope="module")
def loading():
    """Which parts load TensorFlow or Keras."""
    command = [sys.executable, "-c", IMPORT_ONE_AFTER_ANOTHER, *WITHOUT_TENSORFLOW]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()


@pytest.mark.parametrize("part", [*WITHOUT_TENSORFLOW, "explore_receptive_field"])
def test_parts_that_need_no_tensorflow_do_not_load_it(loading, part):
    assert part not in loading


def test_unknown_part_lists_the_known_ones():
    with pytest.raises(AttributeError, match=r"no attribute 'widget'.*widgets"):
        _ = ck.widget
