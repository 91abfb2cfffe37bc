"""The explorer that CONTRIBUTING.md works out, taken from its text and run."""

import ast
import re
import sys
import types
from pathlib import Path

import numpy as np
import pytest

import coursekit as ck
from tests.widgets.sending import choose, upload

TEXT = (Path(__file__).parents[2] / "CONTRIBUTING.md").read_text(encoding="utf-8")
(SOURCE,) = re.findall(r"```python\n(\"\"\"The gamma explorer.*?)```", TEXT, re.DOTALL)


@pytest.fixture(scope="module")
def module():
    made = types.ModuleType("worked_example")
    sys.modules["worked_example"] = made
    exec(SOURCE, made.__dict__)
    yield made
    del sys.modules["worked_example"]


@pytest.fixture
def explorer(module):
    explorer = module.explore_gamma()
    yield explorer
    assert explorer.errors == []


def test_it_costs_at_most_sixty_lines_besides_its_arithmetic():
    (arithmetic,) = (
        node for node in ast.parse(SOURCE).body if isinstance(node, ast.FunctionDef) and node.name == "corrected"
    )
    own = range(arithmetic.lineno, arithmetic.end_lineno + 1)
    lines = [line for number, line in enumerate(SOURCE.splitlines(), start=1) if number not in own and line.strip()]
    assert len(lines) <= 60


def test_it_opens_and_follows_every_control(explorer):
    assert explorer.status.text.startswith('"cat" to the power of 1: brightness ')
    before = explorer.panels.value
    explorer.gamma.set_state({"value": 2.0})
    assert explorer.status.text.startswith('"cat" to the power of 2: ')
    explorer.negative.set_state({"value": True})
    assert explorer.panels.value != before
    choose(explorer.image, "coins")
    assert explorer.status.text.startswith('"coins"')


def test_its_code_gives_what_is_shown(explorer, module):
    explorer.gamma.set_state({"value": 0.5})
    names = {"ck": ck, "corrected": module.corrected}
    exec(explorer.code.code, names)
    np.testing.assert_allclose(names["result"], ck.data.load_image("cat", size=140, grey=True) ** 0.5)


def test_reset_upload_and_download_come_with_the_base(explorer):
    upload(explorer.upload, "mine.png", np.full((50, 60), 255, np.uint8))
    assert '"mine.png (yours, 1)"' in explorer.status.text
    explorer.gamma.set_state({"value": 3.0})
    explorer.reset_button.click()
    assert "power of 1:" in explorer.status.text
    assert '"mine.png (yours, 1)"' in explorer.status.text
    sent = []
    explorer.download.send = lambda content, buffers: sent.append(content["name"])
    explorer.download._asked(None, None, None)
    assert sent == ["gamma-explorer.zip"]


def test_readers_without_a_kernel_see_it(explorer):
    data, _ = explorer._repr_mimebundle_()
    assert data["text/plain"] == explorer.status.text
    assert "image/png" in data
