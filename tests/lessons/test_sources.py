"""What a lesson says of others, it says of someone by name; and every id that it gives is registered."""

import nbformat.v4
import pytest

import coursekit as ck
from coursekit import settings
from coursekit.authoring.lesson_names import lesson_names
from coursekit.authoring.rules.source_lint import claims
from coursekit.authoring.source import LessonSource, read

COURSE = settings.course_folder()
# Lessons whose claims still lack a name. Take a lesson out when it is mended; the list may only shrink.
UNMENDED = {
    "11_seeing_inside",
}


def found(*texts):
    """Return the claims without a source in a lesson of these text cells."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text) for text in texts])
    lesson = LessonSource("16_lesson", notebook, tuple(range(1, len(texts) + 1)))
    return [finding.what for finding in claims(lesson, ck.sources())]


@pytest.mark.parametrize("name", lesson_names(COURSE / "solutions", ".py"))
def test_every_claim_names_its_source(name):
    findings = list(claims(read(COURSE / "solutions" / f"{name}.py"), ck.sources()))
    if name in UNMENDED:
        assert findings, f"{name} is mended: take it out of UNMENDED"
    else:
        assert not findings, "\n".join(map(str, findings))


def test_a_claim_without_a_name_is_found():
    assert len(found("The reported accuracy is 0.98.", "The source says 0.98.", "Published code does so.")) == 3


def test_a_name_or_an_id_of_the_register_is_enough():
    assert not found("Zhao reported 0.98.", "Reported: 0.98 (`zhao.mnist_convnet`).", 'x = ck.sources("zhao.elephant")')


def test_an_id_that_is_not_registered_is_found():
    assert "zhao.mnist is not in the register" in found("Reported (`zhao.mnist`).")[0]


def test_other_uses_of_the_words_are_no_claims():
    assert not found("## The source\nA light source, and report it.", "A colleague reports a bug.")
