"""Executing a lesson: stored outputs that any machine reproduces."""

import nbformat
import pytest

from coursekit.authoring.execute import carry_outputs, execute
from coursekit.authoring.reproducible import reproducible_settings
from coursekit.authoring.source import parse


def stream(text, name="stdout"):
    return nbformat.v4.new_output("stream", name=name, text=text)


def stored(*outputs, count=1, line="# %%"):
    """Return what is kept of a single cell's outputs."""
    cells = [nbformat.v4.new_code_cell("1", outputs=list(outputs), execution_count=count)]
    executed = nbformat.v4.new_notebook(cells=cells)
    return carry_outputs(parse(f"{line}\n1\n", "02_halves").notebook, executed).cells[0]


def test_neighbouring_prints_are_one_output():
    assert stored(stream("a\n"), stream("b\n")).outputs == [stream("a\nb\n")]


def test_prints_around_an_image_stay_in_their_order():
    image = nbformat.v4.new_output("display_data", {"image/png": "AA=="})
    assert stored(stream("a\n"), image, stream("b\n")).outputs == [stream("a\n"), image, stream("b\n")]


def test_of_a_progress_line_only_its_last_state_is_kept():
    assert stored(stream("epoch 1\repoch 2\r"), stream("epoch 3\ndone\n")).outputs == [stream("epoch 3\ndone\n")]


def test_a_widget_leaves_its_still_image():
    view = {"application/vnd.jupyter.widget-view+json": {"model_id": "1"}}
    still = {"text/html": "<img alt='a cat'>"}
    kept = stored(
        nbformat.v4.new_output("display_data", view), nbformat.v4.new_output("display_data", view | still)
    ).outputs
    assert [output.data for output in kept] == [still]


def test_cells_are_counted_from_one():
    result = nbformat.v4.new_output("execute_result", {"text/plain": "1"}, execution_count=17)
    cell = stored(result, count=17)
    assert (cell.execution_count, cell.outputs[0].execution_count) == (1, 1)


def test_what_only_this_machine_prints_is_not_stored():
    cell = stored(stream("16 GB of memory\n"), line='# %% tags=["output-not-stored"]')
    assert (cell.execution_count, cell.outputs) == (1, [])


@pytest.fixture(scope="module")
def executed(tmp_path_factory):
    text = (
        "# %%\nimport os\nos.getcwd().endswith('lesson')\n\n# %%\n"
        "[os.environ['COURSEKIT_' + name] for name in ('PROFILE', 'DATA', 'STRICT', 'MIRROR')]\n\n# %%\n"
        "os.listdir(os.environ['COURSEKIT_HOME'])\n\n# %% tags=['raises-exception']\n1 / 0\n"
    )
    folder = tmp_path_factory.mktemp("course") / "lesson"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COURSEKIT_MIRROR", "/nowhere")
        patch.setenv("COURSEKIT_PROFILE", "full")
        return execute(parse(text, "02_halves"), folder, reproducible_settings(tmp_path_factory.mktemp("home")))


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        pytest.param(0, "True", id="works in the folder"),
        pytest.param(1, "['quick', 'sample', '1', '']", id="settings do not depend on the user's"),
        pytest.param(2, "[]", id="home is empty"),
    ],
)
def test_a_lesson_runs_in_surroundings_that_any_machine_has(executed, cell, expected):
    assert executed.cells[cell].outputs[0].data["text/plain"] == expected


def test_a_cell_may_raise_where_its_tag_says_so(executed):
    assert executed.cells[3].outputs[0].ename == "ZeroDivisionError"


def test_execution_leaves_no_times_and_no_other_metadata(executed):
    source = parse("# %%\n1\n", "02_halves").notebook
    assert executed.metadata == source.metadata
    assert [cell.metadata for cell in executed.cells] == [{}, {}, {}, {"tags": ["raises-exception"]}]


@pytest.mark.parametrize(
    ("code", "message"),
    [
        ("1 / 0", r"(?s)02_halves\.py, cell 2 \(line 4\) raises:.*ZeroDivisionError"),
        ("import sys\nprint('careful', file=sys.stderr)", r"(?s)standard error.*cell 2 \(line 4\): careful"),
    ],
)
def test_an_error_or_a_warning_names_its_cell(tmp_path, code, message):
    lesson = parse(f"# %% [markdown]\n# Text\n\n# %%\n{code}\n", "02_halves")
    with pytest.raises(RuntimeError, match=message):
        execute(lesson, tmp_path, reproducible_settings(tmp_path / "home"))


@pytest.mark.parametrize(("deaths", "outcome"), [(2, "ran"), (3, "died")])
def test_a_kernel_that_dies_before_it_begins_is_started_again(tmp_path, monkeypatch, deaths, outcome):
    starts = []

    def start(client, **options):
        starts.append(client)
        if len(starts) <= deaths:
            raise RuntimeError("Kernel died before replying to kernel_info")

    monkeypatch.setattr("coursekit.authoring.execute.NotebookClient.execute", start)
    lesson = parse("# %%\n1\n", "02_halves")
    if outcome == "died":
        with pytest.raises(RuntimeError, match="Kernel died"):
            execute(lesson, tmp_path, {})
    else:
        assert len(execute(lesson, tmp_path, {}).cells) == 1
    assert len(starts) == 3
