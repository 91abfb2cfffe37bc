# %% [markdown]
# # 15 · Four apps, and a capstone of your own
#
# **You will look into any trained network with four apps. Then you open a network that you did not train, find out what it goes by,
# and say on one page what you would and would not claim.**
#
# | | |
# |---|---|
# | Time | quick: about 1 minute to run · lesson: about 110 minutes to work through, the capstone half of it · full: the same |
# | Needs | lessons 01, 08 and 12; 13 and 14 for the apps on frequencies and on relevance |
# | Data | Photographs that ship with scikit-image and scikit-learn, synthetic images, and your own images and network. All else is installed with the course |
# | Memory | 1 to 2 GB |

# %% [markdown]
# ## You will be able to …
#
# - read any network's layers: shapes, parameters, multiplications, receptive fields, kernels and maps;
# - tell from a kernel's weights which frequencies it lets pass;
# - draw relevance without losing its signs;
# - choose between explanations by a score with an interval, and test your choice on a random network;
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
# ## 2 · The model browser: a network, layer by layer
#
# The **model browser** opens any Keras model: those of the course, or yours, by `ck.widgets.browse_model(model)`. **Predict** first: does
# the layer with the most parameters also compute the most products?

# %%
browser = ck.widgets.browse_model()
browser

# %% [markdown]
# Not here, because a convolution uses each of its few weights at every place, and a dense layer uses each of its
# many weights once. You can count both yourself.
#
# ### Exercise 1 (warm-up): count the products
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
# The numbers of all layers of this network with weights: in a dense layer each product needs a weight of its own.

# %%
import numpy as np

digits_network = ck.training.trained("mnist_convnet")
for layer in digits_network.layers:
    if layer.get_weights():
        weights, biases = layer.get_weights()
        places = np.prod(layer.output.shape[1:-1], dtype=int)  # 1 for a dense layer
        print(
            f"{layer.name:9} {weights.size + biases.size:7,} parameters, {weights.size * places:9,} products"
        )

# %% [markdown]
# `conv2d_1` computes by far the most products, with half the parameters of `dense_2`.
#
# What the browser shows is there for code, too: `browser.layer`, `browser.input` and `browser.output`.
#
# ## 3 · The spectrum app: kernels in space and in frequency
#
# A kernel is a small image. Its **spectrum** tells how strongly it answers to stripes: the middle is an even grey, further
# out lie finer stripes.

# %%
spectra = ck.widgets.explore_spectra(digits_network)
spectra

# %% [markdown]
# Bright in the middle: a blur, slow changes pass. Dark in the middle: an edge finder, because even grey gives nothing.
#
# ### Exercise 2 (core): how much grey passes?
#
# Return the strength of the answer at frequency 0, as a share of the strongest one. `size` is the height and width of the spectrum.


# %% exercise="share_of_grey"
def share_of_grey(kernel, size):
    """Return the strength of frequency 0 as a share of the strongest frequency."""
    ### BEGIN SOLUTION
    strength = np.abs(np.fft.fft2(kernel, (size, size)))
    return strength[0, 0] / strength.max()
    ### END SOLUTION


# %% check="share_of_grey" points=1
ck.check.apps.share_of_grey(share_of_grey)

# %% [markdown]
# ## 4 · The convolution-theorem app: one kernel, one image, both ways
#
# Sums of products in space, or one product per frequency: this app does both. Try the border *no zeros: the circle*. **Predict**: where
# does the difference lie, and how wide is it?

# %%
theorem = ck.widgets.explore_convolution_theorem("coins")
theorem

# %%
for border in ("same", "circle"):
    theorem.border.value = border
    difference = theorem.view.theorem.difference
    inside = difference[1:-1, 1:-1].max()
    print(f"{border:7} largest difference {difference.max():.4f}, inside {inside:.4f}")

# %% [markdown]
# With zeros around the image both ways agree to the last digits. Without them the far edge comes round: wrong in a frame half a kernel wide,
# right inside.

# %% [markdown]
# ## 5 · The relevance app: which pixels does an answer rest on?
#
# Lesson 14's decomposition, on any network: *relevance = gradient × (image − root point)*. Under *Network*, `small_graded_eyes` reads
# eyes in five grades. **Predict**: what changes if you take a sharpened root point in place of a blurred one?

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
    change = found.answers[0] - found.answers[1]
    print(
        f"{root:8} the map sums to {found.heatmap.sum():6.2f}, the score changed by {change:6.2f}; missed {missed:.0%}"
    )

# %% [markdown]
# Three maps of one answer. The sum changes its sign with the sharpened root, because its details are doubled and not taken away
# (lesson 14). "Missed" is what a straight line from root to image leaves out: little where the root lies near. Never show such a map
# without its root point.

# %% [markdown]
# ### Exercise 3 (warm-up): share it out
#
# The formula of lesson 14, now for colour: return the relevance of every pixel. A pixel has several channels, and one relevance.


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
# Weak relevance is hard to see, so it is often drawn with a *gamma*: each number is raised to a power below 1. Here is a first try.
# **What does it make of −0.25, with a gamma of 0.5?**


# %%
def first_gamma(heatmap, gamma):
    """Return a heatmap in which weak relevance shows. Or does it?"""
    return np.power(heatmap, gamma)


# %% [markdown]
# Here it is:

# %%
with np.errstate(invalid="ignore"):
    print(first_gamma(np.array([0.25, -0.25, 1.0]), 0.5))

# %% [markdown]
# A negative number has no real root, so what speaks against the class is gone, and no error was raised. A plot leaves those pixels
# blank, as if they did not matter.
#
# ### Exercise 4 (core): mend it
#
# Raise the sizes to the power and keep the signs.


# %% exercise="with_gamma"
def with_gamma(heatmap, gamma):
    """Return a heatmap whose sizes are raised to a power and whose signs are kept."""
    ### BEGIN SOLUTION
    return np.sign(heatmap) * np.abs(heatmap) ** gamma
    ### END SOLUTION


# %% check="with_gamma" points=1
ck.check.apps.with_gamma(with_gamma)

# %% [markdown]
# ## 6 · Capstone: what does this network go by?
#
# From here on the network and the images are yours. Put a Keras file and a folder beside this notebook, with a subfolder of images
# for each class, at least 30 images in all, and write their names into the first lines. With `None` you get a case that the course
# has prepared: a colleague's network for cats and dogs. What it goes by depends on `CASE`, so choose a number.

# %%
from pathlib import Path

MODEL, CLASSES, FOLDER = None, None, None  # "mine.keras", ["cat", "dog"], "my_images"
VALUE_RANGE = (0, 1)  # what your network takes for black and white, or (0, 255)
TWINS = None  # a folder of the same images without what you suspect, if you have one
CASE = 0  # any whole number

if MODEL is None:
    case = ck.training.prepared_case(lesson.limit(quick=40, lesson=60, full=100), CASE)
    MODEL, CLASSES, FOLDER, TWINS = case
own = ck.networks.open_model(MODEL, CLASSES, value_range=VALUE_RANGE)
print(f"{own.format} file, images of {own.input_shape}, classes {own.class_names}")
print(f"{len(list(Path(FOLDER).rglob('*.*')))} images")

# %% [markdown]
# `open_model` runs no code from the file, so that you can open one from a stranger.
#
# ### Exercise 5 (core): prepare a photograph
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


def images_of(folder):
    """Return all images (n, height, width, channels) from 0 to 1, and their labels."""
    files = keras.utils.image_dataset_from_directory(
        folder,
        image_size=[side or 224 for side in own.input_shape[:2]],
        color_mode="rgb" if own.input_shape[-1] == 3 else "grayscale",
        crop_to_aspect_ratio=True,
        class_names=list(own.class_names),
        batch_size=None,
        shuffle=False,
        verbose=False,
    )
    images, labels = map(np.stack, zip(*files.as_numpy_iterator(), strict=True))
    return images / np.float32(255), labels


# %%
images, labels = images_of(FOLDER)
explain, network = ck.explain, own.model
answers = explain.class_probabilities(network, images).argmax(axis=1)
right = int((answers == labels).sum())
accuracy = ck.metrics.proportion_interval(right, len(labels))
print(f"right: {right} of {len(labels)}; accuracy {accuracy}")

# %% [markdown]
# Not one mistake on new images: would you let it decide? Here is one image of each class. **Commit**: what does it go by?

# %%
first_of = [np.flatnonzero(labels == label)[0] for label in np.unique(labels)]
shown_names = [own.class_names[label] for label in np.unique(labels)]
ck.plot.images(images[first_of], shown_names, columns=3, size=2.2)
ck.plot.show(alt="One image of each class in the case that you chose.")

# %%
ck.predict(
    "goes_by",
    "What in the image decides between the classes?",
    choices=("the whole animal", "its head", "something beside it", "its colours"),
)

# %% [markdown]
# ### Candidates
#
# Five methods, and two rivals that know nothing: random numbers, and a blob in the middle.

# %%
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
for shown in (first_of[0], first_of[-1]):
    maps = {name: found[shown] for name, found in heatmaps.items()}
    ck.plot.explanation_sheet(images[shown], maps, columns=8, size=1.5)
    name = own.class_names[labels[shown]]
    ck.plot.show(
        alt=f"One image of class {name} and beside it its heatmaps by five methods, of random "
        "numbers and of a blob. Signed maps are blue against the class and red for it."
    )

# %% [markdown]
# Signed maps are blue, white and red around zero; the others go from dark to bright. Which one would you believe, and why for this class?
# Do not choose by eye.

# %% [markdown]
# ### A score with an interval
#
# **Deletion** replaces the hottest pixels first and watches the probability of the class: with a good map it falls early. **Insertion**
# reveals them first: it rises early. So score each image by the area under insertion minus that under deletion, and each class apart,
# because a network may know one class only by what is *missing*.

# %%
import matplotlib.pyplot as plt

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
_, axes = plt.subplots(1, 2, figsize=(10, 3.2), layout="constrained")
for ax, label in zip(axes, (labels.min(), labels.max()), strict=True):
    own_class = labels == label
    ck.plot.method_scores(
        {name: interval(values[own_class]) for name, values in scores.items()},
        label="insertion − deletion (more is better)",
        baselines=("random", "blob"),
        title=f"{own_class.sum()} images of {own.class_names[label]}",
        ax=ax,
    ).set_xlim(-1.05, 1.05)
ck.plot.show(
    alt="The score of each method with its 95 % interval, for each of two classes: on one class the "
    "five methods lie together at the top and the blob far below zero; on the other all are near 0."
)

# %% [markdown]
# One class has something to delete, the other has not: its evidence is an *absence*, and no pixel can be taken away from it. On the first
# class the blob is far worse than random, because it reveals the corners last. From here on we look at the class that has something.

# %%
rivals = ("random", "blob")
per_class = {
    label: max(scores[name][labels == label].mean() for name in methods)
    for label in np.unique(labels)
}
marked = max(per_class, key=per_class.get)  # the class with something to delete
mine = labels == marked
order = sorted(methods, key=lambda name: -scores[name][mine].mean())
best = next(name for name in order if name not in rivals)
print(f"class {own.class_names[marked]}, {mine.sum()} images, {best} minus …")
for name in order:
    if name != best:
        print(f"  {name:21} {interval((scores[best] - scores[name])[mine])}")

# %% [markdown]
# The lines compare image by image, which is sharper than two intervals in a figure. Where the interval holds 0 there is no lead, and a
# lead of a few thousandths decides nothing. Among equals choose by a *reason*: sharp enough for what you suspect, cheap, with signs. Type
# your choice.

# %%
CHOICE = best  # for example "HiResCAM"

# %% [markdown]
# ### Exercise 6 (stretch): is it a lead?
#
# From the scores of two methods on the same images, return the verdict with its reason: `("first" or "second" or "neither", low, high)`, where low and
# high are the mean difference ± 2 standard errors. The standard error is the standard deviation of the differences (`ddof=1`) / √n.


# %% exercise="lead"
def lead(first, second):
    """Return (verdict, low, high) for the scores (n,) of two methods."""
    ### BEGIN SOLUTION
    difference = np.asarray(first) - np.asarray(second)
    error = difference.std(ddof=1) / np.sqrt(len(difference))
    low, high = difference.mean() - 2 * error, difference.mean() + 2 * error
    verdict = "first" if low > 0 else "second" if high < 0 else "neither"
    return verdict, low, high
    ### END SOLUTION


# %% check="lead" points=1
ck.check.apps.lead(lead)

# %% [markdown]
# ### Does your choice explain the network, or draw the image?
#
# Give the network new random weights, in its last layer or in all, with several seeds (lesson 12). A map that stays alike never depended
# on what was learned.

# %%
few = images[mine][:8]
target = explain.explained_classes(network, few)


def sizes(model):
    """Return the sizes of the chosen method's maps, a row for each image."""
    return np.abs(methods[CHOICE](model, few, target)).reshape(len(few), -1)


every = len(evaluate.layers_with_weights(network))
trained, kept = sizes(network), {}
for what, count in {"last layer": 1, "all layers": every}.items():
    alike = []
    for seed in range(lesson.repeats(5)):
        scrambled = evaluate.randomised(network, few, count, seed=seed)
        pairs = zip(trained, sizes(scrambled), strict=True)
        alike.append([np.corrcoef(*pair)[0, 1] for pair in pairs])
    kept[what] = interval(np.nan_to_num(alike).mean(axis=0))  # one for each image
    print(f"{CHOICE}, {what} random: correlation of |heat| {kept[what]}")

# %% [markdown]
# 1 would be a map that knows nothing of the network, as that of the blob; near 0 is what you want. The seeds of one image are averaged
# first, because they are not independent: the interval is over 8 images. With all layers random, whatever likeness is left comes from the
# image and the architecture. So a high score alone proves nothing, and the experiment below must decide.

# %%
ck.reveal(
    "goes_by",
    "something beside it",
    because=f"So says {CHOICE}. It is a suspicion; the next test decides.",
)

# %% [markdown]
# ### The intervention (obligatory)
#
# A heatmap raises a suspicion; an experiment tests it, because it changes one thing and leaves the rest. First blindly: cover the box
# around the hottest half of the map, and for comparison a box of the same size in the farthest corner.


# %%
def far_side(start, length, whole):
    """Return where a stretch starts at that end of the whole which is farther away."""
    return 0 if start + length / 2 > whole / 2 else whole - length


def covered(image, heat, far):
    """Return the image with its mean colour over the hottest box or the farthest corner."""
    row, column, height, width = ck.plot.heatmap_box(heat - heat.min() + 1e-9, 0.5)
    if far:
        row = far_side(row, height, image.shape[0])
        column = far_side(column, width, image.shape[1])
    edited = image.copy()
    edited[row : row + height, column : column + width] = image.mean(axis=(0, 1))
    return edited


def sure(changed):
    """Return the probability of the class that was answered for the whole image."""
    probabilities = explain.class_probabilities(network, changed)
    return probabilities[np.arange(len(answers)), answers]


# %% [markdown]
# How far does the probability of the answer fall, in each class?

# %%
pairs = list(zip(images, heatmaps[CHOICE], strict=True))
hot, corner = (
    np.stack([covered(*pair, far) for pair in pairs]) for far in (False, True)
)
for label in np.unique(labels):
    chosen = labels == label
    falls = [interval((sure(images) - sure(made))[chosen]) for made in (hot, corner)]
    print(f"{own.class_names[label]}, {chosen.sum()} images")
    print(f"  without the hottest box    it falls by {falls[0]}")
    print(f"  without the farthest corner it falls by {falls[1]}")

# %% [markdown]
# In case 0 the cats lose something and the dogs nothing, as the two panels said. The loss is small, because the box around the hottest
# *half* covers only a piece of what the map shows.

# %% [markdown]
# Then say in words what you suspect, and edit it. Is it the *thing*, or the *place*? So paste the suspected piece of one image into the
# images of the other class, and take two controls along: the same piece of the same image *without the thing* (its twin), and the thing
# in another place. Where lies your suspect?

# %%
mean_map = heatmaps[CHOICE][mine].mean(axis=0)
row, column, height, width = ck.plot.heatmap_box(np.maximum(mean_map, 0), share=0.2)
SUSPECT = np.s_[row : row + height, column : column + width]  # or type your own
print(f"rows {row} to {row + height}, columns {column} to {column + width}")

# %% [markdown]
# Without twins the second piece is wiped: it shows its own mean colour.

# %%
donor = images[mine][0]
piece = donor[SUSPECT]
if TWINS:
    without = images_of(TWINS)[0][mine][0][SUSPECT]
else:
    without = np.broadcast_to(piece.mean(axis=(0, 1)), piece.shape)
mirrored = far_side(column, width, donor.shape[1])
elsewhere = np.s_[row : row + height, mirrored : mirrored + width]
edits = {
    "the thing": (piece, SUSPECT),
    "without it": (without, SUSPECT),
    "elsewhere": (piece, elsewhere),
}


def pasted(image, part, place):
    """Return the image with a part pasted into a place."""
    edited = image.copy()
    edited[place] = part
    return edited


# %% [markdown]
# How many answers become the donor's?

# %%
others = images[labels != marked]
flipped, trio = {}, [others[0]]
for what, edit in edits.items():
    changed = np.stack([pasted(image, *edit) for image in others])
    after = explain.class_probabilities(network, changed).argmax(axis=1)
    count = int((after == marked).sum())
    flipped[what] = ck.metrics.proportion_interval(count, len(others))
    trio.append(changed[0])
    print(f"{what:11} {count} of {len(others)}: {flipped[what]}")
ck.plot.images(trio, ["as it was", *edits], columns=4, size=2)
ck.plot.show(
    alt="An image of the other class; the same with the suspected piece of the donor; with that "
    "piece without the thing; and with the thing on the other side."
)

# %% [markdown]
# Compare the three lines. If only "the thing" changes the answers, it is the thing *in this place*; if "elsewhere" does so, too, as in
# case 0, the thing is enough by itself. If "without it" changes them, your suspicion is wrong. Now you have a reason, and no longer a
# suspicion. The accuracy did not show it, because the thing was in every test image of its class, too.

# %% [markdown]
# ### Write it down: one page
#
# The numbers are filled in, and the words are yours. Hand in this page with the figure of the scores and that of the edits.

# %%
from IPython.display import Markdown

Markdown(f"""
**The network and its images.** {len(images)} images, right {right / len(images):.0%}. Trained on: …

**What it says, and where it errs.** …

**The method, and what it takes for granted.** {CHOICE}; layer, root or baseline: …

**Its score.** {interval(scores[CHOICE][mine])}, blob {interval(scores["blob"][mine])}, on
{mine.sum()} images. With random weights a correlation of {kept["all layers"]} is left.

**The intervention.** Suspected: … Answers that change: {flipped["the thing"]}; without the
thing {flipped["without it"]}; elsewhere {flipped["elsewhere"]}.

**What I would still not claim.** …
""")

# %% [markdown]
# | points | 0 | 1 | 2 |
# |---|---|---|---|
# | question | No question is asked. | Somebody asks one. | A decision hangs on the answer. |
# | evidence | one image | 30 images or more | with intervals and rivals |
# | method | It looks best. | It scores best. | The choice has a reason, and the page says what random weights leave of its map. |
# | intervention | none | one edit | an edit with two controls |
# | limits | none | general ones | those of *this* network and data |
#
# Seven points are a pass. Give the page to somebody else and let them mark it.

# %% [markdown]
# ### Challenge: change as little as you can
#
# A network finds an animal in each of some hidden images. Cover as few pixels as possible so that it no longer does; covered pixels take the
# image's mean colour. The score is the mean share covered, 1 where the animal is still found. Begin with the blob below; the best
# blob that is the same for all images reaches 0.58, so the goal needs a method that looks at each image.


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
# - The choice is tried on a random network, and the suspicion by an edit with two controls. Then you may say *because*.

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
