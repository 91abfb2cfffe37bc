"""The glossary: found by any of its names, linked where it is first used, and in step with its page."""

import re

import pytest

import coursekit as ck
from coursekit import settings, terms
from coursekit.authoring.pages import glossary_page
from coursekit.authoring.source import parse
from coursekit.authoring.term_links import linked

COURSE = settings.course_folder()


@pytest.mark.parametrize("word", ["stride", "Strides", " STRIDE "])
def test_a_term_is_found_in_any_case_and_number(word):
    assert ck.glossary(word).name == "stride"


def test_other_names_lead_to_the_same_term():
    assert ck.glossary("sensitivity") is ck.glossary("recall")


def test_an_unknown_word_names_the_nearest():
    with pytest.raises(ValueError, match="Did you mean stride"):
        ck.glossary("strode")


def test_no_name_belongs_to_two_terms():
    names = [name.lower() for term in terms.terms().values() for name in (term.name, *term.also)]
    assert sorted({name for name in names if names.count(name) > 1}) == []


def test_how_a_network_learns_is_defined():
    words = ("gradient", "gradient descent", "backpropagation", "learning rate", "batch", "epoch", "loss")
    assert [word for word in words if terms.find(word) is None] == []


@pytest.mark.parametrize("term", terms.terms().values(), ids=lambda term: term.name)
def test_each_term_has_a_home_and_a_sentence(term):
    assert term.meaning.endswith((".", "?"))
    assert term.lessons
    assert all(re.fullmatch(r"0\d|1[0-5]", lesson) for lesson in term.lessons)


def test_no_two_terms_have_one_place_on_the_page():
    anchors = [term.anchor for term in terms.terms().values()]
    assert len(set(anchors)) == len(anchors)


def test_the_page_is_in_step():
    assert glossary_page.out_of_step(COURSE) == []


def test_a_term_is_linked_where_it_is_bold_for_the_first_time_and_only_there():
    first, second = linked(["**Max pooling** and [**stride**](x)", "**max pooling**, **no such thing**"])
    assert first == "[**Max pooling**](../notebooks/GLOSSARY.md#max-pooling) and [**stride**](x)"
    assert second == "**max pooling**, **no such thing**"


@pytest.mark.parametrize(("bold", "found"), [("stride", 0), ("wobbliness", 1), ("Mind", 0), ("correct", 0)])
def test_a_bold_word_that_is_not_defined_is_found(bold, found):
    lesson = parse(f"# %% [markdown]\n# A **{bold}** of 2.\n", "00_welcome")
    assert len(list(glossary_page.bold_terms(lesson))) == found
