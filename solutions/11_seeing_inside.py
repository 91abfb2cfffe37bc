# %% [markdown]
# # 11 · Seeing inside
#
# **You will meet a network that names a thousand things, and let its filters paint what they look for. Then you find which of them made
# an answer and where, and draw a box around what was recognised.**
#
# | | |
# |---|---|
# | Time | quick: about 1 minute to run · lesson: about 130 minutes to work through, best in two sittings (sections 1 to 5, then the rest); section 8 may be skipped · full: about 5 minutes to run |
# | Needs | lessons 02, 05 and 08 |
# | Data | Photographs that ship with scikit-image and scikit-learn. Cats and dogs: 3,600 photographs, or offline synthetic images. All networks are installed with the course |
# | Memory | about 2 GB |

# %% [markdown]
# ## You will be able to …
#
# - say how sparse the maps of a layer are, and which of them are dead on your images;
# - make an image that excites a filter, and tell whether the ascent has reached its top;
# - join *what* and *where*: name the maps that gave most to an answer;
# - compute CAM, Grad-CAM and HiResCAM, and say when the last two differ;
# - turn a heatmap into a bounding box, and score it against rivals that look at nothing.

# %% tags=["nbval-ignore-output"]
import coursekit as ck

lesson = ck.start("11_seeing_inside", keras=True)

# %% [markdown]
# ## 1 · A network that names a thousand things
#
# EfficientNet-Lite0 was trained on ImageNet, 1.3 million photographs of 1,000 classes. It is installed with the course, so it
# works offline. Before you ask a network *why*, ask it *what*.

# %%
import numpy as np

SIDE = 224


def photograph(name):
    """Return a photograph (SIDE, SIDE, 3); a grey one gets three equal channels."""
    image = ck.data.load_image(name, size=SIDE)
    return image if image.ndim == 3 else np.repeat(image[..., np.newaxis], 3, axis=-1)


network = ck.networks.efficientnet_lite0(image_size=SIDE)
names = ["coffee", "camera", "cat", "flower", "rocket", "astronaut"]
photographs = np.stack([photograph(name) for name in names])
answers = ck.networks.decode(network.predict(photographs, verbose=0), top=3)
for name, answer in zip(names, answers, strict=True):
    print(f"{name:10}", ", ".join(f"{what} {sure:.2f}" for what, sure in answer))

# %% [markdown]
# And the photographs, with the first answer above each. Where would you have answered differently?

# %%
first_answers = [f"{what} {sure:.2f}" for ((what, sure), *_) in answers]
ck.plot.images(photographs, titles=first_answers, columns=3, size=2.1)
ck.plot.show(
    alt="Six photographs with the network's first answer above each: a cup of coffee "
    f"({first_answers[0]}), a man behind a camera on a tripod ({first_answers[1]}), a cat "
    f"({first_answers[2]}), a dahlia ({first_answers[3]}), a rocket between towers "
    f"({first_answers[4]}), an astronaut ({first_answers[5]})."
)

# %% [markdown]
# A dahlia and an astronaut are *not* among the 1,000 classes. A classifier must answer something all the same. Here it spreads its
# probability over what is near. But it need not: a network can be sure of a wrong class. So read the probability before you read any
# heatmap, but do not trust it blindly (lesson 04).

# %% [markdown]
# ## 2 · The maps of every layer
#
# A **probe** runs a network once and keeps the maps of all layers. Begin with a small network, where all maps fit on a page: the
# four convolutions of lesson 05, trained on cats and dogs. We look at the first 32 maps of each layer for the photograph of a cat, each
# from dark (0) to bright (its largest value). **Predict**: down to which layer will you recognise her?

# %%
import matplotlib.pyplot as plt

model = ck.training.trained("cats_dogs_augmented")
cat = ck.data.load_image("cat", size=150)[np.newaxis]
probe = ck.explain.Probe(model, cat.shape[1:])
seen = probe(cat)
_, axes = plt.subplots(4, 1, figsize=(9, 5.6), layout="constrained")
for number, (ax, name) in enumerate(zip(axes, probe.kernels, strict=True), start=1):
    maps = seen.maps(name)[0].transpose(2, 0, 1)
    title = f"convolution {number}: 32 of {len(maps)} maps"
    ck.plot.sheet(maps[:32], columns=16, title=title, ax=ax)
ck.plot.show(
    alt="Thirty-two maps of each of four convolutions for the photograph of a cat, as four sheets. In the "
    "first her face is plain to see, in the second as outlines, in the third still in some "
    "maps; in the fourth only coarse places are left. Many maps look dark everywhere."
)

# %% [markdown]
# You can recognise her down to the third; in the fourth, pooling has left 15 × 15 places, which are too few for a face. Early maps
# describe the *image*: outlines here, brightness there. Many late maps look dark, because a map with two bright places looks black at
# this size. So count, and do not look.
#
# ### Exercise 1 (warm-up): sparsity
#
# Return for each map the share of its values that are exactly 0, over all images and places.


# %% exercise="sparsity"
def sparsity(maps):
    """Return (K,) from maps (n, height, width, K)."""
    ### BEGIN SOLUTION
    return (maps == 0).mean(axis=(0, 1, 2))
    ### END SOLUTION


# %% check="sparsity" points=1
ck.check.inside.sparsity(sparsity)

# %% [markdown]
# A map whose share is 1 is *dead* on these images. The network may still need it elsewhere, so count over many images before you
# call it useless. And how good is this network on them? It learned photographs, and offline it meets synthetic images.

# %%
pets = ck.data.load("cats_dogs")
print(pets.describe())
images, labels = pets.test.arrays(
    limit=lesson.limit(quick=80, lesson=200, full=600), size=150
)
all_maps = probe(images)
generator = np.random.default_rng(lesson.seed)
right = int((ck.explain.explained_classes(model, images) == labels).sum())
accuracy = ck.metrics.proportion_interval(right, len(labels))
print(f"right: {right} of {len(labels)}; accuracy {accuracy}")


# %% [markdown]
# In our stored run it is right for 51 of 80 synthetic images, not far above guessing, because it learned photographs. So what
# follows describes *this* network on *these* images.

# %% [markdown]
# Does a map care about the class? We measure how far apart its mean activations for cats and for dogs are, in standard deviations,
# and compare that with the same number after shuffling the labels.


# %%
def apart(means, labels):
    """Return how far cats and dogs are apart in each map, in standard deviations."""
    cats, dogs = means[labels == 0], means[labels == 1]
    spread = np.sqrt((cats.var(axis=0) + dogs.var(axis=0)) / 2)
    distance = np.abs(cats.mean(axis=0) - dogs.mean(axis=0))
    return distance / np.where(spread > 0, spread, 1)


# %%
print(f"{len(images)} images: zeros, dead maps, maps more than half a deviation apart")
for number, name in enumerate(probe.kernels, start=1):
    maps = all_maps.maps(name)
    zero, means = (maps == 0).mean(axis=(0, 1, 2)), maps.mean(axis=(1, 2))
    shuffled = [
        np.mean(apart(means, generator.permutation(labels)) > 0.5) for _ in range(1000)
    ]
    low, high = np.percentile(shuffled, [2.5, 97.5])
    print(
        f"convolution {number}: {zero.mean():4.0%}, {np.sum(zero == 1):2} dead of {len(zero):3}, "
        f"{np.mean(apart(means, labels) > 0.5):4.0%} apart (shuffled {low:.0%} to {high:.0%})"
    )

# %% [markdown]
# Read each row against its shuffled range: inside it, chance would do as well. Four rows are four tests, and one test in twenty falls
# outside by chance alone, so one row a little above its range is weak evidence. That early layers serve many tasks and late ones more and
# more only their own was measured properly by Yosinski et al. (2014); it is why lesson 05 fine-tuned the last block first.

# %% [markdown]
# Now the large network. Choose a layer and a map, lay it over the photograph, then **edit the kernel** that made it, and watch the
# map and the answer.

# %% tags=["nbval-ignore-output"]
ck.widgets.explore_feature_maps(
    network, photographs, classes=ck.data.imagenet_classes()
)

# %% [markdown]
# ## 3 · What does a filter look for?
#
# Now the other way round: for one filter, *make* the image that it answers to most. Begin with grey noise, take the gradient of the
# map's mean with respect to the **pixels**, and step uphill. (Training steps downhill, and changes the weights.)

# %% [markdown]
# ### Exercise 2 (core): one step uphill
#
# Gradients differ much in size from filter to filter. So divide by the root of the mean square, then a rate means the same everywhere. Keep
# the pixels between 0 and 1. (You may take it that the gradient is not 0 everywhere: divided by 0, it would give `nan`.)


# %% exercise="ascent_step"
def ascent_step(image, gradient, rate):
    """Return the image after one normalised step uphill."""
    ### BEGIN SOLUTION
    size = np.sqrt(np.mean(gradient**2))
    return np.clip(image + rate * gradient / size, 0, 1)
    ### END SOLUTION


# %% check="ascent_step" points=1
ck.check.inside.ascent_step(ascent_step)

# %% [markdown]
# `ck.explain.maximise_filters` repeats that step for several filters in one batch. We climb for six filters of block 8, first in this
# plain way.

# %%
ck.predict(
    "first_found",
    "What will a plain gradient on pixels find first?",
    choices=("fine noise", "large shapes", "even colours"),
)

# %% [markdown]
# Both ways, from the same start:

# %%
small = ck.networks.efficientnet_lite0(image_size=lesson.side(96))
LAYER, filters = "block_8_project_bn", list(range(6))
steps = {
    "steps": lesson.repeats(lesson.choose(quick=48, lesson=96, full=192)),
    "rate": 0.02,
}
better = {"fourier": True, "decorrelate": True, "jitter": 6, "rotate": 10, "zoom": 0.1}
ways = {
    "plain": ck.explain.Ascent(**steps),
    "better": ck.explain.Ascent(**steps, **better),
}

# %% [markdown]
# We also keep what has been made after half of the steps, to see what the second half gains.

# %%
half = max(1, steps["steps"] // 2)


def climbed(how):
    """Return what has been made after half of the steps, and after all."""
    halfway = []

    def keep(step, images):
        """Keep the images of half of the steps."""
        if step == half:
            halfway.append(images)

    made = ck.explain.maximise_filters(small, LAYER, filters, ascent=how, watch=keep)
    return halfway[0], made


climbs = {name: climbed(how) for name, how in ways.items()}


# %%
def activation(images, filters, layer=LAYER):
    """Return the mean activation of each filter on its own image."""
    means = ck.explain.feature_maps(small, images, layer).mean(axis=(1, 2))
    return means[np.arange(len(filters)), filters]


_, axes = plt.subplots(2, 1, figsize=(7.6, 3.0), layout="constrained")
for ax, (name, (halfway, made)) in zip(axes, climbs.items(), strict=True):
    before, after = (activation(found, filters).mean() for found in (halfway, made))
    ck.plot.sheet(made, columns=6, title=f"{name}: mean activation {after:.0f}", ax=ax)
    print(
        f"{name}: {before:.0f} after {half} steps, {after:.0f} after {steps['steps']}"
    )
ck.plot.show(
    alt="Six filter images of block 8 in two rows. The plain ones are colourful noise in which "
    "arcs can be guessed; the better ones show large, vivid patterns: tiles, columns, scales, "
    "overlapping spheres, crossed threads."
)

# %% [markdown]
# The upper row is the plain way. What did it find?

# %%
ck.reveal(
    "first_found",
    "fine noise",
    because="Nothing asks neighbouring pixels to be alike, and strides let patterns of single pixels through.",
)

# %% [markdown]
# Why such patterns win is not fully understood (Olah et al. 2017). For the better images we changed two kinds of things, all at once:
#
# - **A preconditioner.** `fourier` takes larger steps along long waves, `decorrelate` larger steps in brightness than in colour. Neither
#   moves a summit; they only change which of many summits is reached.
# - **Robustness.** For each step the image is shifted (`jitter`), turned (`rotate`) and scaled (`zoom`) at random. What depends on one exact
#   place cannot grow.

# %% [markdown]
# The better images have a lower activation. One reason may be the price of being robust. But neither ascent has reached its top: in
# both, the second half of the steps still gained, as printed above. So longer ones might change the gap. Longer ascents take minutes, so the course ships
# some. Here are eight *classes*, whose score (the logit) climbed for 384 steps at 128 pixels. **Predict**: does the curve level off?

# %%
from itertools import pairwise

recorded = ck.explain.recorded_filter_images("classes")
classes = ck.data.imagenet_classes()
climb = np.array(list(recorded.climb.values()))  # (watched steps, classes)
_, ax = plt.subplots(figsize=(6, 2.8), layout="constrained")
ax.plot(list(recorded.climb), climb, color="#999999", linewidth=1)
ax.plot(list(recorded.climb), climb.mean(axis=1), marker="o", linewidth=2)
ax.set(
    xscale="log", xlabel="steps (each mark doubles them)", ylabel="score of the class"
)
ax.set_xticks(list(recorded.climb), labels=map(str, recorded.climb), minor=False)
ax.minorticks_off()
for before, after in pairwise(recorded.climb):
    gain = recorded.climb[after] / recorded.climb[before] - 1
    print(f"{before:3} to {after:3} steps: mean gain {gain.mean():4.0%}")
ck.plot.show(
    alt="The score of eight classes against the steps climbed, doubling from mark to mark: grey lines for the classes, "
    "their mean in blue, with marks. The mean rises up to 192 steps and little after that; one grey line falls at the end."
)

# %% [markdown]
# The last doubling brings 4 %, the one before still 16 %. So this climb seems to level off; it is eight classes from one start each. For
# our filters we have no such curve.

# %% [markdown]
# Look at what came out. Which of the eight would you name without its title?

# %%
titles = [
    f"{classes[label]}: {score:.0f}"
    for label, score in zip(recorded.filters, recorded.activation, strict=True)
]
ck.plot.images(recorded.images, titles, columns=4, size=1.7)
ck.plot.show(
    alt="Eight images that raise the score of a class, with the score above each: "
    f"{', '.join(titles)}. In the monarch an orange wing and a black body "
    "with white dots can be seen, in the daisy a yellow centre with petals, in the lorikeet green and "
    "red feathers, in the goldfish round eyes; others are harder to name."
)

# %% [markdown]
# Such an image is a **super-stimulus**. Compare with a photograph of the same size: which score of "tabby" does our cat get, who has a
# tabby's stripes?

# %%
middle = ck.networks.efficientnet_lite0(image_size=128)
tabby = classes.index("tabby")
compared = {
    "photograph": ck.data.load_image("cat", size=128),
    "ascent": recorded.of(tabby),
}
for name, image in compared.items():
    print(f"{name:10} {ck.explain.scores(middle, image[np.newaxis], tabby)[0]:.0f}")

# %% [markdown]
# (The ascent reached 58. The image was stored in 8 bits, which costs a little.) It looks like no photograph, and its score is higher
# by about 40. It shows what *raises* the score, and so what the network could be fooled by.

# %% [markdown]
# And the filters? Below are six filters at each of four depths, the six of twelve that climbed highest. Each image is stretched to its
# own range, because the mean of some filters is largest where an image is dark, and then the ascent ends near black. **Predict** what
# changes from top to bottom.


# %%
def stretched(image):
    """Return an image with its darkest 1 % at 0 and its brightest 1 % at 1."""
    low, high = np.percentile(image, [1, 99])
    return np.clip((image - low) / (high - low), 0, 1)


_, axes = plt.subplots(4, 1, figsize=(5.4, 4.6), layout="constrained")
for ax, depth in zip(axes, (3, 8, 11, 14), strict=True):
    of_block = ck.explain.recorded_filter_images(f"block_{depth}")
    highest = np.argsort(-of_block.activation)[:6]
    tiles = np.stack([stretched(image) for image in of_block.images[highest]])
    ck.plot.sheet(tiles, columns=6, title=of_block.layer, ax=ax)
ck.plot.show(
    alt="Six filter images for each of four depths. Block 3: coloured stripes, fine meshes and two soft blobs. "
    "Block 8: textures such as tiles, columns, scales and spheres. Blocks 11 and 14: whole forms, "
    "among them round spots like eyes, feathers and walls."
)

# %% [markdown]
# Stripes and meshes (and two soft blobs), then textures, then forms, some with spots like eyes. Such names are *our* reading: the filter was asked for a large
# mean and nothing else, and many filters answer to more than one thing.
#
# Climb yourself, in any layer, with any of the options:

# %% tags=["nbval-ignore-output"]
ck.widgets.explore_filters(small, layer=LAYER)

# %% [markdown]
# ## 4 · Where is the class?
#
# A network that ends in global average pooling and one dense layer can be read directly. Its score for class c is Σ wₖᶜ · mean(map k),
# plus a bias. Do not take the mean yet: add up the weighted maps place by place. That is the class activation map, CAM (Zhou et al.
# 2016). Its mean over all places, plus the bias, is the score; so its values say **what each place gives**.

# %% [markdown]
# ### Exercise 3 (core): CAM
#
# Add up the maps, each times its weight for the class.


# %% exercise="class_activation_map"
def class_activation_map(maps, weights, label):
    """Return (height, width) from maps (height, width, K) and weights (K, classes)."""
    ### BEGIN SOLUTION
    return maps @ weights[:, label]
    ### END SOLUTION


# %% check="class_activation_map" points=1
ck.check.inside.class_activation_map(class_activation_map)

# %% [markdown]
# EfficientNet-Lite0 ends that way. Average the map over all its 7 × 7 places, and add the bias: is that the score?

# %%
coffee = photographs[:1]
label = int(ck.explain.explained_classes(network, coffee)[0])
cam = ck.explain.cam(network, coffee, label, upsample=False)[0]
weights, biases = network.layers[-1].get_weights()
print(
    f"{classes[label]}: mean of {cam.size} places {cam.mean():.3f} + bias {biases[label]:.3f}"
)
print(f"score {ck.explain.scores(network, coffee, label)[0]:.3f}")

# %% [markdown]
# It is, so this map is no opinion but arithmetic: each place gives the 49th part of its value. Only do not read it too finely: each place of the last map has seen far more
# of the image than its own square (lesson 02). Where does the network see espresso? Commit before you look.

# %%
ck.predict(
    "espresso",
    "Where will the map of espresso be hottest?",
    image=coffee[0, ::2, ::2],
    alt="A cup of coffee on a red saucer, on a wooden table.",
)

# %% [markdown]
# And the map:

# %%
ck.plot.explanation_row(coffee[0], cam, ("image", "CAM of espresso", "both"))
ck.plot.show(
    alt="A cup of coffee on a red saucer, its class activation map of seven by seven places, "
    "and both together. The map is hottest on the coffee, lower on the rim of the cup, low on the "
    "saucer and near zero in the corners."
)
corners = cam[[0, 0, -1, -1], [0, -1, 0, -1]]
ck.reveal(
    "espresso",
    cam,
    because=f"The hottest place, on the coffee, has {cam.max():.0f}, the corners {corners.max():.0f} at most; "
    f"the mean of all places is {cam.mean():.0f}.",
)

# %% [markdown]
# ## 5 · What and where, joined
#
# A map of the sum says *where*. The sum has 1,280 terms, so ask next *which maps* gave most, and try to say *what* each of them looks for. For each
# of the three strongest we show its share of the score, its place in the photograph, and its filter image, recorded over 192
# steps. Beside them are the three pieces of photographs that excite it most.

# %% [markdown]
# A share is the map's term divided by the sum of *all* terms, without the bias. Some terms are negative.

# %%
library = np.stack([photograph(name) for name in ck.data.PHOTOGRAPHS])
last_maps = ck.explain.feature_maps(network, library, "last_conv_relu")
of_photographs = ck.explain.feature_maps(network, photographs, "last_conv_relu")
painted = ck.explain.recorded_filter_images("last_conv")


def corner(place, part):
    """Return row and column of the first pixel of a square around a place of the map."""
    centre = (np.array(place) + 0.5) * SIDE / 7
    return np.clip(centre.astype(int) - part // 2, 0, SIDE - part)


# %%
def top_pieces(index, count=3):
    """Return pieces, 3/7 of a side, around the places where a map is largest: one per image."""
    part, maps, pieces = 3 * SIDE // 7, last_maps[..., index], []
    for number in np.argsort(-maps.max(axis=(1, 2)), kind="stable")[:count]:
        place = np.unravel_index(maps[number].argmax(), maps[number].shape)
        top, left = corner(place, part)
        piece = library[number, top : top + part, left : left + part]
        pieces.append((piece, maps[number].max()))
    return pieces


# %% [markdown]
# The three maps that give most to the first answer, and their shares of its score:


# %%
def strongest(which, count=3):
    """Return the maps that give most to the first answer, and their shares of the score."""
    answer = int(ck.explain.explained_classes(network, photographs[[which]])[0])
    gives = of_photographs[which].mean(axis=(0, 1)) * weights[:, answer]
    order = np.argsort(-gives)[:count]
    return order, gives[order] / gives.sum()


# %% [markdown]
# A row for each of the three: where, what, and the top pieces with the largest value of the map on each.


# %%
def what_and_where(which, painted):
    """Draw a row for each of the three strongest maps: where, what, and its top pieces."""
    order, shares = strongest(which)
    figure, axes = plt.subplots(3, 5, figsize=(7.4, 4.9), layout="constrained")
    for row, index, share in zip(axes, order, shares, strict=True):
        heat = of_photographs[which][..., index]
        title = f"map {index}: {share:.0%}"
        ck.plot.overlay(photographs[which], heat, title=title, ax=row[0])
        ck.plot.image(painted.of(index), ax=row[1])
        for ax, (piece, value) in zip(row[2:], top_pieces(index), strict=True):
            ck.plot.image(piece, f"{value:.2f}", ax=ax)
    axes[0, 1].set_title("filter image", loc="left")
    figure.suptitle(f"{first_answers[which]}: where · what · top pieces")
    print(f"the three together: {shares.sum():.0%} of the score")


# %% [markdown]
# First the cup of coffee.

# %%
cup, chelsea = names.index("coffee"), names.index("cat")
what_and_where(cup, painted)
ck.plot.show(
    alt="Three maps that give most to espresso, a row each: the map over the photograph of the "
    "cup, the image made for its filter, and the three pieces of photographs that excite it most, "
    "with their values. The first piece is always from the cup itself."
)

# %% [markdown]
# Each row is one term of the sum: *where* it was found, *what* its filter answers to, and where else it was met. Compare with the CAM: it
# peaks on the coffee, and these three mostly lie lower, on the saucer. They give only a small part of the score; the peak is made by
# the many other maps.

# %% [markdown]
# The first piece is from the photograph itself. But look at the values: 6.00 is the most that this layer's ReLU6 lets through, and a
# photographer, stained tissue and stars reach it, too. (Where values are equal, the order says nothing.) Now the cat:

# %%
what_and_where(chelsea, painted)
ck.plot.show(
    alt="Three maps that give most to the cat's first answer, a row each: the map over the "
    "photograph, the image made for its filter, and the three pieces that excite it most, with "
    "their values. The first piece is always from the cat."
)

# %% [markdown]
# Be honest: here *where* is clear and *what* is not. Fifteen photographs are too few to name such a map, and its filter image holds
# several things at once; with a million photographs one can (Olah et al. 2018).

# %% [markdown]
# Read the shares: these are three of 1,280 maps, so a story about them is a true part, never the whole.

# %% [markdown]
# ### Exercise 4 (stretch): enough, and needed?
#
# We cut a piece around the hottest place. But is it what the map answers to? Test it twice. **Alone**: all *but* the box is
# grey (0.5). **Covered**: only the box is grey. Return what is left of the activation each time, as a share of that of the
# whole image.
#
# `activation` takes images (n, height, width, 3) and returns n numbers. Do not write into `image`.


# %% exercise="alone_and_covered"
def alone_and_covered(activation, image, box):
    """Return two shares of the activation; the box is (row, column, height, width)."""
    ### BEGIN SOLUTION
    row, column, height, width = box
    inside = np.zeros((*image.shape[:2], 1), bool)
    inside[row : row + height, column : column + width] = True
    alone, covered = np.where(inside, image, 0.5), np.where(inside, 0.5, image)
    whole, of_alone, of_covered = activation(np.stack([image, alone, covered]))
    return of_alone / whole, of_covered / whole
    ### END SOLUTION


# %% check="alone_and_covered" points=2
ck.check.inside.alone_and_covered(alone_and_covered)

# %% [markdown]
# Now with the network: the three strongest maps of each of our six photographs, two sizes of box. One is the pieces above, 96 × 96
# pixels. The other is the hottest place's own square: 224 / 7 = 32 pixels.

# %%
ck.predict(
    "own_square",
    "Cover only the own square of the hottest place. Which share of the value there is left, on average?",
    lowest=0,
    highest=1,
)

# %% [markdown]
# As a control we also cover a box of the same size in the corner farthest away.


# %%
def with_box(which, index, part):
    """Return a photograph with its hottest box alone, covered, and with a far box covered."""
    heat, image = of_photographs[which][..., index], photographs[which]
    near = corner(np.unravel_index(heat.argmax(), heat.shape), part)
    far = [SIDE - part if start <= (SIDE - part) / 2 else 0 for start in near]
    inside = np.zeros((2, SIDE, SIDE, 1), bool)
    for mask, (top, left) in zip(inside, (near, far), strict=True):
        mask[top : top + part, left : left + part] = True
    covered, other = np.where(inside, 0.5, image)
    return np.stack([np.where(inside[0], image, 0.5), covered, other])


def left_over(which, index, part):
    """Return which shares of the map's largest value are left at its place."""
    heat = of_photographs[which][..., index]
    row, column = np.unravel_index(heat.argmax(), heat.shape)
    images = with_box(which, index, part)
    found = ck.explain.feature_maps(network, images, "last_conv_relu")
    return found[:, row, column, index] / heat.max()


# %%
chosen = [(which, index) for which in range(6) for index in strongest(which)[0]]
left = {part: np.array([left_over(*one, part) for one in chosen]) for part in (32, 96)}
print(f"share left, mean of {len(chosen)} maps (lowest to highest)")
for part, shares in left.items():
    for kind, of_kind in zip(("alone", "covered", "far box"), shares.T, strict=True):
        print(
            f"{part} pixels, {kind:8} {of_kind.mean():.2f} ({of_kind.min():.2f} to {of_kind.max():.2f})"
        )

# %% [markdown]
# Look at "32 pixels, covered":

# %%
ck.reveal(
    "own_square",
    left[32][:, 1].mean(),
    within=0.1,
    because="A place of the last map has seen far more than its own square.",
)

# %% [markdown]
# Here is what the cup's strongest map was shown, with the share that is left. Compare the rows.

# %%
which, index = chosen[0]
shown = np.concatenate([with_box(which, index, part) for part in left])
titles = [
    f"{part}, {kind}: {share:.0%}"
    for part, shares in left.items()
    for kind, share in zip(("alone", "covered", "far box"), shares[0], strict=True)
]
ck.plot.images(shown, titles, columns=3, size=2.1)
ck.plot.show(
    alt="The cup in two rows, for boxes of 32 and 96 pixels: only the box on grey, the cup with the box "
    f"covered, and with a box in a far corner covered. Left of the map's value: {', '.join(titles)}."
)

# %% [markdown]
# On average the small square is neither enough (alone it leaves 0.18) nor needed (without it 0.89 is left). The large piece mostly is
# both (not for every map: see the ranges), and not by its size alone, because the far box costs next to nothing. So a hot square says where an answer was *written
# down*, not all that it came from.

# %% [markdown]
# The limits: single maps differ much, so read the lowest and the highest, too. ReLU6 cuts values off at 6: a loss stays hidden,
# however large, while the value before the cut is still above 6, and of several places at 6 we took the first. Part of the 0.89 may be
# that. And a grey box is itself a strange thing to see.

# %% [markdown]
# ## 6 · One image, two questions
#
# A map belongs to a **class**, not to an image. Here is Chelsea the cat (Stefan van der Walt, CC0), and below her one of our synthetic
# dogs. We ask for "Egyptian cat" and for the likeliest dog breed. **Predict**: where will each map be red?

# %%
from coursekit.synthetic import pets as synthetic_pets

above = ck.data.load_image("cat", size=(SIDE // 2, SIDE))
dog = synthetic_pets.draw(2, size=SIDE // 2, seed=8).images[1] / 255
below = np.pad(dog, ((0, 0), (SIDE // 4, SIDE // 4), (0, 0)), mode="edge")
both = np.concatenate([above, below])[np.newaxis]
sure = network.predict(both, verbose=0)[0]
breeds = range(151, 269)  # the dogs among the 1,000 classes
questions = [classes.index("Egyptian cat"), max(breeds, key=lambda breed: sure[breed])]
pair = [ck.explain.cam(network, both, label, upsample=False)[0] for label in questions]
for label, heat in zip(questions, pair, strict=True):
    upper, lower = heat[: len(heat) // 2].mean(), heat[-(len(heat) // 2) :].mean()
    print(
        f"{classes[label]}: {sure[label]:.3f}; mean heat above {upper:.1f}, below {lower:.1f}"
    )

# %%
_, axes = plt.subplots(1, 3, figsize=(9, 2.9), layout="constrained")
ck.plot.image(both[0], "cat and dog", ax=axes[0])
limit = max(np.abs(heat).max() for heat in pair)
for ax, label, heat in zip(axes[1:], questions, pair, strict=True):
    ck.plot.image(heat, classes[label], "signed", limit, colour_bar=True, ax=ax)
ck.plot.show(
    alt="A photograph of a cat above a synthetic dog, and two signed maps of seven by seven "
    "places on one scale: asked for the cat, the upper half is redder; asked for the dog "
    f"({classes[questions[1]]}), the lower half is."
)

# %% [markdown]
# The same maps of the same layer, added up with other weights. Red speaks for the class, blue against it, and both maps have one scale, so
# they can be compared. But read the probability first: the network does not believe in a dog here (0.001). Its map shows what little
# speaks for one, and that little lies on the dog. One image is an example, no proof.

# %% [markdown]
# ## 7 · Networks that end otherwise
#
# **Grad-CAM** (lesson 08) weights each map by its *mean gradient*, so it needs no special ending. Here it is by hand, on the
# cats-and-dogs network, which ends in flatten and two dense layers. Its sigmoid is left out by giving the last layer's weights to a dense
# layer without activation.

# %%
import keras
import tensorflow as tf

layer = ck.explain.last_spatial_layer(model, cat)
body = keras.Model(model.inputs[0], model.get_layer(layer).output)
after = model.layers[model.layers.index(model.get_layer(layer)) + 1 :]
score_of_dog = keras.layers.Dense(1)  # linear
tail = keras.Sequential([*after[:-1], score_of_dog])
maps = body(cat)
tail(maps)  # builds it
score_of_dog.set_weights(after[-1].get_weights())

# %% [markdown]
# Now Grad-CAM: the gradient, its mean over the places, and the weighted sum.

# %%
with tf.GradientTape() as tape:
    tape.watch(maps)
    score = tail(maps)
gradient = tape.gradient(score, maps)
mean_gradient = tf.reduce_mean(gradient, axis=(1, 2), keepdims=True)
by_hand = tf.reduce_sum(mean_gradient * maps, axis=-1)[0].numpy()
helper = ck.explain.grad_cam(model, cat, 1, relu=False, upsample=False)[0]
print(f"score of dog {score.numpy().item():.2f}")
print(
    "by hand = helper:", np.allclose(by_hand, helper, atol=1e-3 * np.abs(helper).max())
)

# %% [markdown]
# Behind an average pool the gradient is the same at every place, so its mean loses nothing. Behind flatten every place has weights of its own,
# and the mean forgets them. **HiResCAM** (Draelos and Carin 2020) averages nothing.
#
# ### Exercise 5 (core): HiResCAM
#
# Multiply every value of every map by its own gradient, and add up over the maps.


# %% exercise="place_by_place"
def place_by_place(maps, gradient):
    """Return (height, width) from maps and gradient, both (height, width, K)."""
    ### BEGIN SOLUTION
    return (maps * gradient).sum(axis=-1)
    ### END SOLUTION


# %% check="place_by_place" points=1
ck.check.inside.place_by_place(place_by_place)

# %% [markdown]
# Both, for the class "dog" on the photograph of the cat, on one scale: blue is what speaks for the cat. What is odd about the right one?

# %%
hires = ck.explain.hires_cam(model, cat, 1, upsample=False)[0]
_, axes = plt.subplots(1, 3, figsize=(9, 2.9), layout="constrained")
ck.plot.image(cat[0], "image", ax=axes[0])
limit = max(np.abs(by_hand).max(), np.abs(hires).max())
ck.plot.image(by_hand, "Grad-CAM: mean gradient", "signed", limit, ax=axes[1])
ck.plot.image(hires, "HiResCAM: by place", "signed", limit, colour_bar=True, ax=axes[2])
agree = np.corrcoef(by_hand.ravel(), hires.ravel())[0, 1]
print(f"correlation of the two maps: {agree:.2f}")
ck.plot.show(
    alt="The cat, and beside her two signed maps of the class dog by a network that ends in "
    "flatten, on one scale: by the mean gradient in soft areas, and place by place in single cells. "
    "The last row and the last column of the second are empty."
)

# %% [markdown]
# Look at the empty last row and column of HiResCAM, and at its single cells. A max pooling of 2 × 2 follows this layer. From 15 rows it
# drops the fifteenth, and of each four places only the largest has a gradient. HiResCAM shows what the network really passes on;
# Grad-CAM lights places that were thrown away.

# %% [markdown]
# How much does that matter? **Ask the network**: set the hottest tenth of the places to 0 in all maps of that layer, and see by how much
# the score of the predicted class falls. A place that is not used can be cleared without harm.

# %%
few = images[: lesson.limit(quick=40, lesson=100, full=200)]
answer = ck.explain.explained_classes(model, few)
few_maps = probe(few).maps(layer)
sign = np.where(answer == 1, 1, -1)


def falls(heat):
    """Return by how much each score falls without the hottest tenth of the places."""
    limit = np.quantile(heat, 0.9, axis=(1, 2), keepdims=True)
    cleared = np.where((heat >= limit)[..., np.newaxis], 0, few_maps)
    before, after = (tail(m).numpy()[:, 0] for m in (few_maps, cleared))
    return sign * (before - after)


def interval(values):
    """Return a mean and its 95 % bootstrap interval over the images, as text."""
    drawn = generator.choice(values, (2000, len(values))).mean(axis=1)
    low, high = np.percentile(drawn, [2.5, 97.5])
    return f"{np.mean(values):5.2f} ({low:.2f} to {high:.2f})"


# %%
options = {"relu": False, "upsample": False}
heats = {
    "Grad-CAM": ck.explain.grad_cam(model, few, answer, **options),
    "HiResCAM": ck.explain.hires_cam(model, few, answer, **options),
    "random": generator.random(few_maps.shape[:3]),
}
fall = {name: falls(heat) for name, heat in heats.items()}
for name, values in fall.items():
    print(f"{name:9} the score falls by {interval(values)}")
difference = fall["HiResCAM"] - fall["Grad-CAM"]
print(f"HiResCAM − Grad-CAM, {len(few)} images: {interval(difference)}")

# %% [markdown]
# The interval of the difference is above 0: here the places that HiResCAM names are used more. The test favours it, because value times
# gradient is the first-order estimate of just this fall. The news is how much the *mean* gradient loses. It is one network, on images of
# which it gets about six in ten right. Behind an average pool both are the same map.

# %% [markdown]
# `ck.explain` has these and more. Try class, layer and method:

# %% tags=["nbval-ignore-output"]
ck.widgets.explore_class_activation(network, photographs, classes=classes)

# %% [markdown]
# ## 8 · Which colours are honest? (may be skipped)
#
# Here is one map in two sets of colours. It was stretched from 7 × 7 places, so both show its creases, like a diamond; these are in the
# values. Which of the two shows edges that are *not* there?

# %% tags=["shows-why-not"]
heatmap = ck.explain.grad_cam(network, coffee)[0]
_, axes = plt.subplots(1, 2, figsize=(7.2, 3.2), layout="constrained")
for ax, letter, colours in zip(axes, "AB", ("jet", "viridis"), strict=True):
    drawn = ax.imshow(heatmap, cmap=colours)
    ax.set_title(letter, loc="left")
    ax.set_axis_off()
    ax.figure.colorbar(drawn, ax=ax, shrink=0.8)
ck.plot.show(
    alt="The same heatmap in two sets of colours. In A, bright rings of cyan and yellow surround "
    "the peak, which is dark red; in B brighter always means more."
)

# %% [markdown]
# A is **jet**, in which many heatmaps are published; B is viridis. How many of their steps upwards get *darker*?

# %% tags=["shows-why-not"]
for colours in ("jet", "viridis"):
    darker = np.mean(np.diff(ck.plot.lightness(colours)) < 0)
    print(f"{colours:8} {darker:.0%} of 255 steps get darker")

# %% [markdown]
# The eye reads shape from **lightness**. In jet the largest value is nearly as dark as the smallest and the middle is brightest; in viridis
# every step gets lighter. So our figures never use jet.

# %% [markdown]
# ## 9 · From heatmap to box
#
# Keep what is at least a fifth of the largest value, take the largest connected part, and frame it (Zhou et al. 2016):
# **localisation**, by a network that was never shown a box.
#
# ### Exercise 6 (core): how good is a box?
#
# Return intersection over union: the area that two boxes share, divided by the area that they cover together.


# %% exercise="box_overlap"
def box_overlap(first, second):
    """Return a number from 0 to 1 for boxes (row, column, height, width)."""
    ### BEGIN SOLUTION
    (r1, c1, h1, w1), (r2, c2, h2, w2) = first, second
    height = max(0, min(r1 + h1, r2 + h2) - max(r1, r2))
    width = max(0, min(c1 + w1, c2 + w2) - max(c1, c2))
    shared = height * width
    return shared / (h1 * w1 + h2 * w2 - shared)
    ### END SOLUTION


# %% check="box_overlap" points=1
ck.check.inside.box_overlap(box_overlap)

# %% [markdown]
# Synthetic animals come with a ground-truth mask, so every box can be scored. Two rivals need no network at all: the whole image, and the
# middle of it.

# %%
size = 128
drawn = synthetic_pets.draw(len(few), size=size, seed=11)
animals = np.asarray(tf.image.resize(drawn.images / 255, (150, 150)))
truth = [ck.plot.heatmap_box(mask, share=1) for mask in drawn.masks]
rivals = {}
for name, method in (
    ("Grad-CAM", ck.explain.grad_cam),
    ("HiResCAM", ck.explain.hires_cam),
):
    small_maps = method(model, animals, drawn.labels, **options)[..., np.newaxis]
    heats = tf.image.resize(np.maximum(small_maps, 0), (size, size)).numpy()[..., 0]
    for share in (0.2, 0.5):
        boxes = [ck.plot.heatmap_box(heat + 1e-9, share) for heat in heats]
        rivals[f"{name}, from {share:.0%}"] = boxes

# %% tags=["nbval-ignore-output"]
rivals |= {
    "the whole image": [(0, 0, size, size)] * len(truth),
    "the middle": [(16, 16, 96, 96)] * len(truth),
}
print(f"mean intersection over union, {len(truth)} images")
for name, boxes in rivals.items():
    overlaps = [
        ck.metrics.box_overlap(box, true)
        for box, true in zip(boxes, truth, strict=True)
    ]
    area = np.median([box[2] * box[3] for box in boxes]) / size**2
    print(f"{name:20} {interval(overlaps)}, median area {area:.0%} of the image")

# %% [markdown]
# The middle beats every kind of box from a heatmap. At the same threshold HiResCAM's are worse than Grad-CAM's: see how small
# they are. HiResCAM's hot places hardly touch, so the largest
# *connected* part is a speck. Also, a heatmap shows what the network *uses*, which is seldom the whole animal, and this network learned photographs. Without
# the rivals, would you have called these numbers a success?

# %% [markdown]
# And the large network of section 1, on photographs? They have no masks, so judge by eye.

# %%
boxed = ["coffee", "camera", "flower", "cat"]
_, axes = plt.subplots(1, 4, figsize=(10, 2.7), layout="constrained")
for ax, name in zip(axes, boxed, strict=True):
    place = names.index(name)
    one = photographs[place : place + 1]
    heatmap = np.maximum(ck.explain.cam(network, one)[0], 0)
    box = ck.plot.heatmap_box(heatmap)
    ck.plot.overlay(one[0], heatmap, title=first_answers[place], box=box, ax=ax)
    print(f"{name:7} the box covers {box[2] * box[3] / SIDE**2:.0%} of the image")
ck.plot.show(
    alt="Four photographs under their class activation maps, each with the box around the "
    "largest part above a fifth of the maximum. The box of the flower holds it, with the top of a "
    "second flower and a margin; those of the coffee and the tripod hold much besides, and that of "
    "the cat is nearly the whole image."
)

# %% [markdown]
# The limits: 7 × 7 places cannot place an edge finer than 32 pixels, and the threshold of a fifth is a choice. Two cats side by side may get one box. And a box that fits is
# no proof of a good reason. Detectors such as YOLO are *trained* with boxes.

# %% [markdown]
# ### Challenge: beat the middle
#
# Return a box for each of 24 hidden synthetic animals, by any network, method, layer or threshold. The score is the mean intersection over
# union. The best box that is the same for all of them reaches 0.69, so a fixed box cannot win. A hint: `small_pets` of lesson 12 has
# seen such animals.


# %%
def find_boxes(images):
    """Return a box (row, column, height, width) for each image (150, 150, 3)."""
    heats = ck.explain.hires_cam(model, images, relu=True)
    return [ck.plot.heatmap_box(heat + 1e-9, share=0.2) for heat in heats]


ck.check.inside.beat_the_middle(find_boxes)

# %% [markdown]
# ## Spot the bug
#
# *Neural Networks* (M. Zhao, 2024) makes filter images, too. Its text says "gradient descent"; its code says
# `input_image += gradient * step`. They cannot both be right. You need not trust either, because the mean activation decides.

# %%
ck.predict(
    "climbs",
    "Will the filter's mean activation rise or fall with this code?",
    choices=("rise", "fall"),
)

# %% [markdown]
# Run it. The list `heights` holds the activation *before* each step, so the first is that of grey noise.

# %%
start = np.full((1, small.input_shape[1], small.input_shape[2], 3), 0.5, np.float32)
start += np.float32(0.05) * generator.standard_normal(start.shape, np.float32)
to_map = keras.Model(small.inputs, small.get_layer("block_3_project_bn").output[..., 0])
image, heights = tf.constant(start), []
for _ in range(21):
    with tf.GradientTape() as tape:
        tape.watch(image)
        height = tf.reduce_mean(to_map(image))
    slope = tape.gradient(height, image)
    image = image + 0.03 * slope / tf.sqrt(tf.reduce_mean(slope**2))  # as its code
    heights.append(float(height))

# %% [markdown]
# ### Exercise 7 (warm-up): who is right?
#
# From such a list of activations, return a verdict with its reason: `"code"` if the images climb and `"words"` if they descend, and by how
# much the activation changed from the first to the last. A single step may go either way.


# %% exercise="who_is_right"
def who_is_right(heights):
    """Return ("code" or "words", the change from first to last)."""
    ### BEGIN SOLUTION
    change = heights[-1] - heights[0]
    return ("code" if change > 0 else "words"), change
    ### END SOLUTION


# %% check="who_is_right" points=1
ck.check.inside.who_is_right(who_is_right)

# %% [markdown]
# And the answer for the code of the book:

# %%
ck.reveal(
    "climbs",
    "rise" if heights[-1] > heights[0] else "fall",
    because=f"From {heights[0]:.1f} to {heights[-1]:.1f} in 20 steps: the code adds the gradient, so it climbs.",
)

# %% [markdown]
# ## Recap
#
# - Early maps describe the image; dead maps are dead only *on these images* (exercise 1).
# - Filter images climb the gradient on pixels. A preconditioner and random views make them readable; doubling the steps tells whether they
#   are finished (exercises 2 and 7).
# - The mean of a CAM over all places, plus the bias, is the score; each map has a share of it, too (exercise 3).
# - Ask of a piece whether it is enough, and whether it is needed (exercise 4).
# - Behind an average pool Grad-CAM and HiResCAM agree; behind flatten, in our test, HiResCAM named the places that are used more
#   (exercise 5).
# - Signed maps keep their sign, on one scale. Jet misleads.
# - A box from a heatmap needs rivals that look at nothing (exercise 6).

# %% [markdown]
# ## What comes next
#
# Lesson 12 sets all explanations side by side, and asks which of them is *right*.
#
# ## Sources
#
# - M. Zhao, *Neural Networks*, AIML for Business, 2024 (ming-zhao.github.io): feature maps, filters and class activation on the
#   same network of four convolutions.
# - D. Erhan et al., [Visualizing higher-layer features](https://www.researchgate.net/publication/265022827), 2009.
# - C. Olah, A. Mordvintsev and L. Schubert, [Feature visualization](https://distill.pub/2017/feature-visualization/), 2017, and
#   C. Olah et al., [The building blocks of interpretability](https://distill.pub/2018/building-blocks/), 2018: what and where joined.
# - R. Liu, [EfficientNet-Lite](https://blog.tensorflow.org/2020/03/higher-accuracy-on-vision-models-with-efficientnet-lite.html),
#   2020, after M. Tan and Q. V. Le, [EfficientNet](https://arxiv.org/abs/1905.11946), 2019.
# - B. Zhou et al., [Learning deep features for discriminative localization](https://arxiv.org/abs/1512.04150), 2016.
# - R. R. Selvaraju et al., [Grad-CAM](https://arxiv.org/abs/1610.02391), 2017.
# - R. L. Draelos and L. Carin, [Use HiResCAM instead of Grad-CAM](https://arxiv.org/abs/2011.08891), 2020.
# - J. Yosinski et al., [How transferable are features?](https://arxiv.org/abs/1411.1792), 2014.
# - F. Crameri et al., [The misuse of colour](https://doi.org/10.1038/s41467-020-19160-7), 2020.
