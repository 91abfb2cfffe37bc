"""One word for one thing, and the field's: in lessons, API, documents, explorers."""

import pytest

from coursekit import settings
from coursekit.authoring.lint import lint
from coursekit.authoring.rules.house_words import STANDARD_WORDS, house_words
from coursekit.authoring.source import parse

COURSE = settings.course_folder()
READ = [
    path
    for pattern in (
        "coursekit/**/*.py",
        "coursekit/**/*.pyi",
        "coursekit/**/*.js",
        "coursekit/**/*.md",
        "solutions/*.py",
        "*.md",
        "data/*.md",
    )
    for path in sorted(COURSE.glob(pattern))
    if path.name != "house_words.py"
]


@pytest.mark.parametrize("path", READ, ids=lambda path: str(path.relative_to(COURSE)))
def test_no_word_of_our_own_is_left(path):
    assert house_words(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("A picture.", [("picture", "image")]),
        ("PICTURES", [("PICTURES", "images")]),
        ("class PictureList", [("Picture", "image")]),
        ("energy_inside(maps)", [("energy_inside", "relevance_mass_accuracy")]),
        ("relevance_rank_accuracy(maps)", []),
        ("a picturesque image", []),
        ("share of the pixels on the evidence", [("on the evidence", "ground-truth mask")]),
        ("board.evidence", [(".evidence", "ground-truth mask")]),
        ("WITH_KNOWN_EVIDENCE", [("KNOWN_EVIDENCE", "ground-truth mask")]),
        ("integrated gradients find evidence for the class", []),
    ],
)
def test_words_are_found_in_prose_and_in_names(text, found):
    assert house_words(text) == found


def test_the_lint_of_a_lesson_names_the_standard_word():
    lesson = parse("# %% [markdown]\n# Look at the picture.\n", "02_halves")
    assert any("'image'" in str(finding) for finding in lint(lesson, COURSE))


def test_no_standard_word_is_a_word_of_our_own():
    assert not set(STANDARD_WORDS) & set(STANDARD_WORDS.values())
