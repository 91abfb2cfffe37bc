"""data/README.md says of every recorded run what the run itself says."""

import pytest

from coursekit import settings, training

CARDS = (settings.course_folder() / "data" / "README.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", training.recorded_runs())
def test_every_run_has_a_card_with_its_figures(name):
    run = training.load_run(name)
    rows = [line for line in CARDS.splitlines() if line.startswith(f"| {name} |")]
    assert rows, f"data/README.md has no row for {name}"
    figure = "{accuracy:.4f} ({accuracy_low:.4f} to {accuracy_high:.4f})".format(**run.test)
    assert any(figure in row and f"{run.parameters:,}" in row for row in rows)


@pytest.mark.parametrize("name", training.recorded_runs())
def test_a_card_says_how_often_the_test_set_was_judged(name):
    looks = training.load_run(name).test_looks
    rows = [line for line in CARDS.splitlines() if line.startswith(f"| {name} |")]
    assert any(f", look {looks}" in row if looks > 1 else ", look " not in row for row in rows)
