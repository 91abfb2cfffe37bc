# %% [markdown]
# # 02 · Pooling and receptive fields
#
# **You will make images smaller and keep what matters in them, measure how well that tolerates a small shift, and work out
# how much of an image a unit of a network sees.**
#
# | | |
# |---|---|
# | Time | quick, lesson and full: under a minute to run · about 90 minutes to work through |
# | Needs | lesson 01 |
# | Data | a 6×6 table of numbers, and a photograph that ships with scikit-image |
# | Memory | about 300 MB; 1 GB once Keras is loaded, near the end |
#
# Short of time? Sections 6 and 7, and the challenge, may be skipped.

# %% [markdown]
# ## You will be able to …
#
# - pool an image by its maximum or its mean, by hand and in code;
# - say how large the pooled map is, and how many pixels are left out;
# - measure how well pooling tolerates a small shift, and where that ends;
# - work out the receptive field of any stack of layers;
# - count a network's parameters, and find the cause of a printed number that is wrong.

# %% tags=["nbval-ignore-output"]
import coursekit as ck

lesson = ck.start("02_pooling_and_receptive_fields")

# %% [markdown]
# ## 1 · What is left of an image if we keep the largest numbers?
#
# A feature map says at every place how much of a feature is there. Often we need the place less exactly, because *somewhere
# around here* is enough. **Max pooling** cuts the map into little windows and keeps the largest number of each. The frames below show it for one window.

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

_, (left, right) = plt.subplots(1, 2, figsize=(6.4, 4.2), width_ratios=[6, 3])
ck.plot.numbers(image, "Windows of 2×2", window=(0, 2, 2, 2), ax=left)
ck.plot.numbers(
    ck.pooling.max_pool2d(image, 2),
    "The largest of each",
    window=(0, 1, 1, 1),
    ax=right,
)
ck.plot.show(
    alt="The 6 by 6 table of lesson 01 with a frame around rows 0 and 1, columns 2 and "
    "3, which hold 1, 2, 6 and 3; beside it the pooled 3 by 3 table with a frame "
    "around the 6 in its first row."
)

# %% [markdown]
# 1, 2, 6 and 3 became 6. The next window begins where this one ends, so each side is halved and a
# quarter of the numbers is left. There is nothing to learn, because pooling has no weights.
#
# ### Exercise 1 (core): max pooling
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
# ### Exercise 2 (warm-up): average pooling
#
# In your function only one word changes: `max` becomes `mean`. If you want more, can you do it without loops? (The
# solution does: it gives each window two axes of its own and takes the mean over them.)


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
# From here on we use `ck.pooling`, which computes the same. What do the two poolings do to a real feature map? We take
# the edges of the cat from lesson 01, after ReLU. Watch the whiskers at the lower left.


# %%
def feature_map(view):
    """Return the edges of an image after ReLU."""
    return np.maximum(ck.convolution.correlate2d(view, ck.kernels.get("edges")), 0)


cat = ck.data.load_image("cat", size=(200, 204), grey=True)
edges = feature_map(cat[:, 4:])
largest = ck.pooling.max_pool2d(edges, 4)
mean = ck.pooling.average_pool2d(edges, 4)
print(edges.shape, "→", largest.shape)

# %%
_, axes = plt.subplots(1, 3, figsize=(9, 3.0))
titles = ["Edges", "Largest of 4×4", "Mean of 4×4"]
for ax, values, title in zip(axes, [edges, largest, mean], titles, strict=True):
    bar = values is mean
    ck.plot.image(values, title, scale="positive", limit=0.1, colour_bar=bar, ax=ax)
ck.plot.show(
    alt="The cat's edge map, thin bright lines on dark; pooled by the maximum the "
    "lines are thick and bright; pooled by the mean they are faint. A colour bar goes from 0 to 0.1."
)

# %% [markdown]
# All three panels have the same colours: dark is 0, bright is 0.1 or more. Of the whiskers, the
# maximum keeps the full strength, though in blocks of four pixels, and the mean makes them faint. But the maximum has
# also made the fur bright, which for us is mostly noise. A thin line and pure noise show both effects in numbers:

# %%
line = np.zeros((8, 8))
line[:, 3] = 1
noise = np.random.default_rng(3).normal(0, 0.1, size=(400, 400))
pools = {"maximum": ck.pooling.max_pool2d, "mean": ck.pooling.average_pool2d}
for name, pool in pools.items():
    line_left = pool(pool(line, 2), 2).max()
    noise_left = pool(noise, 2).mean()
    print(
        f"{name}: line pooled twice {line_left:.2f}, noise pooled once {noise_left:+.2f}"
    )

# %% [markdown]
# Noise around zero averages to zero. Its maximum is above zero *on average*, because the largest of four numbers is mostly positive.
# So max pooling asks *is the feature there at all?* and pays for it with noise. Average pooling asks *how much of it is there?*

# %% [markdown]
# ## 3 · How large is the result?
#
# A pooling window slides like a kernel, so the formula of lesson 01 holds:
#
# $$\text{output} = \left\lfloor \frac{\text{size} + 2 \cdot \text{padding} - \text{window}}{\text{stride}} \right\rfloor + 1$$
#
# Here the stride equals the window, so each window begins where the one before it ends:

# %%
for size in [28, 26, 13, 11]:
    print(f"{size:2} → {ck.convolution.output_size(size, kernel_size=2, stride=2)}")

# %% [markdown]
# 13 becomes 6 and 11 becomes 5, because the last row fills no window. Keras gives no warning. We shall meet the lost
# rows again in section 11.
#
# Windows may also **overlap**: 3×3 with stride 2, for example. With `padding="same"` a window may reach over the edge. In Keras, what
# it finds there is no pixel, so it wins no maximum and counts in no mean. (Other libraries may count zeros in the mean.)

# %%
negative = np.array([[-5, -3, -1, -2, -4]] * 3)
print("valid:", ck.pooling.max_pool2d(negative, 3, stride=2)[0])
print("same: ", ck.pooling.max_pool2d(negative, 3, stride=2, padding="same")[0])

# %% [markdown]
# With zeros as padding, all three numbers of the second line would be 0, because each of these windows reaches over the upper edge.
#
# ### Exercise 3 (core): what is left out?
#
# Return how many pixels at the end of a side lie in no window, without padding. Windows may overlap, or leave gaps.


# %% exercise="pixels_left_out"
def pixels_left_out(size, window, stride):
    """Return how many pixels at the end of a side no window covers."""
    ### BEGIN SOLUTION
    return (size - window) % stride
    ### END SOLUTION


# %% check="pixels_left_out" points=1
ck.check.pooling.pixels_left_out(pixels_left_out)

# %% [markdown]
# ## 4 · If the cat moves a little, does the map change?
#
# We cut five views out of the photograph, so that the cat moves to the right by 0 to 4 pixels. We compare the edge maps
# by their **correlation**, known from statistics. It is one number: 1 for the same pattern, 0 for nothing in common.
# (It is not the sliding kernel of lesson 01.) In the last row the cat is mirrored, to see how alike two maps are that
# do not match.

# %%
ck.predict(
    "after_one_pixel",
    "The cat moves by one pixel. What is the correlation of its edge map with the old one?",
    lowest=-1,
    highest=1,
)

# %% [markdown]
# First the tool: the correlation of two maps.


# %%
def likeness(first, second):
    """Return the correlation of two maps."""
    return np.corrcoef(first.ravel(), second.ravel())[0, 1]


# %% [markdown]
# The table has a column for each size of the pooling window; 1×1 means no pooling. Commit first, then run it.

# %%
maps = [feature_map(cat[:, 4 - shift : 204 - shift]) for shift in range(5)]
mirrored = feature_map(cat[:, 4:][:, ::-1])
others = {f"shift {shift}": moved for shift, moved in enumerate(maps)}
others["mirrored"] = mirrored
print("window      1×1    2×2    4×4    8×8")
for name, other in others.items():
    values = [
        likeness(ck.pooling.max_pool2d(edges, size), ck.pooling.max_pool2d(other, size))
        for size in [1, 2, 4, 8]
    ]
    row = "".join(f"  {value:5.2f}" for value in values)
    print(f"{name:8}{row}")

# %% [markdown]
# How near were you?

# %%
ck.reveal(
    "after_one_pixel",
    likeness(maps[0], maps[1]).round(2),
    within=0.15,
    because="Thin lines that have moved by one pixel no longer meet.",
)

# %% [markdown]
# Why does pooling help? The upper row shows the edges of one eye, and the lower row what a move by one pixel changes.
# Compare the lower row from left to right:

# %%
_, axes = plt.subplots(2, 3, figsize=(8.4, 5.2))
for (above, below), size in zip(axes.T, [1, 2, 8], strict=True):
    was, now = (ck.pooling.max_pool2d(one[40:104, 16:80], size) for one in maps[:2])
    bar = size == 8
    ck.plot.image(
        was, f"{size}×{size}", scale="positive", limit=0.2, colour_bar=bar, ax=above
    )
    ck.plot.image(now - was, scale="signed", limit=0.1, colour_bar=bar, ax=below)
axes[0, 0].set(title="no pooling", ylabel="edges of one eye")
axes[1, 0].set_ylabel("change: blue −, red +")
ck.plot.show(
    alt="Edges around the cat's left eye, without pooling and pooled by 2 by 2 and 8 by "
    "8; below, what a move by one pixel changes: without pooling red and blue lines "
    "side by side everywhere, with 2 by 2 fewer, with 8 by 8 only pale cells. One colour bar a row."
)

# %% [markdown]
# After 2×2 pooling the correlation is 0.66, after 8×8 it is 0.97, where a mirrored cat has 0.10. Now read the table
# downwards. At a shift of four pixels, 2×2 has fallen to 0.34, but 8×8 still has 0.88. **Pooling tolerates a shift well
# if it is small compared with the window, and less and less as the shift grows.**

# %% [markdown]
# Without pooling, the numbers from two pixels on rise and fall between 0.06 and 0.16. Their order means nothing: all of
# them say *hardly anything in common*, and they depend on the kernel and the fur. (All this is one photograph. Section
# 6 asks whether it is the maximum that helps, or the window.)

# %% [markdown]
# ### Exercise 4 (core): how many numbers stay?
#
# Let us measure it in another way: after max pooling, which fraction of the numbers is *exactly* the same as before the
# move? Use `ck.pooling.max_pool2d`.


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
# A pooled number stays as long as the largest pixel stays in its window and no larger one comes in. A shift by a whole window is another matter: then the pooled map
# has moved by one place, exactly.

# %%
before, after = (ck.pooling.max_pool2d(maps[shift], 2) for shift in [0, 2])
print("moved by one place:", np.array_equal(before[:, :-1], after[:, 1:]))

# %% [markdown]
# So pooling is **equivariant** to shifts by its stride. It is more or less tolerant of others, as the table says, and,
# in general, **invariant** to none. A network built from it can change its answer when an image moves by one pixel (Zhang 2019,
# with a remedy: the challenge below).

# %% [markdown]
# ## 5 · Play: the pooling explorer
#
# Move the window, and see its largest number marked. Then move the image by 1 to 4 pixels and watch the table. The
# edges are thicker here than in section 4, because two Sobel kernels made them, so a move by one pixel costs less.

# %%
ck.widgets.explore_pooling(shift=1)

# %% [markdown]
# How large must the window be, so that a move by 1 pixel leaves more than half of the numbers unchanged?
#
# <details><summary>An answer</summary>5×5, with a stride of 5: there the last column says 57 %. With 4×4 it is just under
# a half, 49.6 %, which the table rounds to 50 %.</details>

# %% [markdown]
# ## 6 · Why not let a convolution skip?
#
# *You may skip this section.* A convolution with stride 2 halves the map, too, and saves three quarters of the work. How tolerant is
# each way to halve, when the cat moves by one pixel? Before any halving the correlation was 0.28.

# %%
halves = {
    "every second number": lambda values: values[::2, ::2],
    "average pooling": lambda values: ck.pooling.average_pool2d(values, 2),
    "max pooling": lambda values: ck.pooling.max_pool2d(values, 2),
}
for name, halve in halves.items():
    print(f"{name:20} {likeness(halve(maps[0]), halve(maps[1])):.2f}")

# %% [markdown]
# Here the mean helps as much as the maximum, so it seems to be the window that matters. Skipping alone hardly helps:
# 0.30 against 0.28. But a convolution with stride has weights, so it can learn to blur first. Springenberg and others
# (2015) reported networks without any pooling that do as well.

# %% [markdown]
# ## 7 · What if the window is the whole map?
#
# **Global average pooling** makes one number of each feature map: *how much* of the feature there is, not *where*. We compare the cat
# with itself upside down, with itself moved by 50 pixels (what leaves on one side comes in on the other), and with coins.


# %%
def total_edges(photograph):
    """Return the global average of an image's edges: one number."""
    return feature_map(photograph).mean()


others = {
    "upside down": cat[::-1],
    "moved": np.roll(cat, 50, axis=1),
    "coins": ck.data.load_image("coins", size=(200, 204), grey=True),
}
print(f"cat          {total_edges(cat):.4f}")
for name, other in others.items():
    print(f"{name:12} {total_edges(other) - total_edges(cat):+.4f}")

# %% [markdown]
# Upside down, the number is the same, because this kernel treats up and down alike. Moved, it is nearly the same: only
# the seam, where the left border now meets the right one, and the new border matter. The coins have half as much again,
# so the number tells these two photographs apart, although it knows nothing of places. So global pooling is nearly
# invariant to moves. (`ck.pooling.global_average_pool` does it for a batch of maps.)

# %% [markdown]
# ## 8 · How much of the image does a unit see?
#
# Each number of a feature map belongs to a **unit**. A unit of a 3×3 convolution sees 3×3 pixels. A unit of a second one sees 3×3
# *units*, which together see 5×5 pixels: that is its **receptive field**. Here are three layers, seen along one side. Follow the lines
# from the top down, and count the dots of each row.

# %%
from coursekit.receptive_field import Layer, of_chain

plain = {"conv1": Layer(3), "conv2": Layer(3), "conv3": Layer(3)}
ck.plot.receptive_field_pyramid(plain)
ck.plot.show(
    alt="A pyramid along one direction: one unit of conv3 is joined to 3 units of "
    "conv2, these to 5 of conv1, and these to 7 pixels."
)

# %% [markdown]
# 1, 3, 5, 7: each layer adds two. What if there is a 2×2 pooling after each of the first two layers?

# %%
ck.predict(
    "two_poolings",
    "Below conv3 are two poolings of 2×2. How many pixels along one side does it see?",
    lowest=1,
    unit="pixels",
)

# %% [markdown]
# Have you committed? Then run the next cell and count the dots again, from the top down. Where does their number double?

# %%
pooled_stack = {
    "conv1": Layer(3),
    "pool1": Layer(2, stride=2),
    "conv2": Layer(3),
    "pool2": Layer(2, stride=2),
    "conv3": Layer(3),
}
ck.plot.receptive_field_pyramid(pooled_stack)
ck.plot.show(
    alt="The same with two poolings: one unit of conv3 is joined to 3 units of pool2, "
    "6 of conv2, 8 of pool1, 16 of conv1 and 18 pixels."
)
seen = of_chain(pooled_stack.values())[-1].size[0]
ck.reveal("two_poolings", seen, unit="pixels", because="Going up: 3, 4, 8, 10, 18.")

# %% [markdown]
# 1, 3, 6, 8, 16, 18: below each pooling the number doubles, because each of its units reads two. So above one pooling neighbouring units are two
# pixels apart, and a 3×3 kernel adds four pixels; above two poolings, eight.

# %% [markdown]
# The *step* is how many pixels neighbouring units of the layer below are apart. Going up, with kernel $k$ and stride $s$:
#
# $$\text{size} \leftarrow \text{size} + (k - 1) \cdot \text{step}, \qquad \text{step} \leftarrow \text{step} \cdot s$$
#
# Both begin at 1. (Dilation $d$ makes $k - 1$ into $d\,(k - 1)$.)
#
# ### Exercise 5 (core): any stack of layers
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
# On an image of 28×28, as large as the digits of lesson 03: what does one unit of every layer see? Look at the largest frame in each
# image. Which parts of the face does it hold?

# %%
small_cat = ck.data.load_image("cat", size=28, grey=True)
_, axes = plt.subplots(1, 2, figsize=(11, 3.2))
for ax, chain in zip(axes, [plain, pooled_stack], strict=True):
    fields = of_chain(chain.values(), image_shape=(28, 28))
    by_name = dict(zip(chain, fields, strict=True))
    ck.plot.receptive_fields(small_cat, by_name, around=(11, 10), ax=ax)
    ax.set_title(f"conv3 sees {fields[-1].size[0]}×{fields[-1].size[1]}", loc="left")
ck.plot.show(
    alt="The cat at 28 by 28 pixels, twice, with nested frames, each layer in one line style. Without "
    "pooling the three layers see 3 by 3, 5 by 5 and 7 by 7 pixels, about one eye; with pooling "
    "conv3 sees 18 by 18: the eye, the cheek below it and the bridge of the nose."
)

# %% [markdown]
# A unit that sees 7×7 pixels knows most of one eye. One that sees 18×18 pixels knows the eye *and what is beside it*,
# and that helps to tell a face, or a digit. **That may be the greater gain of pooling**: with the same kernels, the
# view grows faster. (Any layer with a stride does that, also a convolution.)

# %% [markdown]
# ## 9 · What does the stack cost without pooling?
#
# Three convolutions of 3×3 with 32, 64 and 64 filters on 28×28×1, no padding. You know all the formulas:

# %%
side, channels, total = 28, 1, 0
for filters in [32, 64, 64]:
    parameters = (3 * 3 * channels + 1) * filters
    total += parameters
    side -= 2
    channels = filters
    print(f"({side}, {side}, {channels})  {parameters:>6,} parameters")
print(f"together {total:,}; one image becomes {side * side * channels:,} numbers")

# %% [markdown]
# 55,744 parameters are few. But an image of 784 numbers has become 30,976, and each of them has seen only 7×7 pixels.
# Now with 2×2 pooling after each of the first two convolutions:

# %%
side = 28
stack = [("conv", 32), ("pool", 32), ("conv", 64), ("pool", 64), ("conv", 64)]
for kind, channels in stack:
    side = side - 2 if kind == "conv" else side // 2
    print(f"{kind} ({side}, {side}, {channels})")
values = side * side * channels
print(f"flatten {values}, and Dense(64) has {(values + 1) * 64:,} parameters")

# %% [markdown]
# Now there are 576 numbers instead of 30,976, and each has seen 18×18 pixels. The poolings cost no parameters, because
# they have none.
#
# ## 10 · Play: the receptive-field explorer
#
# Choose a network and a layer. Then point at the image, or move the unit with the arrow keys. The table fills in the
# formula.

# %%
ck.widgets.explore_receptive_field()

# %% [markdown]
# How far does the last convolution of VGG16 see? And how far do three layers with dilation 1, 2 and 4 see, without any
# pooling? (The explorer tells you.)
#
# <details><summary>Answers</summary>VGG16: 196 pixels along one side, of an image of 224, because four poolings lie below. Dilation 1, 2
# and 4: 1 + 2 · (1 + 2 + 4) = 15 pixels. With dilation 1 everywhere it would be 7.</details>

# %% [markdown]
# ## 11 · Does Keras agree?
#
# Up to here it was NumPy. Now we load Keras, which takes some seconds; your variables stay. We build the stack without
# pooling from the layers that you will use from lesson 03 on. `summary` lists them.

# %% tags=["nbval-ignore-output"]
lesson = ck.start("02_pooling_and_receptive_fields", keras=True)

import keras
from keras import layers

# %% tags=["nbval-ignore-output"]
without_pooling = keras.Sequential(
    [
        keras.Input((28, 28, 1)),
        layers.Conv2D(32, 3, activation="relu"),
        layers.Conv2D(64, 3, activation="relu"),
        layers.Conv2D(64, 3, activation="relu"),
    ],
    name="without_pooling",
)
without_pooling.summary()

# %% [markdown]
# 55,744, as by hand. The stack with pooling is the network of lesson 03, with two dense layers on top. Its weights are still random:
# nothing has been trained. Watch how the blocks change from left to right.

# %%
with_pooling = ck.networks.mnist_convnet()
ck.plot.architecture(with_pooling)
ck.plot.show(
    alt="The network of lesson 03 in nine blocks: convolutions and poolings in turn, "
    "26, 13, 11, 5 and 3 pixels wide, then Flatten with 576 numbers and dense "
    "layers of 64 and 10. The title says 93,322 parameters."
)

# %% [markdown]
# Pooling makes the blocks small, and the first two convolutions make them thicker. (The thickness is not to scale.) `receptive_fields` reads the view of every layer from the model:

# %%
fields = ck.receptive_field.receptive_fields(with_pooling)
for layer, field in zip(with_pooling.layers, fields.values(), strict=True):
    reach = f"together rows 0 to {field.reach[0] - 1}"
    size = f"{field.size[0]}×{field.size[1]}"
    print(f"{type(layer).__name__:13} sees {size:6} {reach}")

# %% [markdown]
# Look at the last column. From the second pooling on, the network **never sees rows 26 and 27**, nor the last two
# columns, because 11 is odd and the eleventh row was left out. Is that true? We change these pixels.

# %%
clean = small_cat[np.newaxis, :, :, np.newaxis]
spoilt = clean.copy()
spoilt[:, 26:] = 1
spoilt[:, :, 26:] = 1
noticed = clean.copy()
noticed[:, 25:] = 1
for name, changed in [("rows and columns 26, 27", spoilt), ("row 25 too", noticed)]:
    difference = np.abs(with_pooling(changed) - with_pooling(clean)).max()
    print(f"{name}: output {'changes' if difference > 0 else 'stays the same'}")

# %% [markdown]
# It is blind there. The digits of MNIST stand in the middle, so most lose nothing. But some strokes reach the last rows, such as the
# foot of the 7 in lesson 03, which counts how many do. With other images it may matter more, and nothing would have told you.

# %% [markdown]
# One more question: do all 18×18 pixels count equally for the unit in the middle of the last convolution? We brighten
# one pixel at a time by 0.01, and watch how much this unit changes: on average over its 64 maps and over four random images,
# still with random weights.

# %%
last_convolution = with_pooling.layers[4].name
influence = ck.receptive_field.effective_field(
    with_pooling,
    last_convolution,
    unit=(1, 1),
    images=np.random.default_rng(0).random((4, 28, 28, 1)),
    nudge=0.01,
)

rows, columns = ck.receptive_field.region(fields[last_convolution], 1, 1, (28, 28))
inside = influence[rows, columns]
rim = 1 - inside[2:-2, 2:-2].sum() / inside.sum()
print(f"the two outermost rings: {1 - 14**2 / 18**2:.0%} of the pixels")
print(f"and {rim:.0%} of the influence")
print(f"influence beyond the field: {influence.sum() - inside.sum():.0f}")

# %% [markdown]
# Now as an image. The white frame is the field of 18×18 pixels. Compare its middle with its rim:

# %% tags=["nbval-ignore-output"]
share = influence / influence.max()
ax = ck.plot.image(
    share, "Influence: 1 is the largest", scale="positive", colour_bar=True
)
ax.add_patch(plt.Rectangle((3.5, 3.5), 18, 18, fill=False, color="white", linewidth=2))
ck.plot.show(
    alt="Influence of each pixel of 28 by 28 on the middle unit of conv3. It is zero "
    "outside a white frame of 18 by 18 pixels, the theoretical receptive field, "
    "small along the frame and large in the middle."
)

# %% [markdown]
# The formula was right: beyond the frame there is no influence. Inside, the influence fades towards the
# frame. So the theoretical field says what a unit *can* see, and the **effective receptive field** how much each pixel
# counts.

# %% [markdown]
# Here, in one random network on four random images, the two outer rings count about half as much as their share of the
# pixels. From a pixel in the middle many ways lead through the kernels to the unit, because the kernels overlap there.
# From a corner there is only one. In deeper stacks the difference grows (Luo and others, 2016).

# %% [markdown]
# ## Challenge: a steadier way to halve
#
# Write a function that halves an image, so that the cat's edges change as little as possible when the cat moves by one pixel. The
# score is their correlation. Thin lines must keep half of their strength, so blurring alone will not do. Max pooling gets
# 0.66; the goal is 0.8.


# %%
def halve(image):
    """Return an image of half the height and half the width."""
    return ck.pooling.max_pool2d(image, 2)


ck.check.pooling.shift_proof(halve)

# %% [markdown]
# ## Spot the bug
#
# Zhao's course flattens the stack without pooling, maps of 22×22×64, puts `Dense(64)` on top, and warns of the **15.8
# million** parameters of this layer. Dense layers on unpooled maps are indeed large. But is that number right?
#
# ### Exercise 6 (warm-up): find the cause
#
# Turn the formula round: return how many units the layer must have to get so many parameters. The result may be a
# fraction.


# %% exercise="units_behind"
def units_behind(height, width, channels, parameters):
    """Return the number of units of a dense layer on flattened maps."""
    ### BEGIN SOLUTION
    return parameters / (height * width * channels + 1)
    ### END SOLUTION


# %% check="units_behind" points=1
ck.check.pooling.units_behind(units_behind)

# %% [markdown]
# If 15.8 was cut after the first decimal, the number lies between 15.8 and 15.9 million. Which numbers of units are possible, and how many parameters does the layer have that the code builds?

# %%
inputs = 22 * 22 * 64 + 1
print(f"15.8 to 15.9 million: {15.8e6 / inputs:.1f} to {15.9e6 / inputs:.1f} units")
for units in [64, 512]:
    dense = layers.Dense(units)
    dense.build((None, 22 * 22 * 64))
    parameters = dense.count_params()
    times = parameters / without_pooling.count_params()
    print(f"Dense({units:3}): {parameters:10,} parameters, {times:3.0f} times")

# %% [markdown]
# `Dense(64)` has 1,982,528. The printed number belongs to 511 to 513 units, and 512 is the usual size among them: one
# explanation, which we cannot check, is that the code was changed and not the text.

# %% [markdown]
# Yet the warning stands: even `Dense(64)` alone has 36 times as many parameters as the three
# convolutions together, as the last column says.
#
# ## Recap
#
# - Pooling keeps the largest or the mean of each window; it has no weights (exercises 1 and 2).
# - The size follows from one formula, and what fills no window is dropped (exercise 3, section 11).
# - It tolerates shifts that are small compared with the window (exercise 4, section 4).
# - Every stride below a layer makes its view grow faster by that factor; the middle counts more than the rim (exercise 5, section 11).
# - Without pooling, one dense layer on top costs two million parameters (exercise 6).
#
# ## What comes next
#
# Lesson 03 trains this very network on handwritten digits. Lesson 11 looks at what its units answer to.

# %% [markdown]
# ## Sources
#
# - M. Zhao, [Neural networks](https://ming-zhao.github.io), 2024: the stacks with and without pooling
#   (`ck.sources("zhao.no_pooling")`).
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
