"""The modules of exercises: what they hold, how they look, and that the lessons' own solutions pass."""

import ast

import pytest

import coursekit as ck
from coursekit import settings
from coursekit.authoring import source
from coursekit.check import LESSONS, convolution

EXERCISES = [exercise for lesson in LESSONS for exercise in lesson.all.values()]


def solution_cells():
    """Each exercise's solution cell, with the imports above it."""
    for lesson in LESSONS:
        imports = []
        for cell in source.read(settings.course_folder() / "solutions" / f"{lesson.lesson}.py").notebook.cells:
            nbgrader = cell.metadata.get("nbgrader", {})
            if nbgrader.get("solution"):
                name = nbgrader["grade_id"]
                yield pytest.param(lesson, name, [*imports, cell.source], id=f"{lesson.lesson}-{name}")
            elif cell.cell_type == "code" and not cell.source.startswith("%"):
                statements = ast.parse(cell.source).body
                imports += [ast.unparse(one) for one in statements if isinstance(one, ast.Import | ast.ImportFrom)]


@pytest.mark.parametrize(("lesson", "name", "code"), list(solution_cells()))
def test_the_lessons_solution_passes(lesson, name, code):
    names = {}
    exec("\n".join(code), names)
    assert str(lesson.all[name](names[name])) == f"✔ correct: {name}"


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.path)
def test_each_exercise_states_its_task_and_has_hints(exercise):
    assert exercise.__doc__.splitlines()[0] in repr(exercise)
    assert len(exercise.hints) >= 2


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.path)
def test_the_path_that_a_message_names_leads_to_the_exercise(exercise):
    assert eval(exercise.path, {"ck": ck}) is exercise


@pytest.mark.parametrize("exercise", EXERCISES, ids=lambda exercise: exercise.path)
def test_the_stub_is_not_attempted(exercise):
    def stub(*arguments):
        raise NotImplementedError()

    assert exercise(stub).status == "not attempted"


def test_a_module_lists_its_exercises_and_challenges_and_nothing_else():
    assert dir(convolution) == sorted([*convolution.exercises.all, *convolution.exercises.challenges])


def test_no_exercise_has_the_name_of_a_challenge():
    assert [lesson.lesson for lesson in LESSONS if lesson.all.keys() & lesson.challenges.keys()] == []


def test_a_wrong_name_suggests_the_nearest():
    with pytest.raises(AttributeError, match="Did you mean 'correlate2d'"):
        _ = convolution.corelate2d
    with pytest.raises(AttributeError, match="Did you mean 'convolution'"):
        _ = ck.check.convolutions
    with pytest.raises(AttributeError, match="It has: mean_brightness, count_classes"):
        _ = ck.check.welcome.xyz
