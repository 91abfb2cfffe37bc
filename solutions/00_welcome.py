# %% [markdown]
# # 00 · Welcome
#
# **In the first minute a network names what is in a photograph and shows you which places seem to have counted. By the end you
# know how the course works, and what an image is for a computer.**
#
# | | |
# |---|---|
# | Time | quick, lesson and full: under a minute to run · about 45 minutes to work through |
# | Needs | a little Python; no lesson before |
# | Data | photographs that ship with scikit-image and scikit-learn, handwritten digits |
# | Memory | about 1 GB |

# %% [markdown]
# ## You will be able to …
#
# - ask a trained network what is in your own photograph, and which places seem to have counted;
# - run a lesson, predict before you look, and check your answers;
# - read an image as a table of numbers;
# - say what image classification does, and what it does not do.

# %% [markdown]
# ## 1 · What does a network see?
#
# Click on the next cell and press **Shift + Enter**. The cell runs, and you move on to the next one. This first cell
# loads the tools of the course, which takes some seconds.

# %% tags=["nbval-ignore-output"]
import coursekit as ck

lesson = ck.start("00_welcome", keras=True)

# %% [markdown]
# The next cell loads a network that was trained on more than a million photographs, and the names that it knows. Then it
# writes a small helper, which returns the network's answer and a heatmap. You need not understand the code yet. Just run it and go on.

# %%
network = ck.networks.efficientnet_lite0()
names = ck.data.imagenet_classes()


def answer_and_heatmap(image):
    """Return the network's answer with its probability, and its heatmap."""
    # A network takes a batch: [None] makes one of a single image, [0] takes it out.
    probabilities = network(image[None])[0].numpy()
    best = probabilities.argmax()
    heatmap = ck.explain.grad_cam(network, image[None], best)[0]
    return f"{names[best]}, {probabilities[best]:.2f}", heatmap


# %% [markdown]
# We show it a cup of coffee. Look at the figure: the title is the network's answer, with its probability.

# %%
coffee = ck.data.load_image("coffee", size=224)
answer, heatmap = answer_and_heatmap(coffee)
print("the network says:", answer)
ck.plot.overlay(coffee, heatmap, title=answer)
ck.plot.show(
    alt="A cup of coffee seen from above. The network calls it espresso, with probability 0.93. "
    "The heat is on and around the cup, hottest on the coffee."
)

# %% [markdown]
# The network says "espresso", with a probability of 0.93, and it is right. The **heatmap** marks the places that seem to have counted
# most for this answer: yellow is hottest, and it lies on the coffee. That is remarkable, because nobody ever told the network where
# anything is: in training it saw each photograph with a single word.

# %% [markdown]
# Lesson 11 shows how the heat is computed. It is an estimate, not a measurement, and lesson 12 asks how far to trust it.

# %% [markdown]
# The next photograph is yours to predict. Click where you expect the most heat, then press *Commit*. (With the keyboard, Tab
# takes you to the image and the arrow keys move the cross.)

# %%
import numpy as np

# The network expects three tables, red, green and blue: a grey image is all three.
camera = np.stack([ck.data.load_image("camera", size=224)] * 3, axis=-1)
ck.predict(
    "hottest",
    "The network gives this photograph one name. Where will the heatmap be hottest?",
    image=camera,
    alt="A man with a coat looks through a camera on a tripod, on a lawn.",
)

# %% [markdown]
# Have you committed? Then run the next cell. It says how close you were.

# %%
answer, heatmap = answer_and_heatmap(camera)
ck.plot.overlay(camera, heatmap, title=answer)
ck.plot.show(
    alt="The same photograph. The network calls it tripod. Most of the heat "
    "lies around the legs of the tripod, some on the camera and the man's hands."
)
ck.reveal("hottest", heatmap, because=f"The answer is {answer}: see its legs.")

# %% [markdown]
# The largest thing in the photograph is a man, but the network does not mention him, because "man" is not among the 1,000
# classes that it knows. It names the tripod, and the heatmap is hottest at one of its legs. But the heat does not follow the leg: the
# map has only 7×7 values, so each stands for about 32×32 pixels, and they are drawn smoothly.

# %% [markdown]
# ### Your own photograph
#
# Choose another image, or press **Own image** and take one of yours, which stays on this computer. Try *astronaut*,
# too: is the answer right, and how sure is the network? You find the name and the probability in the line below the
# images; the rest of that line can wait. (The frame holds all places with at least a fifth of the largest heat, so it can be
# nearly the whole image.)

# %% tags=["nbval-ignore-output"]
ck.widgets.explore_class_activation(network, classes=names)

# %% [markdown]
# A second network, much smaller, reads handwritten digits. Press **Clear**, then draw one, and watch the probabilities
# while you draw. You will train this network in lesson 03.

# %% tags=["nbval-ignore-output"]
ck.widgets.draw_digit()

# %% [markdown]
# Can you draw a 7 that you can read and the network cannot?

# %% [markdown]
# ## 2 · How does a lesson work?
#
# A lesson is a list of **cells**: some hold text, some hold code. Run them from top to bottom. You may change whatever
# you like, because you cannot break anything. If something does not work, type `coursekit doctor` in a terminal: it
# looks at your installation and says what to do.

# %% [markdown]
# ## 3 · What is an image?
#
# For a computer, a grey image is a table of numbers: one for each small square, called a **pixel**. In this course 0 is
# black and 1 is white. (Most files store whole numbers from 0 to 255, so we divide them by 255.) Here is Chelsea the cat:

# %%
cat = ck.data.load_image("cat", size=40, grey=True)
print(cat.shape, "from", cat.min().round(2), "to", cat.max().round(2))

# %% [markdown]
# She is 40 pixels high and 40 wide. Now look at one of her eyes. Can you find the dark pupil in the numbers, too?

# %%
import matplotlib.pyplot as plt

_, (left, right) = plt.subplots(1, 2, figsize=(9, 4.6))
ck.plot.image(cat, "40 × 40 pixels", ax=left)
left.add_patch(
    plt.Rectangle((8.5, 11.5), 7, 7, fill=False, edgecolor="C1", linewidth=2.5)
)
eye = cat[12:19, 9:16]
ck.plot.numbers(eye, "Inside the frame", limit=1, ax=right, scale="image", decimals=2)
ck.plot.show(
    alt="Left, a coarse grey photograph of a cat's face with a frame around one eye. Right, the 7 by 7 "
    "numbers inside the frame, each on its grey; near the middle some are below 0.1, the dark pupil."
)

# %% [markdown]
# The pupil is the dark spot in the middle, where the numbers are close to 0. (Those at the top right belong to the rim of the
# eye.) Such a table is all that a network sees of a grey image. A colour
# photograph has three of them, one each for red, green and blue. This course is about how a network gets from there to
# the word "cat", and how we find out *why*.

# %% [markdown]
# ## 4 · How do exercises work?
#
# An exercise is a function with a gap. You fill the gap and run the check below it, which tries your function on several inputs.
#
# ### Exercise 1 (warm-up): mean brightness
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
# There are three outcomes: **correct**, **not attempted** (the gap is still there), and **incorrect**, with the smallest input
# on which yours went wrong. Try it: return 0.5, and run the check again.
#
# Stuck? Ask for a hint: take the first # away and run the cell. Each time it tells you a little more. If you write
# `.solution()` instead of `.hint()`, you see one way to do it.

# %%
# ck.check.welcome.mean_brightness.hint()

# %% [markdown]
# What you solve and predict is kept in a small file on your computer, and nowhere else. In a terminal, `coursekit progress`
# shows it.

# %% [markdown]
# ## 5 · What does it mean to understand an image?
#
# There are several levels. Most of this course is about the first one, **classification**: one image gets one **label**
# from a fixed list of **classes**. Four more are:
#
# - localisation: a box around the main thing;
# - detection: a box and a label for each thing;
# - semantic segmentation: for each pixel, *what* it shows;
# - instance segmentation: for each pixel, *whose* it is.

# %% [markdown]
# Now two cats and a dog sit side by side, and you must count the cats. For which levels are the two cats one thing, and for which are
# they two?

# %%
ck.predict(
    "apart",
    "Which levels tell the two cats apart?",
    choices=(
        "detection and both segmentations",
        "detection and instance segmentation",
        "only instance segmentation",
    ),
)

# %% [markdown]
# Have you committed? Then compare the patterns of the cats in the last two panels. In the first one, the label says only "dog", although
# two cats sit beside it.

# %%
ck.plot.levels_of_understanding()
ck.plot.show(
    alt="The same scene of two cats and a dog, five times. Classification: the label "
    "dog in the corner. Localisation: one box around the dog. Detection: a box and a label for "
    "each animal. Semantic segmentation: both cats in one pattern, the dog in another. "
    "Instance segmentation: each animal in its own pattern."
)
ck.reveal(
    "apart",
    "detection and instance segmentation",
    because="Each cat has a box of its own in one, and pixels of its own in the other.",
)

# %% [markdown]
# Semantic segmentation gives both cats the same pattern, because it says which pixels are *cat*, but not *which* cat.
# Here you could still count the patches. As soon as two cats touch, you could not. A classifier tells even less, and no
# single label of this scene is the only right one. It is one of the surprises of this course that its heatmap can still
# show a place, as it did with the coffee.

# %% [markdown]
# ## 6 · Where are we going?
#
# Here are all the lessons. Go from left to right and from top to bottom.

# %%
ck.progress()

# %% [markdown]
# If you do not know a word, the [glossary](../notebooks/GLOSSARY.md) explains it, and so does this:

# %%
ck.glossary("heatmap")

# %% [markdown]
# ## Spot the bug
#
# A doctor has graded seven images of an eye, from 0 for healthy upwards. A colleague wants to know how many different
# grades occur. What is wrong with the code?

# %%
grades = np.array([0, 2, 1, 4, 0, 3, 0])
classes = grades.max()
print(f"the labels go up to {classes}, so there are {classes} grades")

# %% [markdown]
# The grades 0, 1, 2, 3 and 4 are *five* grades, because counting starts at 0. Adding 1 would help here, but not where
# the labels are 10, 20 and 30.
#
# ### Exercise 2 (core): count the classes
#
# How many *different* labels occur? (A class that has no image is not among them. Only the description of the data can tell
# you about it, and that is why every data set of this course carries its list `classes`.)


# %% exercise="count_classes"
def count_classes(labels):
    """Return how many different classes occur in an array of labels."""
    ### BEGIN SOLUTION
    return len(np.unique(labels))
    ### END SOLUTION


# %% check="count_classes" points=1
ck.check.welcome.count_classes(count_classes)

# %% [markdown]
# ## Challenge: the smallest cover
#
# This is a dahlia. That is not among the 1,000 classes, so the network cannot say it: it says "daisy", without being sure. Cover a
# part of the flower with one grey rectangle, as small as you can, so that the network changes its answer.

# %% [markdown]
# Give row, column, height and width in pixels; the image has 224 × 224. The goal is 1 % of the image or less. Our first rectangle works, but it is far too large. The title shows the answer under the cover.

# %%
cover = (70, 70, 84, 84)

flower = ck.data.load_image("flower", size=224)
print("uncovered:", answer_and_heatmap(flower)[0])
row, column, height, width = cover
covered = flower.copy()
covered[row : row + height, column : column + width] = 0.5
answer, heatmap = answer_and_heatmap(covered)
ck.plot.overlay(covered, heatmap, title=f"covered: {answer}", box=cover)
ck.plot.show(
    alt="A pale flower on dark leaves, with a grey square in a frame over its middle, "
    "and the heatmap of the network's answer, which tints the grey where it is hot."
)
ck.check.welcome.smallest_cover(cover)

# %% [markdown]
# The network was much surer of the coffee: 0.93 against 0.24. Would a small rectangle be enough there, too?
#
# ## For later: which data will you use?
#
# *You may skip this section for now. From lesson 03 on you need the three profiles at its end.* Each data set is taken
# from the first of these places that has it:
#
# 1. the **cache** on your computer;
# 2. the **classroom mirror**, if your teacher gave you an address for `COURSEKIT_MIRROR`;
# 3. its public home on the internet, checked by its hash;
# 4. the **sample** that ships with the course.

# %% [markdown]
# A lesson always tells you which one it is. In a terminal, `coursekit data list` shows all of them, and
# `coursekit data fetch mnist` gets the real digits before you need them.
#
# There are three **profiles**. You choose one when you open the course, by the environment variable `COURSEKIT_PROFILE`: for example, in a
# terminal, `COURSEKIT_PROFILE=quick coursekit lab` (Windows: in PowerShell first `$env:COURSEKIT_PROFILE = "quick"`, then `coursekit lab`).
#
# - `quick` does as little work as possible, to check that everything runs;
# - `lesson` is made for learning, and it is what you get if you choose none;
# - `full` takes the settings of the literature, or comes as near to them as two processor cores can.

# %% [markdown]
# ## Recap
#
# - A classifier gives one label to one image; a heatmap estimates which places counted most for it.
# - A grey image is a table of numbers from 0 to 1 (exercise 1).
# - Predict first, then look: only then will you notice a surprise.
# - Count the different labels; do not guess their number from the largest (exercise 2).
#
# ## What comes next
#
# [Lesson 01](01_convolution_by_hand.ipynb) begins at the bottom: with a small table of numbers that finds edges.
#
# ## Sources
#
# - M. Tan and Q. V. Le, [EfficientNet](https://arxiv.org/abs/1905.11946), 2019, in the form [EfficientNet-Lite](https://blog.tensorflow.org/2020/03/higher-accuracy-on-vision-models-with-efficientnet-lite.html).
# - R. Selvaraju and others, [Grad-CAM](https://arxiv.org/abs/1610.02391), 2017: the heatmap.
# - R. White and R. Gunstone, [Probing understanding](https://www.routledge.com/Probing-Understanding/White-Gunstone/p/book/9780750700481), 1992: predict, observe, explain.
# - Levels of image understanding: R. Szeliski, [Computer vision: algorithms and applications](https://szeliski.org/Book/), 2nd
#   edition, 2022, chapter 6.
# - Photographs: [scikit-image](https://scikit-image.org/docs/stable/api/skimage.data.html): the cat by Stéfan van der Walt,
#   the coffee by Rachel Michetti, the camera by Lav Varshney, all CC0; the flower by vultilion, CC BY 2.0, in
#   [scikit-learn](https://scikit-learn.org/stable/datasets/loading_other_datasets.html).
