# %% [markdown]
# # 15 · Four apps, and a capstone of your own
#
# **You will look into any trained network with four apps; then open a network that you did not train, find out what it goes by, and
# say on one page what you would and would not claim.**
#
# | | |
# |---|---|
# | Time | quick: about 1 minute to run · lesson: about 2 hours to work through, the capstone half of it · full: the same |
# | Needs | lessons 01, 08 and 12; 13 and 14 for the apps on frequencies and on relevance |
# | Data | Photographs that ship with scikit-image and scikit-learn, synthetic images, and your own images and network. All else is installed with the course |
# | Memory | 1 to 2 GB |

# %% [markdown]
# ## You will be able to …
#
# - read any network's layers: shapes, parameters, multiplications, receptive fields, kernels and maps;
# - tell from a kernel's weights which frequencies it lets pass;
# - draw relevance without losing its signs;
# - choose between explanations by a score with an interval, and test the winner on a random network;
# - test a suspicion by editing images, and report what you found.

# %% tags=["nbval-ignore-output"]
import coursekit as ck

lesson = ck.start("15_xai_apps", keras=True)

# %% [markdown]
# ## 1 · The gallery
#
# Every explorer of the course also stands alone. In a terminal, `coursekit apps` opens a page with a link to each; in JupyterLab they
# are the notebooks in `notebooks/apps/`. All can be used by keyboard: Tab reaches a control, arrow keys move what can be moved, Enter presses,
# and the line below the image says in words what is to be seen.

# %% [markdown]
# ## 2 · App 1: a network, layer by layer
#
# The **model browser** opens any Keras model: those of the course, or yours, by `ck.widgets.browse_model(model)`. **Predict** first: does
# the layer with the most parameters also compute the most products?

# %%
browser = ck.widgets.browse_model()
browser

# %% [markdown]
# Look at the list: a convolution uses each of its few weights at every place; a dense layer has many weights and uses each one once.
#
# ### Exercise 1: count the products
#
# A convolution's output has `height` × `width` places and `channels_out` channels; its kernels have `rows` × `columns` weights
# for each of `channels_in` channels. How many products does it compute for one image?


# %% exercise="products"
def products(height, width, rows, columns, channels_in, channels_out):
    """Return how many products the layer computes for one image."""
    ### BEGIN SOLUTION
    return height * width * rows * columns * channels_in * channels_out
    ### END SOLUTION


# %% check="products" points=1
ck.check.apps.products(products)

# %% [markdown]
# What the browser shows is there for code, too: `browser.layer`, `browser.input` and `browser.output`.
#
# ## 3 · App 2: kernels in space and in frequency
#
# A kernel is a small image. Its **spectrum** tells how strongly it answers to stripes: the middle is an even grey, further
# out lie finer stripes.

# %%
model = ck.training.trained("mnist_convnet")
spectra = ck.widgets.explore_spectra(model)
spectra

# %% [markdown]
# Bright in the middle: a blur, slow changes pass. Dark in the middle: an edge finder, because even grey gives nothing.
#
# ### Exercise 2: how much grey passes?
#
# Return the strength of the answer at frequency 0, as a share of the strongest one. `size` is the height and width of the spectrum.


# %% exercise="share_of_grey"
def share_of_grey(kernel, size):
    """Return the strength of frequency 0 as a share of the strongest frequency."""
    ### BEGIN SOLUTION
    import numpy as np

    strength = np.abs(np.fft.fft2(kernel, (size, size)))
    return strength[0, 0] / strength.max()
    ### END SOLUTION


# %% check="share_of_grey" points=1
ck.check.apps.share_of_grey(share_of_grey)

# %% [markdown]
# ## 4 · App 3: one kernel, one image, both ways
#
# Sums of products in space, or one product per frequency: the **convolution-theorem app** does both. Try the border *no zeros:
# the circle*. Where does the difference lie, and how wide is it?

# %%
theorem = ck.widgets.explore_convolution_theorem("coins")
theorem

# %% [markdown]
# With zeros around the image both ways agree to the last digits. Without them the far edge comes round: wrong in a frame half a kernel wide,
# right inside.

# %%
for border in ("same", "circle"):
    theorem.border.value = border
    difference = theorem.view.theorem.difference
    inside = difference[1:-1, 1:-1].max()
    print(f"{border:7} largest difference {difference.max():.4f}, inside {inside:.4f}")

# %% [markdown]
# ## 5 · App 4: which pixels does an answer rest on?
#
# Lesson 14's decomposition, on any network: *relevance = gradient × (image − root point)*. **Predict**: what changes if you take a
# sharpened root point in place of a blurred one? Under *Network*, `small_graded_eyes` reads eyes in five grades.

# %%
relevance_map = ck.widgets.explore_relevance()
relevance_map

# %% [markdown]
# How much does the root point decide? The same image and class, three root points:

# %%
for root in ("blur", "sharpen", "nearest"):
    relevance_map.root_name.value = root
    found = relevance_map.view.relevance
    missed = abs(found.remainder) / abs(found.answers[0] - found.answers[1])
    positive = (found.heatmap > 0).sum() / (found.heatmap != 0).sum()
    print(
        f"{root:8} {positive:.0%} of the pixels speak for the class; missed: {missed:.0%}"
    )

# %% [markdown]
# Three maps of one answer. "Missed" is what a straight line from root to image leaves out. Never show such a map without its root point.
#
# ### Exercise 3: share it out
#
# Return the relevance of every pixel. A pixel has several channels, and one relevance.


# %% exercise="relevance"
def relevance(gradient, image, root):
    """Return the relevance of each pixel, (height, width)."""
    ### BEGIN SOLUTION
    return (gradient * (image - root)).sum(axis=-1)
    ### END SOLUTION


# %% check="relevance" points=1
ck.check.apps.relevance(relevance)

# %% [markdown]
# ## Spot the bug
#
# Weak relevance is hard to see, so it is often drawn with a *gamma*: each number is raised to a power below 1. Here is a first try:

# %%
import numpy as np


def first_gamma(heatmap, gamma):
    """Return a heatmap in which weak relevance shows. Or does it?"""
    return np.power(heatmap, gamma)


with np.errstate(invalid="ignore"):
    print(first_gamma(np.array([0.25, -0.25, 1.0]), 0.5))

# %% [markdown]
# What speaks against the class is gone, and no error was raised: a plot leaves those pixels blank, as if they did not matter.
#
# ### Exercise 4: mend it
#
# Raise the sizes to the power and keep the signs.


# %% exercise="with_gamma"
def with_gamma(heatmap, gamma):
    """Return a heatmap whose sizes are raised to a power and whose signs are kept."""
    ### BEGIN SOLUTION
    import numpy as np

    return np.sign(heatmap) * np.abs(heatmap) ** gamma
    ### END SOLUTION


# %% check="with_gamma" points=1
ck.check.apps.with_gamma(with_gamma)

# %% [markdown]
# ## 6 · Capstone: what does this network go by?
#
# From here on the network and the images are yours. Put a Keras file and a folder beside this notebook, with a subfolder of images
# for each class, at least 30 images in all, and write their names into the first line. With `None` you get a case that the course
# has prepared: a colleague's network for cats and dogs. It works offline.

# %%
from pathlib import Path

MODEL, CLASSES, FOLDER = None, None, None  # "mine.keras", ["cat", "dog"], "my_images"

if MODEL is None:
    case = ck.training.prepared_case(lesson.limit(quick=40, lesson=60, full=100))
    MODEL, CLASSES, FOLDER = case
own = ck.networks.open_model(MODEL, CLASSES, value_range=(0, 1))
print(f"{own.format} file, images of {own.input_shape}, classes {own.class_names}")
print(f"{len(list(Path(FOLDER).rglob('*.*')))} images")

# %% [markdown]
# `open_model` runs no code from the file, and `value_range` says what the network takes for black and white: change it if yours was trained
# on 0 to 255.
#
# ### Exercise 5: prepare a photograph
#
# Networks want squares with values from 0 to 1; a camera gives rectangles from 0 to 255. Cut the largest square out of the
# middle (of an odd pixel too many, the larger half goes at the end), then scale the values.


# %% exercise="prepared"
def prepared(image):
    """Return the largest square in the middle, with values from 0 to 1."""
    ### BEGIN SOLUTION
    side = min(image.shape[:2])
    top, left = (image.shape[0] - side) // 2, (image.shape[1] - side) // 2
    return image[top : top + side, left : left + side] / 255
    ### END SOLUTION


# %% check="prepared" points=1
ck.check.apps.prepared(prepared)

# %% [markdown]
# Keras does the same for a whole folder, and scales each square to the size that the network takes.

# %%
import keras

files = keras.utils.image_dataset_from_directory(
    FOLDER,
    image_size=[side or 224 for side in own.input_shape[:2]],
    color_mode="rgb" if own.input_shape[-1] == 3 else "grayscale",
    crop_to_aspect_ratio=True,
    class_names=list(own.class_names),
    batch_size=None,
    shuffle=False,
    verbose=False,
)
images, labels = map(np.stack, zip(*files.as_numpy_iterator(), strict=True))
images = images / np.float32(255)
answers = ck.explain.class_probabilities(own.model, images).argmax(axis=1)
right = int((answers == labels).sum())
print(ck.metrics.proportion_interval(right, len(labels)))

# %% [markdown]
# Almost perfect on new images: would you let it decide? **Commit**: point at what you think it goes by.

# %%
shown = int(np.flatnonzero(labels == labels.max())[0])
ck.predict(
    "goes_by",
    f"What makes this image a {own.class_names[answers[shown]]} for this network?",
    image=images[shown],
    alt="One of the images that the network is asked about.",
)

# %% [markdown]
# ### Candidates
#
# Five methods, and two rivals that know nothing: random numbers, and a blob in the middle.

# %%
explain, network = ck.explain, own.model
methods = {
    "gradient": explain.gradients,
    "integrated gradients": explain.integrated_gradients,
    "Grad-CAM": explain.grad_cam,
    "HiResCAM": explain.hires_cam,
    "LRP composite": explain.lrp,
    "random": explain.evaluate.random_heatmaps,
    "blob": explain.evaluate.centre_blob,
}
heatmaps = {name: method(network, images) for name, method in methods.items()}
one = {name: found[shown] for name, found in heatmaps.items()}
ck.plot.explanation_sheet(images[shown], one, columns=4, size=2.1)
ck.plot.show(
    alt="One image and beside it its heatmaps by five methods, of random numbers and of a blob. "
    "Signed maps are blue against the class, white at zero and red for it."
)

# %% [markdown]
# Signed maps are blue, white and red around zero; the others go from dark to bright. Which one would you believe? Do not choose by eye.
#
# ### A score with an interval
#
# **Deletion** replaces the hottest pixels first and watches the probability of the class; **insertion** reveals them first. A good map loses it fast and
# regains it fast. So score each image by the area under insertion minus that under deletion.

# %%
evaluate = explain.evaluate
grey = images.mean(axis=(1, 2), keepdims=True)  # each image's own mean colour
how = {"points": lesson.choose(quick=11, lesson=21, full=21), "baseline": grey}


def area_between(heat):
    """Return one score per image: area under insertion minus area under deletion."""
    revealed = evaluate.insertion(network, images, heat, **how).area
    return revealed - evaluate.deletion(network, images, heat, **how).area


def interval(values, level=0.95):
    """Return the mean over the images with its bootstrap interval."""
    drawn = np.random.default_rng(lesson.seed).choice(values, (2000, len(values)))
    low, high = np.percentile(drawn.mean(axis=1), [50 - 50 * level, 50 + 50 * level])
    return ck.metrics.Interval(float(np.mean(values)), float(low), float(high), level)


# %%
scores = {name: area_between(heat) for name, heat in heatmaps.items()}
ck.plot.method_scores(
    {name: interval(values) for name, values in scores.items()},
    label="area under insertion − area under deletion (more is better)",
    baselines=("random", "blob"),
    title=f"{len(images)} images, 95 % intervals",
)
order = sorted(scores, key=lambda name: -scores[name].mean())
winner, second = [name for name in order if name not in ("random", "blob")][:2]
print(f"{winner} − {second}: {interval(scores[winner] - scores[second])}")
print(f"{winner} − blob: {interval(scores[winner] - scores['blob'])}")
ck.plot.show(
    alt="The score of each method with its interval, the best on top; diamonds mark random "
    "numbers and the blob."
)

# %% [markdown]
# The printed lines compare image by image, which is sharper. Where the interval holds 0 there is no lead, and a lead of a few thousandths decides
# nothing.
#
# ### Exercise 6: is it a lead?
#
# From the scores of two methods on the same images, return the verdict with its reason: `("first" or "second" or "neither", low, high)`, where low and
# high are the mean difference ± 2 standard errors. The standard error is the standard deviation of the differences (`ddof=1`) / √n.


# %% exercise="lead"
def lead(first, second):
    """Return (verdict, low, high) for the scores (n,) of two methods."""
    ### BEGIN SOLUTION
    import numpy as np

    difference = np.asarray(first) - np.asarray(second)
    error = difference.std(ddof=1) / np.sqrt(len(difference))
    low, high = difference.mean() - 2 * error, difference.mean() + 2 * error
    verdict = "first" if low > 0 else "second" if high < 0 else "neither"
    return verdict, low, high
    ### END SOLUTION


# %% check="lead" points=1
ck.check.apps.lead(lead)

# %% [markdown]
# ### Does the winner explain the network, or draw the image?
#
# Give the network new random weights, in its last layer or in all, with several seeds (lesson 12). A map that stays alike never depended on what was
# learned.

# %%
few = images[:8]
target = explain.explained_classes(network, few)
trained = methods[winner](network, few, target)
every = len(evaluate.layers_with_weights(network))
alike = {}
for what, count in {"last layer": 1, "all layers": every}.items():
    alike[what] = []
    for seed in range(lesson.repeats(5)):
        random = evaluate.randomised(network, few, count, seed=seed)
        found = methods[winner](random, few, target)
        pair = [
            np.abs(trained).reshape(len(few), -1),
            np.abs(found).reshape(len(few), -1),
        ]
        alike[what].extend(np.corrcoef(*one)[0, 1] for one in zip(*pair, strict=True))
    print(
        f"{winner}, {what} random: correlation of |heat| {interval(np.nan_to_num(alike[what]))}"
    )

# %% [markdown]
# Near 0 with all layers random is what you want. Here the winner keeps more than half: that part is drawn by the image and the
# architecture, whatever was learned. So a high score alone proves nothing, and the experiment below must decide.

# %%
ck.reveal(
    "goes_by",
    heatmaps[winner][shown],
    because=f"So says {winner}. The next test decides.",
)

# %% [markdown]
# ### The intervention (obligatory)
#
# A heatmap raises a suspicion; an experiment tests it, because it changes one thing and leaves the rest. First blindly: cover the box around the hottest
# half of the winner's map, and for comparison a box of the same size in the farthest corner.


# %%
def covered(image, heat, far):
    """Return the image with its mean colour over the hottest box, or over the farthest corner."""
    row, column, height, width = ck.plot.heatmap_box(
        heat - heat.min() + 1e-9, share=0.5
    )
    if far:
        row = 0 if row + height / 2 > len(image) / 2 else len(image) - height
        column = (
            0 if column + width / 2 > image.shape[1] / 2 else image.shape[1] - width
        )
    edited = image.copy()
    edited[row : row + height, column : column + width] = image.mean(axis=(0, 1))
    return edited


# %% [markdown]
# How far does the probability of its answer fall?


# %%
def sure(changed):
    """Return the probability of the class that was answered for the whole image."""
    return explain.class_probabilities(network, changed)[
        np.arange(len(answers)), answers
    ]


pairs = list(zip(images, heatmaps[winner], strict=True))
hot, corner = (
    np.stack([covered(*pair, far) for pair in pairs]) for far in (False, True)
)
print(f"falls by {interval(sure(images) - sure(hot))} without the hottest box")
print(f"more than without a corner by {interval(sure(corner) - sure(hot))}")

# %% [markdown]
# Then say in words what you suspect, and edit it. In the prepared case the maps of dogs point at the lower left corner, where there is an orange tag.
# If the tag makes the dog, a cat that gets a dog's corner must become a dog. The lower *right* corner is the control. Write your own
# `edit` for your own network.

# %%
first_class, last_class = labels == 0, labels == labels.max()
donor, part = images[last_class][0], images.shape[1] // 4


def edit(image, left):
    """Return the image with one lower corner of the donor."""
    edited = image.copy()
    columns = slice(0, part) if left else slice(-part, None)
    edited[-part:, columns] = donor[-part:, columns]
    return edited


edits = {
    what: np.stack([edit(image, left) for image in images[first_class]])
    for what, left in {"suspected corner": True, "control corner": False}.items()
}

# %% [markdown]
# How many answers change?

# %%
before, flipped = answers[first_class], {}
for what, changed in edits.items():
    after = explain.class_probabilities(network, changed).argmax(axis=1)
    flipped[what] = ck.metrics.proportion_interval(
        int((after != before).sum()), len(before)
    )
    print(f"{what}: share of answers that change {flipped[what]}")

# %%
trio = [images[first_class][0], *(changed[0] for changed in edits.values())]
ck.plot.images(trio, ["as it was", *edits], columns=3, size=2.2)
ck.plot.show(
    alt="An image of the first class, and the same with the lower left and with the lower right "
    "corner of an image of the other class."
)

# %% [markdown]
# That is a reason, and no longer a suspicion: one small patch changes the answer, its twin on the other side does not. And an accuracy near 1
# did not show it, because the tag was on every dog of the test images, too.
#
# ### Write it down: one page
#
# The figures are filled in. The words are yours; hand in this page with the two figures above.

# %%
from IPython.display import Markdown

Markdown(f"""
**The network and its images.** {len(images)} images, right {right / len(images):.0%}. Trained on: …

**What it says, and where it errs.** …

**The method, and what it takes for granted.** {winner}; layer, root or baseline: …

**Its score.** {interval(scores[winner])}; blob {interval(scores["blob"])}; random weights leave a
correlation of {np.nanmean(alike["all layers"]):.2f}.

**The intervention.** Suspected: … Share of answers that change: {flipped["suspected corner"]};
control {flipped["control corner"]}.

**What I would still not claim.** …
""")

# %% [markdown]
# | points | 0 | 1 | 2 |
# |---|---|---|---|
# | question | a method looks for a use | somebody asks it | and a decision hangs on it |
# | evidence | one image | ≥ 30 images | with intervals and rivals |
# | method | best-looking | best score | and it fails on a random network |
# | intervention | none | one edit | an edit with its control |
# | limits | none named | general ones | those of *this* network and data |
#
# Seven points are a pass. Give the page to somebody else and let them mark it.

# %% [markdown]
# ### Challenge: change as little as you can
#
# A network finds an animal in each of some hidden images. Cover as few pixels as possible so that it no longer does; covered pixels take the
# image's mean colour. The score is the mean share covered, 1 where the animal is still found.


# %%
def cover(network, images):
    """Return which pixels to cover, boolean (n, height, width)."""
    heat = ck.explain.evaluate.centre_blob(network, images)
    return heat >= np.quantile(heat, 0.7, axis=(1, 2), keepdims=True)


ck.check.apps.fewest_pixels(cover)

# %% [markdown]
# ## Recap
#
# - Parameters and products do not go together (exercise 1). A spectrum tells what a kernel lets pass (exercise 2).
# - A relevance map rests on its root point, and what speaks against a class counts as much as what speaks for it (exercises 3 and 4).
# - Images need the network's own preparation (exercise 5).
# - Explanations compete with each other and with rivals that know nothing, on many images, pair by pair (exercise 6).
# - The winner is tried on a random network, and the suspicion by an edit with a control. Then you may say *because*.

# %% [markdown]
# ## What comes next
#
# Your own network. Begin with a question that somebody has, not with a method.
#
# ## Sources
#
# - V. Petsiuk, A. Das and K. Saenko, [RISE](https://arxiv.org/abs/1806.07421), 2018: deletion and insertion.
# - S. Bach et al., [On pixel-wise explanations](https://doi.org/10.1371/journal.pone.0130140), 2015: LRP.
# - J. Adebayo et al., [Sanity checks for saliency maps](https://arxiv.org/abs/1810.03292), 2018: random weights.
# - S. Lapuschkin et al., [Unmasking Clever Hans predictors](https://doi.org/10.1038/s41467-019-08987-4), 2019: tags that decide.
# - R. L. Draelos and L. Carin, [Use HiResCAM instead of Grad-CAM](https://arxiv.org/abs/2011.08891), 2020.
# - G. Montavon et al., [Deep Taylor decomposition](https://arxiv.org/abs/1512.02479), 2017: root points.
# - [Voilà](https://voila.readthedocs.io), which serves the gallery.
