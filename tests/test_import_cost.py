"""What `import coursekit` costs, and which module may import which."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import coursekit as ck

PACKAGE = Path(ck.__file__).parent
FLOORS = {
    "settings": 0,
    "arrays": 0,
    "backend": 0,
    "lesson": 0,
    "convolution": 1,
    "fundus": 1,
    "kernels": 1,
    "metrics": 1,
    "pooling": 1,
    "receptive_field": 1,
    "spectra": 1,
    "data": 2,
    "networks": 3,
    "training": 3,
    "explain": 4,
    "fourier": 4,
    "plot": 5,
    "widgets": 6,
    "check": 6,
    "authoring": 6,
    "gallery": 6,
    "commands": 7,
    "cli": 7,
    "__main__": 7,
}
# Within `widgets/`, where every folder that is not named here holds one explorer.
WIDGET_FLOORS = {"controls": 0, "toolkit": 1, "sources": 2}
MEASURE = """
import sys, time, psutil
before, start = psutil.Process().memory_info().rss, time.perf_counter()
import coursekit
print(time.perf_counter() - start, (psutil.Process().memory_info().rss - before) / 2**20, "tensorflow" in sys.modules)
"""


def modules():
    return sorted(PACKAGE.rglob("*.py"))


def floor_of(path):
    name = path.relative_to(PACKAGE).with_suffix("").parts[0]
    return None if name == "__init__" else FLOORS[name]


def imported_parts(path):
    """The parts of coursekit that a module imports, inside functions too."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "coursekit":
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("coursekit."):
            yield node.module.split(".")[1]


@pytest.mark.parametrize("path", modules(), ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_module_imports_a_floor_above_it(path):
    own = floor_of(path)
    if own is not None:
        assert {part: FLOORS[part] for part in imported_parts(path) if FLOORS.get(part, 0) > own} == {}


WIDGETS = sorted((PACKAGE / "widgets").glob("*/*.py"))


def widget_imports(path):
    """The folders of coursekit.widgets that a module imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("coursekit.widgets."):
            yield node.module.split(".")[2]


@pytest.mark.parametrize(
    "path", sorted((PACKAGE / "widgets").glob("*/*.py")), ids=lambda path: "/".join(path.parts[-2:])
)
def test_no_explorer_imports_another_and_no_part_of_one_imports_an_explorer(path):
    own = path.parent.name
    floor = WIDGET_FLOORS.get(own, 3)
    above = {part for part in widget_imports(path) if part != own and WIDGET_FLOORS.get(part, 3) >= floor}
    assert above == set()


def test_no_folder_of_the_widgets_holds_more_than_twenty_modules():
    sizes = {folder.name: len(list(folder.glob("*.py"))) for folder in (PACKAGE / "widgets").iterdir()}
    assert max(sizes.values()) <= 20


def test_importing_coursekit_is_quick_and_small():
    """Target 0.3 s and 60 MB; the bound on time is loose, for a busy machine."""
    runs = [
        subprocess.run([sys.executable, "-c", MEASURE], capture_output=True, text=True, check=True) for _ in range(3)
    ]
    seconds, megabytes, tensorflow = min(run.stdout.split() for run in runs)
    assert float(seconds) < 1
    assert float(megabytes) < 60
    assert tensorflow == "False"


@pytest.mark.parametrize(
    "part",
    [
        "convolution",
        "kernels",
        "metrics",
        "pooling",
        "receptive_field",
        "data",
        "plot",
        "check",
        "widgets",
        "lesson",
        "cli",
    ],
)
def test_parts_that_need_no_tensorflow_do_not_load_it(part):
    code = f"import sys, coursekit.{part}; sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_unknown_part_lists_the_known_ones():
    with pytest.raises(AttributeError, match=r"no attribute 'widget'.*widgets"):
        _ = ck.widget
