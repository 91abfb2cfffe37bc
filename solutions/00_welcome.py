# %% [markdown]
# # 00 · Welcome
#
# **In the first minute a network names what is in a photograph and shows you where it looked. After forty minutes you know
# how the course works, and what an image is for a computer.**
#
# | | |
# |---|---|
# | Time | quick, lesson and full: under a minute to run · about 40 minutes to work through |
# | Needs | a little Python; no lesson before |
# | Data | photographs that ship with scikit-image and scikit-learn, handwritten digits |
# | Memory | about 1 GB |

# %% [markdown]
# ## You will be able to …
#
# - ask a trained network what is in your own photograph, and where it looked;
# - run a lesson, predict before you look, and check your answers;
# - read an image as a table of numbers;
# - say what image classification does, and what it does not do.

# %% [markdown]
# ## 1 · What does a network see?
#
# Click on the next cell and press **Shift + Enter**: it runs, and you move on to the next one. The first cell loads the
# tools of the course and takes some seconds.

# %% tags=["nbval-ignore-output"]
import coursekit as ck

lesson = ck.start("00_welcome", keras=True)

# %% [markdown]
# Now we load a network that was trained on more than a million photographs, and show it a cup of coffee.

# %%
network = ck.networks.efficientnet_lite0()
names = ck.data.imagenet_classes()


def name_and_heatmap(image):
    """Return the network's answer, and where in the image it found it."""
    probabilities = network(image[None])[0].numpy()
    best = probabilities.argmax()
    return names[best], ck.explain.grad_cam(network, image[None], best)[0]


coffee = ck.data.load_image("coffee", size=224)
answer, heatmap = name_and_heatmap(coffee)
ck.plot.overlay(coffee, heatmap, title=f'The network says "{answer}"')
ck.plot.show(
    alt="A cup of coffee seen from above. The network calls it espresso. The heat "
    "lies inside the cup, most of it on the coffee."
)

# %% [markdown]
# "espresso", and most of the heat lies on the coffee. It marks the places that spoke most for this answer. Nobody ever told the network
# where anything is: it only saw photographs with one word each. Lesson 11 shows how such a **heatmap** is made.
#
# The next photograph is yours to predict. Click where you expect the most heat, then press *Commit*. The keyboard works too:
# Tab leads to the image, and the arrow keys move the cross.

# %%
import numpy as np

camera = np.stack([ck.data.load_image("camera", size=224)] * 3, axis=-1)
ck.predict(
    "hottest",
    "The network gives this photograph one name. Where will the heatmap be hottest?",
    image=camera,
    alt="A man with a coat looks through a camera on a tripod, on a lawn.",
)

# %% [markdown]
# Committed? Only then run the next cell. It says how near you were.

# %%
answer, heatmap = name_and_heatmap(camera)
ck.plot.overlay(camera, heatmap, title=f'The network says "{answer}"')
ck.plot.show(
    alt="The same photograph. The network calls it tripod. Most of the heat "
    "lies around the legs of the tripod, some on the camera, little on the man."
)
ck.reveal("hottest", heatmap, because=f'The answer is "{answer}": look at its legs.')

# %% [markdown]
# The largest thing in the photograph is a man, and the network does not mention him: there is no class "man" among the 1,000
# that it knows. It names the tripod, and looks at its legs.
#
# ### Your own photograph
#
# Choose another image, or press **Own image** and take one of yours: it stays on this computer. Which answers are good, and
# which are silly? Try *astronaut*.

# %% tags=["nbval-ignore-output"]
ck.widgets.explore_class_activation(network, classes=names)

# %% [markdown]
# A second network, much smaller, reads handwritten digits. Press **Clear**, then draw one, and watch the probabilities
# while you draw. You will train this network in lesson 03.

# %% tags=["nbval-ignore-output"]
ck.widgets.draw_digit()

# %% [markdown]
# Can you draw something that you read as a 7, and the network does not?
#
# ## 2 · How does a lesson work?
#
# A lesson is a list of **cells**: some hold text, some hold code. Run them from top to bottom, and change what you like. If
# something does not work, type `coursekit doctor` in a terminal: it looks at your installation and says what to do.

# %% [markdown]
# ## 3 · What is an image?
#
# For a computer, a grey image is a table of numbers: 0 is black, 1 is white. Here is Chelsea the cat, and the numbers of the
# **pixels** around one of her eyes.

# %%
import matplotlib.pyplot as plt

cat = ck.data.load_image("cat", size=50, grey=True)
_, (left, right) = plt.subplots(1, 2, figsize=(9, 4.4))
ck.plot.image(cat, "50 × 50 numbers", ax=left)
left.add_patch(
    plt.Rectangle((10.5, 11.5), 10, 10, fill=False, edgecolor="C1", linewidth=2.5)
)
part = cat[12:22, 11:21]
ck.plot.numbers(part.round(2), "Inside the frame", scale="image", limit=1, ax=right)
ck.plot.show(
    alt="Left, a coarse grey photograph of a cat's face with a frame around one eye. "
    "Right, the 10 by 10 numbers inside the frame, dark cells small, bright cells large."
)

# %% [markdown]
# Look at the dark pupil: its numbers are small. Such a table is all that a network ever sees. This course is about how it gets from
# there to the word "cat", and how we find out *why*.
#
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
# Stuck? Ask for a hint. Each call tells you a little more, and `.solution()` in its place shows one way to do it.

# %%
ck.check.welcome.mean_brightness.hint()

# %% [markdown]
# What you solve and predict is kept in a small file on your computer, and nowhere else. In a terminal, `coursekit progress`
# shows it.
#
# ## 5 · What does it mean to understand an image?
#
# There are several levels. Most of this course is about the first one, **classification**: one image, one **label**, from a
# fixed list of **classes**.

# %%
ck.plot.levels_of_understanding()
ck.plot.show(
    alt="The same scene of two cats and a dog, five times. Classification: only the "
    "label dog. Localisation: one box around the dog. Detection: a box and a label for "
    "each animal. Semantic segmentation: both cats in one pattern, the dog in another. "
    "Instance segmentation: each animal in its own pattern."
)

# %% [markdown]
# Which of them tell the two cats apart? Detection does, by its boxes, and instance segmentation, pixel by pixel. Semantic
# segmentation does not. A classifier was never told where anything is; that a heatmap can still find it is one of the
# surprises of this course.
#
# ## 6 · Where are we going?

# %%
ck.progress()

# %% [markdown]
# Go from left to right and from top to bottom. A word that you do not know? The [glossary](../notebooks/GLOSSARY.md) explains
# it, and so does a cell:

# %%
ck.glossary("heatmap")

# %% [markdown]
# ## 7 · Which data will you use?
#
# *You may skip this section until you need it.* Each data set comes from the first place that has it:
#
# 1. the **cache** on your computer;
# 2. the **classroom mirror**, if your teacher gave you an address for `COURSEKIT_MIRROR`;
# 3. its public home on the internet, checked by its hash;
# 4. the **sample** that ships with the course.
#
# A lesson always tells you which one it is. In a terminal, `coursekit data list` shows all of them, and
# `coursekit data fetch mnist` gets the real digits before you need them.

# %% [markdown]
# There are three **profiles**, set by the environment variable `COURSEKIT_PROFILE`:
#
# - `quick`: as little work as possible, to see that all runs;
# - `lesson`: made for learning;
# - `full`: the settings of the literature, or as near to them as two processor cores come.
#
# ## Spot the bug
#
# A colleague counts the classes of a data set by the largest label. He is sure: "the labels go up to 4, so there are four
# grades".

# %%
grades = np.array([0, 2, 1, 4, 0, 3, 0])
print("labels:", np.unique(grades), "largest:", grades.max())

# %% [markdown]
# Counting starts at 0: grades 0, 1, 2, 3 and 4 are *five* classes. And what if a class has no image, or the labels are 10, 20
# and 30?
#
# ### Exercise 2 (core): count the classes
#
# Write it so that it is always right: how many *different* labels are there?


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
# The network calls this flower a daisy. Cover it with one grey rectangle, as small as you can, so that it changes its mind. Give
# row, column, height and width in pixels; the image has 224 × 224. Beat 1 % of the image: your best scores are kept.

# %%
cover = (70, 70, 84, 84)

flower = ck.data.load_image("flower", size=224)
row, column, height, width = cover
flower[row : row + height, column : column + width] = 0.5
answer, heatmap = name_and_heatmap(flower)
ck.plot.overlay(flower, heatmap, title=f'Covered, it is "{answer}"')
ck.plot.show(
    alt="A pale flower on dark leaves, with a grey square over its middle, and the "
    "heatmap of the network's answer."
)
ck.check.welcome.smallest_cover(cover)

# %% [markdown]
# ## Recap
#
# - A classifier gives one label to one image; a heatmap shows which places spoke for it.
# - A grey image is a table of numbers from 0 to 1 (exercise 1).
# - Predict first, then look: a surprise teaches most.
# - Count labels, do not guess them from the largest (exercise 2).
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
