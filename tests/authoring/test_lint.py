"""The lesson lint: a good lesson passes, and each way to stray from it is found in its place."""

import nbformat
import pytest

from coursekit.authoring.lint import lint
from coursekit.authoring.source import parse

ALT = "A cat, and beside it the edges that the kernel finds: whiskers and eyes."
EXERCISE = """\
# %% [markdown]
# ### Exercise 1 (core): NAME
#
# Now you.

# %% exercise="NAME"
def NAME(x):
    ### BEGIN SOLUTION
    return x
    ### END SOLUTION

# %% check="NAME"
ck.check.halves.NAME(NAME)

"""
LESSON = (
    """\
# %% [markdown]
# # Halves
#
# After this lesson halves hold no secret.
#
# | time | quick 10 s, lesson 5 min, full 5 min, about 27 minutes to work through |
# |---|---|
# | needs | nothing |
# | data | none |
# | memory | 100 MB |

# %% [markdown]
# You will be able to
#
# - halve,
# - halve again,
# - halve an image.

# %% tags=["nbval-ignore-output"]
import coursekit as ck

lesson = ck.start("02_halves")

# %% [markdown]
# ## What is a half?
#
# An image says it; [the start](00_welcome.ipynb#top) has more.

# %%
ck.plot.image(cat, cmap="viridis")
ck.plot.show(alt="ALT")

""".replace("ALT", ALT)
    + "".join(EXERCISE.replace("NAME", name) for name in ("one", "two", "three", "four"))
    + """\
# %% [markdown]
# ## Spot the bug
#
# There is one.

# %% [markdown]
# ## Recap
#
# - It is easy.
#
# ## What comes next
#
# Thirds.
#
# ## Sources
#
# - [Euclid (300 BC)](https://example.org/elements)
"""
)


@pytest.fixture
def findings(tmp_path):
    """Return a function that lints the good lesson with one change, and with these outputs in the plot's cell."""
    for folder in ("notebooks", "solutions"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "00_welcome.ipynb").touch()

    def run(old="", new="", *outputs, name="02_halves"):
        assert old in LESSON
        source = parse(LESSON.replace(old, new, 1) if old else LESSON, name)
        code = [cell for cell in source.notebook.cells if cell.cell_type == "code"]
        for count, cell in enumerate(code, start=1):
            cell.execution_count = count
        code[1].outputs = list(outputs)
        return [str(finding) for finding in lint(source, tmp_path)]

    return run


def printed(text, name="stdout"):
    return nbformat.v4.new_output("stream", name=name, text=text)


def shown(**data):
    return nbformat.v4.new_output("display_data", {kind.replace("_", "/"): content for kind, content in data.items()})


def prose(words):
    return "# An image says it" + " word" * words


def test_a_good_lesson_has_no_finding(findings):
    assert findings() == []


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("# # Halves", "# Halves", "cell 1 (line 1): The lesson has no title."),
        ("# After this lesson halves hold no secret.\n#\n", "", "cell 1 (line 1): No promise follows the title."),
        ("# | memory | 100 MB |\n", "", "the lesson: The table before the set-up cell lacks memory."),
        ("full 5 min", "long 5 min", "the lesson: The table before the set-up cell lacks full."),
        ("# - halve again,\n", "", "the lesson: \"You will be able to …\" lists 2 objectives."),
        ("# You will be able to", "# You can", "the lesson: \"You will be able to …\" lists 0 objectives."),
        ("import coursekit as ck\n", "", "cell 3 (line 19): The first code cell lacks `import coursekit as ck`."),
        ('ck.start("02_halves")', 'ck.start("03")', 'cell 3 (line 19): The first code cell lacks `ck.start("'),
        (EXERCISE.replace("NAME", "one"), "", "the lesson: There are 3 exercises."),
        ("## Recap", "## In short", 'the lesson: There is no section "Recap".'),
        ("## What comes next", "## Next", 'the lesson: There is no section "What comes next".'),
        ("## Sources", "## From", 'the lesson: There is no section "Sources".'),
        ("## Spot the bug", "## A bug", 'the lesson: There is no section "Spot the bug".'),
        ("## Recap\n#\n# - It is easy.\n#\n# ## What comes next", "## What comes next\n#\n# Thirds.\n#\n# ## Recap",
         "the lesson: The last sections are out of order."),
        ("(https://example.org/elements)", "", "cell 19 (line 94): The sources have no link."),
    ],
)  # fmt: skip
def test_the_anatomy(findings, old, new, expected):
    assert [text for text in findings(old, new) if text.startswith(f"02_halves.py, {expected}")]


def test_the_welcome_lesson_needs_one_exercise_only(findings):
    three = EXERCISE.replace("NAME", "one")
    assert not [text for text in findings(three, "", name="00_welcome") if "There are" in text]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("ck.plot.image(cat", "x = 1\n" * 19 + "ck.plot.image(cat", "The cell has 21 lines of code."),
        ("# An image says it", prose(80), "The text has"),
        ("# An image says it", "# - item\n" + "#   more words\n" * 100 + "# An image", "The text has"),
        (
            "# %% [markdown]\n# ## What is a half?\n#\n"
            "# An image says it; [the start](00_welcome.ipynb#top) has more.\n",
            "# %%\nx = 1\n",
            "The code has no text before it.",
        ),
        ("# ### Exercise 1 (core): one", "# ### Exercise 1: one", "The exercise one does not say its size."),
        (f'ck.plot.show(alt="{ALT}")', "plt.show()", "plt.show() gives no alt text."),
        (f'alt="{ALT}"', "", "ck.plot.show has no alt text, or a very short one."),
        (f'alt="{ALT}"', 'alt="A cat."', "ck.plot.show has no alt text, or a very short one."),
        (f'alt="{ALT}"', 'alt=f"{n} cats."', "ck.plot.show has no alt text, or a very short one."),
        ('"viridis"', '"jet"', "The colour map jet misleads."),
        ('"viridis"', "plt.cm.rainbow_r", "The colour map rainbow_r misleads."),
        ("00_welcome.ipynb#top", "07_gone.ipynb", "The link 07_gone.ipynb leads nowhere. Mend it (from notebooks/)."),
        ("[the start](00", "![cat](00", "The alt text of 00_welcome.ipynb#top is missing or very short."),
    ],
)
def test_the_cells(findings, old, new, expected):
    found = findings(old, new)
    assert len(found) == (2 if "leads nowhere" in expected else 1)
    assert expected in found[0]
    assert ", cell " in found[0]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        pytest.param("ck.plot.image(cat", "x = 1\n" * 18 + "ck.plot.image(cat", id="20 lines"),
        pytest.param("# An image says it", prose(60), id="70 words"),
        pytest.param("# An image says it", prose(40) + "\n# - an item" * 30, id="a list"),
        pytest.param(
            "# %%\nck", '# %% tags=["shows-why-not"]\n# cmap="jet"\nplt.set_cmap("jet")\nck', id="why not jet"
        ),
        pytest.param(f'alt="{ALT}"', "alt=sentence", id="alt from a variable"),
        pytest.param("[the start](00_welcome.ipynb#top)", "`kernel[0](x)`, [a](#top), [b](mailto:a@b.c)", id="no file"),
        pytest.param("ck.plot.image(cat", "%matplotlib inline\nck.plot.image(cat", id="magic"),
    ],
)
def test_what_is_allowed_in_cells(findings, old, new):
    assert findings(old, new) == []


@pytest.mark.parametrize(
    ("output", "expected"),
    [
        (printed("careful\n", "stderr"), "The cell writes to standard error."),
        (nbformat.v4.new_output("error", ename="ValueError", evalue="", traceback=[]), "The cell raises ValueError."),
        (printed("trained in 12 s\n"), "The output tells a time: '12 s'."),
        (printed("32/32 - 1s - 28ms/step\n"), "The output tells a time: '28ms'."),
        (printed("took 1.52s\n"), "The output tells a time: '1.52s'."),
        (printed("2026-01-31\n"), "The output tells a time: '2026-01-31'."),
        (printed("kept in /home/me/file\n"), "The output tells a path or an address: '/home/'."),
        (shown(text_plain="<Thing at 0x7f3a2b1c>"), "The output tells a path or an address: '0x7f3a2b1c'."),
        (shown(image_png="AA==", text_plain="<Figure>"), "An image has no alt text."),
        (shown(text_html="<img src='data:image/png;base64,AA=='>"), "An image's alt text is missing or very short."),
        (shown(text_html="<img alt='A cat.' src='x'>"), "An image's alt text is missing or very short."),
    ],
)
def test_the_outputs(findings, output, expected):
    (found,) = findings("", "", output)
    assert f"02_halves.py, cell 5 (line 29): {expected}" in found


@pytest.mark.parametrize(
    "output",
    [
        pytest.param(
            shown(text_html=f'<img alt="{ALT}" src="data:image/png;base64,AA==">', image_png="AA=="), id="alt"
        ),
        pytest.param(shown(text_html=f'<img alt="{ALT}" src="data:image/png;base64,AA/tmp/a">'), id="image data"),
        pytest.param(
            printed("The 4s that look like 9s: 12 of 100, 3.5 %. See https://a.org/home/ and 0xFF.\n"), id="text"
        ),
        pytest.param(shown(text_html="<table><tr><td>1</td></tr></table>", text_plain="1"), id="table"),
    ],
)
def test_what_is_allowed_in_outputs(findings, output):
    assert findings("", "", output) == []


def test_a_cell_that_shows_the_log_of_fit_may_tell_times(findings):
    assert (
        findings("# %%\nck.plot.image", '# %% tags=["keras-log"]\nck.plot.image', printed("32/32 - 1s - 28ms/step\n"))
        == []
    )


def test_an_executed_notebook_that_is_too_large(findings):
    image = shown(text_html=f'<img alt="{ALT}" src="data:image/png;base64,{"A" * 1_500_000}">')
    assert [text for text in findings("", "", image) if "The executed notebook has 1.5" in text]


def test_a_cell_that_was_not_executed(tmp_path):
    source = parse("# %%\nx = 1\n", "02_halves")
    assert "the lesson: 1 of 1 code cells were not executed." in "\n".join(map(str, lint(source, tmp_path)))
