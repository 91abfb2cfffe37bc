"""The register of sources: what it shows, what it refuses, and that its figures of ours are those of the records."""

import json
import re

import pytest

import coursekit as ck
from coursekit import settings
from coursekit.authoring.lesson_names import lesson_names
from coursekit.source_register import read_register

COURSE = settings.course_folder()
STATEMENTS = [one for source in ck.sources().sources.values() for one in source.statements.values()]
GOOD = """
[smith]
name = "Smith"
title = "On rates"
covers = "rates"

[smith.best]
lessons = ["07"]
where = "page 1"
says = "The best rate is < 0.1."
verdict = "not tested"
"""


def recorded(record, key):
    """Return the value at a dotted key of a record."""
    value = json.loads((COURSE / "data" / f"{record}.json").read_text(encoding="utf-8"))
    for part in key.split("."):
        value = value[int(part)] if isinstance(value, list) else value[part]
    return value


def decimals(figure):
    return len(repr(figure).partition(".")[2])


@pytest.mark.parametrize("one", [one for one in STATEMENTS if one.ours], ids=lambda one: one.id)
def test_our_figures_are_those_of_the_records(one):
    for ours in one.ours:
        # One digit is allowed to a figure whose last digit is a 0, which TOML does not keep.
        there = recorded(ours.record, ours.key)
        assert abs(there - ours.figure) <= 0.5001 * 10 ** -max(decimals(ours.figure), 2), (ours, there)


@pytest.mark.parametrize("one", [one for one in STATEMENTS if one.ours], ids=lambda one: one.id)
def test_what_the_text_says_was_measured_stands_in_the_records(one):
    texts = [(COURSE / "data" / f"{ours.record}.json").read_text(encoding="utf-8") for ours in one.ours]
    values = [float(number) for text in texts for number in re.findall(r"-?\d+\.\d+", text)]
    for figure in re.findall(r"-?\b0\.\d{3,}", one.measured):
        if float(figure) not in one.figures.values():
            near = min(abs(value - float(figure)) for value in values)
            assert near <= 0.5001 * 10 ** -decimals(float(figure)), f"{figure} is in none of the records"


def test_every_statement_belongs_to_lessons_that_exist():
    numbers = {name[:2] for name in lesson_names(COURSE / "solutions", ".py")}
    assert {number for one in STATEMENTS for number in one.lessons} <= numbers


def test_every_entry_is_found_by_its_id():
    for key, source in ck.sources().sources.items():
        assert ck.sources(key) is source
        for entry, statement in source.statements.items():
            assert ck.sources(f"{key}.{entry}") is statement


def test_a_statement_shows_what_it_says_and_what_we_measured():
    shown = ck.sources("zhao.mnist_convnet")
    for text in (repr(shown), shown._repr_html_()):
        assert "0.9833" in text
        assert "0.9921" in text
        assert "differs" in text


def test_addresses_are_links_and_signs_are_escaped(tmp_path):
    path = tmp_path / "sources.toml"
    path.write_text(
        GOOD.replace('covers = "rates"', 'covers = "rates"\nlink = "https://example.org"'), encoding="utf-8"
    )
    shown = read_register(path).find("smith")._repr_html_()
    assert '<a href="https://example.org">' in shown
    assert "&lt; 0.1" in shown


def test_an_unknown_name_is_answered_with_those_near_to_it():
    with pytest.raises(ValueError, match=r"no source 'zaho'.*zhao"):
        ck.sources("zaho")
    with pytest.raises(ValueError, match=r"'zhao' has no statement 'mnist_convent'.*mnist_convnet"):
        ck.sources("zhao.mnist_convent")


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ('title = "On rates"', "", "smith lacks title"),
        ('says = "The best rate is < 0.1."', "", r"smith\.best lacks says"),
        ('where = "page 1"', 'were = "page 1"', r"smith\.best lacks where"),
        ('where = "page 1"', 'where = "page 1"\npage = 1', r"smith\.best has page\. It may have: lessons"),
        ('verdict = "not tested"', 'verdict = "wrong"', r"verdict is 'wrong'\. Make it one of: agrees"),
        ('verdict = "not tested"', 'verdict = "agrees"', "`measured` does not say with what"),
        ('lessons = ["07"]', 'lessons = "07"', r"lessons is '07'\. It must be list"),
        ('verdict = "not tested"', 'verdict = "not tested"\nours = [{ record = "runs/x" }]', "lacks figure, key"),
        ("[smith]", "[smith", "is not a TOML file"),
    ],
)
def test_a_register_that_is_not_as_it_should_be_is_refused(tmp_path, before, after, said):
    path = tmp_path / "sources.toml"
    path.write_text(GOOD.replace(before, after, 1), encoding="utf-8")
    with pytest.raises(ValueError, match=said):
        read_register(path)
