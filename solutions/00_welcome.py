# %% [markdown]
# # 00 · Welcome
#
# **In twenty minutes you know how this course works, that your machine is ready, and what you will be able to do at the
# end.**
#
# | | |
# |---|---|
# | Time | quick: 10 seconds to run · lesson: about 20 minutes to work through · full: the same |
# | Needs | a little Python; no lesson before |
# | Data | a photograph that ships with scikit-image |
# | Memory | under 300 MB |

# %% [markdown]
# ## You will be able to …
#
# - run a lesson, check your answers, and ask for a hint or the solution;
# - read an image as a table of numbers;
# - say what image classification does, and what it does not do;
# - find out which data you work on, and get the real data.

# %% [markdown]
# ## 1 · Is everything ready?
#
# A lesson is a list of **cells**: some hold text, some hold code. Click on the next cell and press **Shift + Enter**. It runs,
# and you move on to the next one.

# %% tags=["nbval-ignore-output"]
import coursekit as ck

lesson = ck.start("00_welcome")

# %% [markdown]
# Every lesson starts like this. The line says how much work the lesson does (the *profile*), and which data it takes.
#
# Now a closer look at your machine. In a terminal you would type `coursekit doctor`; from a notebook it goes like this:

# %% tags=["nbval-ignore-output", "output-not-stored"]
from coursekit.cli import main

status = main(["doctor"])

# %% [markdown]
# A sign and a word in front of each line tell you whether it is fine. Where something is not, the line says what to do.
#
# ## 2 · What is an image?
#
# For a computer, a grey image is a table of numbers: 0 is black, 1 is white. Here is Chelsea the cat, and the
# pixels around one of her eyes.

# %%
import matplotlib.pyplot as plt

cat = ck.data.load_image("cat", size=200, grey=True)
_, ax = plt.subplots(figsize=(3.6, 3.6))
ck.plot.image(cat, "200 × 200 numbers", ax=ax)
ax.add_patch(plt.Rectangle((80, 62), 8, 8, fill=False, edgecolor="C1", linewidth=2.5))
ck.plot.show(
    alt="A grey photograph of a cat that looks at you, with a small frame drawn in "
    "the image."
)

# %%
part = cat[62:70, 80:88]
ck.plot.numbers(part.round(2), "The numbers inside the frame")
ck.plot.show(
    alt="A table of 8 by 8 numbers between 0 and 1: the brightness of each pixel "
    "inside the frame."
)

# %% [markdown]
# Large numbers are bright pixels. That is all that a network ever sees. The course is about how it gets from these numbers to
# the word "cat", and how we find out *why*.
#
# ## 3 · How do exercises work?
#
# An exercise is a function with a gap. You fill the gap, run the cell, and run the check below it. The check tries your
# function on several inputs.
#
# ### Exercise 1: mean brightness
#
# Return the mean of all numbers in the image. Replace the line `raise NotImplementedError()` by your own.


# %% exercise="mean_brightness"
def mean_brightness(image):
    """Return the mean of all pixels as one number."""
    ### BEGIN SOLUTION
    return image.mean()
    ### END SOLUTION


# %% check="mean_brightness" points=1
ck.check.welcome.mean_brightness(mean_brightness)

# %% [markdown]
# There are three answers: **correct**, **not attempted** (the gap is still there), and **incorrect**, with the smallest
# input on which yours went wrong. Try it: return 0.5, and run the check again.
#
# Stuck? Ask for a hint. Each call tells you a little more.

# %%
ck.check.welcome.mean_brightness.hint()

# %% [markdown]
# And `ck.check.welcome.mean_brightness.solution()` shows one way to do it. Nobody counts. What you have solved is
# kept in a small file on your machine, and nowhere else. In a terminal, `coursekit progress` shows it.
#
# ## 4 · A first thing to play with
#
# This is the **kernel explorer**. It slides a small table of weights over the image. Move the frame with the mouse or
# the arrow keys; choose another kernel. What changes?

# %%
ck.widgets.explore_kernel()

# %% [markdown]
# Do not worry about the details: lesson 01 builds this by hand. Each explorer of the course works with the
# keyboard alone, too: press Tab to go from one control to the next.
#
# ## 5 · What does it mean to understand an image?
#
# There are several levels. Most of this course is about the first one, **classification**: one image, one
# label.

# %%
ck.plot.levels_of_understanding()
ck.plot.show(
    alt="The same drawing of two cats and a dog, five times. Classification: only a "
    "label. Localisation: one box around the dog. Detection: a box and a label "
    "for each animal. Semantic segmentation: both cats in one pattern, the dog "
    "in another. Instance segmentation: each animal in its own pattern."
)

# %% [markdown]
# Look at the last two: only *instance* segmentation tells the two cats apart. A classifier was never told where
# anything is. That heatmaps can still find it (lessons 11 and 12) is one of the surprises ahead.
#
# ## 6 · Where are we going?

# %%
ck.plot.course_map()
ck.plot.show(
    alt="A map of the course in five rows. How it works: lessons 00 to 04. Train it: "
    "05 to 10. Explain it: 11 and 12. In frequency: 13 and 14. Play: 15. Lessons "
    "still being written are dashed."
)

# %% [markdown]
# Go from left to right and from top to bottom. A word that you do not know? The [glossary](../notebooks/GLOSSARY.md) has it in
# one sentence.
#
# ## 7 · Which data will you use?
#
# Each data set comes from the first place that has it:
#
# 1. the **cache** on your machine;
# 2. the **classroom mirror**, if your teacher gave you an address for `COURSEKIT_MIRROR`;
# 3. its public home on the internet, checked by its hash;
# 4. the **sample** that ships with the course.
#
# The lesson always tells you which one it is.

# %% tags=["nbval-ignore-output"]
status = main(["data", "list"])

# %% [markdown]
# `coursekit data fetch mnist` in a terminal gets the real digits before you need them. And there are three **profiles**, set by
# the environment variable `COURSEKIT_PROFILE`:
#
# - `quick`: under a minute a lesson, to see that all works;
# - `lesson`: made for learning, no cell over two minutes on a laptop;
# - `full`: the settings of the literature, or as near to them as two processor cores come; best with a graphics card.
#
# ## Spot the bug
#
# A colleague counts the classes of a data set by the largest label. He is sure: "the labels go up to 4, so
# there are four grades". You will meet this very mistake in a published lesson on eye diseases.

# %%
import numpy as np

grades = np.array([0, 2, 1, 4, 0, 3, 0])
print("labels:", np.unique(grades), "largest:", grades.max())

# %% [markdown]
# Counting starts at 0: grades 0, 1, 2, 3 and 4 are *five* classes. And what if a class has no image, or labels are
# 10, 20, 30? Write it so that it is always right: how many *different* labels are there?


# %% exercise="count_classes"
def count_classes(labels):
    """Return how many different classes occur in an array of labels."""
    ### BEGIN SOLUTION
    return len(np.unique(labels))
    ### END SOLUTION


# %% check="count_classes" points=1
ck.check.welcome.count_classes(count_classes)

# %% [markdown]
# Such bugs are in every lesson. They come from real course material, and each was found by checking a number
# twice.
#
# ## Recap
#
# - Cells run with Shift + Enter; checks say correct, incorrect or not attempted, and never count against you.
# - A grey image is a table of numbers from 0 to 1 (exercise 1).
# - Classification gives one label to one image; it says nothing about *where*.
# - Data come from cache, mirror, home or sample, and the lesson says which.
# - Count labels, do not guess them from the largest (spot the bug).
#
# ## What comes next
#
# [Lesson 01](01_convolution_by_hand.ipynb) takes the kernel explorer apart: you will program what it shows.
#
# ## Sources
#
# - Chelsea the cat: Stéfan van der Walt, CC0, in [scikit-image](https://scikit-image.org/docs/stable/api/skimage.data.html).
# - Levels of image understanding: R. Szeliski, [Computer Vision: Algorithms and Applications](https://szeliski.org/Book/), 2nd
#   edition, 2022, chapter 6.
