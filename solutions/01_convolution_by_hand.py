# %% [markdown]
# # 01 · Convolution by hand
#
# **You will build the operation at the heart of every convolutional network yourself, see what it does to a real photograph,
# and watch a kernel learn what it should do.**
#
# | | |
# |---|---|
# | Time | lesson: 110 minutes to work through, best in two sittings (sections 1 to 5, then the rest) · quick: 15 seconds to run · full: the same |
# | Needs | lesson 00; a little NumPy |
# | Data | a 6×6 table of numbers, and a photograph that ships with scikit-image |
# | Memory | about 300 MB; TensorFlow is not loaded |
#
# Short of time? Section 11 and the challenge may be skipped.

# %% [markdown]
# ## You will be able to …
#
# - compute any output of a convolution by hand, and program the whole of it;
# - say how large the output is, for every padding and stride;
# - choose or design a kernel for a task, such as finding edges;
# - tell cross-correlation from convolution, and equivariance from invariance;
# - let a kernel learn its weights from examples.

# %% tags=["nbval-ignore-output"]
import coursekit as ck

lesson = ck.start("01_convolution_by_hand")

# %% [markdown]
# ## 1 · Why not connect every pixel to everything?
#
# A *dense* unit looks at the whole image, so it is a template as large as the image: one weight for each pixel, and one number
# more, the bias. A *convolutional* filter is a small template of 3×3 weights that slides over the image.

# %%
dense_template = 28 * 28 + 1
small_template = 3 * 3 + 1
print(f"one template: {dense_template} parameters or {small_template}")

# %% [markdown]
# Now let both make the same output from a 28×28 image: 32 maps of 26×26 numbers. The dense layer needs a template for each
# number of the output. The convolutional layer needs one for each map, because it uses the same weights everywhere.

# %%
dense_layer = 26 * 26 * 32 * dense_template
convolutional_layer = 32 * small_template
print(f"dense layer:         {dense_layer:,} parameters")
print(f"convolutional layer: {convolutional_layer:,} parameters")

# %% [markdown]
# Seventeen million against 320! Two ideas make that possible. The first is **locality**: a small template is enough to
# begin with, because what matters about a pixel is mostly near it. The second is **weight sharing**: the same template
# serves everywhere, because an edge looks the same wherever it is. The small template is called the **kernel**.

# %% [markdown]
# ## 2 · What happens at one place?
#
# Here is an image of 6×6 pixels and a kernel of 3×3 weights. We put the kernel on the top left corner, multiply each weight
# by the pixel under it, and add the nine products.

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
kernel = np.array([[1, 0, 0], [1, 0, -1], [0, 0, -1]])

# %%
import matplotlib.pyplot as plt

_, (left, right) = plt.subplots(1, 2, figsize=(6.4, 4.2), width_ratios=[6, 3])
ck.plot.numbers(
    image, "The kernel starts at the top left", window=(0, 0, 3, 3), ax=left
)
ck.plot.numbers(kernel, "Kernel", ax=right)
ck.plot.show(
    alt="A table of 6 by 6 numbers with a frame around the top left 3 by 3, and "
    "beside it the 3 by 3 kernel."
)

# %% [markdown]
# Look at the frame: it holds nine pixels for nine weights. Five of the weights are zero, so only four products count.
#
# ### Exercise 1 (warm-up): one output by hand
#
# Compute the sum of the nine products on paper. Let the function return it.


# %% exercise="first_output"
def first_output():
    """Return the sum of the nine products at the top left corner."""
    ### BEGIN SOLUTION
    return 3 * 1 + 1 * 1 + 6 * (-1) + 7 * (-1)
    ### END SOLUTION


# %% check="first_output" points=1
ck.check.convolution.first_output(first_output)

# %% [markdown]
# Not sure? `ck.check.convolution.first_output.hint()` gives a hint, and a stronger one each time.
#
# ## 3 · How do we get the whole output?
#
# We move the kernel one pixel to the right and do the same again; at the end of the row we go one row down.

# %%
ck.predict(
    "places", "At how many places does a 3×3 kernel fit into a 6×6 image?", lowest=0
)

# %% [markdown]
# The first frame, above, shows one of them. Imagine how far it can slide, and commit. Then run the next cell, which
# shows another place.

# %%
ck.plot.convolution_step(image, kernel, row=1, column=2)
ck.plot.show(
    alt="The window stands at row 1, column 2 of the 6 by 6 input. Its sum of "
    "products is framed at the same place of the 4 by 4 output."
)

# %%
ck.reveal(
    "places",
    ck.convolution.correlate2d(image, kernel).size,
    because="Four places down and four to the right.",
)

# %% [markdown]
# The output has 4×4 numbers, because a k×k kernel shrinks each side by k − 1. Such an output is called a
# **feature map**: it says at each place how much of a feature is there.
#
# ### Exercise 2 (core): slide the kernel
#
# Write the whole convolution with two loops. `image` and `kernel` are two-dimensional arrays of any size.


# %% exercise="correlate2d"
def correlate2d(image, kernel):
    """Return the feature map: the sum of products at every place where the kernel fits."""
    ### BEGIN SOLUTION
    kernel_height, kernel_width = kernel.shape
    height = image.shape[0] - kernel_height + 1
    width = image.shape[1] - kernel_width + 1
    output = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            window = image[i : i + kernel_height, j : j + kernel_width]
            output[i, j] = (window * kernel).sum()
    return output
    ### END SOLUTION


# %% check="correlate2d" points=2
ck.check.convolution.correlate2d(correlate2d)

# %% [markdown]
# From here on we use the course's own `ck.convolution.correlate2d`, so that you can go on whatever you have written. It
# computes the same.

# %%
print(ck.convolution.correlate2d(image, kernel))

# %% [markdown]
# The first number is −9: is that what you computed? A bias, one number for each kernel, would be added to all of them; here it
# is 0.
#
# ## 4 · Must the image shrink?
#
# After ten layers of 3×3 an image would have lost 20 rows, because each layer takes two. **Padding** helps: we put rings of
# zeros around the image first.

# %%
ck.plot.convolution_step(image, kernel, row=0, column=0, padding=1)
ck.plot.show(
    alt="With one ring of zeros the input has 8 by 8 numbers and the output 6 by 6, "
    "as many as the image had. The window stands on the top left corner, where "
    "five of its nine numbers are zeros of the ring."
)

# %% [markdown]
# The output is now as large as the image was. Keras calls this `padding="same"`, and no padding `padding="valid"`. One ring is right
# for 3×3 only: a kernel of k×k, with k odd, needs (k − 1) / 2 rings, so 5×5 needs two. (With a stride, *same* may pad one side more than
# the other.)
#
# ### Exercise 3 (warm-up): a ring of zeros
#
# Return the image with `rings` rings of zeros around it. Use no ready-made padding function.


# %% exercise="pad_with_zeros"
def pad_with_zeros(image, rings):
    """Return the image with rings of zeros around it."""
    ### BEGIN SOLUTION
    height, width = image.shape
    padded = np.zeros((height + 2 * rings, width + 2 * rings))
    padded[rings : rings + height, rings : rings + width] = image
    return padded
    ### END SOLUTION


# %% check="pad_with_zeros" points=1
ck.check.convolution.pad_with_zeros(pad_with_zeros)

# %% [markdown]
# ### Are zeros the best neighbours?
#
# Zeros are black, so a bright image suddenly ends in the dark, and an edge kernel sees that as an edge. Other choices
# copy pixels instead. Here is a cat under a kernel that finds edges, as a small image, so that you can see the pixels.
# Compare the borders of the three maps: red is above zero, blue below.

# %%
small_cat = ck.data.load_image("cat", size=48, grey=True)
edges = ck.kernels.get("edges")
modes = ["constant", "symmetric", "wrap"]
bordered = [
    ck.convolution.correlate2d(small_cat, edges, padding="same", mode=mode)
    for mode in modes
]
titles = ["Zeros (constant)", "Mirrored (symmetric)", "Other side (wrap)"]
ck.plot.images(bordered, titles, scale="signed", limit=0.3, size=2.8)
ck.plot.show(
    alt="Edge maps of a small cat under three kinds of padding. With zeros a red frame runs "
    "around almost the whole map. With the other side there are false edges along some of "
    "the border. Mirrored, the border looks like the inside."
)

# %% [markdown]
# *Constant* means zeros. They draw a red frame almost all around, with gaps only where the cat is dark at the border. *Wrap* continues with the
# opposite side, so it draws an edge wherever the two sides differ. *Symmetric* mirrors the pixels at the border, so you
# see no false edge.

# %% [markdown]
# Keras pads its convolutions with zeros all the same. That is simple, and a kernel that is learned can adapt to them. But
# remember this frame whenever a feature map or a heatmap shines at the border of an image.

# %% [markdown]
# ## 5 · How large is the output?
#
# The kernel may also jump: **stride** 2 visits every second place, and so it halves each side of the map. And it may be spread:
# **dilation** 2 leaves one pixel between its weights, as if the kernel were larger and had zeros there.

# %%
spread = np.zeros((5, 5))
spread[::2, ::2] = kernel
_, (left, right) = plt.subplots(1, 2, figsize=(5.6, 3.7), width_ratios=[3, 5])
ck.plot.numbers(kernel, "Dilation 1", ax=left)
ck.plot.numbers(spread, "Dilation 2", ax=right)
ck.plot.show(
    alt="The 3 by 3 kernel; and the same nine weights spread over 5 by 5, with a row and a "
    "column of zeros between neighbours."
)

# %% [markdown]
# With dilation d the k weights of a row span d · (k − 1) + 1 pixels. The pixels beyond this first window, divided by
# the stride, give the number of jumps. Each jump gives one number of the output, and the first place gives one more.
# The brackets ⌊ ⌋ mean *round down*:
#
# $$\text{output} = \left\lfloor \frac{\text{size} + 2\,\text{padding} - \text{dilation}\,(k - 1) - 1}{\text{stride}} \right\rfloor + 1$$

# %%
for settings in [{}, {"padding": 1}, {"stride": 2, "padding": 1}, {"dilation": 2}]:
    size = ck.convolution.output_size(28, kernel_size=3, **settings)
    text = ", ".join(f"{key} {value}" for key, value in settings.items())
    print(f"28 pixels, 3×3 kernel, {text or 'nothing else'}: {size}")

# %% [markdown]
# We round down, because the kernel makes no jump that would take it out of the image.
#
# ### Exercise 4 (core): stride
#
# Extend your function: the kernel moves `stride` pixels at a time, down and to the right.


# %% exercise="correlate2d_strided"
def correlate2d_strided(image, kernel, stride):
    """Return the feature map of a kernel that moves `stride` pixels at a time."""
    ### BEGIN SOLUTION
    kernel_height, kernel_width = kernel.shape
    height = (image.shape[0] - kernel_height) // stride + 1
    width = (image.shape[1] - kernel_width) // stride + 1
    output = np.zeros((height, width))
    for i in range(height):
        for j in range(width):
            top, left = i * stride, j * stride
            window = image[top : top + kernel_height, left : left + kernel_width]
            output[i, j] = (window * kernel).sum()
    return output
    ### END SOLUTION


# %% check="correlate2d_strided" points=1
ck.check.convolution.correlate2d_strided(correlate2d_strided)

# %% [markdown]
# ## 6 · What does a kernel see in a real photograph?
#
# Here is Chelsea the cat, 200×200 pixels. A colour is three numbers, red, green and blue. One kernel needs one number
# per pixel. So we take a weighted sum, with the most weight on green, as the eye does. That gives grey.

# %%
colour_cat = ck.data.load_image("cat", size=200)
cat = colour_cat @ [0.2125, 0.7154, 0.0721]
print(colour_cat.shape, "→", cat.shape)

# %% [markdown]
# The kernel `edges` has 1 in the middle and −1/8 around it. So it subtracts from each pixel the mean of its eight
# neighbours, and on an even surface nothing is left.

# %%
response = ck.convolution.correlate2d(cat, edges, padding="same", mode="symmetric")
print(cat.shape, "→", response.shape)

# %% [markdown]
# The result may be negative. The networks of this course pass it through a **ReLU**, which sets all negative values to zero, so that
# what remains means "brighter than the neighbours". Follow the whiskers at the lower left through the four images:

# %%
relu = np.maximum(response, 0)
_, axes = plt.subplots(2, 2, figsize=(8.4, 8.8))
(photograph, grey), (signed, positive) = axes
ck.plot.image(colour_cat, "Photograph", ax=photograph)
ck.plot.image(cat, "Grey", ax=grey)
ck.plot.image(response, "Edges: blue −, red +", scale="signed", limit=0.15, ax=signed)
ck.plot.image(relu, "After ReLU: red stays", scale="signed", limit=0.15, ax=positive)
ck.plot.show(
    alt="The cat's photograph in colour and in grey; its edge map, in which whiskers, eyes "
    "and fur are thin red and blue lines; and the map after ReLU, in which the red lines "
    "are as before and the blue ones are white."
)

# %% [markdown]
# The whiskers are brighter than their surroundings, so they are red and survive the ReLU. The fur gives many short lines, the
# smooth nose hardly any.
#
# ## 7 · What do other kernels do?
#
# Nine numbers decide everything. Here are six kernels, each in colours that go up to its own largest weight. What will
# each of them make of the cat?

# %%
names = [
    "gaussian blur",
    "sharpen",
    "emboss",
    "sobel vertical edges",
    "sobel horizontal edges",
    "laplacian",
]
_, axes = plt.subplots(2, 3, figsize=(8.4, 6))
for number, (ax, name) in enumerate(zip(axes.flat, names, strict=True), start=1):
    ck.plot.numbers(ck.kernels.get(name), f"Kernel {number}", ax=ax)
ck.plot.show(
    alt="Six kernels of 3 by 3 weights. 1: all positive, largest in the middle. 2: 5 in the "
    "middle, minus 1 at its four neighbours. 3: from minus 2 at the top left to 2 at the bottom "
    "right. 4: minus on the left, plus on the right. 5: minus above, plus below. 6: minus 4 in "
    "the middle, 1 at its four neighbours."
)

# %%
ck.predict(
    "relief",
    "Under which kernel does the cat look like a relief, lit from one corner?",
    choices=("1", "2", "3", "4", "5", "6"),
)

# %% [markdown]
# Two hints: where do the weights sum to 1, and where to 0? And in which direction does a kernel go from minus to plus?

# %%
results = [
    ck.convolution.correlate2d(cat, ck.kernels.get(name), padding="same", mode="edge")
    for name in names
]
_, axes = plt.subplots(2, 3, figsize=(8.4, 6))
for ax, name, result in zip(axes.flat, names, results, strict=True):
    # Weights that sum to 0 give responses on both sides of 0: blue and red.
    signed = abs(ck.kernels.get(name).sum()) < 1e-9
    ck.plot.image(
        result,
        name,
        scale="signed" if signed else "image",
        limit=np.quantile(abs(result), 0.99) if signed else None,
        ax=ax,
    )
ck.plot.show(
    alt="The cat under six kernels: blurred, sharpened, embossed like a relief, its "
    "vertical edges, its horizontal edges, and the Laplacian with thin double "
    "lines along edges."
)

# %%
for name in names:
    print(f"{name}: {ck.kernels.MEANINGS[name]}")
relief = str(names.index("emboss") + 1)
ck.reveal("relief", relief, because="It goes from minus to plus along the diagonal.")

# %% [markdown]
# Compare the two Sobel maps at the eyes. One draws the left and right sides of the eyes, the other the lids above and
# below. Kernels whose weights sum to 1 keep the brightness, because on an even surface they return what they see. Those
# that sum to 0 respond only to change.

# %% [markdown]
# Larger kernels look further. A narrow Gaussian minus a wide one, the *difference of Gaussians*, responds to spots and lines of
# about one width. Which width is it here? We try bright discs and bright lines from 5 to 35 pixels wide.

# %%
spot_kernel = ck.kernels.difference_of_gaussians(5, 8)
rows, columns = np.indices(spot_kernel.shape) - len(spot_kernel) // 2
widths = range(5, 36, 2)
discs = [rows**2 + columns**2 <= (width / 2) ** 2 for width in widths]
lines = [abs(columns) <= width // 2 for width in widths]
for name, shapes in {"disc": discs, "line": lines}.items():
    strongest = np.argmax([spot_kernel[shape].sum() for shape in shapes])
    print(f"strongest response to a {name} of {widths[strongest]} pixels")

# %% [markdown]
# The weights above zero form a disc 17 pixels wide, so a bright disc of that size collects all of them and nothing
# else. A line also meets the negative weights above and below this disc, so the best line is narrower. And what does the
# kernel find in the cat?

# %%
spots = ck.convolution.correlate2d(cat, spot_kernel, padding="same", mode="edge")
_, (left, right) = plt.subplots(1, 2, figsize=(6.6, 3.3))
ck.plot.image(cat, "Photograph", ax=left)
ck.plot.image(spots, "Dark spots: blue", scale="signed", ax=right)
ck.plot.show(
    alt="Difference of Gaussians on the cat: both pupils and the line of the nose are "
    "dark blue, bright patches beside them red. Whiskers and fine fur have vanished."
)

# %% [markdown]
# The right pupil is darkest blue; the left one and the inner corner of its eye are nearly as dark. The dark line from there to the nose is about
# 13 pixels wide at its upper end, so the kernel responds there, too. The fine fur is gone, because it is much finer.

# %% [markdown]
# ### Exercise 5 (core): design a kernel
#
# Return a kernel for *bright* vertical strokes: its response is largest where its middle lies on a thin vertical line,
# and the kernel is symmetric from left to right. To horizontal lines and even surfaces its response is exactly zero.
# You may use any odd size from 3×3 upwards. (Sobel's kernel does not solve this. Why?)


# %% exercise="vertical_strokes"
def vertical_strokes():
    """Return a kernel for vertical strokes, blind to horizontal ones and surfaces."""
    ### BEGIN SOLUTION
    return np.array([[-1, 2, -1], [-1, 2, -1], [-1, 2, -1]])
    ### END SOLUTION


# %% check="vertical_strokes" points=1
ck.check.convolution.vertical_strokes(vertical_strokes)

# %% [markdown]
# <details><summary>Why not Sobel's kernel?</summary>Its weights change sign from left to right. So on the middle of a thin line the
# two sides cancel, and the response is zero there. It is largest beside the line.</details>

# %% [markdown]
# ## 8 · Play: the kernel explorer
#
# Now it is your turn. Point at the image or move the window with the arrow keys. Change a weight and watch the sum. Tick
# *Predict first* to hide the sum until you have guessed it.

# %%
ck.widgets.explore_kernel()

# %% [markdown]
# Three things to try:
#
# - choose *sharpen*, and turn it into *blur* by changing weights;
# - set stride 3, and find the pixels that are never in the middle;
# - make a kernel that moves the image one pixel to the left.
#
# <details><summary>Answers</summary>For a simple blur set all nine weights to 1/9. With stride 3 and no padding each window begins
# where the one before it ends, so of its nine pixels only one is ever in the middle. A single 1 to the right of the middle moves
# the image to the left.</details>

# %% [markdown]
# ## 9 · If the cat moves, does the map move?
#
# We shift the cat 20 pixels to the right. If the feature map shifts by just as much, convolution is **equivariant** to
# translation. If it did not change at all, it would be **invariant**.


# %%
def edge_map(image):
    """Return the edges; the image goes on beyond its border on the other side."""
    return ck.convolution.correlate2d(image, edges, padding="same", mode="wrap")


cat_map = edge_map(cat)
map_of_shifted_cat = edge_map(np.roll(cat, 20, axis=1))
if_equivariant = np.roll(cat_map, 20, axis=1)
for name, expected in [("equivariant", if_equivariant), ("invariant", cat_map)]:
    difference = np.abs(map_of_shifted_cat - expected).max()
    print(f"{name + '?':12} largest difference {difference:.3f}")


# %% [markdown]
# Shift first or convolve first, the result is the same, so convolution is equivariant. (With zeros as padding that
# holds inside, but not at the border.) Some texts, such as the course of Ming Zhao (`ck.sources("zhao.invariance")`),
# call it invariant. It is not, because the map of the shifted cat differs from the old one.

# %% [markdown]
# A dense layer is in general neither, because it has weights of its own for
# every place. Some *tolerance* of small shifts comes later, from pooling (lesson 02) and from what the last layers learn.

# %% [markdown]
# ## 10 · What about colours and many filters?
#
# A colour image has three **channels**. A filter then has one 3×3 kernel for each of them, and adds the three results
# up to one feature map. Thirty-two filters give thirty-two maps.

# %%
rng = np.random.default_rng(0)
filters = rng.normal(size=(3, 3, 3, 32))
batch = colour_cat[np.newaxis]
maps = ck.convolution.convolution_layer(
    batch, filters, bias=np.zeros(32), padding="same"
)
print(f"images {batch.shape}, kernels {filters.shape} → maps {maps.shape}")

# %% [markdown]
# Is it really just the sum over the channels? We add up three single correlations and compare with the first map.

# %%
by_channel = [
    ck.convolution.correlate2d(colour_cat[..., c], filters[..., c, 0], padding="same")
    for c in range(3)
]
print(f"largest difference: {np.abs(sum(by_channel) - maps[0, ..., 0]).max():.3f}")

# %% [markdown]
# How many numbers does such a layer learn? Think of all its kernels, and of the biases.

# %%
ck.predict(
    "parameters",
    "How many parameters does a layer of 3×3 kernels from 32 channels to 64 have?",
    lowest=0,
)

# %% [markdown]
# There is one kernel for each pair of an input and an output channel, and one bias for each output channel.

# %%
for channels_in, channels_out in [(1, 32), (3, 32), (32, 64)]:
    weights = 3 * 3 * channels_in * channels_out
    total = weights + channels_out
    print(f"{channels_in:2} → {channels_out}: {weights:,} + {channels_out} = {total:,}")
ck.reveal("parameters", total, because="Each of 64 filters has 32 kernels and a bias.")

# %% [markdown]
# Note what is missing: the size of the image. The 320 parameters of a `Conv2D(32, 3)` on one channel serve a small digit
# and a large poster alike, because every place uses the same ones. In lesson 03 you will count a whole network.

# %% [markdown]
# ## 11 · How do we make it fast?
#
# Loops in Python are slow, because each step costs far more than its nine products. NumPy can do many steps at once.
#
# ### Exercise 6 (stretch): no loop over pixels
#
# Write your function again, at least ten times faster. One way is to loop over the *weights*, because each weight
# multiplies a whole shifted image.


# %% exercise="correlate2d_vectorised"
def correlate2d_vectorised(image, kernel):
    """Return the feature map without a loop over its pixels."""
    ### BEGIN SOLUTION
    height = image.shape[0] - kernel.shape[0] + 1
    width = image.shape[1] - kernel.shape[1] + 1
    output = np.zeros((height, width))
    for m in range(kernel.shape[0]):
        for n in range(kernel.shape[1]):
            output += kernel[m, n] * image[m : m + height, n : n + width]
    return output
    ### END SOLUTION


# %% check="correlate2d_vectorised" points=2
ck.check.convolution.correlate2d_vectorised(correlate2d_vectorised)

# %% [markdown]
# `ck.convolution.correlate2d` can compute the same numbers in five ways. *loops* is the definition. *im2col* writes each
# window as a row of a tall matrix and multiplies once. *windows* is a view that copies nothing. *shifts* loops over
# weights. *fft* multiplies in the frequency domain (lesson 13). Is one of them the quickest for every kernel? Look for
# the largest number of each block:

# %%
import timeit

cut = cat[:100, :100]


def seconds_for(method, kernel):
    """Return the shortest of three times that a method takes."""
    return min(
        timeit.repeat(
            lambda: ck.convolution.correlate2d(cut, kernel, method=method),
            number=1,
            repeat=3,
        )
    )


# %% tags=["nbval-ignore-output"]
for size in (3, 31):
    print(f"kernel of {size}×{size}")
    blur = ck.kernels.gaussian(sigma=2, size=size)
    by_definition = ck.convolution.correlate2d(cut, blur, method="loops")
    loops = seconds_for("loops", blur)
    for method in ["im2col", "windows", "shifts", "fft"]:
        result = ck.convolution.correlate2d(cut, blur, method=method)
        print(
            f"  {method:8} {loops / seconds_for(method, blur):5.0f} times as fast as loops, "
            f"largest difference {np.abs(result - by_definition).max():.0e}"
        )

# %% [markdown]
# All give the same numbers, up to rounding. Which way is quickest depends on the kernel: in our stored run, whose outputs are in
# `solutions/01_convolution_by_hand.ipynb`, *shifts* led at 3×3, where it takes only nine steps. At 31×31 it takes 961, and
# *fft* led. Its work does not grow with the kernel in this way: lesson 13 says why.

# %% [markdown]
# ## 12 · Can a kernel be learned?
#
# So far somebody chose the nine numbers. Now nobody does. We begin with nine zeros, and as an example we give it the cat and the map
# that Sobel's kernel makes of it. The nine numbers should change until they make the same map. The mean squared difference of
# the two maps is the **loss**.

# %% [markdown]
# For each weight we ask how the loss changes if the weight grows a little. That is the **gradient**. Then we take a
# small step in the opposite direction, again and again.

# %% [markdown]
# How do we get it? At each place, the *error* is our map minus the wanted one: above zero where ours is too large, below where it is
# too small. The weight in row m and column n meets the image *shifted* by m rows and n columns. If this weight grows by a little ε, the
# error becomes error + ε · shifted, and its square changes by
#
# $$(\text{error} + \varepsilon \cdot \text{shifted})^2 - \text{error}^2 \approx 2 \cdot \text{error} \cdot \text{shifted} \cdot \varepsilon$$
#
# because ε² is tiny.

# %% [markdown]
# The gradient is this difference per ε, in the mean over all places:
#
# $$\text{gradient} = 2 \cdot \text{mean}(\text{error} \cdot \text{shifted})$$
#
# In words: where both have the same sign, a larger weight adds to the error. Where the signs differ, it takes some of the error away.
# The mean weighs one against the other. A gradient above zero says *this weight should fall*, one below zero *it should rise*.

# %% [markdown]
# For example: at one place the error is 0.2 and the shifted pixel 0.5. There the product is 2 · 0.2 · 0.5 = 0.2, above zero: our map is
# too large at this place, and a larger weight would make it larger still.

# %% [markdown]
# So we need nine such means, one for each shift. That is once more a correlation: of the image with the error.
#
# First we subtract the mean brightness, because otherwise all nine weights pull in one direction and only tiny steps
# are safe.

# %%
sobel = ck.kernels.get("sobel vertical edges")
centred_cat = cat - cat.mean()
wanted = ck.convolution.correlate2d(centred_cat, sobel)


def loss_and_gradient(kernel):
    """Return how far the kernel's map is from the wanted one, and the gradient."""
    error = ck.convolution.correlate2d(centred_cat, kernel) - wanted
    gradient = 2 * ck.convolution.correlate2d(centred_cat, error) / error.size
    return (error**2).mean(), gradient


print(loss_and_gradient(np.zeros((3, 3)))[1].round(3) + 0.0)  # + 0.0: no "-0."

# %% [markdown]
# These are the nine gradients at the start, where all weights are 0. The one at the top right, −0.016, is below zero, so this weight
# should rise. On the left they are above zero, so those weights should fall. Already the first step goes towards Sobel's kernel.
#
# How far does a step go? That is the **learning rate** times the gradient, with the sign turned. Run the next two cells, and
# compare the two tables:


# %%
def learn(rate):
    """Return the kernel that 300 steps make of nine zeros, and the loss before each."""
    learned, losses = np.zeros((3, 3)), []
    for _ in range(lesson.repeats(300)):
        loss, gradient = loss_and_gradient(learned)
        losses.append(loss)
        learned -= rate * gradient
    return learned, losses


learned, losses = learn(rate=6)

# %%
_, axes = plt.subplots(1, 3, figsize=(9, 2.9), width_ratios=[1, 1, 1.6])
ck.plot.numbers(sobel, "Sobel's kernel", limit=2, ax=axes[0])
ck.plot.numbers(learned.round(2), "Learned", limit=2, ax=axes[1])
axes[2].semilogy(losses)
axes[2].set(xlabel="step", ylabel="loss", title="The loss falls")
ck.plot.show(
    alt="Sobel's kernel, minus 1, minus 2, minus 1 on the left and 1, 2, 1 on the right; the learned "
    "kernel with nearly the same numbers; and the loss, which falls over 300 steps to less than a "
    "thousandth, quickly at first."
)

# %% [markdown]
# The learned kernel is nearly Sobel's, found from one example. (Here a perfect answer exists,
# because such a kernel made the map. For a real task nobody knows one.)
#
# That was a learning rate of 6. What will 1 do, and what will 9? Guess before you look.

# %%
for rate in (1, 6, 9):
    after, losses = learn(rate)
    print(
        f"rate {rate}: loss {losses[0]:.0e} at the start, {losses[-1]:.0e} at the end, "
        f"largest weight {after.max():.2g}"
    )

# %% [markdown]
# With 1 it learns more slowly: after 300 steps its largest weight is still 1.6, where Sobel's has 2. With 9 all weights run far below zero
# and the loss explodes, because each step overshoots farther than the one before. In lesson 03 you can play with that.

# %% [markdown]
# A network learns all its kernels at once in this way. But nobody tells it what the maps should be: it gets only the right answer
# for the image, so it must find useful kernels itself. That is lesson 03.

# %% [markdown]
# ### Challenge: only the whiskers
#
# Find a kernel, 7×7 at most, that responds to the whiskers at the lower left and to little else. Your score is the
# share of its squared responses, after ReLU, in the box around them. The goal is 0.26. Design the kernel, or let it
# learn.

# %%
whisker_kernel = ck.kernels.get("edges")

responses = ck.convolution.correlate2d(cat, whisker_kernel, padding="same", mode="edge")
responses = np.maximum(responses, 0)
ax = ck.plot.image(
    responses, "After ReLU", scale="positive", limit=np.quantile(responses, 0.995)
)
ax.add_patch(plt.Rectangle((3.5, 137.5), 58, 58, fill=False, color="white", lw=2))
ck.plot.show(
    alt="The cat under the kernel, after ReLU: whiskers, fur and the outlines of the eyes are "
    "bright lines on dark. A white box frames the whiskers at the lower left."
)
ck.check.convolution.whiskers(whisker_kernel)

# %% [markdown]
# ## Spot the bug
#
# **One.** A colleague checks our `correlate2d`, which computes what a layer of Keras computes, with SciPy and gets
# other numbers. Here is the check, with the first row of each map. Which of the two is right?

# %%
from scipy.signal import convolve2d

print(convolve2d(image, kernel, mode="valid")[0])
print(ck.convolution.correlate2d(image, kernel)[0])

# %% [markdown]
# Both are. In mathematics, and in SciPy's `convolve2d`, the kernel is turned by 180 degrees before it slides. Keras
# does not turn it: its "convolution" is a **cross-correlation**. (This kernel, turned, is minus itself, so all signs
# change.) For a network that makes no difference, because it learns its weights. For you it does, whenever you compare.
#
# ### Exercise 7 (core): what Keras computes
#
# Correct the function so that it returns what Keras computes. It must still use `convolve2d`.


# %% exercise="matches_keras"
def matches_keras(image, kernel):
    """Return what a Keras Conv2D layer computes, by SciPy's convolve2d."""
    ### BEGIN SOLUTION
    return convolve2d(image, kernel[::-1, ::-1], mode="valid")
    ### END SOLUTION


# %% check="matches_keras" points=1
ck.check.convolution.matches_keras(matches_keras)

# %% [markdown]
# **Two.** Our 6×6 example comes from the course of Ming *Zhao*, which pads the image with zeros so that it keeps its
# size. It shows the first window with a single 3, in its lower right corner, and the output −3.
#
# How many rings of zeros keep the size of the image? Work that out first. Then find the padding that belongs to −3.

# %%
ck.predict(
    "rings",
    "With how many rings of zeros is the first output −3?",
    choices=("0", "1", "2", "3"),
)

# %%
firsts = []
for rings in range(4):
    padded = ck.convolution.pad2d(image, rings)
    output = ck.convolution.correlate2d(padded, kernel)
    firsts.append(int(output[0, 0]))
    print(f"rings: {rings}, output {output.shape}, first number {firsts[-1]}")
because = "Then the 3 is the only pixel that is not zero, and it meets the weight −1."
ck.reveal("rings", str(firsts.index(-3)), because=because)

# %% [markdown]
# One ring keeps the size, and the first number is −1. The −3 belongs to two rings, whose output has 8×8 numbers, so the
# window seems to have been drawn for one padding and the text written for another. That can happen to everybody. So
# when two numbers differ, ask what each was computed *for*.

# %% [markdown]
# ## Recap
#
# - At each place a convolution multiplies window and kernel and adds up; you programmed it (exercises 1 and 2).
# - Padding, stride and dilation decide the size of the output, by one formula (exercises 3 and 4).
# - The weights decide what is seen: blur, edges, strokes (exercise 5).
# - Keras correlates, mathematics turns the kernel; the map moves with the image (section 9, spot the bug).
# - The same numbers can be had more than ten times faster, without a loop over pixels (exercise 6).
# - A kernel can be learned: step by step against the gradient of a loss (section 12).

# %% [markdown]
# ## What comes next
#
# Lesson 02 makes maps smaller by pooling and asks how much of the image a unit sees. Lesson 03 lets a whole network learn
# its kernels.
#
# ## Sources
#
# - V. Dumoulin and F. Visin, [A guide to convolution arithmetic for deep learning](https://arxiv.org/abs/1603.07285),
#   2016: padding, stride and dilation.
# - Ming Zhao, [Neural Networks](https://ming-zhao.github.io), AIML for Business, 2024: the worked example of sections 2
#   to 4 (`zhao.first_window`; `ck.sources("zhao")` shows what it says and what we measured).
# - A. Zhang, Z. C. Lipton, M. Li and A. J. Smola, [Dive into Deep Learning](https://d2l.ai), section 7.2: the idea of learning an
#   edge kernel.
# - R. C. Gonzalez and R. E. Woods, *Digital Image Processing*, 4th edition, 2018, chapter 3: kernels.
# - F. Chollet, [Deep Learning with Python](https://www.manning.com/books/deep-learning-with-python), 2017, chapter 5:
#   local patterns, feature maps, padding and stride.
# - Chelsea the cat: Stéfan van der Walt, CC0, in [scikit-image](https://scikit-image.org/docs/stable/api/skimage.data.html).
