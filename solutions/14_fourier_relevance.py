# %% [markdown]
# # 14 · Relevance in the Fourier domain
#
# **You will follow a score back to the pixels, find out how far a relevance map can be trusted, and see which kernels a network
# needs.**
#
# | | |
# |---|---|
# | Time | quick: under 1 minute to run · lesson: about 90 minutes to work through; the portraits in section 6 may be skipped · full: the same |
# | Needs | lesson 13; lessons 08 and 12 help |
# | Data | MNIST, the digits 1 and 7 with noise; offline, 1,000 of them that ship with the course |
# | Memory | about 1 GB |

# %% [markdown]
# ## You will be able to …
#
# - work the chain rule by hand and with TensorFlow;
# - say why the derivative of a convolution is its kernel, shifted;
# - compute dy/dx without storing the table of all derivatives;
# - share a score out among the pixels, and say what is missed and who chose the answer;
# - tell what a *network* needs from what the *data* offers.

# %% tags=["nbval-ignore-output"]
import coursekit as ck

lesson = ck.start("14_fourier_relevance", keras=True)

# %% [markdown]
# ## 1 · How does a change travel?
#
# Lesson 13's network is linear up to its first ReLU, so its score is easy to follow back to the pixels. Begin with numbers:
# $x = 3$, kernels $b = (3, 4)$, maps $g = x \cdot b$, score $y = \sum g^5$ (a power, so that slopes change). TensorFlow writes
# every step on a tape:

# %%
import numpy as np
import tensorflow as tf

x, b = tf.Variable(3.0), tf.constant([3.0, 4.0])
with tf.GradientTape(persistent=True) as tape:
    g = x * b
    y = tf.reduce_sum(g**5)
print("dy/dx", tape.gradient(y, x).numpy())
print("dy/dg", tape.gradient(y, g).numpy())
print("dg/dx", tape.jacobian(g, x).numpy())

# %% [markdown]
# `gradient` is for one number y, `jacobian` for several. By hand: x reaches y on two branches, through 3 and through 4. Multiply
# along each branch, and add up where they meet:
#
# $$\frac{dy}{dx} = \sum_i \frac{\partial y}{\partial g_i} \frac{dg_i}{dx} = 32{,}805 \cdot 3 + 103{,}680 \cdot 4 = 513{,}135.$$
#
# ### Exercise 1 (warm-up): the chain rule
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
# ## 2 · The network in two halves
#
# In the network x is the image and g are the maps, made by one kernel each. The rest, two dense layers, is $y = h(g)$. Keras
# can cut it there. How much of lesson 13's large network is in h?

# %%
import keras

large = ck.networks.linear_fourier_net()
h = keras.Model(large.layers[2].output, large.outputs)
print(
    f"large network: {h.count_params():,} of {large.count_params():,} parameters in h"
)

network = ck.training.trained("fourier_mnist_narrow")
net = ck.fourier.FourierNet3(network)
digits = ck.data.add_noise(ck.data.select_classes(ck.data.load("mnist"), ("1", "7")))
images, labels = digits.test.arrays(limit=lesson.limit(200, 500, 2_000))
answers = net.logits(images).argmax(axis=1)
print(f"narrow: {np.mean(answers == labels):.1%} of {len(labels)} answers are right")

# %% [markdown]
# In the large network nearly all parameters stand in h. We work with the narrow one, which ships with the course. In the stored run it
# has met these 200 digits in training, so they are no test. (On 2,163 real test digits lesson 13 gives it 0.9977, 0.9954 to 0.9995.)

# %% [markdown]
# ## 3 · What is the derivative of a convolution?
#
# One *place* $q$ of a map is a sum of the pixels around it, each times a weight: $g_q = \sum_p K_{p-q}\, x_p$, with $K_0$ the kernel's centre.
# So its derivative by pixel $p$ is that pixel's weight, and by all pixels it is the kernel with its centre on $q$:
#
# $$\partial g_q / \partial x_p = K_{p-q}.$$

# %% [markdown]
# Shifting the kernel to $q$ is convolving it with a **delta** $\delta_q$, an image with a single 1 at $q$. In frequency:
#
# $$\mathcal F\{\partial g_q / \partial x\} = \mathcal F\{\delta_q\} \cdot \mathcal F\{K\}.$$
#
# **Predict**: what changes in its spectrum when the kernel moves, and what stays?

# %%
import matplotlib.pyplot as plt

kernel = net.kernels[:, :, 0, 4]
_, axes = plt.subplots(3, 6, figsize=(10.5, 5.6), layout="constrained")
for line, place in zip(axes, [(3, 2), (6, 4), (9, 12)], strict=True):
    delta = ck.fourier.shifted_kernel([[1.0]], (28, 28), place)
    moved = ck.fourier.shifted_kernel(kernel, (28, 28), place)
    for i, values in enumerate((delta, moved)):
        spectrum = np.fft.fftshift(np.fft.fft2(values, (84, 84)))
        name = (f"delta at {place}", f"∂g at {place} / ∂x")[i]
        ck.plot.image(values, name, "signed", ax=line[3 * i])
        ck.plot.image(spectrum.real, "real part", "signed", ax=line[3 * i + 1])
        ck.plot.image(np.abs(spectrum), "magnitude", "positive", ax=line[3 * i + 2])
ck.plot.show(
    alt="Three rows, one per place. Left a single red pixel, the striped real part of its spectrum, "
    "and a magnitude of one colour. Right the kernel at that place, its real part, in which the same "
    "stripes cut four lobes, and its magnitude: the four lobes, the same in every row."
)

# %% [markdown]
# A shift turns phases, which makes the stripes. It leaves the **magnitude** alone, because the delta's magnitude, which multiplies it, is
# the same at every frequency (third column). And what a kernel *gathered* on the way to a place, the
# way back *spreads out*: each slope goes to all pixels around it.
#
# ### Exercise 2 (core): the way back
#
# Take one map and padding "same". Put a kernel around each place, times the slope there, and add up.


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
# What you wrote is a convolution with the kernel as it is; lesson 13 made the maps with the *turned* kernel. Each number of a
# spectrum says how strong a wave is (its magnitude) and how far it is shifted (its phase). Turning a kernel about its centre leaves every
# magnitude and flips every shift (the *complex conjugate*).
#
# So there and back each wave is multiplied by the same strength; only the shift runs the other way.

# %% [markdown]
# ## 4 · How does the score depend on each pixel?
#
# The answer changes where the two logits are *equal*. So let the score y be their difference, S₇ − S₁: above 0 the answer is a seven.
# We give the network a new last layer, without softmax: the weights of each class less those of the other.

# %%
weights, bias = network.layers[-1].get_weights()
other_weights, other_bias = weights[:, ::-1], bias[::-1]  # the two classes swapped
last_layer = keras.layers.Dense(2, name="differences")
difference_network = keras.Model(
    network.inputs[0], last_layer(network.layers[-2].output)
)
last_layer.set_weights([weights - other_weights, bias - other_bias])
# Its output 1 is S₇ − S₁, and its output 0 the same with the opposite sign.

# %% [markdown]
# An image goes through it from left to right, and its slopes come back from right to left. A unit's *vote* is its weight in the
# last layer. `ScoreGradient` is our helper for the way back. Its `net` makes the maps as in lesson 13, `net.tail` is h, and
# `dense_layers()` returns the two layers of h, so that we can do each step by hand.
#
# | | pixels | ⇄ | maps | ⇄ | units | ⇄ | score |
# |---|---|---|---|---|---|---|---|
# | there → | x | turned kernels | g | hidden weights | sums, then ReLU | votes | y |
# | ← back | dy/dx | kernels | dy/dg | hidden weights | 1 where the sum is above 0, else 0 | votes | 1 |

# %%
gradient = ck.fourier.ScoreGradient(difference_network)
hidden_layer, output_layer = gradient.net.tail.dense_layers()
votes = output_layer.weights[:, 1]  # of each unit for S₇ − S₁

seven = np.flatnonzero((labels == 1) & (answers == 1))[0]
one = np.flatnonzero((labels == 0) & (answers == 0))[0]
image = np.pad(images[[seven], 2:-2, 2:-2], ((0, 0), (2, 2), (2, 2), (0, 0)))

# %% [markdown]
# Keras cuts at the border after each of three 3×3 convolutions, our 7×7 kernels only once. Two black rings around the image make the
# maps the same (lesson 13). Now read the table's lower row from the right:
#
# - by a unit's sum the slope is the unit's vote if the unit is on, else 0 (`dy_dsums`);
# - by a place of a map it is the hidden weights times that (`dy_dg`).

# %%
g = net.maps(image)
unit_sums = hidden_layer(g.reshape(1, -1))[0]
switched_on = unit_sums > 0
dy_dsums = np.where(switched_on, votes, 0)
dy_dg = (hidden_layer.weights @ dy_dsums).reshape(g.shape[1:])
print("dy/dg", dy_dg.shape)
print(np.count_nonzero(switched_on), "of 16 units switched on")

# %% [markdown]
# Then pad, multiply at each frequency, sum over the maps, and cut, as in lesson 13:

# %%
half = 7 // 2
side = 28 + 7 - 1  # room enough, so that nothing comes round
slopes_spectra = np.fft.rfft2(dy_dg, (side, side), axes=(0, 1))
kernel_spectra = np.fft.rfft2(net.kernels[:, :, 0], (side, side), axes=(0, 1))
product = (slopes_spectra * kernel_spectra).sum(axis=-1)  # over the 32 maps
whole = np.fft.irfft2(product, (side, side))
dy_dx = whole[half : half + 28, half : half + 28]

# %% [markdown]
# Does the tape agree? Differences are shares of the largest slope:

# %%
pixels = tf.constant(image)
with tf.GradientTape() as tape:
    tape.watch(pixels)
    score = difference_network(pixels)[:, 1]
taped = tape.gradient(score, pixels).numpy()[0, :, :, 0]
difference = np.abs(dy_dx - taped) / np.abs(taped).max()
print("below 1e-5 but for two rings:", difference[2:-2, 2:-2].max() < 1e-5)
print(f"largest in the two rings: {difference.max():.2f}")

# %% [markdown]
# Now look at the slopes. Where do the two ways differ?

# %%
larger = np.abs(taped).max() / np.abs(dy_dx - taped).max()
panels = {
    "dy/dg, map 4": dy_dg[..., 4],
    "dy/dg, map 30": dy_dg[..., 30],
    "dy/dg, map 23": dy_dg[..., 23],
    "dy/dx, Fourier": dy_dx,
    "dy/dx, tape": taped,
    f"difference, × {larger:.0f}": dy_dx - taped,
}
_, axes = plt.subplots(2, 3, figsize=(7.8, 5.4), layout="constrained")
for ax, (name, values) in zip(axes.flat, panels.items(), strict=True):
    ck.plot.image(values, name, "signed", ax=ax)
ck.plot.show(
    alt="The slopes of the score by three maps, and by each pixel, in the Fourier domain and by the "
    "tape: the last two look the same, and their difference is white but for a frame two pixels wide."
)

# %% [markdown]
# Upper row: the places of three maps with which the score rises (red) or falls (blue). Lower row: the same for the pixels. The two
# ways differ in a frame only.

# %% [markdown]
# Why is there a frame, if two black rings make the *maps* agree? Because slopes ask about a change: what a border pixel adds when it *becomes*
# brighter is cut off by Keras after each layer, and not by us. The table of all derivatives, in the large network 784 · 784 · 128 numbers,
# was never stored.

# %% [markdown]
# ### All that it can see
#
# Up to the first ReLU all is linear, so a unit's sum is the image times one image of weights, plus a bias. There are sixteen units, so
# sixteen images show all that the network can see. Which of them look for the bar of a seven?

# %%
maps = net.maps(images)
sums_of_all = hidden_layer(maps.reshape(len(maps), -1))  # (images, units)
share_on = (sums_of_all > 0).mean(axis=0)
units = ck.fourier.unit_images(gradient, (28, 28))[..., 0]
order = np.argsort(votes)
titles = []
for k in order:
    digit = "7" if votes[k] > 0 else "1"
    titles.append(f"{digit} by {abs(votes[k]):.1f}\non {share_on[k]:.0%}")

# %%
mean_one, mean_seven = (images[labels == digit].mean(axis=0) for digit in (0, 1))
panels = [mean_one, *units[order[:8]], mean_seven, *units[order[8:]]]
names = ["mean of\nthe ones", *titles[:8], "mean of\nthe sevens", *titles[8:]]
ck.plot.images(panels, names, columns=9, scale="signed", size=1.15)
ck.plot.show(
    alt="On the left the mean one and the mean seven. Beside them sixteen images of weights, one per "
    "unit, sorted from those that vote for a one to those that vote for a seven. Most of the first "
    "have a short blue stroke in the upper half, the last a red bar below a blue edge."
)

# %% [markdown]
# Titles: the digit a unit votes for, how strongly, and how often it is on. The units for a seven, at the end of the lower row, look
# for its bar: red below a blue edge. Three of them are on for nearly every digit, ones too, so only *how far* they are on decides.
# Most units for a one have a blue stroke in the upper half, left of where a one's stroke runs. Ink there pushes them down.

# %% [markdown]
# ## 5 · Which pixels made the difference?
#
# A slope says what *would* happen. **Relevance** shares out what did, on the way from a **root point** $\tilde x$ to the image:
#
# $$y(x) = y(\tilde x) + \sum_p \underbrace{\left.\frac{\partial y}{\partial x_p}\right|_{\text{at a place}} (x_p - \tilde x_p)}_{R_p} + \varepsilon$$
#
# ε is what a straight line misses. With the slope *at the root* this is Taylor's formula to first order; other places are in use, too.
#
# ### Exercise 3 (warm-up): relevance
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
# A root should lie near, because a straight line is only good nearby. It should have a score of 0, because then the map shares out the
# whole score of the image. We try the image blurred or sharpened, and the nearest image of the other class.

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


# %%
def one_digit(number):
    """Return a number for a title, with a minus sign and no hyphen."""
    return f"{number:.1f}".replace("-", "−")


example = gradient.scores(few, 1).argmax()
shown = few[[example]]

# %% [markdown]
# Here is the one of the 24 images with the highest score, its slopes, and what each root leads to. Which of the four maps would
# you show?

# %%
_, axes = plt.subplots(2, 5, figsize=(9.6, 4.3), layout="constrained")
score = gradient.scores(shown, 1)[0]
ck.plot.image(shown[0], f"image: {one_digit(score)}", ax=axes[0, 0])
ck.plot.image(gradient(shown, 1)[0], "its slopes", "signed", ax=axes[1, 0])
for column, (name, root) in zip(axes.T[1:], roots.items(), strict=True):
    relevance = ck.fourier.taylor_relevance(
        gradient, shown, root[[example]], 1, slope="image"
    )
    below = gradient.scores(root[[example]], 1)[0]
    drawn, title = np.clip(root[example], 0, 1), f"{name}: {one_digit(below)}"
    ck.plot.image(drawn, title, ax=column[0])
    title = f"sums to {one_digit(relevance.maps.sum())}"
    ck.plot.image(relevance.maps[0], title, "signed", ax=column[1])
ck.plot.show(
    alt="A noisy seven and its slopes; beside it four root points with their scores, and below each the "
    "relevance map that it leads to. The four maps differ in what is red and blue: edges for the blurs, "
    "with opposite signs for the sharpened image, strokes for the nearest other digit."
)

# %% [markdown]
# (Roots are drawn cut off at 0 and 1, and each map has its own scale; slopes are
# taken at the image.)

# %% [markdown]
# One image, four answers, and no root has a score of 0. *Sharpened* is 2x − blur, so its map is the blur's with the signs
# turned: algebra, no finding. Near roots keep most of the score, so their maps share out a small rest.
#
# ### Exercise 4 (core): what is missed?
#
# Return ε, the change of the score less the sum of the map, as a share of the change.


# %% exercise="missed_share"
def missed_share(relevance, change):
    """Return how much of the score's change the map misses, as a share."""
    ### BEGIN SOLUTION
    return abs(change - relevance.sum()) / abs(change)
    ### END SOLUTION


# %% check="missed_share" points=1
ck.check.fourier_relevance.missed_share(missed_share)

# %% [markdown]
# The slope can be taken at the image, at the root, as the mean of both, or along the whole path (*integrated gradients*, lesson 12).

# %%
ck.predict(
    "worst_slope",
    "With the nearest other digit as root: the slope taken at which place misses the most?",
    choices=["image", "root", "mean", "path"],
)

# %% [markdown]
# Each number divides what is missed in all 24 images by the change in all of them. In brackets: 95 % intervals over these
# images, from 999 resamples of 24 images each.

# %%
rng = np.random.default_rng(lesson.seed)
resamples = rng.integers(24, size=(999, 24))  # in each row 24 images, some repeatedly


def missed(root, way):
    """Return the share that is missed, of all images and of each resample."""
    relevance = ck.fourier.taylor_relevance(
        gradient, few, root, wanted, slope=way, steps=10
    )
    missing, change = np.abs(relevance.remainder), np.abs(relevance.change)
    resampled = missing[resamples].sum(axis=1) / change[resamples].sum(axis=1)
    return missing.sum() / change.sum(), resampled


# %%
ways = ("image", "root", "mean", "path")
print(f"{'slope at':14}", *(f"{way:>20}" for way in ways))
for name, root in roots.items():
    line = f"{name:14}"
    for way in ways:
        share, resampled = missed(root, way)
        low, high = np.percentile(resampled, (2.5, 97.5))
        cell = f"{share:.1%} ({low:.1%}–{high:.1%})"
        line += f" {cell:>20}"
    print(line)

# %% [markdown]
# The last row once more, two of its slopes on the same resamples:

# %%
shares = {way: missed(roots["nearest other"], way) for way in ways}
at_root, at_image = shares["root"][1], shares["image"][1]
low, high = np.percentile(at_root - at_image, (2.5, 97.5))
print(f"nearest other, root less image: {low:.0%} to {high:.0%}")
worst = max(ways, key=lambda way: shares[way][0])
ck.reveal(
    "worst_slope",
    worst,
    because="A slope at one place knows only the units that are on there, and not those "
    "that switch on the way.",
)

# %% [markdown]
# With the nearest other digit the slope at the root misses most, 11 to 40 points more than at the image: a finding on these digits, no
# law. In all four rows the path misses least, because it asks on the way, at ten places, and so meets the ReLUs that switch there.

# %% [markdown]
# ### Who chose the answer?
#
# Read $R = \partial y/\partial x \cdot (x - \tilde x)$ backwards. Take the slopes at the image, choose *any* map R, and solve for the
# root: there is one, if no slope is 0 where R is not. So let us order a smile.

# %%
rows, columns = np.mgrid[:28, :28]
radius = np.hypot(rows - 13.5, columns - 13.5)
smile = (radius > 7) & (radius < 10) & (rows > 16)
smile |= np.hypot(rows - 9.5, np.abs(columns - 13.5) - 4.5) < 2
ordered = ck.fourier.root_for_any_map(gradient, shown, smile, 1)
delivered = ck.fourier.taylor_relevance(gradient, shown, ordered, 1, slope="image")
kept = np.clip(ordered, 0, 1)
allowed = ck.fourier.taylor_relevance(gradient, shown, kept, 1, slope="image")
_, axes = plt.subplots(1, 4, figsize=(9.6, 2.8), layout="constrained")
way = ordered[0, :, :, 0] - shown[0, :, :, 0]
limit = np.percentile(np.abs(way[smile]), 60)
ck.plot.image(shown[0], "image", ax=axes[0])
ck.plot.image(way, f"root − image, to ±{limit:.1f}", "signed", limit, ax=axes[1])
ck.plot.image(delivered.maps[0], "relevance", "signed", ax=axes[2])
ck.plot.image(allowed.maps[0], "relevance, root in 0–1", "signed", ax=axes[3])
ck.plot.show(
    alt="A noisy seven; a root point that differs from it along a smiling face; the relevance map, "
    "which is that smiling face, evenly red; and the map of the same root with its pixels kept from 0 "
    "to 1, in which the middle of the mouth is missing."
)

# %% [markdown]
# (`root − image` has its full colour from the number in its title on. Some differences are far larger, because a few slopes are tiny.)
# Now the small print:

# %%
for name, root, found in (("ordered", ordered, delivered), ("kept", kept, allowed)):
    print(
        f"{name:8} image {found.above[0]:5.2f}, root {found.below[0]:6.2f}, map sums to {found.maps.sum():5.2f}, "
        f"missed {found.missed_share:4.0%}, root from {root.min():.0f} to {root.max():.0f}"
    )

# %% [markdown]
# The ordered root is no image, its score is far from 0, and the map sums to the score only because it was scaled to. But kept
# within 0–1 it still shows most of the face, and its ε of 12 % raises no suspicion, because most of the change is shared out. So
# *show the root*, with its score and ε.

# %% [markdown]
# Sixt and Landgraf (2022) show the same of deep Taylor decomposition: where its root points depend on the input, it can
# justify any explanation.

# %% [markdown]
# ## 6 · Which kernels does the network need?
#
# Switch one map off, leave all others on, and see how much the logits change. Do so with each map in turn: we call this rule *one at a
# time*. No new run of the network is needed, because the first dense layer *adds up*: a map's **share** of each unit can just be left out.

# %% [markdown]
# ### Exercise 5 (core): all maps, no loop
#
# From the shares of one image (maps × units), the bias of the units and the last layer's weights: return the logits without each
# map, one row per map. A ReLU stands between. Leave the last layer's bias out, because it drops out of every change.


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
# Rank the maps by *one at a time*, and add them back, the most relevant first. The **error** is the mean absolute error of the logits,
# as a share of their mean size.
#
# ### Exercise 6 (core): how many are needed?
#
# `errors[k]` is the error with the first k maps. Return the first k whose error is below the tolerance. There is one, because with all maps the
# error is 0.


# %% exercise="maps_needed"
def maps_needed(errors, tolerance):
    """Return how many maps are needed until the error is below the tolerance."""
    ### BEGIN SOLUTION
    return int(np.argmax(errors < tolerance))
    ### END SOLUTION


# %% check="maps_needed" points=1
ck.check.fourier_relevance.maps_needed(maps_needed)

# %% [markdown]
# How often is **each kernel** needed, for an error below 30 %, over 128 training images? Look for kernels that serve one digit
# only.

# %%
training, classes = digits.train.arrays(limit=128)
selection = ck.fourier.select(net.maps(training), net.tail)
among = np.zeros(selection.order.shape, bool)
ranks = np.arange(32) < selection.needed(tolerance=0.3)[:, np.newaxis]
np.put_along_axis(among, selection.order, ranks, axis=1)  # (images, kernels)
ranking = selection.ranking()

# %%
_, ax = plt.subplots(figsize=(9, 3.2), layout="constrained")
places = np.arange(32)
ones, sevens = (among[classes == label].sum(axis=0)[ranking] for label in (0, 1))
ax.bar(places, ones, hatch="///", edgecolor="white", label="digit 1")
ax.bar(places, sevens, bottom=ones, hatch="...", edgecolor="white", label="digit 7")
ax.set_xticks(places, ranking, fontsize=8)
ax.set(xlabel="kernel", ylabel="images that need it")
counts = np.bincount(classes)
ax.set_title(
    f"{counts[0]} ones and {counts[1]} sevens; "
    f"the median image needs {np.median(selection.needed()):.0f} of 32 kernels"
)
ax.legend()
ck.plot.show(
    alt="A bar per kernel, sorted: for how many of 128 training images, ones and sevens stacked, it is "
    "among those needed. The first four are needed for nearly all, the last ten for few."
)

# %% [markdown]
# Some kernels, such as 16 and 3, serve nearly sevens only; others, such as 18, nearly ones only.

# %% [markdown]
# ### Portraits of three kernels (may be skipped)
#
# Here are the three most needed, A, B and C, on a one and a seven. Say in words what each answers to, before you read the numbers.

# %%
spectra = ck.fourier.magnitude(net.kernels)[:, :, 0]
pair = net.maps(images[[one, seven]])
_, axes = plt.subplots(3, 4, figsize=(8, 6.4), layout="constrained")
for line, letter, k in zip(axes, "ABC", ranking[:3], strict=True):
    limit = np.abs(pair[..., k]).max()
    ck.plot.image(
        net.kernels[:, :, 0, k], f"{letter}, kernel {k}", "signed", ax=line[0]
    )
    ck.plot.image(spectra[:, :, k], "its spectrum", "positive", ax=line[1])
    ck.plot.image(pair[0, :, :, k], "a 1", "signed", limit, ax=line[2])
    ck.plot.image(pair[1, :, :, k], "a 7", "signed", limit, ax=line[3])
ck.plot.show(
    alt="Three rows, kernels A, B and C: the kernel, its spectrum, and the maps that it makes of a one "
    "and of a seven, with the two sides of each stroke in opposite colours."
)

# %% [markdown]
# *Vertical* is lesson 13's share of vertical change. *Slow* is the share of the spectrum that lies within 1/8 cycle per pixel of the
# middle. *Strength* is the mean size of a map on ones, or on sevens, with that on all digits as 1.

# %%
vertical = ck.fourier.vertical_share(net.kernels)[0]
frequencies = np.fft.fftshift(np.fft.fftfreq(len(spectra)))
near = np.abs(frequencies) <= 1 / 8
slow = spectra[np.ix_(near, near)].sum(axis=(0, 1)) / spectra.sum(axis=(0, 1))
weights_of = net.kernels[:, :, 0].reshape(49, 32).T  # (kernels, weights)
mean_size = np.abs(maps).mean(axis=(1, 2))  # (images, maps)


def strength(k, digit):
    """Return a map's mean size on a digit, that on all digits as 1, with ± for 95 %."""
    relative = mean_size[labels == digit, k] / mean_size[:, k].mean()
    margin = 1.96 * relative.std() / np.sqrt(len(relative))
    return f"{relative.mean():.2f} ± {margin:.2f}"


# %%
a = ranking[0]
for letter, k in zip("ABC", ranking[:3], strict=True):
    correlation = np.corrcoef(weights_of[a], weights_of[k])[0, 1]
    print(
        f"{letter}: {vertical[k]:.0%} vertical, {slow[k]:.0%} slow, correlation with A "
        f"{correlation:.2f}, strength on ones {strength(k, 0)}, on sevens {strength(k, 1)}"
    )

# %% [markdown]
# Each colours the two sides of a stroke. C is like A, with a correlation of 0.72, and B swaps the colours, which the −0.48 fits. All three
# are a little stronger on sevens than on ones. Such portraits describe *one* network; another training may paint others.

# %% [markdown]
# ### Is the ranking stable?
#
# Does it depend on these images? Split them into halves, many times, and rank each half:

# %%
from scipy.stats import spearmanr

agreements = [
    spearmanr(*(half.times_needed() for half in selection.halves(seed))).statistic
    for seed in range(lesson.repeats(100))
]
low, middle, high = np.percentile(agreements, (2.5, 50, 97.5))
print(
    f"rank correlation of two halves: {middle:.2f} (95 % of the splits: {low:.2f} to {high:.2f})"
)

# %% [markdown]
# At 0.98 the ranking hardly depends on which half you take. Now to the answers, on the digits of section 2:

# %%
ck.predict(
    "alone",
    "Keep one map of the 32 and switch off the others. How many of the "
    f"{len(images)} answers stay as they are, for the median map?",
    lowest=0,
    highest=len(images),
)

# %%
logits = net.logits(images)
single = [
    np.sum(ck.fourier.logits_with(maps, net.tail, [k]).argmax(axis=1) == answers)
    for k in range(32)
]
print(
    f"one map alone: {min(single)} to {max(single)} of {len(images)}, "
    f"median {np.median(single):.0f}"
)
none = ck.fourier.logits_with(maps, net.tail, []).argmax(axis=1)  # only the biases
print(f"no map: {np.sum(none == answers)}, and {np.sum(none == 1)} are called a seven")
ck.reveal(
    "alone",
    float(np.median(single)),
    within=len(images) / 20,
    because="An answer needs only the sign of the score, and not its size.",
)

# %% [markdown]
# And the most needed together?

# %%
for count in (1, 5, 10, 20, 32):
    some = ck.fourier.logits_with(maps, net.tail, ranking[:count])
    error = np.abs(some - logits).mean() / np.abs(logits).mean()
    same = np.sum(some.argmax(axis=1) == logits.argmax(axis=1))
    print(
        f"best {count:2} of 32: error of the logits {error:4.0%}, same answer {same} of {len(images)}"
    )

# %%
recorded = ck.fourier.measured("relevance")["networks"]
for name, recipe in {
    "narrow": "fourier_mnist_narrow",
    "large": "fourier_mnist",
}.items():
    kept = recorded[recipe]["kept"]
    print(f"{name} network, {recorded[recipe]['images']:,} real test digits, recorded:")
    for row in kept[2:-1]:
        print(
            f"    best {row['maps']:2} of {kept[-1]['maps']}: error {row['error']:.0%}, "
            f"same answer {row['same']:.1%}"
        )

# %% [markdown]
# In our stored run, on 200 digits: without any map the biases call all a seven, and 101 of 200 answers stay. Half of the maps keep 181
# or more, each by itself, and the most needed keeps 197. The *logits* need more: with 10 of 32 maps their error is still 49 %. The
# record says the same of digits that neither network has met ("100.0%" is rounded).

# %% [markdown]
# ### Challenge: eight kernels and a factor
#
# Keep 8 of the 32 maps, all times one factor. The score is the error of the logits on 100 digits: 0.58 for the eight most
# needed and a factor of 1. Beat 0.2.

# %%
ck.check.fourier_relevance.eight_kernels(ranking[:8], 1.0)

# %% [markdown]
# ## 7 · What the data offers, and what the network takes
#
# Three ways to rank the maps. The first two ask the network how much the error of its logits grows without a map:
#
# - *one at a time*, as in section 6: all others are on;
# - *random company*: a random half of the others is off.
#
# The third, classical **feature selection**, never asks the network: how well does each map's mean tell the classes apart? We take
# Pearson's and Spearman's correlation. (ANOVA's F and Kendall's τ would rank *two* classes just as these do.)


# %%
alone = ck.fourier.select(maps, net.tail).relevance
company = ck.fourier.stochastic_relevance(maps, net.tail)


def rankings(chosen):
    """Return, for some of the images, how relevant each map is, by every way."""
    return {
        "one at a time": alone[chosen].mean(axis=0),
        "random company": company[chosen].mean(axis=0),
        **ck.fourier.data_relevance(maps[chosen], labels[chosen]),
    }


def agreement(found, name):
    """Return the rank correlation of one way with "one at a time"."""
    return spearmanr(found[name], found["one at a time"]).statistic


# %%
everyone = np.arange(len(images))
samples = [rng.choice(everyone, len(everyone)) for _ in range(lesson.repeats(100))]
resampled = [rankings(chosen) for chosen in samples]

# %% [markdown]
# How well does each of the others agree with *one at a time*?

# %%
spreads = {}
print(f"rank correlation with one at a time, {len(images)} digits, resampled:")
for name in ("random company", "Pearson", "Spearman"):
    spreads[name] = np.array([agreement(each, name) for each in resampled])
    low, middle, high = np.percentile(spreads[name], (2.5, 50, 97.5))
    once = agreement(rankings(everyone), name)
    print(f"{name:15} {once:5.2f}   median {middle:.2f} ({low:.2f} to {high:.2f})")
more = spreads["random company"] - spreads["Pearson"]
low, high = np.percentile(more, (2.5, 97.5))
print(f"random company less Pearson: {low:.2f} to {high:.2f}")

# %% [markdown]
# Each line has the number on all digits, then the median of the resamples and their interval. The first 0.70 lies near
# the lower end of its interval, probably because a resample repeats digits: read it as rough.

# %% [markdown]
# Two questions to the *same* network agree only to 0.70. That is still 0.08 to 0.20 more than Pearson agrees with the network (by the same
# rough resamples), perhaps
# because the network can use *where* in a map something is, which a mean does not see. **In this network, what is important in the data is not quite
# what is important for the model.**

# %% [markdown]
# ## Spot the bug
#
# A web site with a Python course, *Explainable Artificial Intelligence (XAI)*, works the example of section 1 with `y = tf.reduce_sum(h**+5)`. Which breaks it, `h` or `+5`, and with what message?

# %%
ck.predict("breaks", "Which of the two breaks the line?", choices=["h", "+5"])

# %% [markdown]
# First the power alone, then the whole line:

# %%
print(f"{np.sum(np.array([9, 12]) ** +5):,}")  # fmt: skip
try:
    tf.reduce_sum(h**+5)
except TypeError as error:
    print("TypeError:", error)
ck.reveal(
    "breaks",
    "h",
    because="`+5` is a number, but h is a network, and a network has no power.",
)

# %% [markdown]
# g was meant. We have had an `h` since section 2, so Python does not say that it is unknown. The message complains of `**`, and what
# helps is the type that it names: `Functional`, a network.
#
# ### Exercise 7 (warm-up): for any power
#
# Return y and dy/dx for y = Σ gᵖ with g = x · b.


# %% exercise="mended"
def mended(x, b, power):
    """Return y and dy/dx."""
    ### BEGIN SOLUTION
    g = x * b
    dy_dg = power * g ** (power - 1)
    return np.sum(g**power), np.sum(dy_dg * b)
    ### END SOLUTION


# %% check="mended" points=1
ck.check.fourier_relevance.mended(mended)

# %% [markdown]
# ## Recap
#
# - ∂g/∂x of a convolution is its kernel, shifted; a shift keeps magnitudes.
# - dy/dx is one product per frequency, with the kernel as it is; the maps were made with the turned one.
# - A Taylor map answers for a root: say which, its score, and what is missed.
# - What a network needs is another question than what the data offers.
#
# ## What comes next
#
# [Lesson 15](15_xai_apps.ipynb) makes apps of these tools. Relevance has one: `ck.widgets.explore_relevance()`.

# %% [markdown]
# ## Sources
#
# - *Explainable Artificial Intelligence (XAI)*, a web site with a Python course.
# - G. Montavon et al., [Explaining nonlinear classification decisions with deep Taylor
#   decomposition](https://arxiv.org/abs/1512.02479), 2017.
# - L. Sixt and T. Landgraf, [A rigorous study of the deep Taylor decomposition](https://arxiv.org/abs/2211.08425), 2022.
# - M. Sundararajan, A. Taly and Q. Yan, [Axiomatic attribution for deep networks](https://arxiv.org/abs/1703.01365), 2017.
# - Y. LeCun, C. Cortes and C. Burges, [MNIST](http://yann.lecun.com/exdb/mnist/): the digits.
