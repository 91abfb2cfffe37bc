"""What carries the figures and comparisons of a lesson: found where it stands, missed where nothing stands."""

import json

import nbformat.v4
import pytest

from coursekit import settings
from coursekit.authoring.claims import as_text, claims_of
from coursekit.authoring.lesson_names import lesson_names
from coursekit.authoring.notebook_file import read_notebook
from coursekit.authoring.source import LessonSource, read
from coursekit.source_register import read_register

COURSE = settings.course_folder()
REGISTER = read_register(COURSE / "data" / "sources.toml")

# What nothing in a lesson carries, and why it may stand.
UNCARRIED = {
    ("03", "36,864"): "9 · 64 · 64, worked out in the text around it",
    ("10", "53,576"): "the size of the competition's test part, which the lesson cannot load",
    ("10", "0.75"): "a goal that was set, not a result",
    ("13", "0.083"): "xai.fourier_mnist, whose source is named in the section before",
    ("11", "1,280"): "the maps of EfficientNet-Lite0's last convolution",
    ("11", "0.69"): "measured by tests/check: the best box that is the same for all hidden animals",
}


def lesson(*cells):
    """Return the claims of a lesson of these cells, after its title: a text, or (code, what it prints)."""
    made = [nbformat.v4.new_markdown_cell("# 16 · A lesson")]
    for cell in cells:
        if isinstance(cell, str):
            made.append(nbformat.v4.new_markdown_cell(cell))
        else:
            outputs = [nbformat.v4.new_output("stream", text=cell[1])] if cell[1] else []
            made.append(nbformat.v4.new_code_cell(cell[0], outputs=outputs))
    notebook = nbformat.v4.new_notebook(cells=made)
    source = LessonSource("16_lesson", notebook, tuple(range(1, len(made) + 1)))
    return claims_of(source, notebook, REGISTER, COURSE / "data")


def carriers(*cells):
    (claim,) = lesson(*cells)
    return claim.carriers, claim.missing


@pytest.mark.slow
@pytest.mark.parametrize("name", [name for name in lesson_names(COURSE / "solutions", ".py") if name >= "03"])
def test_every_figure_and_comparison_is_carried(name):
    notebook = read_notebook(COURSE / "solutions" / f"{name}.ipynb")
    found = claims_of(read(COURSE / "solutions" / f"{name}.py"), notebook, REGISTER, COURSE / "data")
    bare = [claim for claim in found if any((name[:2], one) not in UNCARRIED for one in claim.missing)]
    assert not bare, f"Let the lesson print it, name its source, or say in UNCARRIED why it may stand.\n{as_text(bare)}"


def test_a_figure_is_carried_by_the_cell_that_prints_it():
    assert carriers(("print(1)", "accuracy 0.9648"), "It is right on 0.965.") == (("cell 2 prints 0.965",), ())


def test_both_ends_of_a_range_are_percentages():
    assert carriers(("print(1)", "0.981 and 0.992"), "From 98.1 to 99.2 % is much.")[1] == ()


def test_a_percentage_may_stand_as_a_share():
    assert carriers(("print(1)", "0.829 right"), "It is right on 83 %.")[0] == ("cell 2 prints 83 %",)


def test_a_setting_is_carried_by_the_code():
    assert carriers(("images = 12_000", ""), "We take 12,000 images.")[0] == ("cell 2 sets 12,000",)


def test_a_rounded_figure_must_fit_its_last_digit():
    assert carriers(("print(1)", "accuracy 0.9658"), "It is right on 0.965.") == ((), ("0.965",))


def test_a_record_carries_what_the_section_names():
    text = "`dense_baseline` is right on {:.4f}."
    accuracy = json.loads((COURSE / "data" / "runs" / "dense_baseline.json").read_text())["test"]["accuracy"]
    assert carriers(text.format(accuracy))[0] == ("runs/dense_baseline: test.accuracy",)
    assert carriers(text.format(accuracy).replace("`dense_baseline`", "It"))[1] == (f"{accuracy:.4f}",)


def test_the_register_and_papers_carry_what_stands_beside_their_names():
    assert carriers("It has 98.33 % (`zhao.mnist_convnet`).")[0] == ("zhao.mnist_convnet",)
    assert carriers("It has 12.34 % (Guo and others, 2017).")[0] == ("Guo and others, 2017",)


def test_a_comparison_wants_an_output_in_its_section():
    assert carriers(("print(1)", "0.1 (95% interval 0.0 to 0.2)"), "It is better.")[0] == ("cell 2 shows an interval",)
    assert carriers(("print(1)", "0.1"), "## Next\n\nIt is better.") == ((), ("better",))


def test_questions_recaps_and_small_numbers_claim_nothing():
    assert not lesson("Is it better?", "It has 3 layers.", "## Recap\n\n- It is better: 0.98.")


def test_the_list_says_how_many_are_not_carried():
    text = as_text(lesson("It is right on 0.965.", ("x = 0.5", ""), "We drop 0.5."))
    assert "NOTHING carries 0.965" in text
    assert text.endswith("2 claims, 1 of them not carried (in part).")


def test_a_notebook_of_another_source_is_refused():
    cells = [nbformat.v4.new_markdown_cell(text) for text in ("# One", "# Two")]
    source = LessonSource("16_lesson", nbformat.v4.new_notebook(cells=cells[:1]), (1,))
    with pytest.raises(ValueError, match=r"16_lesson\.ipynb is not that of its source\. Run coursekit build"):
        claims_of(source, nbformat.v4.new_notebook(cells=cells), REGISTER, COURSE / "data")
