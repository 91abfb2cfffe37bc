# %% [markdown]
# # 15 · Four apps, and a capstone of your own
#
# **You will look into any trained network with four apps. Then you open a network that you did not train, find out what it goes by,
# and say on one page what you would and would not claim.**
#
# | | |
# |---|---|
# | Time | quick: about 1 minute to run · lesson: about 120 minutes to work through, the capstone half of it · full: the same |
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
# The **model browser** opens any Keras model: those of the course, or yours, by `ck.widgets.browse_model(model)`. In this one two
# layers, `conv2d_2` and `dense_2`, have 36,928 parameters each. Do both compute as much?

# %%
ck.predict(
    "times",
    "How many products does conv2d_2 compute for each one of dense_2?",
    lowest=0,
)

# %%
browser = ck.widgets.browse_model()
browser

# %% [markdown]
# The app shows the shape and the products of each layer, so you may look. But count them yourself, too.
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
# Your function counts all layers of this network. A dense layer is a convolution at a single place, with a kernel of 1 × 1.

# %%
from contextlib import contextmanager


@contextmanager
def until_written():
    """Run what follows; if it needs a function that you have not written yet, say so."""
    try:
        yield
    except NotImplementedError:
        print("not written yet")


# %%
import keras
import numpy as np

digits_network = ck.training.trained("mnist_convnet")
with until_written():
    for layer in digits_network.layers:
        if isinstance(layer, keras.layers.Conv2D):
            _, height, width, _ = layer.output.shape
            count = products(height, width, *layer.kernel.shape)
        elif isinstance(layer, keras.layers.Dense):
            count = products(1, 1, 1, 1, *layer.kernel.shape)
        else:
            continue  # no weights
        print(
            f"{layer.name:9} {layer.count_params():7,} parameters, {count:9,} products"
        )

# %% [markdown]
# How many times as many, then, does `conv2d_2` compute?

# %%
_, height, width, _ = digits_network.get_layer("conv2d_2").output.shape
ck.reveal(
    "times",
    height * width,
    because="A convolution uses each weight at every place of its output, here "
    f"{height} × {width}, and a dense layer only once.",
)

# %% [markdown]
# ## 3 · The spectrum app: kernels in space and in frequency
#
# A kernel is a small image. Its **spectrum** tells how strongly it answers to stripes: the middle is an even grey, further
# out lie finer stripes.

# %%
spectra = ck.widgets.explore_spectra(digits_network)
spectra

# %% [markdown]
# Below each kernel is its spectrum. Where *only* the middle is bright, the kernel blurs, because slow changes pass and fast ones do not.
# Where the middle is dark, it finds edges, because an even grey gives nothing.
#
# The line below the image counts how many of these eight answer to grey at least half as strongly as to their favourite stripes. The
# layer has 32 kernels.

# %%
ck.predict(
    "grey",
    "Of all 32 kernels, how many answer to grey at least half as strongly as to their "
    "favourite stripes?",
    lowest=0,
    highest=32,
)

# %% [markdown]
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
# Now for all kernels of the layer (the library puts frequency 0 in the middle):

# %%
kernels = digits_network.get_layer("conv2d").get_weights()[0]
strengths = ck.fourier.magnitude(kernels, size=32)[:, :, 0]
shares = strengths[16, 16] / strengths.max(axis=(0, 1))
print(f"at least half: {np.sum(shares >= 0.5)} of {len(shares)} kernels")
print(f"share of grey of the median kernel: {np.median(shares):.2f}")
ck.reveal(
    "grey",
    int(np.sum(shares >= 0.5)),
    within=2,
    because="In most of these kernels the middle is dark. Eight, drawn at random, are too "
    "few to tell in how many it is not.",
)

# %% [markdown]
# ## 4 · The convolution-theorem app: one kernel, one image, both ways
#
# Sums of products in space, or one product per frequency: this app does both. Try the border *no zeros: the circle*. Then the far edge of
# the image comes round, and the two ways differ. The kernel has 3 × 3 weights.

# %%
ck.predict(
    "border",
    "Without zeros around the image: where do the two ways differ?",
    choices=(
        "everywhere a little",
        "in a frame, 1 pixel wide",
        "in a frame, 3 pixels wide",
        "at the right and the bottom only",
    ),
)

# %%
theorem = ck.widgets.explore_convolution_theorem("coins")
theorem

# %% [markdown]
# Both borders in numbers. *Inside* leaves out one pixel on every side:

# %%
for border in ("same", "circle"):
    theorem.border.value = border
    difference = theorem.view.theorem.difference
    inside = difference[1:-1, 1:-1].max()
    print(f"{border:7} largest difference {difference.max():.4f}, inside {inside:.4f}")
sides = (difference[0], difference[-1], difference[:, 0], difference[:, -1])
print("circle, largest on each side:", *(f"{side.max():.2f}" for side in sides))
ck.reveal(
    "border",
    "in a frame, 1 pixel wide",
    because="A kernel with its centre in the middle reaches out by half its width, 1 "
    "pixel, on every side.",
)

# %% [markdown]
# In the stored image the upper row has the coins, the kernel, the output by sums, and the magnified difference; the lower row
# three spectra, and the output by frequency. With zeros around the image both ways agree.

# %% [markdown]
# ## 5 · The relevance app: which pixels does an answer rest on?
#
# Lesson 14's decomposition, on any network: *relevance = gradient × (image − root point)*. Under *Network*, `small_graded_eyes` reads
# eyes in five grades. Two root points for a seven lie equally far from it: the seven blurred, and sharpened (sharpening adds what
# blurring takes away). Each map misses a part of the score's change, because a straight line cannot follow the ReLUs and the max
# pooling.

# %%
ck.predict(
    "misses",
    "Which map misses the larger share of the score's change?",
    choices=("with the blurred root", "with the sharpened root", "both about the same"),
)

# %%
relevance_map = ck.widgets.explore_relevance()
relevance_map

# %% [markdown]
# Above are the image and its relevance, below the steps of the formula. How much does the root point decide? Here are three of them:

# %%
for root in ("blur", "sharpen", "nearest"):
    relevance_map.root_name.value = root
    relevance_of_seven = relevance_map.view.relevance
    last_map = relevance_of_seven.heatmap  # kept for the bug below
    at_image, at_root = relevance_of_seven.answers
    change = at_image - at_root
    missed = abs(relevance_of_seven.remainder) / abs(change)
    print(
        f"{root:8} the map sums to {last_map.sum():6.2f}, "
        f"the score changed by {change:6.2f}; missed {missed:.0%}"
    )
ck.reveal(
    "misses",
    "with the blurred root",
    because="Not the distance counts, but how the score bends on the way.",
)

# %% [markdown]
# For this seven one map misses 29 %, the other 1 %; another image may give another order. With the sharpened root the sum changes its
# sign, because details are doubled and not taken away. (The slope is taken at the root here, see *Slope at*.) Never show such a map
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


# %%
def first_gamma(heatmap, gamma):
    """Return a heatmap in which weak relevance shows. Or does it?"""
    return np.power(heatmap, gamma)


# %%
ck.predict(
    "power",
    "What does first_gamma make of -0.25, with a gamma of 0.5?",
    choices=("-0.5", "0.5", "nan", "an error"),
)

# %% [markdown]
# Here it is:

# %%
import warnings

with warnings.catch_warnings(record=True) as said:
    warnings.simplefilter("always")
    print(first_gamma(np.array([0.25, -0.25, 1.0]), 0.5))
    gone = np.isnan(first_gamma(last_map, 0.5)).sum()
print("NumPy warns:", said[0].message)
print(f"the map with the nearest root: {gone} of {last_map.size} pixels are nan")
ck.reveal(
    "power",
    "nan",
    because="A negative number has no real square root, and NumPy only warns.",
)

# %% [markdown]
# What speaks against the class is `nan`, "not a number". A plot leaves those pixels blank, as if they did not matter.
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

# %%
with until_written():
    mended = with_gamma(last_map, 0.5)
    titles = ["relevance", "with your gamma"]
    ck.plot.images([last_map, mended], titles, scale="signed", size=2.2)
    ck.plot.show(
        alt="The relevance of a seven's pixels, and the same with your gamma: more of the "
        "weak relevance, red and blue, is now seen."
    )
    print(f"nan: {np.isnan(mended).sum()} of {mended.size} pixels")

# %% [markdown]
# ## 6 · Capstone: what does this network go by?
#
# From here on the network and the images are yours. Put a Keras file and a folder beside this notebook, with a subfolder of images
# for each class, at least 30 images in all, and write their names into the first lines. With `None` you get a case that the course
# has prepared. What its network goes by depends on `CASE`: case 0 is a warm-up, and after it you take another.

# %%
from pathlib import Path

MODEL, CLASSES, FOLDER = None, None, None  # "mine.keras", ["cat", "dog"], "my_images"
VALUE_RANGE = (0, 1)  # what your network takes for black and white, or (0, 255)
TWINS = None  # a folder of the same images without what you suspect, if you have one
CASE = 0  # any whole number

model, classes, folder, twins, goes_by = MODEL, CLASSES, FOLDER, TWINS, None
if MODEL is None:
    model, classes, folder, twins, goes_by = ck.training.prepared_case(
        lesson.limit(quick=40, lesson=60, full=100), CASE
    )
own = ck.networks.open_model(model, classes, value_range=VALUE_RANGE)
print(f"{own.format} file, images of {own.input_shape}, classes {own.class_names}")
print(f"{len(list(Path(folder).rglob('*.*')))} images")

# %% [markdown]
# `open_model` lets Keras load the file in safe mode, which refuses code in it. Do not rely on that for files from strangers.
#
# ### Exercise 5 (core): prepare a photograph
#
# We hand over squares with values from 0 to 1, and `open_model` turns them into what your network takes; a camera gives rectangles
# from 0 to 255. Cut the largest square out of the
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
    pairs = list(files.as_numpy_iterator())
    images = np.stack([image for image, _ in pairs]) / np.float32(255)
    return images, np.array([label for _, label in pairs])


# %%
images, labels = images_of(folder)
explain, network = ck.explain, own.model
answers = explain.class_probabilities(network, images).argmax(axis=1)
right = int((answers == labels).sum())
accuracy = ck.metrics.proportion_interval(right, len(labels))
print(f"right: {right} of {len(labels)}; accuracy {accuracy}")

# %% [markdown]
# In case 0 it makes not one mistake on new images: would you let it decide? Here is one image of each class.
# **Commit**: what does it go by?

# %%
first_of = [np.flatnonzero(labels == label)[0] for label in np.unique(labels)]
shown_names = [own.class_names[label] for label in np.unique(labels)]
ck.plot.images(images[first_of], shown_names, columns=3, size=2.2)
ck.plot.show(
    alt="One image of each class in the case that you chose. In case 0 a white cat before round "
    "spots, a blue plate with two bars in the lower right corner; and a dog on a blue floor."
)

# %%
ck.predict(
    "goes_by",
    "What in the image decides between the classes?",
    choices=("the animal", "something beside it", "the light"),
)

# %% [markdown]
# ### Candidates
#
# Five methods, and two rivals that know nothing: random numbers, and a blob in the middle. (*LRP composite* is lesson 12's LRP, with
# one rule for dense layers, one for convolutions, and one for the pixels.)

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

# %%
shown = [*np.flatnonzero(labels == labels.min())[:3]]
shown += [*np.flatnonzero(labels == labels.max())[:3]]
ck.plot.explanation_grid(
    images[shown],
    {name: of_all[shown] for name, of_all in heatmaps.items()},
    [own.class_names[label] for label in labels[shown]],
    size=0.9,
)
ck.plot.show(
    alt="Three images of each of two classes, and below them a row of heatmaps for each of five "
    "methods, for random numbers and for a blob. In case 0 the five methods are hot in the lower "
    "right corner of each cat, and nearly blank on the dogs."
)

# %% [markdown]
# Each row has one scale. Signed maps are blue, white and red around zero, the others go from dark to bright. Which would
# you believe? Do not choose by eye: score them.

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


def interval(values, digits=3):
    """Return the mean over the images with its 95 % bootstrap interval, rounded."""
    drawn = np.random.default_rng(lesson.seed).choice(values, (2000, len(values)))
    low, high = np.percentile(drawn.mean(axis=1), (2.5, 97.5))
    ends = np.round([np.mean(values), low, high], digits) + 0.0  # and no "-0.000"
    return ck.metrics.Interval(*ends.tolist(), 0.95)


# %%
scores = {name: area_between(heat) for name, heat in heatmaps.items()}
_, axes = plt.subplots(1, 2, figsize=(10, 3.2), layout="constrained")
for ax, label in zip(axes, (labels.min(), labels.max()), strict=True):
    own_class = labels == label
    means = {name: interval(of[own_class], 4) for name, of in scores.items()}
    ck.plot.method_scores(
        means,
        label="insertion − deletion (more is better)",
        baselines=("random", "blob"),
        title=f"{own_class.sum()} images of {own.class_names[label]}",
        ax=ax,
    )
    ax.axvline(0, color="grey", linewidth=1)
    ax.locator_params(axis="x", nbins=4)  # few numbers, none on another
ck.plot.show(
    alt="The score of each method with its 95 % interval, for each of two classes, each on a scale "
    "of its own: on one class the five methods lie together far above zero and the blob far "
    "below; on the other all lie between 0 and 0.007."
)

# %% [markdown]
# Mind the two scales: in case 0 the right panel is magnified, and on the left most intervals are shorter than their dots.
#
# In case 0 the cats have something to delete, the dogs hardly anything: their evidence seems to be an *absence*, which no pixel holds. On
# the cats the blob is far worse than random, because it reveals the corners last, and deletes them last. From here on we look at the class
# that has something.

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
        more = interval((scores[best] - scores[name])[mine], digits=4)
        print(f"  {name:21} {more.value:.4f} ({more.low:.4f} to {more.high:.4f})")

# %% [markdown]
# The lines compare image by image. A lead of a few thousandths decides nothing. Besides, `best` was chosen on these images, so its
# leads may be a little too large.

# %% [markdown]
# Among equals choose by a *reason*: sharp enough for what you suspect, cheap, with signs. Type your choice.

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

# %%
with until_written():
    for name in order:
        if name != best:
            verdict, low, high = lead(scores[best][mine], scores[name][mine])
            print(f"{best} or {name}: {verdict} ({low:.4f} to {high:.4f})")

# %% [markdown]
# In our stored run of case 0, whose outputs are in `solutions/15_xai_apps.ipynb`, integrated gradients, the last of the five methods, get "neither", although
# the bootstrap above gave a lead. Both are rules for many images, and 20 are few: where two rules disagree, do not claim a lead.

# %% [markdown]
# ### Does your choice explain the network, or draw the image?
#
# Give the network new random weights, in its last layer or in all, with several seeds (lesson 12). With *all* layers random, a map that
# stays alike never depended on what was learned. With only the last one random the learned features are still there, so likeness says
# less: that the map hardly depends on the weights of the classes.

# %%
first_eight = images[mine][:8]
target = explain.explained_classes(network, first_eight)


def sizes(network):
    """Return the sizes of the chosen method's maps."""
    return np.abs(methods[CHOICE](network, first_eight, target))


# %%
every = len(evaluate.layers_with_weights(network))
trained, kept = sizes(network), {}
for what, count in {"last layer": 1, "all layers": every}.items():
    correlations = []
    for seed in range(lesson.repeats(5)):
        other = evaluate.randomised(network, first_eight, count, seed=seed)
        correlations.append(evaluate.rank_correlation(trained, sizes(other)))
    alike = np.ma.masked_invalid(correlations)  # (random networks, images)
    single = alike.mean(axis=1)  # one for each random network
    kept[what] = f"{alike.mean():.2f} ({single.min():.2f} to {single.max():.2f})"
    print(f"{CHOICE}, {what} random: {kept[what]}, {alike.mask.sum()} undefined")

# %% [markdown]
# That is the rank correlation of lesson 12, over 8 images; in brackets the lowest and the highest mean of a random network. An
# empty map has no order of pixels, so it is counted as undefined and not as 0.

# %% [markdown]
# A map that knows nothing of the network, such as the blob's, has 1. A map that hangs on the weights has less; no line says from where
# on that is enough.

# %% [markdown]
# With all layers random, whatever likeness is left comes from the image, the method and the architecture: in our
# stored run LRP composite keeps 0.54, over five random networks. (With a random last layer it keeps more, because its place comes from the
# learned maps below.) So this test can only reject a method, and the experiment below must
# decide.

# %% [markdown]
# ### The intervention (obligatory)
#
# A heatmap raises a suspicion; an experiment tests it, because it changes one thing and leaves the rest. So say in words what you
# suspect, and edit it. One image, the *donor*, gives the suspected piece; it is pasted into the images of the other class, with two
# controls. And from the donor's class the thing is taken away.
#
# | edit | asks | if answers change |
# |---|---|---|
# | the thing is pasted | Is it enough? | It is enough in these images, in this place. |
# | the same piece *without it* (of the twin) is pasted | Is it only the pasting, or the background? | The pasting does it in these images: only what goes beyond counts. |
# | the thing is pasted *elsewhere* | Is it the thing, or the place? | The thing is enough in another place, too. |
# | each image of the donor's class gets that piece of *its own* twin | Is it needed? | It is needed in these images. |

# %% [markdown]
# Where is the thing that you suspect? The next cell takes all places of the mean map at least a fifth as hot as the hottest, and the
# box around their largest connected piece. That works only if the thing is in the same place in every image. (In case 0 it is: see the
# row of LRP composite above.) If not, or if you suspect another thing, type rows and columns.

# %%
mean_map = heatmaps[CHOICE][mine].mean(axis=0)
top, left, height, width = ck.plot.heatmap_box(np.maximum(mean_map, 0), share=0.2)
SUSPECT = np.s_[top : top + height, left : left + width]  # or type your own
rows, columns = SUSPECT
wide = columns.stop - columns.start
print(f"rows {rows.start} to {rows.stop - 1}")
print(f"columns {columns.start} to {columns.stop - 1}")


# %%
def far_side(start, length, whole):
    """Return where a stretch starts at that end of the whole which is farther away."""
    return 0 if start + length / 2 > whole / 2 else whole - length


def pasted(image, part, place):
    """Return the image with a part pasted into a place."""
    edited = image.copy()
    edited[place] = part
    return edited


# %% [markdown]
# Without twins the second piece is wiped: it shows its own mean colour.

# %%
sound = mine & (answers == labels)  # of the donor's class, and answered right
piece = images[sound][0][SUSPECT]
if twins:
    twin_images = images_of(twins)[0]
    without = twin_images[sound][0][SUSPECT]
else:
    without = np.broadcast_to(piece.mean(axis=(0, 1)), piece.shape)
other_side = far_side(columns.start, wide, images.shape[2])
elsewhere = (rows, slice(other_side, other_side + wide))
edits = {
    "the thing": (piece, SUSPECT),
    "without it": (without, SUSPECT),
    "elsewhere": (piece, elsewhere),
}


# %% [markdown]
# How many answers become the donor's? **Commit** first:

# %%
ck.predict(
    "enough",
    "Which share of the other class will get the donor's answer, once the thing is pasted?",
    lowest=0,
    highest=1,
)

# %%
others = images[(labels != marked) & (answers != marked)]
flipped, counts, shown = {}, {}, [others[0]]
for what, edit in edits.items():
    changed = np.stack([pasted(image, *edit) for image in others])
    after = explain.class_probabilities(network, changed).argmax(axis=1)
    count = int((after == marked).sum())
    flipped[what] = ck.metrics.proportion_interval(count, len(others))
    counts[what] = f"{count} of {len(others)}"
    shown.append(changed[0])
    print(f"{what:11} {counts[what]}: {flipped[what]}")
ck.plot.images(shown, ["as it was", *edits], columns=4, size=2)
ck.plot.show(
    alt="An image of the other class; the same with the suspected piece of the donor; with that "
    "piece without the thing; and with the thing on the other side."
)
ck.reveal("enough", flipped["the thing"].value, within=0.1)

# %% [markdown]
# And is it needed? Each image of the donor's class gets the piece of its own twin:

# %%
needed = "not tested: there are no twins"
if twins:
    emptied = images[sound].copy()
    emptied[:, rows, columns] = twin_images[sound][:, rows, columns]
    after = explain.class_probabilities(network, emptied).argmax(axis=1)
    turned = int((after != marked).sum())
    needed = f"{turned} of {len(after)} answers turn without the thing"
print(needed)
if MODEL is not None:
    print("Your own network: only you can tell what it goes by.")
ck.reveal("goes_by", goes_by) if MODEL is None else None

# %% [markdown]
# Compare with the table. In our stored run of case 0 the thing is enough (20 of 20), and in one other place in 18 of 20. The pasting
# alone turns none of the 20 answers, and all 20 turn without the thing: it is needed.
#
# Where few answers change, or the pasting alone changes many, the network may go by another thing, or the box may hold only a part of it:
# type another place.

# %% [markdown]
# Pasting tells what is enough, and the twins tell what is needed. Only both together allow you to say "because", and only of
# this donor, this place and these images. In case 0 the accuracy could not show it, because each cat here carries the thing, and no
# dog does.

# %% [markdown]
# ### Now a case that you do not know
#
# You had met such a thing in lesson 12. If you work on a case of ours, roll a die, set `CASE` to what it shows, and run section 6
# once more. **Commit before you look at a heatmap**, because some of these networks cheat, and others do not. Choose method and place anew, and
# hand in the page of *that* case.

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
{mine.sum()} images. With random weights a rank correlation of {kept["all layers"]} is left.

**The intervention.** Suspected: … Answers that change, with 95 % intervals of the shares:
- with the thing: {counts["the thing"]}, {flipped["the thing"]}
- without it: {counts["without it"]}, {flipped["without it"]}
- elsewhere: {counts["elsewhere"]}, {flipped["elsewhere"]}
- Is it needed: {needed}.

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
# image's mean colour. The score is the mean share covered, 1 where the animal is still found. The blob below is the same for all images and
# reaches 0.58. For the goal, look at each image.


# %%
def cover(network, images):
    """Return which pixels to cover, boolean (n, height, width)."""
    heat = ck.explain.evaluate.centre_blob(network, images)
    return heat >= np.quantile(heat, 0.7, axis=(1, 2), keepdims=True)


ck.check.apps.fewest_pixels(cover)

# %% [markdown]
# ## Recap
#
# - Equal numbers of parameters may mean very different numbers of products. A spectrum tells what a kernel lets pass.
# - A relevance map rests on its root point, and what speaks against a class counts as much as what speaks for it.
# - Images need the network's own preparation, because it was trained on no others.
# - Explanations compete with rivals that know nothing, on many images, image by image.
# - A random network tests the choice, and edits test the suspicion: is the thing enough, and is it needed?

# %% [markdown]
# ## What comes next
#
# Your own network. Begin with somebody's question, not with a method.
#
# ## Sources
#
# - V. Petsiuk, A. Das and K. Saenko, [RISE](https://arxiv.org/abs/1806.07421), 2018: deletion and insertion.
# - S. Bach et al., [On pixel-wise explanations](https://doi.org/10.1371/journal.pone.0130140), 2015: LRP.
# - J. Adebayo et al., [Sanity checks for saliency maps](https://arxiv.org/abs/1810.03292), 2018: random weights.
# - S. Lapuschkin et al., [Unmasking Clever Hans predictors](https://doi.org/10.1038/s41467-019-08987-4), 2019: tags that decide.
# - R. L. Draelos and L. Carin, [Use HiResCAM instead of Grad-CAM](https://arxiv.org/abs/2011.08891), 2020.
# - G. Montavon et al., [Deep Taylor decomposition](https://arxiv.org/abs/1512.02479), 2017: root points.
# - [Voilà](https://voila.readthedocs.io): the gallery.
