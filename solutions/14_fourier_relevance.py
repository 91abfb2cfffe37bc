# %% [markdown]
# # 14 · Relevance in the Fourier domain
#
# **You will follow a score back to the pixels by one product a frequency, find out how far a relevance map can be trusted,
# and cut a network down to the feature maps that it needs.**
#
# | | |
# |---|---|
# | Time | quick: under 1 minute to run · lesson: about 60 minutes to work through · full: the same |
# | Needs | lesson 13; lessons 08 and 12 help |
# | Data | MNIST, the digits 1 and 7 with noise; without a network, 1,000 of them that ship with the course |
# | Memory | about 1 GB |

# %% [markdown]
# ## You will be able to …
#
# - work the chain rule by hand and in code, through branches that meet again;
# - say why the derivative of a convolution is its kernel, shifted, and what a shift does to a spectrum;
# - compute dy/dx without ever storing the table of all derivatives;
# - share a score out among the pixels, and say how much is missed and who chose the answer;
# - rank feature maps by what the *network* needs, and tell that from what the *data* would offer.

# %% tags=["nbval-ignore-output"]
import coursekit as ck

lesson = ck.start("14_fourier_relevance", keras=True)

# %% [markdown]
# ## 1 · How does a change travel?
#
# Take the smallest network with two branches: one number `x`, two "kernels" `b`, two "maps" g = x · b, one score
# y = Σ g⁵. If x grows a little, both maps grow, and y with both. The **chain rule**: multiply along each branch, add up
# where branches meet. Believe no derivative that you have not checked: take a tiny step and look at how much y rises.

# %%
import numpy as np

x, b = 3, np.array([3, 4])
g = x * b
y = np.sum(g**5)
dy_dg = 5 * g**4
dg_dx = b
print("g    ", g)
print("y    ", f"{y:,}")
print("dy/dg", dy_dg)
print("dy/dx", f"{np.sum(dy_dg * dg_dx):,}")

step = 1e-6
rise = (np.sum(((x + step) * b) ** 5) - y) / step
print("rise ", f"{rise:,.0f}")

# %% [markdown]
# 32,805 · 3 + 103,680 · 4 = 513,135.
#
# ### Exercise 1: the chain rule
#
# Write dy/dx for any x and any number of branches.


# %% exercise="chain_rule"
def chain_rule(x, b):
    """Return dy/dx of y = Σ g⁵ with g = x · b."""
    ### BEGIN SOLUTION
    g = x * b
    return np.sum(5 * g**4 * b)
    ### END SOLUTION


# %% check="chain_rule" points=1
ck.check.fourier_relevance.chain_rule(chain_rule)

# %% [markdown]
# ## 2 · What do the kernels of our network see?
#
# The network of lesson 13: three convolutions with nothing between them, then two dense layers. It tells ones from sevens. All
# three convolutions together are *one*, with kernels of 7×7.

# %%
digits = ck.data.add_noise(ck.data.select_classes(ck.data.load("mnist"), ("1", "7")))
images, labels = digits.test.arrays(limit=lesson.limit(200, 500, 2_000))
network = ck.training.trained("fourier_mnist_narrow")
net = ck.fourier.FourierNet3(network)
answers = net.logits(images).argmax(axis=1)
print("combined kernels", net.kernels.shape)
print(f"{np.mean(answers == labels):.2f} of the answers are right")

# %% [markdown]
# With the sample, the network has met these very digits in training: the figure then shows that it works, not how well.
#
# A kernel's **spectrum** says what it answers to. Much along the horizontal axis: it answers to change from left to right, to
# upright strokes. Much along the vertical axis: to lying strokes. Of the 32 we take three: A answers least to vertical
# change, B most, and C is the smoothest.

# %%
kernels = net.kernels[:, :, 0]
spectra = ck.fourier.magnitude(net.kernels)[:, :, 0]
down = ck.fourier.vertical_share(net.kernels)[0]
smooth = spectra[12:21, 12:21].sum(axis=(0, 1)) / spectra.sum(axis=(0, 1))
chosen = {"A": down.argmin(), "B": down.argmax(), "C": smooth.argmax()}
for name, k in chosen.items():
    print(
        f"kernel {name}: number {k:2}, {down[k]:4.0%} of its answer to change is to "
        f"vertical change, {smooth[k]:4.0%} of it slow"
    )

# %% [markdown]
# Even A answers to both directions nearly alike; most of the 32 kernels care for *vertical* change above all. **Predict**: which
# part of a seven makes them do so?

# %%
import matplotlib.pyplot as plt

seven = np.flatnonzero((labels == 1) & (answers == 1))[0]
one = np.flatnonzero((labels == 0) & (answers == 0))[0]
maps = net.maps(images[[seven, one]])
_, axes = plt.subplots(3, 4, figsize=(8, 6.4), layout="constrained")
for row, (name, k) in zip(axes, chosen.items(), strict=True):
    ck.plot.image(kernels[:, :, k], f"Kernel {name}", "signed", ax=row[0])
    ck.plot.image(spectra[:, :, k], "Its spectrum", "positive", ax=row[1])
    ck.plot.image(maps[0, :, :, k], "A 7 through it", "signed", ax=row[2])
    ck.plot.image(maps[1, :, :, k], "A 1 through it", "signed", ax=row[3])
ck.plot.show(
    alt="Three rows, kernels A, B and C: the kernel, its spectrum with frequency 0 in the "
    "middle, and the maps that it makes of a seven and of a one. Each kernel is red on one "
    "side and blue on the other, each spectrum has a bright lobe above and one below the "
    "dark middle; the maps show the bar and the two sides of each stroke in opposite colours."
)

# %% [markdown]
# Each kernel is a slope, red on one side and blue on the other. So even grey makes no answer, and the spectra are dark in the
# middle. In the maps the two sides of a stroke have opposite signs. Strongest are the places where a stroke ends or lies: the bar of
# the seven, and the foot of both. The bar is what tells a seven from a one.

# %% [markdown]
# ## 3 · What is the derivative of a convolution?
#
# One place of a map is a sum: pixels under the kernel, each times its weight. So its derivative by the image is the
# kernel itself, **shifted** to that place, and 0 elsewhere. Three places, one kernel:

# %%
kernel = kernels[:, :, chosen["A"]]
places = [(8, 7), (14, 14), (18, 21)]
shifted = [ck.fourier.shifted_kernel(kernel, (28, 28), place) for place in places]
transformed = [np.fft.fftshift(np.fft.fft2(each, (84, 84))) for each in shifted]
sizes = np.abs(transformed)
print(f"the magnitudes differ by {np.abs(sizes - sizes[0]).max():.5f} at most")
_, axes = plt.subplots(3, 3, figsize=(6.4, 6.8), layout="constrained")
for column, place, derivative, spectrum in zip(
    axes.T, places, shifted, transformed, strict=True
):
    ck.plot.image(derivative, f"dg/dx at {place}", "signed", ax=column[0])
    ck.plot.image(spectrum.real, "Real part", "signed", ax=column[1])
    ck.plot.image(np.abs(spectrum), "Magnitude", "positive", ax=column[2])
ck.plot.show(
    alt="Above, kernel A at three places of an empty image. In the middle the real parts "
    "of the three spectra, striped in three different ways. Below the magnitudes, "
    "three times the same image."
)

# %% [markdown]
# A shift turns the phase of each frequency and leaves its **magnitude** alone. The *real part* says where the kernel
# stands, in stripes: the farther from the corner, the finer. To get from the maps back to the image we multiply the slope of
# each place by its shifted kernel, and add up: slopes are *spread out* where pixels were *gathered*.

# %% [markdown]
# ### Exercise 2: the way back
#
# Write it for one map with "same" padding: a kernel around each place, times the slope there. No turning is needed.


# %% exercise="slopes_of_image"
def slopes_of_image(slopes, kernel):
    """Return dy/dx (height, width) from dy/dg of one map and its kernel."""
    ### BEGIN SOLUTION
    size, half = len(kernel), len(kernel) // 2
    height, width = slopes.shape
    around = np.zeros((height + 2 * half, width + 2 * half))
    for i in range(height):
        for j in range(width):
            around[i : i + size, j : j + size] += slopes[i, j] * kernel
    return around[half : half + height, half : half + width]
    ### END SOLUTION


# %% check="slopes_of_image" points=2
ck.check.fourier_relevance.slopes_of_image(slopes_of_image)

# %% [markdown]
# What you wrote is a convolution, in the sense of mathematics: a product in frequency. If the way there is a
# product with K, the way back is one with its complex conjugate, which turns each phase back.
#
# ## 4 · How does the score depend on each pixel?
#
# First through the dense layers. A ReLU hands a slope back where its sum was above 0, else nothing. The two
# outermost rings of the image are made black: then our maps and Keras' are the same (lesson 13).

# %%
target = 1  # the logit of "7"
image = np.pad(images[[seven], 2:-2, 2:-2], ((0, 0), (2, 2), (2, 2), (0, 0)))
(first, second) = net.tail.dense_layers()
g = net.maps(image)
sums = first(g.reshape(1, -1))
by_units = second.weights[:, target] * (sums > 0)
dy_dg = (by_units @ first.weights.T).reshape(g.shape)[0]
print("dy/dg", dy_dg.shape, "·", np.count_nonzero(sums > 0), "of 16 units switched on")

# %% [markdown]
# Then from the maps to the image: one product a frequency, summed over the maps. The maps begin 3 pixels inside of what the
# kernels reach, so they are placed there.

# %%
shape = (36, 36)
turned = ck.fourier.transform_kernels(net.kernels, shape)[:, :, 0]
placed = np.zeros((31, 31, 32))
placed[3:, 3:] = dy_dg
product = (np.fft.rfft2(placed, shape, axes=(0, 1)) * np.conj(turned)).sum(axis=-1)
dy_dx = np.fft.irfft2(product, shape)[:28, :28]

gradient = ck.fourier.ScoreGradient(net)
helper = gradient(image, target)[0, :, :, 0]
print(f"differs from the helper by {np.abs(dy_dx - helper).max():.5f}")

# %% [markdown]
# The helper does these lines for any number of images. And TensorFlow, which knows nothing of frequencies? It goes
# back layer by layer through the Keras model.

# %%
import keras
import tensorflow as tf

scorer = keras.models.clone_model(network)
scorer.set_weights(network.get_weights())
scorer.layers[-1].activation = keras.activations.linear
variable = tf.constant(image)
with tf.GradientTape() as tape:
    tape.watch(variable)
    score = scorer(variable)[:, target]
taped = tape.gradient(score, variable).numpy()[0, :, :, 0]
difference = np.abs(dy_dx - taped) / np.abs(taped).max()
print(f"inside: {difference[2:-2, 2:-2].max():.5f}   anywhere: {difference.max():.2f}")

# %%
_, axes = plt.subplots(1, 5, figsize=(9.6, 2.3), layout="constrained")
ck.plot.image(dy_dx, "dy/dx, Fourier", "signed", ax=axes[0])
ck.plot.image(taped, "dy/dx, Keras", "signed", ax=axes[1])
ck.plot.image(dy_dx - taped, "Difference", "signed", ax=axes[2])
whole = np.fft.fftshift(np.fft.fft2(dy_dx, shape))
ck.plot.image(whole.real, "Real part", "signed", ax=axes[3])
ck.plot.image(np.abs(whole), "Magnitude", "positive", ax=axes[4])
ck.plot.show(
    alt="The slopes of the score by each pixel, computed in the Fourier domain and by "
    "Keras, look the same; their difference is white but for a frame two pixels "
    "wide. Then the real part and the magnitude of the slopes' spectrum."
)

# %% [markdown]
# The two rings are those of lesson 13. Keras sets what leaves the image to zero after *every* layer; the combined kernels
# let it come back. Each way is right about its own function; with "valid" padding they agree everywhere.
#
# Without the black rings the maps differ a little, and one ReLU near 0 may flip: then slopes differ in the whole image. Derivatives
# of networks with ReLU jump.

# %% [markdown]
# What did we save? The table of all derivatives, the **Jacobian**: dg/dx for every pixel, every place of a map, and every map,
# 784 · 784 · 128 numbers in a network of 25,783,330 parameters. Measured once with such a one, on one thread, for one digit:

# %%
recorded = ck.fourier.measured("relevance")
derivative = recorded["derivative"]
print(f"{'':54} milliseconds")
for what, value in derivative["seconds"].items():
    print(f"{what:54} {1000 * value:12,.1f}")
print(f"{'':54} megabytes")
for what, value in derivative["megabytes"].items():
    print(f"{what:54} {value:12,.1f}")

# %% [markdown]
# TensorFlow's own way back stores no table either and takes a quarter longer than ours. Building the table takes a hundred times as
# long in the cheapest way we know, one bright pixel after the other; `GradientTape.jacobian` takes ten thousand times as long, map by
# map, for all its rows at once would need 20 GB. Even with a table that is ready, the product takes 16 times as long as ours, and 315 MB
# where ours needs 3.

# %% [markdown]
# ### All that it can see
#
# Up to the first ReLU everything is linear. A chain of linear steps is *one* linear step: each unit's sum is the image
# times a single image of weights. Send the unit's weights back the same way, and there it is:

# %%
maps = net.maps(images)
on = (first(maps.reshape(len(maps), -1)) > 0).mean(axis=0)
units = ck.fourier.unit_images(gradient, (28, 28))[..., 0]
votes = second.weights[:, 1] - second.weights[:, 0]
order = np.argsort(votes)
ck.plot.images(
    [units[k] for k in order],
    [
        f"{'7' if votes[k] > 0 else '1'} by {abs(votes[k]):.1f}\non {on[k]:.0%}"
        for k in order
    ],
    columns=8,
    scale="signed",
    size=1.2,
)
ck.plot.show(
    alt="Sixteen images of weights, one a unit, sorted from those that vote for a one to "
    "those that vote for a seven. The first show a blue stroke where that of a seven hangs "
    "on its bar, the last the red bar of a seven below a blue edge."
)

# %% [markdown]
# The title says for which digit a unit votes, how strongly, and for how many images it is on. Units that vote for a seven
# look for the bar: red below a blue edge. Units that vote for a one have blue where the stroke of a seven hangs on its bar, ink
# there speaks against them. Others look for a foot. That is all.

# %% [markdown]
# So three convolutions bought nothing that one dense layer of 784 × 16 weights could not compute. *That* is why real networks have
# an activation after each convolution, and why ours can be read so easily.

# %% [markdown]
# ## 5 · Which pixels made the difference?
#
# A slope says what *would* happen. **Relevance** says what did: on the way from a **root point** to the image, how much
# did each pixel add to the score? **Taylor decomposition** answers R = dy/dx · (x − root).
#
# ### Exercise 3: relevance
#
# Return it for each pixel.


# %% exercise="taylor_map"
def taylor_map(slope, image, root):
    """Return the relevance of each pixel."""
    ### BEGIN SOLUTION
    return slope * (image - root)
    ### END SOLUTION


# %% check="taylor_map" points=1
ck.check.fourier_relevance.taylor_map(taylor_map)

# %% [markdown]
# A root should lie near and have a score of 0, so that the map explains the whole score. Popular choices: the image
# blurred, sharpened, or the nearest image of the other class.

# %%
others, other_labels = digits.train.arrays(limit=2_000)
few, wanted = images[:24], answers[:24]
roots = {
    "weak blur": ck.fourier.blurred(few, strength=1),
    "strong blur": ck.fourier.blurred(few, strength=4),
    "sharpened": ck.fourier.sharpened(few, strength=1),
    "nearest other": ck.fourier.nearest_of_another_class(
        few, wanted, others, other_labels
    ),
}
print(f"{'image':14} score {gradient.scores(few, wanted).mean():5.2f}")
for name, root in roots.items():
    print(f"{name:14} score {gradient.scores(root, wanted).mean():5.2f}")

# %% [markdown]
# A weakly blurred or a sharpened image is no root at all: its score is nearly that of the image. What such a map shares out
# is the *difference* of the two scores. Here is the seven with the highest score, and its four maps.

# %%
example = gradient.scores(few, 1).argmax()
shown = few[[example]]
_, axes = plt.subplots(2, 5, figsize=(9.6, 4.3), layout="constrained")
ck.plot.image(shown[0], "The image", ax=axes[0, 0])
ck.plot.image(gradient(shown, 1)[0], "Its slopes", "signed", ax=axes[1, 0])
found = {}
for column, (name, root) in zip(axes.T[1:], roots.items(), strict=True):
    relevance = ck.fourier.taylor_relevance(gradient, shown, root[[example]], 1)
    found[name] = relevance.maps[0]
    ck.plot.image(np.clip(root[example], 0, 1), name, ax=column[0])
    ck.plot.image(
        found[name], f"sums to {found[name].sum():.1f}", "signed", ax=column[1]
    )
ck.plot.show(
    alt="A noisy seven and its slopes; beside it four root points, and below each the "
    "relevance map that it leads to. The four maps differ in what is red and blue: "
    "edges for the blurs, with the opposite signs for the sharpened image, strokes "
    "that the two digits do not share for the nearest other one."
)

# %% [markdown]
# One network, one image, four answers. How alike are they? **Rank correlation**: 1 the same order of the pixels, 0 nothing in
# common, −1 the opposite.

# %%
from scipy.stats import spearmanr

names = list(found)
table = spearmanr(np.array([found[name].ravel() for name in names]).T).statistic
for name, row in zip(names, table, strict=True):
    print(f"{name:14}", *(f"{value:6.2f}" for value in row))

# %% [markdown]
# ### Exercise 4: what is missed?
#
# A network with ReLU is no straight line, so the map need not sum to what the score changed by. Return the gap as a share of the
# change.


# %% exercise="missed_share"
def missed_share(relevance, change):
    """Return how much of the score's change the map misses, as a share."""
    ### BEGIN SOLUTION
    return abs(change - relevance.sum()) / abs(change)
    ### END SOLUTION


# %% check="missed_share" points=1
ck.check.fourier_relevance.missed_share(missed_share)

# %% [markdown]
# The slope can be taken at the image, at the root, as the mean of both, or along the whole path between them (that is
# *integrated gradients*, lesson 12). **Predict** which row and which column is worst.

# %%
ways = ("image", "root", "mean", "path")
print(f"{'slope taken at':16}", *(f"{way:>8}" for way in ways))
for name, root in roots.items():
    missed = [
        ck.fourier.taylor_relevance(
            gradient, few, root, wanted, slope=way, steps=10
        ).missed_share
        for way in ways
    ]
    print(f"{name:16}", *(f"{share:8.1%}" for share in missed))

# %% [markdown]
# Little is missed for the two near roots, much for the two far ones; for these the slope at the root does worst. Only the path is nearly
# complete, about 2 % at most. Reported elsewhere: 3 to 6 % for a weak blur, 15 % for a strong one, 29 % for the nearest other.

# %% [markdown]
# ### Who chose the answer?
#
# Complete is not the same as true. Read R = dy/dx · (x − root) from right to left: for *any* map R there is a root,
# x − R / (dy/dx), with which exactly that map comes out. Let us order a smile.

# %%
rows, columns = np.mgrid[:28, :28]
radius = np.hypot(rows - 13.5, columns - 13.5)
smile = (radius > 7) & (radius < 10) & (rows > 16)
smile |= np.hypot(rows - 9.5, np.abs(columns - 13.5) - 4.5) < 2
ordered = ck.fourier.root_for_any_map(gradient, shown, smile, 1)
delivered = ck.fourier.taylor_relevance(gradient, shown, ordered, 1)
print(f"score of the image {gradient.scores(shown, 1)[0]:.2f}")
print(f"the map sums to      {delivered.maps.sum():.2f}")
way = ordered[0, :, :, 0] - shown[0, :, :, 0]
limit = np.percentile(np.abs(way[smile]), 60)
_, axes = plt.subplots(1, 3, figsize=(7.2, 2.8), layout="constrained")
ck.plot.image(shown[0], "The image", ax=axes[0])
ck.plot.image(way, "Root − image", "signed", limit, ax=axes[1])
ck.plot.image(delivered.maps[0], "Relevance", "signed", ax=axes[2])
ck.plot.show(
    alt="A noisy seven; a root point that differs from it by red and blue pixels along a "
    "smiling face; and the relevance map, which is that smiling face, evenly red."
)

# %% [markdown]
# The map sums to the score and is nonsense. Sixt and Landgraf (2022) prove it for deep networks: the choice of root can justify
# any map. So never report a Taylor map without its root, its remainder, and the reason for that root.

# %% [markdown]
# ## 6 · Which maps does the network need?
#
# Switch a map off: set it to 0 everywhere, and see how much the logits change. That is one forward pass a map, or so it seems.
# But the first dense layer only *adds up* what it gets. What map c adds to a unit is its **share**; with all shares known, map c
# is switched off by leaving its share out.

# %%
weights = first.weights.reshape(784, 32, 16)
shares = np.einsum("pc,pcu->cu", maps[seven].reshape(784, 32), weights)
total = shares.sum(axis=0) + first.bias
sums = first(maps[seven].reshape(1, -1))[0]
print("shares", shares.shape)
print(f"differs from the layer by {np.abs(total - sums).max():.4f}")

# %% [markdown]
# ### Exercise 5: all maps, no loop
#
# From the shares of one image, the bias of the units and the weights of the last layer: return the logits with each map
# switched off, a row a map. A ReLU stands between the two layers.


# %% exercise="logits_without_each"
def logits_without_each(shares, bias, weights):
    """Return the logits with each map switched off in turn, (maps, classes)."""
    ### BEGIN SOLUTION
    sums = shares.sum(axis=0) - shares + bias
    return np.maximum(sums, 0) @ weights
    ### END SOLUTION


# %% check="logits_without_each" points=2
ck.check.fourier_relevance.logits_without_each(logits_without_each)

# %% [markdown]
# Rank the maps by how much the logits change without them; then begin with none and add them back, the most relevant
# first. The **error** is the mean absolute error of the logits, as a share of their mean size.
#
# ### Exercise 6: how many are needed?
#
# `errors[k]` is the error with the first k maps. Return the first k whose error is below the tolerance.


# %% exercise="maps_needed"
def maps_needed(errors, tolerance):
    """Return how many maps are needed until the error is below the tolerance."""
    ### BEGIN SOLUTION
    return int(np.argmax(errors < tolerance))
    ### END SOLUTION


# %% check="maps_needed" points=1
ck.check.fourier_relevance.maps_needed(maps_needed)

# %% [markdown]
# The helper does it for every image: each has a ranking of its own.

# %%
selection = ck.fourier.select(maps, net.tail)
needed = selection.needed(tolerance=0.3)
_, ax = plt.subplots(figsize=(6.4, 3.2), layout="constrained")
bins = np.arange(-0.5, 33)
for label, (name, hatch) in enumerate((("1", "///"), ("7", "..."))):
    ax.hist(
        needed[labels == label], bins, alpha=0.6, hatch=hatch, label=f"digit {name}"
    )
ax.set_title(f"Half of the images need {np.median(needed):.0f} of 32 maps, or fewer")
ax.set(xlabel="maps needed for an error below 30 %", ylabel="images")
ax.legend()
ck.plot.show(
    alt=f"Histogram of the maps needed, for ones and for sevens: from {needed.min()} to "
    f"{needed.max()} of 32, with the median at {np.median(needed):.0f}."
)

# %% [markdown]
# Is that a fact about the network, or about these images? Split the images into two halves and compare: for how many
# images of each half is a map among those needed? Then leave all but the most needed out for good, the same ones for all images:
# **approximate networks**.

# %%
halves = [half.times_needed() for half in selection.halves()]
print(f"rank correlation of the two halves: {spearmanr(*halves).statistic:.2f}")
print("most often needed:", [int(k) for k in selection.ranking()[:8]])
for count in (1, 5, 10, 20, 32):
    kept = selection.ranking()[:count]
    logits = ck.fourier.logits_with(maps, net.tail, kept)
    error = np.abs(logits - selection.logits).mean() / np.abs(selection.logits).mean()
    same = np.mean(logits.argmax(axis=1) == selection.logits.argmax(axis=1))
    print(f"{count:2} maps: error of the logits {error:4.0%}, same answer {same:.2f}")

# %% [markdown]
# Two questions, two answers. For the *answer* a single map is nearly always enough: a one against a seven is an easy choice. For the
# *logits* about half of the maps are needed. Whoever prunes a network should say which of the two was kept.

# %% [markdown]
# ## 7 · What the data offers, and what the network takes
#
# Classical **feature selection** never asks the network. It takes a number from each map, here its mean, and asks how well that
# tells the classes apart: by Pearson's, Spearman's or Kendall's correlation with the label, or by the F value of an analysis of
# variance. Beside it a second question to the network: which map is missed in *random company*, when half of the maps are
# off?

# %%
orders = {
    "one at a time": selection.relevance.mean(axis=0),
    "random company": ck.fourier.stochastic_relevance(maps, net.tail).mean(axis=0),
    **ck.fourier.data_relevance(maps, labels),
}
best = set(selection.ranking()[:10])
print("compared with the maps missed one at a time:")
for name, values in orders.items():
    agreement = spearmanr(values, orders["one at a time"]).statistic
    shared = len(best & set(np.argsort(-values)[:10]))
    print(f"{name:15} rank correlation {agreement:5.2f}, {shared:2} of the best 10")

# %% [markdown]
# The two ways to ask the network agree in part: in random company a map is missed that alone has a stand-in. The four classical
# measures hardly differ from each other, and they agree with the network less: some of the ten maps that it needs most are not among
# their ten. The network uses *where* in a map something is, which a mean does not see. **Important in the data is not the same as
# important for the model.**

# %% [markdown]
# ## 8 · And in the large network?
#
# The source's network has 128 maps and 256 units. Its weights do not ship. This was recorded with all 2,163 test digits;
# `coursekit train fourier_mnist` and then `tests/fourier/measure_relevance.py` make it again.

# %%
large = recorded["networks"]["fourier_mnist"]
print("maps kept   error of the logits   same answer   accuracy")
for row in large["kept"]:
    print(
        f"{row['maps']:9} {row['error']:21.0%} {row['same']:13.4f} {row['accuracy']:10.4f}"
    )
print(f"needed: median {large['needed']['median']:.0f}, most {large['needed']['most']}")
print(f"rank correlation of two halves: {large['rank correlation of two halves']:.2f}")
print("seconds to switch every map off, for 500 digits:")
for way, seconds in recorded["selection"]["seconds"].items():
    print(f"    {way:12} {seconds:6.1f}")

# %% [markdown]
# With ten maps the answers are right as often as with all 128; the logits are then still off by 84 %. Half of the digits need 55 maps or
# fewer for an error below 30 %, none needs more than 96, and two halves of the digits rank the maps alike. To switch the maps off by one
# forward pass after the other takes about a hundred times as long as by the shares.

# %% [markdown]
# ## Spot the bug
#
# The published snippet for the example of section 1 is short. Two things in it look wrong. **Predict** which of them breaks it,
# and which does not:
#
# ```python
# g = x * b
# y = np.sum(g** + 5)
# dy_dg = 5 * g**4
# dy_dx = np.sum(dy_dg * dg_db)
# ```

# %%
g = 3 * np.array([3, 4])
print(f"{np.sum(g** + 5):,}")  # fmt: skip

# %% [markdown]
# `g** + 5` looks like a plus and is a sign: Python reads `g ** (+5)`. Right, by luck; delete a star and it is wrong without a
# word. `dg_db` is given a value nowhere. Whoever has an old value of that name in the notebook sees a number and no error.
#
# ### Exercise 7: mend it
#
# Return y and dy/dx. Everything that you use must be made inside of the function.


# %% exercise="mended"
def mended(x, b):
    """Return y and dy/dx."""
    ### BEGIN SOLUTION
    g = x * b
    y = np.sum(g**5)
    dy_dg = 5 * g**4
    dg_dx = b
    return y, np.sum(dy_dg * dg_dx)
    ### END SOLUTION


# %% check="mended" points=1
ck.check.fourier_relevance.mended(mended)

# %% [markdown]
# ## Recap
#
# - Multiply along each branch, add up where they meet: the chain rule (exercises 1 and 7).
# - dg/dx of a convolution is its kernel, shifted. A shift turns phases and keeps magnitudes (exercise 2).
# - dy/dx is one product a frequency with the complex conjugate. The table of all derivatives is never stored (section 4).
# - A Taylor map answers for a root. Say which, and how much is missed; any map has a root (exercises 3 and 4).
# - Shares tell what a network needs of its maps, in one forward pass. What the data offers is another question (exercises 5
#   and 6, section 7).
#
# ## What comes next
#
# In lesson 15 these tools become four apps, for your own images and networks.

# %% [markdown]
# ## Sources
#
# - G. Montavon et al., [Explaining nonlinear classification decisions with deep Taylor
#   decomposition](https://arxiv.org/abs/1512.02479), 2017: root points and relevance.
# - L. Sixt and T. Landgraf, [A rigorous study of the deep Taylor decomposition](https://arxiv.org/abs/2211.08425), 2022: the
#   choice of root decides.
# - M. Sundararajan, A. Taly and Q. Yan, [Axiomatic attribution for deep networks](https://arxiv.org/abs/1703.01365), 2017: the
#   path.
# - M. Mathieu, M. Henaff and Y. LeCun, [Fast training of convolutional networks through
#   FFTs](https://arxiv.org/abs/1312.5851), 2014: both ways as products.
# - Y. LeCun, C. Cortes and C. Burges, [MNIST](http://yann.lecun.com/exdb/mnist/): the digits.
