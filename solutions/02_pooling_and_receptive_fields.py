# %% [markdown]
# # 02 · Pooling and receptive fields
#
# **You will make images smaller without losing what matters in them, measure how much of a small shift that forgives,
# and work out for any network how much of the image a unit sees.**
#
# | | |
# |---|---|
# | Time | quick: under 30 seconds to run · lesson: about 60 minutes to work through · full: the same |
# | Needs | lesson 01 |
# | Data | a 6×6 table of numbers, and a photograph that ships with scikit-image |
# | Memory | about 300 MB; 1 GB once Keras is loaded, near the end |

# %% [markdown]
# ## You will be able to …
#
# - pool an image by its maximum or its mean, by hand and in code;
# - say how large the pooled map is, and which pixels are left out;
# - measure how much of a small shift pooling forgives, and where that ends;
# - work out the receptive field of any stack of layers;
# - count a network's parameters, and find out when a printed number is wrong.

# %% tags=["nbval-ignore-output"]
import coursekit as ck

lesson = ck.start("02_pooling_and_receptive_fields")

# %% [markdown]
# ## 1 · What is left of an image if we keep the best?
#
# A feature map says at every place how much of a feature is there. Often we need it less exactly: *somewhere around
# here* is enough. **Max pooling** cuts the map into little windows and keeps the largest number of each.

# %%
import numpy as np

image = np.array(
    [
        [3, 1, 1, 2, 8, 4],
        [1, 0, 6, 3, 2, 1],
        [2, 5, 7, 1, 0, 5],
        [4, 2, 3, 6, 1, 2],
        [0, 1, 5, 2, 7, 3],
        [6, 3, 2, 4, 1, 0],
    ]
)

# %%
import matplotlib.pyplot as plt

_, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3.6), width_ratios=[6, 3])
ck.plot.numbers(image, "Windows of 2×2", window=(0, 2, 2, 2), ax=left)
ck.plot.numbers(
    ck.pooling.max_pool2d(image, 2), "The largest of each", (0, 1, 1, 1), ax=right
)
ck.plot.show(
    alt="The 6 by 6 table of lesson 01 with a frame around rows 0 and 1, columns 2 and "
    "3, which hold 1, 2, 6 and 3; beside it the pooled 3 by 3 table with a frame "
    "around the 6 in its first row."
)

# %% [markdown]
# Look at the two frames: 1, 2, 6 and 3 became 6. The next window begins where this one ends. Each side is halved, and a
# quarter of the numbers is left. There is nothing to learn: pooling has no weights.
#
# ### Exercise 1: max pooling
#
# Write it for images and windows of any size. Rows and columns that fill no whole window are left out.


# %% exercise="max_pool2d"
def max_pool2d(image, size):
    """Return the largest number of every window of size × size."""
    ### BEGIN SOLUTION
    height, width = image.shape[0] // size, image.shape[1] // size
    output = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            rows = slice(i * size, (i + 1) * size)
            columns = slice(j * size, (j + 1) * size)
            output[i, j] = image[rows, columns].max()
    return output
    ### END SOLUTION


# %% check="max_pool2d" points=2
ck.check.pooling.max_pool2d(max_pool2d)

# %% [markdown]
# ## 2 · And if we keep the mean?
#
# **Average pooling** has the same windows and takes the mean of each.
#
# ### Exercise 2: average pooling
#
# One word of your function changes. Can you do it without loops? A hint tells you how to begin.


# %% exercise="avg_pool2d"
def avg_pool2d(image, size):
    """Return the mean of every window of size × size."""
    ### BEGIN SOLUTION
    height, width = image.shape[0] // size, image.shape[1] // size
    whole = image[: height * size, : width * size]
    return whole.reshape(height, size, width, size).mean(axis=(1, 3))
    ### END SOLUTION


# %% check="avg_pool2d" points=1
ck.check.pooling.avg_pool2d(avg_pool2d)

# %% [markdown]
# From here on we use `ck.pooling`, which computes the same. What do the two do to a real feature map? We take the edges of
# the cat from lesson 01, after ReLU.


# %%
def feature_map(view):
    """Return the edges of an image after ReLU."""
    return np.maximum(ck.convolution.correlate2d(view, ck.kernels.get("edges")), 0)


cat = ck.data.load_image("cat", size=(200, 204), grey=True)
edges = feature_map(cat[:, 4:])
largest, mean = ck.pooling.max_pool2d(edges, 4), ck.pooling.average_pool2d(edges, 4)
print(edges.shape, "→", largest.shape)

# %%
_, axes = plt.subplots(1, 3, figsize=(9, 3.3))
titles = ["Edges", "Largest of 4×4", "Mean of 4×4"]
for ax, values, title in zip(axes, [edges, largest, mean], titles, strict=True):
    ck.plot.image(values, title, scale="positive", limit=0.15, ax=ax)
ck.plot.show(
    alt="The cat's edge map, thin bright lines on dark; pooled by the maximum the "
    "lines are thick and bright; pooled by the mean they are nearly gone."
)

# %% [markdown]
# All three are drawn on one scale. Look at the whiskers at the lower left: the maximum keeps a thin line at full strength,
# the mean thins it out. A thin line and flat noise show the two sides of that:

# %%
line = np.zeros((8, 8))
line[:, 3] = 1
noise = np.random.default_rng(0).normal(0, 0.1, size=(400, 400))
for name, pool in [
    ("maximum", ck.pooling.max_pool2d),
    ("mean", ck.pooling.average_pool2d),
]:
    strength = pool(pool(line, 2), 2).max()
    print(
        f"{name}: line pooled twice {strength:.2f}, noise {pool(noise, 2).mean():+.2f}"
    )

# %% [markdown]
# Noise around zero averages to zero, but its maximum is always above. Max pooling asks *is the feature there at all?* and
# pays for it with noise. Average pooling asks *how much of it is there?* Inside classifiers the first mostly wins; at
# the end, the second (section 7).
#
# ## 3 · How large is the result?
#
# A pooling window slides like a kernel, so the formula of lesson 01 holds:
#
# $$\text{output} = \left\lfloor \frac{\text{size} + \text{padding} - \text{window}}{\text{stride}} \right\rfloor + 1$$
#
# Mostly the stride equals the window: windows touch.

# %%
for size in [28, 26, 13, 11]:
    print(f"{size:2} → {ck.convolution.output_size(size, kernel_size=2, stride=2)}")

# %% [markdown]
# 26 becomes 13. But 13 becomes 6 and 11 becomes 5: the last row is in no window. Nobody tells you; remember it for
# section 11.
#
# Windows may also **overlap**: 3×3 with stride 2. And with `padding="same"` the last window may reach over the edge. What it
# finds there is no pixel: it wins no maximum and counts in no mean.

# %%
row_of_numbers = np.array([[-5, -3, -1, -2, -4]] * 3)
print("valid:", ck.pooling.max_pool2d(row_of_numbers, 3, stride=2))
print("same: ", ck.pooling.max_pool2d(row_of_numbers, 3, stride=2, padding="same")[0])

# %% [markdown]
# With zeros as padding, the first and the last number of the second line would be 0.
#
# ### Exercise 3: the size of the output
#
# Return the number of places along one side, without padding.


# %% exercise="pooled_size"
def pooled_size(size, window, stride):
    """Return how many places a window has along a side of `size` pixels."""
    ### BEGIN SOLUTION
    return (size - window) // stride + 1
    ### END SOLUTION


# %% check="pooled_size" points=1
ck.check.pooling.pooled_size(pooled_size)

# %% [markdown]
# ## 4 · If the cat moves a little, does the map change?
#
# We cut five views out of the photograph, each one pixel further: the cat moves to the right by 0 to 4 pixels.
# **Predict**: after one pixel, how like the old edge map is the new one?

# %%
maps = [feature_map(cat[:, 4 - shift : 204 - shift]) for shift in range(5)]


def likeness(first, second):
    """Return the correlation: 1 is the same, 0 has nothing in common."""
    return np.corrcoef(first.ravel(), second.ravel())[0, 1]


print("shift  no pooling   2×2    4×4    8×8")
for shift, moved in enumerate(maps):
    row = [
        likeness(ck.pooling.max_pool2d(edges, size), ck.pooling.max_pool2d(moved, size))
        for size in [1, 2, 4, 8]
    ]
    print(f"  {shift}      {row[0]:5.2f}    " + "  ".join(f"{r:5.2f}" for r in row[1:]))

# %%
_, axes = plt.subplots(2, 3, figsize=(8.4, 5.8))
for (above, below), size in zip(axes.T, [1, 2, 8], strict=True):
    was, now = (ck.pooling.max_pool2d(one[40:104, 16:80], size) for one in maps[:2])
    ck.plot.image(was, f"{size}×{size}", scale="positive", limit=0.2, ax=above)
    ck.plot.image(now - was, scale="signed", limit=0.2, ax=below)
axes[0, 0].set(title="no pooling", ylabel="edges of one eye")
axes[1, 0].set_ylabel("change: blue −, red +")
ck.plot.show(
    alt="Edges around the cat's left eye, without pooling and pooled by 2 by 2 and 8 by "
    "8; below, what a move by one pixel changes: without pooling red and blue lines "
    "side by side everywhere, with 2 by 2 fewer, with 8 by 8 next to nothing."
)

# %% [markdown]
# One pixel, and the thin lines no longer meet: 0.28. After 2×2 pooling 0.66, after 8×8 0.97. Now read the table
# downwards: at four pixels, 2×2 has lost most of the match too. **Pooling forgives shifts that are small compared
# with its window, and no others.**
#
# ### Exercise 4: how many numbers stay?
#
# Count it another way: after max pooling, which fraction of the numbers is *exactly* what it was? Use
# `ck.pooling.max_pool2d`.


# %% exercise="unchanged_share"
def unchanged_share(image, moved, size):
    """Return the fraction of the pooled numbers that are the same for both images."""
    ### BEGIN SOLUTION
    before = ck.pooling.max_pool2d(image, size)
    after = ck.pooling.max_pool2d(moved, size)
    return (before == after).mean()
    ### END SOLUTION


# %% check="unchanged_share" points=1
ck.check.pooling.unchanged_share(unchanged_share)

# %% [markdown]
# A winner stays as long as it stays in its window. A shift by a whole window is another matter: then the pooled map has moved
# by one place, exactly.

# %%
before, after = (ck.pooling.max_pool2d(maps[shift], 2) for shift in [0, 2])
print("moved by one place:", np.array_equal(before[:, :-1], after[:, 1:]))

# %% [markdown]
# So pooling is equivariant to shifts by its stride, a little tolerant between them, and invariant to none. Networks built from
# it can change their minds when an image moves by one pixel (Zhang 2019 shows it, and a remedy: blur before you skip).
#
# ### The winner may change its seat
#
# Two numbers of a window are nearly equal. A tiny change lets the other one win.

# %%
window = np.array([[0.50, 0.10], [0.20, 0.49]])
nudged = window + np.array([[0, 0], [0, 0.02]])
for values in [window, nudged]:
    row, column = ck.pooling.winners(values, 2)[0, 0]
    print(f"{ck.pooling.max_pool2d(values, 2)[0, 0]:.2f}, won by ({row}, {column})")

# %% [markdown]
# The output hardly changes: 0.50 or 0.51. But it comes from another pixel now. In training, the gradient flows back to the
# winner alone; in a heatmap (lesson 12), all credit jumps from one corner to the other. How often on real edges, with a
# little noise?

# %%
noisy = edges + np.random.default_rng(0).normal(0, 0.005, edges.shape)
seats, new_seats = (ck.pooling.winners(values, 2) for values in [edges, noisy])
moved_seats = (seats != new_seats).any(axis=-1).mean()
pooled, new_pooled = (ck.pooling.max_pool2d(values, 2) for values in [edges, noisy])
print(f"winners in another seat: {moved_seats:.0%}")
print(f"correlation of the maps: {likeness(pooled, new_pooled):.2f}")

# %% [markdown]
# The map stays as it was, and yet in many windows another pixel stands for it.
#
# ## 5 · Play: the pooling explorer
#
# Move the window by pointer or arrow keys; the winner is marked. Then move the image by 1 to 4 pixels and watch the
# table.

# %%
ck.widgets.explore_pooling(shift=1)

# %% [markdown]
# Three things to try: find the window from which a move by 1 pixel leaves more than half of the numbers unchanged; make
# windows overlap (window 3, stride 2); choose *worked example* with padding *same* and window 4.
#
# ## 6 · Why not let a convolution skip?
#
# A convolution with **stride 2** halves the map too. It is a convolution of which only every second place is computed:

# %%
kernel = ck.kernels.get("edges")
skipping = ck.convolution.correlate2d(cat, kernel, stride=2)
everywhere = ck.convolution.correlate2d(cat, kernel)
print("every second place:", np.allclose(skipping, everywhere[::2, ::2], atol=1e-6))

quarter = np.full((2, 2), 1 / 4)
average = ck.convolution.correlate2d(edges, quarter, stride=2)
print("average pooling:", np.allclose(average, ck.pooling.average_pool2d(edges, 2)))

# %% [markdown]
# Average pooling *is* such a convolution, with four weights of 1/4. Max pooling is none, for it does not add up: the maximum
# of a sum is not the sum of the maxima. How tolerant is each, when the cat moves by one pixel?

# %%
halves = {
    "every second number": lambda values: values[::2, ::2],
    "average pooling": lambda values: ck.pooling.average_pool2d(values, 2),
    "max pooling": lambda values: ck.pooling.max_pool2d(values, 2),
}
for name, halve in halves.items():
    print(f"{name:20} {likeness(halve(maps[0]), halve(maps[1])):.2f}")

# %% [markdown]
# Skipping alone forgives nothing. But a strided convolution has weights and can learn to blur first, and it saves three
# quarters of the products. Springenberg and others (2015) reported networks without any pooling that do as well. Residual
# networks (lesson 07) halve that way.
#
# ## 7 · What if the window is the whole map?
#
# **Global average pooling** makes one number of each feature map: *how much* of the feature there is, not *where*.

# %%
stack_of_maps = np.stack([edges, edges[::-1], np.roll(edges, 50, axis=1)], axis=-1)
print(stack_of_maps[np.newaxis].shape, end=" → ")
print(ck.pooling.global_average_pool(stack_of_maps[np.newaxis]).round(4))

# %% [markdown]
# The cat's edges, the same upside down, and moved by 50 pixels: three times the same number. This is the end of the
# scale, full invariance, and all knowledge of the place is gone.
#
# ## 8 · How much of the image does a unit see?
#
# A unit of a 3×3 convolution sees 3×3 pixels. A unit of a second one sees 3×3 *units*, which together see 5×5 pixels. That
# is its **receptive field**.

# %%
from coursekit.receptive_field import Layer, of_chain

plain = {"conv1": Layer(3), "conv2": Layer(3), "conv3": Layer(3)}
ck.plot.receptive_field_pyramid(plain)
ck.plot.show(
    alt="A pyramid along one direction: one unit of conv3 is joined to 3 units of "
    "conv2, these to 5 of conv1, and these to 7 pixels."
)

# %% [markdown]
# Follow the lines from the top down: 1, 3, 5, 7. Each layer adds two. Now we put a pooling between:

# %%
pooled_stack = {"conv1": Layer(3), "pool1": Layer(2, stride=2), "conv2": Layer(3)}
pooled_stack |= {"pool2": Layer(2, stride=2), "conv3": Layer(3)}
ck.plot.receptive_field_pyramid(pooled_stack)
ck.plot.show(
    alt="The same with two poolings: one unit of conv3 is joined to 3 units of pool2, "
    "6 of conv2, 8 of pool1, 16 of conv1 and 18 pixels."
)

# %% [markdown]
# Above a pooling, neighbours are two pixels apart, so a 3×3 kernel adds four pixels; after two poolings, eight. Going up,
# with kernel $k$ and stride $s$:
#
# $$\text{size} \leftarrow \text{size} + (k - 1) \cdot \text{step}, \qquad \text{step} \leftarrow \text{step} \cdot s$$
#
# Both begin at 1. (Dilation $d$ makes $k - 1$ into $d\,(k - 1)$.)
#
# ### Exercise 5: any stack of layers
#
# Return the size along one side. `layers` is a list of pairs `(kernel_size, stride)`, from the image up.


# %% exercise="receptive_field_size"
def receptive_field_size(layers):
    """Return how many pixels along one side a unit of the last layer sees."""
    ### BEGIN SOLUTION
    size, step = 1, 1
    for kernel_size, stride in layers:
        size += (kernel_size - 1) * step
        step *= stride
    return size
    ### END SOLUTION


# %% check="receptive_field_size" points=2
ck.check.pooling.receptive_field_size(receptive_field_size)

# %% [markdown]
# On an image of 28×28, as large as the digits of lesson 03: what does one unit of every layer see?

# %%
small_cat = ck.data.load_image("cat", size=28, grey=True)
_, axes = plt.subplots(1, 2, figsize=(9.4, 3.2))
for ax, chain in zip(axes, [plain, pooled_stack], strict=True):
    fields = of_chain(chain.values(), image_shape=(28, 28))
    by_name = dict(zip(chain, fields, strict=True))
    ck.plot.receptive_fields(small_cat, by_name, around=(11, 10), ax=ax)
    ax.set_title(f"conv3 sees {fields[-1].size[0]}×{fields[-1].size[1]}", loc="left")
ck.plot.show(
    alt="The cat at 28 by 28 pixels, twice, with nested frames. Without pooling the "
    "three layers see 3 by 3, 5 by 5 and 7 by 7 pixels, about one eye; with pooling "
    "conv3 sees 18 by 18, most of the face."
)

# %% [markdown]
# A unit of 7×7 knows one eye. To know a face, or a digit, it must see more. **That is what pooling is for**, more than for
# tolerance: with the same kernels it makes the view grow faster.
#
# ## 9 · What does the stack cost without pooling?
#
# Three convolutions of 3×3 with 32, 64 and 64 filters on 28×28×1, no padding. You know all the formulas:

# %%
side, channels, total = 28, 1, 0
for filters in [32, 64, 64]:
    parameters = (3 * 3 * channels + 1) * filters
    side, channels, total = side - 2, filters, total + parameters
    print(f"({side}, {side}, {channels})  {parameters:>6,} parameters")
print(f"together {total:,}; one image becomes {side * side * channels:,} numbers")

# %% [markdown]
# 55,744 parameters are little. But 30,976 numbers from an image of 784! And each of them has seen 7×7 pixels only.
# With 2×2 pooling after the first two layers:

# %%
side, channels = 28, 1
for filters in [32, 64, 64]:
    side, channels = side - 2, filters
    print(f"convolution ({side}, {side}, {channels})")
    if filters < 64 or side > 5:
        side //= 2
        print(f"pooling     ({side}, {side}, {channels})")
values = side * side * channels
print(f"flatten {values}, and Dense(64) has {(values + 1) * 64:,} parameters")

# %% [markdown]
# 576 numbers instead of 30,976, and each has seen 18×18 pixels. The convolutions have as many parameters as before.
#
# ## 10 · Play: the receptive-field explorer
#
# Choose a network and a layer, then point at the image or move the unit by arrow keys. The table fills in the formula.

# %%
ck.widgets.explore_receptive_field()

# %% [markdown]
# Try: how far does the last convolution of VGG16 see? What do three layers with dilation 1, 2 and 4 reach, without any
# pooling? Which rows of the digit does no unit of `mnist_convnet` see?
#
# ### Does a unit see all of it equally well?
#
# No. In the pyramid of section 8 many lines lead to the middle pixel, and one to the last. We count the ways from each pixel
# to one unit of conv3: three kernels of ones, one after the other.

# %%
ways = np.ones((1, 1))
for _ in plain:
    ways = ck.convolution.correlate2d(ways, np.ones((3, 3)), padding=2)
ck.plot.numbers(ways, "Ways from each pixel to one unit of conv3")
ck.plot.show(
    alt="A table of 7 by 7: 49 ways in the middle, fewer to the sides, 7 in the middle "
    "of each edge and a single one in each corner."
)

# %% [markdown]
# 49 ways from the middle, one from a corner. Luo and others (2016) proved it: the **effective** receptive field looks like a
# Gaussian and fills only a part of the theoretical one. In section 11 we measure it in a network.

# %%
import sys

print("TensorFlow was needed so far:", "tensorflow" in sys.modules)

# %% [markdown]
# ## 11 · Does Keras agree?
#
# Up to here it was NumPy. Now we load Keras, which takes some seconds, and build both stacks with the layers that you will
# use from lesson 03 on.

# %% tags=["nbval-ignore-output"]
from coursekit.backend import import_keras

keras = import_keras()
layers = keras.layers
keras.utils.set_random_seed(lesson.seed)

# %%
without_pooling = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        layers.Conv2D(32, 3, activation="relu"),
        layers.Conv2D(64, 3, activation="relu"),
        layers.Conv2D(64, 3, activation="relu"),
    ],
    name="without_pooling",
)
ck.plot.architecture(without_pooling)
ck.plot.show(
    alt="Four blocks in a row: the input 28 by 28 by 1, then three Conv2D layers of "
    "26 by 26 by 32 with 320 parameters, 24 by 24 by 64 with 18,496 and 22 by 22 by "
    "64 with 36,928. The title says 55,744 parameters."
)

# %% [markdown]
# 55,744, as by hand. And the stack with pooling, which is the network of lesson 03 with its two dense layers:

# %%
with_pooling = ck.networks.mnist_convnet()
ck.plot.architecture(with_pooling)
ck.plot.show(
    alt="The network of lesson 03 in nine blocks: convolutions and poolings in turn, "
    "26, 13, 11, 5 and 3 pixels wide, then Flatten with 576 numbers and dense "
    "layers of 64 and 10. The title says 93,322 parameters."
)

# %% [markdown]
# Look at the blocks: pooling makes them small where convolution makes them thick.
# `receptive_fields` reads the view of every layer from the model:

# %%
fields = ck.receptive_field.receptive_fields(with_pooling)
for layer, field in zip(with_pooling.layers, fields.values(), strict=True):
    reach = f"together rows 0 to {field.reach[0] - 1}"
    size = f"{field.size[0]}×{field.size[1]}"
    print(f"{type(layer).__name__:13} sees {size:6} {reach}")

# %% [markdown]
# Look at the last column. From the second pooling on, the network **never sees rows 26 and 27**, nor the last two columns: 11
# is odd, and the eleventh row was left out. Is that so? We spoil these pixels.

# %%
clean = small_cat[np.newaxis, :, :, np.newaxis]
spoilt = clean.copy()
spoilt[:, 26:], spoilt[:, :, 26:] = 1, 1
noticed = clean.copy()
noticed[:, 25:] = 1
for name, changed in [("rows and columns 26, 27", spoilt), ("row 25 too", noticed)]:
    difference = np.abs(with_pooling(changed) - with_pooling(clean)).max()
    print(f"{name}: output {'changes' if difference > 0 else 'stays the same'}")

# %% [markdown]
# It is blind there. For MNIST that does no harm, for the digits stand in the middle. For another image it might, and
# nothing would have told you.
#
# Now the effective field. How much does each pixel move one unit of the last convolution? We take the gradient, over a
# hundred random images.

# %% tags=["nbval-ignore-output"]
import tensorflow as tf

random_images = tf.constant(
    np.random.default_rng(0).random((100, 28, 28, 1), dtype=np.float32)
)
up_to_conv3 = keras.Model(with_pooling.inputs, with_pooling.layers[4].output)
with tf.GradientTape() as tape:
    tape.watch(random_images)
    unit = tf.reduce_sum(up_to_conv3(random_images)[:, 1, 1])
influence = np.abs(tape.gradient(unit, random_images)).mean(axis=0)[:, :, 0]

rows, columns = ck.receptive_field.region(list(fields.values())[4], 1, 1, (28, 28))
inside = influence[rows, columns]
rim = 1 - inside[2:-2, 2:-2].sum() / inside.sum()
print(f"outermost two rings: {1 - 14**2 / 18**2:.0%} of the pixels, ", end="")
print(
    f"{rim:.0%} of the influence; beyond the field: {influence.sum() - inside.sum():.0f}"
)

# %% tags=["nbval-ignore-output"]
ax = ck.plot.image(
    influence, "Influence of each pixel on one unit", "positive", colour_bar=True
)
ax.add_patch(plt.Rectangle((3.5, 3.5), 18, 18, fill=False, color="white", linewidth=2))
ck.plot.show(
    alt="Influence of each pixel of 28 by 28 on the middle unit of conv3. It is zero "
    "outside a white frame of 18 by 18 pixels, the theoretical receptive field, "
    "small along the frame and large in the middle."
)

# %% [markdown]
# The white frame is what the formula says: beyond it, nothing. Inside, the influence fades towards the frame. So the
# theoretical field says what a unit *can* see; what it does see is less, and mostly the middle.

# %% [markdown]
# ## Spot the bug
#
# Course material that is still online flattens the stack without pooling, puts `Dense(64)` on top, and warns of the 15.8
# million parameters that this layer would have. The warning is right, the number is not.
#
# Write the function that counts.


# %% exercise="dense_parameters"
def dense_parameters(height, width, channels, units):
    """Return the parameters of a dense layer on flattened maps: weights and biases."""
    ### BEGIN SOLUTION
    return (height * width * channels + 1) * units
    ### END SOLUTION


# %% check="dense_parameters" points=1
ck.check.pooling.dense_parameters(dense_parameters)

# %% [markdown]
# Now ask Keras, for 64 units, and for a size that would explain the printed number.

# %%
for units in [64, 512]:
    dense = layers.Dense(units)
    dense.build((None, 22 * 22 * 64))
    print(f"Dense({units:3}) on 22×22×64: {dense.count_params():>10,} parameters")

# %% [markdown]
# It has 1,982,528. The 15.8 million belong to 512 units: somebody changed the code and not the text. Even so it is 36 times as
# much as the three convolutions together, and with pooling it is 36,928.
#
# ## Recap
#
# - Pooling keeps the largest or the mean of each window; it has no weights (exercises 1 and 2).
# - The size follows from one formula, and what fills no window is dropped (exercise 3, section 11).
# - It forgives shifts that are small compared with the window (exercise 4, section 4).
# - Strides below a layer multiply how fast its view grows; the middle counts most (exercise 5, section 11).
# - Without pooling, one dense layer on top costs two million parameters (spot the bug).
#
# ## What comes next
#
# Lesson 03 trains this very network on handwritten digits. Lesson 11 looks at what its units answer to.

# %% [markdown]
# ## Sources
#
# - F. Chollet, [Deep Learning with Python](https://www.manning.com/books/deep-learning-with-python), 2017, section 5.1:
#   the stacks with and without pooling.
# - A. Araujo, W. Norris and J. Sim, [Computing receptive fields of convolutional neural
#   networks](https://doi.org/10.23915/distill.00021), Distill, 2019.
# - W. Luo, Y. Li, R. Urtasun and R. Zemel, [Understanding the effective receptive
#   field](https://arxiv.org/abs/1701.04128), 2016.
# - R. Zhang, [Making convolutional networks shift-invariant again](https://arxiv.org/abs/1904.11486), 2019.
# - J. Springenberg and others, [Striving for simplicity: the all convolutional
#   net](https://arxiv.org/abs/1412.6806), 2015.
# - M. Lin, Q. Chen and S. Yan, [Network in network](https://arxiv.org/abs/1312.4400), 2014: global average pooling.
# - Chelsea the cat: Stéfan van der Walt, CC0, in
#   [scikit-image](https://scikit-image.org/docs/stable/api/skimage.data.html).
